"""Serves one play at a time to libmpv on loopback, behind an address that nobody can guess."""

import hmac
import logging
import re
import secrets
import selectors
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import IO

from core import CinemaError
from player.gateway.line import Observer
from player.gateway.play import FILE, Body, OpenPlay
from player.gateway.rate import Conditions
from player.presentation import Fetch, KeySource, Presentation

log = logging.getLogger(__name__)

AWAKE_S = 120.0
"""How often a request that waits for the line is told that it is not forgotten."""

CHUNK_BYTES = 256 << 10
IDLE_S = 600
STRANGER_S = 10.0
"""How long a connection may say nothing before it has shown the token."""
STRANGERS = 32
"""Connections without the token at a time; the oldest of more is dropped."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False
    request_queue_size = 32
    enter_connection: Callable[[socket.socket, threading.Thread], None]

    def process_request(self, request: object, client_address: object) -> None:
        """Answer on a thread of its own, known before it starts."""
        assert isinstance(request, socket.socket)  # noqa: S101 - a stream server's
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="gateway-answer", daemon=True
        )
        self.enter_connection(request, thread)
        thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what failed in the log, without addresses."""
        del request, client_address
        log.warning("a request failed", exc_info=True)  # noqa: LOG014 - called while the exception is handled


class Gateway:
    """The server itself: one for the life of a player."""

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(32)
        self._plays: dict[str, OpenPlay] = {}
        self._leaving: list[OpenPlay] = []
        self._connections: set[socket.socket] = set()
        self._strangers: dict[socket.socket, None] = {}
        self._handlers: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.enter_connection = self._enter
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="gateway", daemon=True)
        self._thread.start()

    def open(
        self,
        presentation: Presentation,
        fetch: Fetch,
        key: KeySource,
        conditions: Conditions,
        observer: Observer,
        start_ms: int | None = None,
    ) -> OpenPlay:
        """Serve a presentation; the play's ``url`` is what libmpv opens.

        With ``start_ms`` its first segments are fetched at once; else as soon as libmpv asks for the film.
        """
        play = OpenPlay(secrets.token_urlsafe(8), presentation, fetch, key, conditions, observer, start_ms)
        leaf = "film" if presentation.file else "master.m3u8"
        play.url = f"http://127.0.0.1:{self.port}/{self._token}/{play.name}/{leaf}"
        with self._lock:
            self._plays[play.name] = play
        return play

    def close_play(self, play: OpenPlay) -> None:
        """Stop serving a play; never waits for the line."""
        play.close()
        with self._lock:
            self._plays.pop(play.name, None)
            self._leaving = [left for left in (*self._leaving, play) if not left.idle]

    def close(self) -> None:
        """Stop serving, drop every connection, and wait for every thread."""
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            plays, self._plays = [*self._plays.values(), *self._leaving], {}
            connections = [*self._connections, *self._strangers]
            handlers = list(self._handlers)
        for play in plays:
            play.close()
        for connection in connections:
            _hang_up(connection)
        for play in plays:
            play.join()
        for handler in handlers:
            handler.join(5)
        self._thread.join(5)

    def play_at(self, target: str, host: str | None) -> tuple[OpenPlay, list[str]] | None:
        """The play that a request target names and the path inside it, or none for whatever is not exactly ours."""
        if host != f"127.0.0.1:{self.port}":
            return None
        first, *path = target.removeprefix("/").split("/") if target.startswith("/") else [""]
        if not hmac.compare_digest(first.encode(), self._token.encode()) or not path:
            return None
        with self._lock:
            play = self._plays.get(path[0])
        return (play, path[1:]) if play else None

    def _enter(self, connection: socket.socket, handler: threading.Thread) -> None:
        with self._lock:
            self._strangers[connection] = None
            oldest = next(iter(self._strangers)) if len(self._strangers) > STRANGERS else None
            if oldest is not None:
                del self._strangers[oldest]
                self._connections.add(oldest)
            self._handlers = {*filter(threading.Thread.is_alive, self._handlers), handler}
        if oldest is not None:
            _hang_up(oldest)

    def _know(self, connection: socket.socket) -> None:
        with self._lock:
            if connection in self._strangers:
                del self._strangers[connection]
                self._connections.add(connection)
        connection.settimeout(IDLE_S)

    def _leave(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)
            self._strangers.pop(connection, None)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        at, know, leave = self.play_at, self._know, self._leave

        class Handler(_Handler):
            play_at = staticmethod(at)
            know_connection = staticmethod(know)
            leave_connection = staticmethod(leave)

        return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = STRANGER_S
    disable_nagle_algorithm = True
    play_at: Callable[[str, str | None], tuple[OpenPlay, list[str]] | None]
    know_connection: Callable[[socket.socket], None]
    leave_connection: Callable[[socket.socket], None]
    _begun = False
    """Whether the answer's first line is out."""
    _spoke_at = 0.0

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            log.debug("the reader went away")
        finally:
            self.leave_connection(self.connection)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def send_error(self, _code: int, _message: str | None = None, _explain: str | None = None) -> None:
        """Everything that is not a good request of ours is answered alike."""
        self.close_connection = True
        if self._begun:
            return
        self.request_version = self.protocol_version
        self.send_response_only(404)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Addresses hold the token; nothing is logged."""

    def _answer(self, *, with_body: bool) -> None:
        self._begun, self._spoke_at = False, time.monotonic()
        hosts = self.headers.get_all("Host", [])
        bodiless = "Content-Length" not in self.headers and "Transfer-Encoding" not in self.headers
        found = self.play_at(self.path, hosts[0]) if len(hosts) == 1 and bodiless else None
        body = self._body(*found) if found else None
        if body is None:
            self.send_error(404)
        elif body.file is not None:
            self._send_file(body.file, with_body=with_body)
        else:
            self._head(200, body.content_type, len(body.data))
            if with_body:
                self.wfile.write(body.data)

    def _body(self, play: OpenPlay, path: list[str]) -> Body | None:
        self.know_connection(self.connection)
        try:
            return play.answer(path, self._gone)
        except CinemaError:
            return None

    def _gone(self) -> bool:
        """Whether the reader hung up while its request was waiting."""
        try:
            self._keep_awake()
            with selectors.DefaultSelector() as look:
                look.register(self.connection, selectors.EVENT_READ)
                return bool(look.select(0)) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _keep_awake(self) -> None:
        """A header line now and then: FFmpeg gives a silent server up, and an outage may last longer than that."""
        now = time.monotonic()
        if now - self._spoke_at >= AWAKE_S:
            self._spoke_at = now
            if not self._begun:
                self._begun = True
                self.send_response_only(200)
            self.send_header("X-Waiting", "1")
            self.flush_headers()

    def _head(self, status: int, content_type: str, length: int, **more: str) -> None:
        if not self._begun:
            self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _send_file(self, path: Path, *, with_body: bool) -> None:
        try:
            source = path.open("rb")
        except OSError:
            self.send_error(404)
            return
        with source:
            size = path.stat().st_size
            span = _range(self.headers.get("Range"))
            start, stop = (span[0], min(span[1], size)) if span else (0, size)
            if span and start >= stop:
                self._head(416, FILE, 0, Content_Range=f"bytes */{size}")
                return
            more = {"Content_Range": f"bytes {start}-{stop - 1}/{size}"} if span else {}
            self._head(206 if span else 200, FILE, stop - start, Accept_Ranges="bytes", **more)
            if with_body:
                self._copy(source, start, stop)

    def _copy(self, source: IO[bytes], start: int, stop: int) -> None:
        source.seek(start)
        left = stop - start
        while left > 0:
            chunk = source.read(min(CHUNK_BYTES, left))
            if not chunk:
                self.close_connection = True
                return
            self.wfile.write(chunk)
            left -= len(chunk)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("a connection had gone already")


def _range(header: str | None) -> tuple[int, int] | None:
    """The half-open byte range of a ``bytes=a-b`` or ``bytes=a-`` header (RFC 9110 14.1.2); none for anything else."""
    found = re.fullmatch(r"bytes=([0-9]{1,18})-([0-9]{1,18})?", (header or "").strip())
    if found is None:
        return None
    return int(found[1]), int(found[2]) + 1 if found[2] else sys.maxsize
