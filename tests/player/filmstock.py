"""Films whose every frame carries its number, as a row of black and white blocks along the top."""

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core import Cancel, CinemaError, Code
from films import ffmpeg_path
from player import Feature, Fetch, Presentation, Received
from player.presentation import Piece, Stream

__all__ = ["Feature", "Presentation"]

FPS = 24
BITS = 12
SEGMENT_S = 2
KEY, KEY_ID, IV = bytes(range(16)), "k1", "0f" * 16


def frame(number: int, width: int, height: int) -> bytes:
    """A grey picture (8 bit) with the number in binary over the top eighth, and a bar that moves."""
    picture = np.full((height, width), 96, np.uint8)
    block, band = width // BITS, height // 8
    for bit in range(BITS):
        picture[:band, bit * block : (bit + 1) * block] = 235 if number >> bit & 1 else 16
    left = number * 4 % (width - 40)
    picture[height // 2 : height // 2 + band, left : left + 40] = 200
    return picture.tobytes()


def read_number(luma: Callable[[int, int], float], width: int, height: int) -> int:
    """The number of the frame seen in a picture of this size; ``luma(x, y)`` answers 0 to 255."""
    block = width / BITS
    return sum(1 << bit for bit in range(BITS) if luma(int((bit + 0.5) * block), height // 16) > 125)


def make_hls(folder: Path, seconds: int, width: int = 512, height: int = 288, crf: int = 23, tag: str = "avc1") -> Path:
    """Fragmented MP4 segments of picture and sound: ``v_*.m4s``, ``a_*.m4s`` and their ``init`` files."""
    folder.mkdir(parents=True, exist_ok=True)
    hls = [
        *("-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "vod"),
    ]
    command = [
        *(ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}"),
        *("-r", str(FPS), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-bf", "0"),
        *("-tag:v", tag, "-x264-params", f"repeat-headers={int(tag == 'avc3')}"),
        *("-pix_fmt", "yuv420p", "-g", str(FPS * SEGMENT_S), "-sc_threshold", "0", *hls),
        *("-hls_fmp4_init_filename", "init_0.mp4", "-hls_segment_filename", "0_%d.m4s", "0.m3u8"),
    ]
    sound = [
        *(ffmpeg_path(), "-v", "error", "-y", "-f", "lavfi"),
        *("-i", f"sine=frequency=330:sample_rate=48000:duration={seconds}", "-c:a", "aac", *hls),
        *("-hls_fmp4_init_filename", "init_1.mp4", "-hls_segment_filename", "1_%d.m4s", "1.m3u8"),
    ]
    subprocess.run(sound, cwd=folder, check=True)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=folder)
    assert process.stdin is not None
    with process.stdin as pipe:
        for number in range(seconds * FPS):
            pipe.write(frame(number, width, height))
    assert process.wait() == 0
    return folder


def _pieces(folder: Path, stream: int) -> tuple[Piece, ...]:
    lines = (folder / f"{stream}.m3u8").read_text(encoding="ascii").splitlines()
    times = [float(line.removeprefix("#EXTINF:").rstrip(",")) for line in lines if line.startswith("#EXTINF")]
    names = [line for line in lines if line.endswith(".m4s")]
    return tuple(Piece(name, round(time * 1000)) for name, time in zip(names, times, strict=True))


def presentation(folder: Path, width: int = 512, height: int = 288) -> Presentation:
    """What `make_hls` left in a folder."""
    video, audio = _pieces(folder, 0), _pieces(folder, 1)
    picture = Stream("test", "avc1.640028", 2_000_000, video, Piece("init_0.mp4"), width, height, float(FPS))
    sound = Stream("zh", "mp4a.40.2", 128_000, audio, Piece("init_1.mp4"), language="zh")
    return Presentation(picture.duration_ms, (picture,), (sound,))


LADDER = ((512, 288, 3_000_000), (384, 216, 1_500_000), (256, 144, 500_000))


def ladder(folder: Path, seconds: int) -> Presentation:
    """One film in three renditions that follow on one another, best first, each in a folder of its height."""
    video = []
    for width, height, bandwidth_bps in LADDER:
        make_hls(folder / str(height), seconds, width, height, tag="avc3")
        pieces = tuple(replace(piece, path=f"{height}/{piece.path}") for piece in _pieces(folder / str(height), 0))
        init = Piece(f"{height}/init_0.mp4")
        video.append(Stream(str(height), "avc3.640028", bandwidth_bps, pieces, init, width, height, float(FPS)))
    sound = presentation(folder / str(LADDER[0][1])).audio[0]
    place = str(LADDER[0][1])
    assert sound.init is not None
    sound = replace(
        sound,
        init=Piece(f"{place}/{sound.init.path}"),
        pieces=tuple(replace(piece, path=f"{place}/{piece.path}") for piece in sound.pieces),
    )
    return Presentation(video[0].duration_ms, tuple(video), (sound,))


def reader(folder: Path) -> Fetch:
    """Reads a folder as a feature's ``fetch``."""

    def fetch(path: str, _size: int | None, _cancel: Cancel, _received: Received) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise CinemaError(Code.FILE_MISSING, "a part of the film is missing") from error

    return fetch


def clear_feature(folder: Path, **more: object) -> Feature:
    """A film in the clear."""
    return Feature(presentation(folder), fetch=reader(folder), **more)  # type: ignore[arg-type]


def encrypted_feature(folder: Path, sealed: Path, **more: object) -> Feature:
    """The same film with every segment encrypted, hashed and listed, as in a film package."""
    sealed.mkdir(exist_ok=True)
    clear = presentation(folder)

    def seal(piece: Piece) -> Piece:
        data = (folder / piece.path).read_bytes()
        padder = padding.PKCS7(128).padder()
        lock = Cipher(algorithms.AES(KEY), modes.CBC(bytes.fromhex(IV))).encryptor()
        data = lock.update(padder.update(data) + padder.finalize()) + lock.finalize()
        (sealed / piece.path).write_bytes(data)
        return Piece(piece.path, piece.duration_ms, len(data), hashlib.sha256(data).hexdigest(), KEY_ID, IV)

    def stream(source: Stream) -> Stream:
        assert source.init is not None
        (sealed / source.init.path).write_bytes((folder / source.init.path).read_bytes())
        pieces = tuple(seal(piece) for piece in source.pieces)
        return Stream(
            source.id, source.codecs, source.bandwidth_bps, pieces, source.init, source.width, source.height, 24.0
        )

    whole = Presentation(clear.duration_ms, tuple(map(stream, clear.video)), tuple(map(stream, clear.audio)))
    return Feature(whole, fetch=reader(sealed), key={KEY_ID: KEY}.__getitem__, **more)  # type: ignore[arg-type]
