"""The command line and a real libmpv play what the gateway serves: sealed packages and foreign streams."""

import functools
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.paths import Paths
from core import Cancel, no_progress
from films import MasterOptions, Rung, SigningKey, ffmpeg_path, master

ROOT = Path(__file__).parents[3]
FPS = 24


def ffmpeg(folder: Path, *arguments: str) -> None:
    subprocess.run([ffmpeg_path(), "-v", "error", "-y", *arguments], cwd=folder, check=True)


def play(what: str, home: Path, report: Path) -> tuple[int, dict[str, Any], str]:
    """Three seconds without a window: exit status, report, and all that was printed or logged."""
    command = [
        "main.py",
        "play",
        what,
        "--hidden",
        "--duration",
        "3",
        "--report",
        str(report),
        "--home",
        str(home),
        "--verbose",
    ]
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    logs = "".join(path.read_text(encoding="utf-8") for path in Paths.under(home).logs.rglob("*") if path.is_file())
    assert report.exists(), done.stderr
    return done.returncode, json.loads(report.read_text(encoding="utf-8")), done.stdout + done.stderr + logs


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    sources = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=24:d=6", "-f", "lavfi", "-i", "sine=440:r=48000:d=6")
    ffmpeg(
        folder,
        *sources,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "48",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "film.mp4",
    )
    return folder / "film.mp4"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def package(source: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packages") / "lantern"
    options = MasterOptions(
        package_id="lantern-1",
        title_id="lantern",
        names={"en": "Lantern"},
        signing_key=SigningKey.load_or_create(Paths.under(home).signing_key),
        ladder=(Rung("2k", 160, 90, 1500, preset="ultrafast"),),
        segment_ms=2000,
        key_rotation_ms=4000,
    )
    master(source, out, options, no_progress, Cancel())
    return out


def test_a_sealed_package_plays_and_leaves_no_key_behind(package: Path, home: Path, tmp_path: Path) -> None:
    status, report, said = play(str(package), home, tmp_path / "report.json")
    assert (status, report["error"]) == (0, None)
    assert report["frames_shown"] >= 3 * FPS - 3
    assert (report["width"], report["height"], report["video_codec"], report["stalls"]) == (160, 90, "h264", 0)
    keys = json.loads(package.with_name("lantern.keys.json").read_text(encoding="utf-8"))["keys"]
    assert len(keys) >= 2
    assert not any(word in said for key_id, key in keys.items() for word in (key_id, key))
    assert "127.0.0.1" not in said


@pytest.mark.parametrize("change", ["one bit", "short", "swapped"])
def test_a_spoilt_package_is_not_shown_beyond_what_is_whole(
    package: Path, home: Path, tmp_path: Path, change: str
) -> None:
    first, second = sorted(package.glob("video/*/*.m4s"))[:2]
    whole = first.read_bytes()
    spoilt = {
        "one bit": whole[:99] + bytes([whole[99] ^ 1]) + whole[100:],
        "short": whole[:-16],
        "swapped": second.read_bytes(),
    }
    try:
        first.write_bytes(spoilt[change])
        status, report, _ = play(str(package), home, tmp_path / "report.json")
    finally:
        first.write_bytes(whole)
    assert status == 1
    assert report["error"]["code"] == "segment-corrupt"
    assert report["frames_shown"] == 0


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object, **_more: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


HLS = ("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod")


def test_a_foreign_encrypted_stream_plays(site: tuple[Path, str], source: Path, home: Path, tmp_path: Path) -> None:
    folder, url = site
    (folder / "k.key").write_bytes(bytes(range(16)))
    (folder / "info").write_text("k.key\nk.key\n", encoding="ascii")
    ffmpeg(
        folder, "-i", str(source), "-c", "copy", *HLS, "-start_number", "7", "-hls_key_info_file", "info", "index.m3u8"
    )
    playlist = (folder / "index.m3u8").read_text(encoding="ascii")
    assert "AES-128" in playlist
    assert "EXT-X-MEDIA-SEQUENCE:7" in playlist
    (folder / "index.m3u8").write_text(re.sub(",IV=0x[0-9a-f]+", "", playlist), encoding="ascii")
    status, report, said = play(f"{url}/index.m3u8", home, tmp_path / "report.json")
    assert (status, report["error"]) == (0, None), playlist
    assert report["frames_shown"] >= 3 * FPS - 3
    assert bytes(range(16)).hex() not in said
    (folder / "k.key").write_bytes(bytes(15))
    status, report, _ = play(f"{url}/index.m3u8", home, tmp_path / "report.json")
    assert (status, report["error"]["code"], report["frames_shown"]) == (1, "key-malformed", 0)


def test_a_foreign_stream_with_its_sound_apart_plays(
    site: tuple[Path, str], source: Path, home: Path, tmp_path: Path
) -> None:
    folder, url = site
    for kind, keep in (("v", "-an"), ("a", "-vn")):
        (folder / kind).mkdir()
        parts = ("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "i.mp4")
        ffmpeg(folder / kind, "-i", str(source), keep, "-c", "copy", *HLS, *parts, "index.m3u8")
    (folder / "index.m3u8").write_text(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="zh",LANGUAGE="zh",DEFAULT=YES,URI="a/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=160x90,CODECS="avc1.64000a,mp4a.40.2",AUDIO="a"\nv/index.m3u8\n',
        encoding="ascii",
    )
    status, report, _ = play(f"{url}/index.m3u8", home, tmp_path / "report.json")
    assert (status, report["error"]) == (0, None)
    assert report["frames_shown"] >= 3 * FPS - 3
    assert (report["video_codec"], report["audio_codec"]) == ("h264", "aac")


FORMS = {
    "MPEG-TS": [],
    "MPEG-TS, encrypted": ["-hls_key_info_file", "info"],
    "fragments": ["-hls_segment_type", "fmp4"],
    "fragments, encrypted": ["-hls_segment_type", "fmp4"],
}


def encrypt(folder: Path) -> None:
    """Every fragment under one key and IV; the initialisation section stays clear (RFC 8216 4.3.2.4 and 4.3.2.5)."""
    for segment in folder.glob("*.m4s"):
        padder = padding.PKCS7(128).padder()
        lock = Cipher(algorithms.AES(bytes(range(16))), modes.CBC(b"\x0a" * 16)).encryptor()
        segment.write_bytes(lock.update(padder.update(segment.read_bytes()) + padder.finalize()) + lock.finalize())
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="k.key",IV=0x{"0a" * 16}\n'
    playlist = (folder / "index.m3u8").read_text(encoding="ascii")
    (folder / "index.m3u8").write_text(playlist.replace("#EXTINF", key + "#EXTINF", 1), encoding="ascii")


@pytest.mark.parametrize("form", FORMS)
def test_what_plain_mpv_plays_of_our_own_formats_plays_here(
    site: tuple[Path, str], source: Path, home: Path, tmp_path: Path, form: str
) -> None:
    folder, url = site
    (folder / "k.key").write_bytes(bytes(range(16)))
    (folder / "info").write_text(f"k.key\nk.key\n{'0a' * 16}\n", encoding="ascii")
    ffmpeg(folder, "-i", str(source), "-c", "copy", *HLS, *FORMS[form], "index.m3u8")
    if form == "fragments, encrypted":
        encrypt(folder)
    plain = ["mpv", "--no-config", "--vo=null", "--ao=null", "--untimed", "--length=3", f"{url}/index.m3u8"]
    peer = subprocess.run(plain, capture_output=True, text=True, timeout=60, check=False)
    status, report, _ = play(f"{url}/index.m3u8", home, tmp_path / "report.json")
    playlist = (folder / "index.m3u8").read_text(encoding="ascii")
    assert peer.returncode == 0, peer.stdout
    assert (status, report["error"], report["video_codec"]) == (0, None, "h264"), playlist
    assert report["frames_shown"] > FPS
