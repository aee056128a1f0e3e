"""The film of the race: five renditions of one moving picture and a sound apart, made once, and its playlists."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core import Cancel
from player import HttpOrigin, Presentation
from player.presentation import Piece, Stream

FPS = 24
SEGMENT_S = 4
SECONDS = 92
SOUND_BPS = 128_000
RUNGS = ((2048, 1080, 8000), (1920, 1080, 5500), (1280, 720, 3000), (960, 540, 1600), (640, 360, 700))
"""Width, height and kbit/s, best first."""
CODECS = {"ours": "avc3.640028", "others": "avc1.640028"}
SOUND_CODEC = "mp4a.40.2"


@dataclass(frozen=True)
class Part:
    """One rendition as it lies on the disk; ``name`` is its folder, ``sizes`` are bytes by segment."""

    name: str
    width: int
    height: int
    sizes: tuple[int, ...]

    @property
    def average_bps(self) -> int:
        """Over the whole film."""
        return round(sum(self.sizes) * 8 / (len(self.sizes) * SEGMENT_S))

    @property
    def peak_bps(self) -> int:
        """Of the largest segment."""
        return round(max(self.sizes) * 8 / SEGMENT_S)


def make(folder: Path) -> tuple[Part, ...]:
    """The renditions in ``folder``, best first, then the sound; made where they are not there yet."""
    made = folder / "made.json"
    if not made.exists():
        for width, height, kbps in RUNGS:
            _encode(folder / str(kbps), _picture(width, height, kbps))
            _twin(folder / str(kbps))
        _encode(folder / "sound", _sound())
        _playlist(folder)
        made.write_text(json.dumps([*RUNGS, (0, 0, "sound")]), encoding="ascii")
    return tuple(
        Part(str(name), width, height, _sizes(folder / str(name)))
        for width, height, name in json.loads(made.read_text(encoding="ascii"))
    )


def presentation(base: str) -> Presentation:
    """What our player is handed: the list of parts, read over the line as a package's manifest is, with sizes."""
    data = HttpOrigin(home=base)(f"{base}/parts.json", None, Cancel())
    streams = [_stream(base, *part) for part in json.loads(data)]
    return Presentation(streams[0].duration_ms, tuple(streams[:-1]), (streams[-1],))


def _stream(base: str, name: str, width: int, height: int, sizes: list[int]) -> Stream:
    pieces = tuple(Piece(f"{base}/{name}/{number}.m4s", SEGMENT_S * 1000, size) for number, size in enumerate(sizes, 1))
    peak = Part(name, width, height, tuple(sizes)).peak_bps
    codecs = CODECS["ours"] if height else SOUND_CODEC
    return Stream(name, codecs, peak, pieces, Piece(f"{base}/{name}/init.mp4"), width, height, float(FPS))


def _sizes(folder: Path) -> tuple[int, ...]:
    count = sum(path.stem.isdigit() for path in folder.glob("*.m4s"))
    return tuple((folder / f"{number}.m4s").stat().st_size for number in range(1, count + 1))


def _picture(width: int, height: int, kbps: int) -> list[str]:
    return [
        *("-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={FPS}:duration={SECONDS},noise=alls=14:allf=t"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-tag:v", "avc3", "-x264-params", "repeat-headers=1", "-flags", "+cgop"),
        *("-b:v", f"{kbps}k", "-maxrate", f"{kbps}k", "-bufsize", f"{kbps}k"),
        *("-g", str(FPS * SEGMENT_S), "-keyint_min", str(FPS * SEGMENT_S), "-sc_threshold", "0"),
    ]


def _sound() -> list[str]:
    tone = f"sine=frequency=330:sample_rate=48000:duration={SECONDS - 0.1}"
    return ["-f", "lavfi", "-i", tone, "-c:a", "aac", "-b:a", str(SOUND_BPS), "-ac", "2"]


def _encode(folder: Path, arguments: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    hls = [
        *("-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "vod"),
        *("-start_number", "1", "-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", "%d.m4s"),
    ]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, *hls, "index.m3u8"]
    subprocess.run(command, cwd=folder, check=True)


def _twin(folder: Path) -> None:
    """The same rendition as the others get it: another name of the codec in the initialisation section, nothing else."""
    init = (folder / "init.mp4").read_bytes()
    assert init.count(b"avc3") == 1
    (folder / "init-avc1.mp4").write_bytes(init.replace(b"avc3", b"avc1"))
    index = (folder / "index.m3u8").read_text(encoding="ascii")
    (folder / "index.m3u8").write_text(index.replace('"init.mp4"', '"init-avc1.mp4"'), encoding="ascii")


def _playlist(folder: Path) -> None:
    """``master.m3u8`` for the other players and ``parts.json`` for ours."""
    rungs = [Part(str(kbps), width, height, _sizes(folder / str(kbps))) for width, height, kbps in RUNGS]
    sound = Part("sound", 0, 0, _sizes(folder / "sound"))
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="a",DEFAULT=YES,AUTOSELECT=YES,URI="sound/index.m3u8"',
    ]
    for part in rungs:
        rates = f"BANDWIDTH={part.peak_bps + sound.peak_bps},AVERAGE-BANDWIDTH={part.average_bps + sound.average_bps}"
        facts = f'RESOLUTION={part.width}x{part.height},FRAME-RATE={FPS},CODECS="{CODECS["others"]},{SOUND_CODEC}"'
        lines += [f'#EXT-X-STREAM-INF:{rates},{facts},AUDIO="s"', f"{part.name}/index.m3u8"]
    (folder / "master.m3u8").write_text("\n".join([*lines, ""]), encoding="ascii")
    parts = [(part.name, part.width, part.height, part.sizes) for part in (*rungs, sound)]
    (folder / "parts.json").write_text(json.dumps(parts), encoding="ascii")
