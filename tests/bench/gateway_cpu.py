"""CPU of the gateway opening a sealed 20 Mbit/s stream, beside a plain static server of the clear files.

Usage: python tests/bench/gateway_cpu.py [SECONDS]. Both serve at once, read in real time. Prints JSON; exit 1 where the
gateway adds more than a tenth of one core.
"""

import functools
import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

import psutil  # noqa: E402
from cryptography.hazmat.primitives import padding  # noqa: E402
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: E402

from player import DirectoryOrigin, Presentation  # noqa: E402
from player.gateway import Conditions, Gateway, Observer  # noqa: E402
from player.presentation import Piece, Stream  # noqa: E402

RATE_BPS = 20_000_000
SEGMENT_S = 2
KEY, IV = bytes(range(16)), "0f" * 16
CHUNK_BYTES = 64 << 10
LIMIT_CORES = 0.10


def make(folder: Path, count: int) -> None:
    """Clear and sealed segments of the full rate; what is inside them matters to nobody here."""
    size = RATE_BPS * SEGMENT_S // 8
    for kind in ("clear", "sealed"):
        (folder / kind).mkdir()
    for kind in ("clear", "sealed"):
        (folder / kind / "init.mp4").write_bytes((32).to_bytes(4, "big") + b"ftyp" + bytes(24))
    for number in range(1, count + 1):
        clear = size.to_bytes(4, "big") + b"moof" + os.urandom(size - 8)
        padder = padding.PKCS7(128).padder()
        lock = Cipher(algorithms.AES(KEY), modes.CBC(bytes.fromhex(IV))).encryptor()
        sealed = lock.update(padder.update(clear) + padder.finalize()) + lock.finalize()
        (folder / "clear" / f"{number}.m4s").write_bytes(clear)
        (folder / "sealed" / f"{number}.m4s").write_bytes(sealed)
        (folder / "sealed" / f"{number}.sha256").write_text(hashlib.sha256(sealed).hexdigest(), encoding="ascii")


def serve_gateway(folder: Path) -> None:
    """Serve until the standard input ends."""
    sums = sorted(folder.glob("*.sha256"), key=lambda path: int(path.stem))
    pieces = tuple(
        Piece(
            f"{file.stem}.m4s",
            SEGMENT_S * 1000,
            file.with_suffix(".m4s").stat().st_size,
            file.read_text(encoding="ascii"),
            "k1",
            IV,
        )
        for file in sums
    )
    stream = Stream("2k", "avc1.640028", RATE_BPS, pieces, Piece("init.mp4"), 2048, 1080, 24.0)
    quiet = Observer(lambda: None, lambda: None, lambda _error, _at_ms: None)
    gateway = Gateway()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    play = gateway.open(
        Presentation(stream.duration_ms, (stream,)), DirectoryOrigin(folder), lambda _key_id: KEY, Conditions(), quiet
    )
    sys.stdout.write(play.url.rpartition("/")[0] + "/v\n")
    sys.stdout.flush()
    sys.stdin.read()
    gateway.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


def serve_files(folder: Path) -> None:
    """Serve until the standard input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


def read_in_real_time(url: str, count: int) -> int:
    """Read every segment at the pace of the film; the bytes read."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    started, total = time.monotonic(), 0
    for number in range(1, count + 1):
        connection.request("GET", f"{parts.path}/{number}.m4s")
        answer = connection.getresponse()
        if answer.status != 200:
            message = f"segment {number}: {answer.status}"
            raise RuntimeError(message)
        while chunk := answer.read(CHUNK_BYTES):
            total += len(chunk)
            time.sleep(max(0.0, started + total * 8 / RATE_BPS - time.monotonic()))
    connection.close()
    return total


class Side:
    """One server in a process of its own, and its reader."""

    def __init__(self, kind: str, folder: Path, count: int) -> None:
        self.process = psutil.Popen(
            [sys.executable, __file__, f"--{kind}", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.process.stdout.readline()
        started = self.process.cpu_times()
        self.before_s = started.user + started.system
        self.process.stdin.write("open\n")
        self.process.stdin.flush()
        self.url = self.process.stdout.readline().strip()
        self.count, self.read_bytes, self.cpu_s = count, 0, 0.0
        self.reader = threading.Thread(target=self._read)

    def _read(self) -> None:
        self.read_bytes = read_in_real_time(self.url, self.count)
        used = self.process.cpu_times()
        self.cpu_s = used.user + used.system - self.before_s

    def close(self) -> None:
        """Let the server end."""
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def main() -> int:
    """Measure and print."""
    if len(sys.argv) == 3:
        {"--gateway": serve_gateway, "--files": serve_files}[sys.argv[1]](Path(sys.argv[2]))
        return 0
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    count = max(1, seconds // SEGMENT_S)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        sides = [Side("gateway", folder / "sealed", count), Side("files", folder / "clear", count)]
        try:
            for side in sides:
                side.reader.start()
            for side in sides:
                side.reader.join()
        finally:
            for side in sides:
                side.close()
    gateway, files = sides
    length_s = count * SEGMENT_S
    added = (gateway.cpu_s - files.cpu_s) / length_s
    whole = gateway.read_bytes == files.read_bytes > 0
    result = {
        "seconds": length_s,
        "gateway_cores": round(gateway.cpu_s / length_s, 4),
        "plain_cores": round(files.cpu_s / length_s, 4),
        "ratio": round(gateway.cpu_s / files.cpu_s, 2) if files.cpu_s else None,
        "added_cores": round(added, 4),
        "limit_cores": LIMIT_CORES,
        "whole": whole,
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 0 if whole and added <= LIMIT_CORES else 1


if __name__ == "__main__":
    sys.exit(main())
