"""A web server behind one line: what all its connections carry together follows a trace, and every request waits."""

import bisect
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SLICE_S = 0.02
SEND_BUFFER_BYTES = 32 << 10
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4s": "video/mp4", ".html": "text/html"}


@dataclass(frozen=True)
class Trace:
    """How wide a line is: Mbit/s from each time on; the last row lasts as long as the one before, then it loops."""

    name: str
    rows: tuple[tuple[float, float], ...]

    @classmethod
    def read(cls, path: Path) -> "Trace":
        """A file with a row a sample: seconds, Mbit/s."""
        rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
        return cls(path.stem, tuple((float(row[0]), float(row[1])) for row in rows))

    @property
    def length_s(self) -> float:
        """Until it begins anew."""
        if len(self.rows) < 2:
            return float("inf")
        return self.rows[-1][0] + (self.rows[-1][0] - self.rows[-2][0])

    def bps(self, at_s: float) -> float:
        """Bits a second at a time."""
        if len(self.rows) > 1:
            at_s %= self.length_s
        place = bisect.bisect_right(self.rows, (at_s, float("inf"))) - 1
        return self.rows[max(0, place)][1] * 1e6


@dataclass
class Request:
    """One request as the server saw it; times are those of the system's clock."""

    path: str
    began: float
    ended: float = 0.0
    sent_bytes: int = 0
    whole: bool = False


@dataclass(eq=False)
class _Sender:
    allowed: float = 0.0


@dataclass
class Line:
    """Shares what the trace allows in each slice of time among the connections that have something to send.

    Time begins with the first request. What a slice does not use is lost.
    """

    trace: Trace
    folder: Path
    page: dict[str, bytes]
    """What is given out at once and not logged, by path."""
    delay_s: float = 0.04
    """From a request to the first byte of its answer; a new connection costs as much again."""
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Condition()
        self._senders: list[_Sender] = []
        self._closed = False
        self._began: float | None = None

    @property
    def began(self) -> float | None:
        """When the first request came, on the system's clock."""
        return self.requests[0].began if self.requests else None

    def note(self, path: str) -> Request:
        """A request that is asked for now."""
        made = Request(path, time.time())
        with self._lock:
            if self._began is None:
                self._began = time.monotonic()
            self.requests.append(made)
        return made

    @contextmanager
    def sender(self) -> Iterator[_Sender]:
        """A share of the line for a while."""
        made = _Sender()
        with self._lock:
            self._senders.append(made)
        try:
            yield made
        finally:
            with self._lock:
                self._senders.remove(made)

    def take(self, sender: _Sender, wanted: int) -> int:
        """Wait until some of so many bytes may be sent; how many. Raises ConnectionAbortedError at the end."""
        with self._lock:
            self._lock.wait_for(lambda: sender.allowed >= 1 or self._closed)
            if self._closed:
                raise ConnectionAbortedError
            size = min(wanted, int(sender.allowed))
            sender.allowed -= size
            return size

    def run(self) -> None:
        """Hand out shares until the line is closed."""
        last = time.monotonic()
        while not self._closed:
            time.sleep(SLICE_S)
            now = time.monotonic()
            with self._lock:
                began = last if self._began is None else self._began
                share = self.trace.bps(last - began) * (now - last) / 8
                hungry = [sender for sender in self._senders if sender.allowed < max(share, 1)]
                for sender in hungry:
                    sender.allowed += share / len(hungry)
                self._lock.notify_all()
            last = now

    def close(self) -> None:
        """Let every connection end."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: Line

    def setup(self) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()
        self._fresh = True

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        page = self.line.page.get(path)
        if page is not None:
            self._head(200, path, len(page))
            self.wfile.write(page)
            return
        logged = self.line.note(path)
        time.sleep(self.line.delay_s * (2 if self._fresh else 1))
        self._fresh = False
        try:
            self._send(path, logged)
        finally:
            logged.ended = time.time()

    def _send(self, path: str, logged: Request) -> None:
        file = (self.line.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.line.folder.resolve()) or not file.is_file():
            self._head(404, path, 0)
            return
        data = memoryview(file.read_bytes())
        self._head(200, path, len(data))
        with self.line.sender() as sender:
            while logged.sent_bytes < len(data):
                size = self.line.take(sender, len(data) - logged.sent_bytes)
                self.wfile.write(data[logged.sent_bytes : logged.sent_bytes + size])
                logged.sent_bytes += size
        logged.whole = True

    def _head(self, status: int, path: str, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(Path(path).suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A reader that hangs up is no fault."""


@contextmanager
def serve(line: Line) -> Iterator[str]:
    """Serve a line; its address."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"line": line}))
    threads = [
        threading.Thread(target=line.run, daemon=True),
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        line.close()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()


SYNTHETIC = (
    Trace("steady-6", ((0.0, 6.0),)),
    Trace("step-10-1-10", ((0.0, 10.0), (20.0, 1.0), (40.0, 10.0))),
    Trace("saw", tuple((float(at), 1.0 + 7.0 * (at % 16) / 15) for at in range(32))),
    Trace("outages", ((0.0, 5.0), (15.0, 0.0), (18.0, 5.0), (33.0, 0.0), (36.0, 5.0))),
)
"""Lines that need no files."""
