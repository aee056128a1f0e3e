"""A server of a film that can be made to misbehave: to be away, to be slow, to answer wrongly."""

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Fault = Callable[["Handler", bytes], None]

KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4s": "video/mp4"}


class Handler(BaseHTTPRequestHandler):
    timeout = 10
    site: "Site"

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        self.site.asked[path] += 1
        self.site.order.append(path)
        fault = next((fault for part, fault in self.site.faults.items() if part in path), None)
        with contextlib.suppress(OSError):
            if path not in self.site.files:
                answer(self, 404, b"")
            elif fault:
                fault(self, self.site.files[path])
            else:
                answer(self, 200, self.site.files[path])

    def log_message(self, *_words: object, **_more: object) -> None:
        pass


def answer(
    handler: Handler, status: int, data: bytes, headers: dict[str, str] | None = None, announced: int | None = None
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(data) if announced is None else announced))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    for start in range(0, len(data), 8192):
        part = data[start : start + 8192]
        handler.site.pass_through(len(part))
        handler.wfile.write(part)


def status(code: int, data: bytes = b"", **headers: str) -> Fault:
    return lambda handler, _whole: answer(handler, code, data, headers)


def instead(data: bytes) -> Fault:
    return lambda handler, _whole: answer(handler, 200, data)


def short(handler: Handler, whole: bytes) -> None:
    """Half of it, although all of it was announced."""
    answer(handler, 200, whole[: len(whole) // 2], announced=len(whole))


def drip(handler: Handler, whole: bytes) -> None:
    """A byte now and then."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(whole)))
    handler.end_headers()
    for place in range(len(whole)):
        if handler.site.closing.wait(0.1):
            return
        handler.wfile.write(whole[place : place + 1])
        handler.wfile.flush()


class Site:
    """Serves ``files``. ``faults`` are found by a part of the path; ``bps`` is what its line carries altogether."""

    def __init__(self, folder: Path) -> None:
        self.files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.faults: dict[str, Fault] = {}
        self.asked: Counter[str] = Counter()
        self.order: list[str] = []
        self.bps = 1e12
        self.closing = threading.Event()
        self._pace = threading.Lock()
        self._connections: set[Any] = set()
        self._port = 0
        self.come()
        self.url = f"http://127.0.0.1:{self._port}"

    def come(self) -> None:
        """Answer, at the same address as before."""
        connections, site = self._connections, self

        class Bound(Handler):
            def setup(self) -> None:
                self.site = site
                connections.add(self.request)
                super().setup()

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Bound)
        self._server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
        self._server.daemon_threads = False
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def go(self) -> None:
        """Cut every connection and take no new one."""
        self._server.shutdown()
        self._server.socket.close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()
        self._server.server_close()
        self._thread.join()

    def pass_through(self, size: int) -> None:
        """Wait as long as the line needs for so many bytes."""
        with self._pace:
            time.sleep(min(size * 8 / self.bps, 5))

    def close(self) -> None:
        self.closing.set()
        self.go()
