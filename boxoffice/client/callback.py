"""The loopback listener that a browser comes back to after signing in (RFC 8252 7.3).

One thread serves every connection without blocking, so that a silent one delays nobody.
"""

import secrets
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, cast
from urllib.parse import parse_qsl, urlsplit

from boxoffice.client.answer_page import Outcome, answer_page
from core import Cancel, CinemaError, Code

REQUEST_LIMIT_BYTES = 8_192
CONNECTION_S = 5.0
CONNECTIONS = 32
LIFE_S = 120.0
TICK_S = 0.05
ADDRESSES: tuple[tuple[socket.AddressFamily, str], ...] = (
    (socket.AF_INET, "127.0.0.1"),
    (socket.AF_INET6, "::1"),
)

_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n"
)
_REASONS = {200: "OK", 404: "Not Found", 431: "Request Header Fields Too Large"}


@dataclass
class _Connection:
    socket: socket.socket
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    to_send: bytes = b""
    awaiting: bool = False
    """Holds the callback, and is answered when its outcome is known."""


class CallbackListener:
    """Takes one callback. A context manager; leaving it shuts the listener.

    ``addresses`` are tried in order. Raises `CinemaError` (internal) if none can be listened on.
    """

    def __init__(self, language: str, addresses: Sequence[tuple[socket.AddressFamily, str]] = ADDRESSES) -> None:
        self._language = language
        self._listener, host = _listen(addresses)
        port = self._listener.getsockname()[1]
        self._authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._path = "/" + secrets.token_urlsafe(24)
        self.redirect_uri = f"http://{self._authority}{self._path}"
        self._parameters: dict[str, str] | None = None
        self._outcome: Outcome | None = None
        self._arrived = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sign-in callback", daemon=True)
        self._thread.start()

    def wait(self, cancel: Cancel, life_s: float = LIFE_S) -> dict[str, str]:
        """The parameters that the browser came back with.

        Raises `CinemaError` (sign-in-timed-out) after ``life_s``, or `Cancelled`.
        """
        deadline = time.monotonic() + life_s
        while not self._arrived.wait(TICK_S):
            cancel.check()
            if time.monotonic() >= deadline:
                raise CinemaError(Code.SIGN_IN_TIMED_OUT, "Nobody signed in within two minutes; try again.")
        return cast("dict[str, str]", self._parameters)

    def conclude(self, outcome: Outcome) -> None:
        """Answer the browser that waits, and shut."""
        self._outcome = outcome
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._arrived.is_set() and self._outcome is None:
            self._outcome = "failed"
        self.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector, self._listener:
            selector.register(self._listener, selectors.EVENT_READ)
            connections: dict[socket.socket, _Connection] = {}
            while not self._stop.is_set():
                for key, _events in selector.select(TICK_S):
                    if key.fileobj is self._listener:
                        self._accept(selector, connections)
                    else:
                        self._advance(key.data, selector, connections)
                for connection in [one for one in connections.values() if time.monotonic() > one.deadline]:
                    _drop(connection, selector, connections)
            self._finish(list(connections.values()))

    def _finish(self, connections: list[_Connection]) -> None:
        for connection in connections:
            with connection.socket:
                if connection.awaiting and self._outcome:
                    connection.socket.settimeout(CONNECTION_S)
                    _send_whole(connection.socket, _response(200, answer_page(self._outcome, self._language)))

    def _accept(self, selector: selectors.BaseSelector, connections: dict[socket.socket, _Connection]) -> None:
        try:
            accepted, _address = self._listener.accept()
        except OSError:
            return
        accepted.setblocking(False)
        if len(connections) >= CONNECTIONS:
            accepted.close()
            return
        connection = _Connection(accepted, time.monotonic() + CONNECTION_S)
        connections[accepted] = connection
        selector.register(accepted, selectors.EVENT_READ, connection)

    def _advance(
        self,
        connection: _Connection,
        selector: selectors.BaseSelector,
        connections: dict[socket.socket, _Connection],
    ) -> None:
        try:
            if connection.to_send:
                connection.to_send = connection.to_send[connection.socket.send(connection.to_send) :]
                if not connection.to_send:
                    _drop(connection, selector, connections)
                return
            chunk = connection.socket.recv(REQUEST_LIMIT_BYTES + 1 - len(connection.received))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            chunk = b""
        if not chunk:
            _drop(connection, selector, connections)
            return
        connection.received += chunk
        status = self._judge(bytes(connection.received))
        if status == "taken":
            connection.awaiting = True
            connection.deadline = float("inf")
            selector.unregister(connection.socket)
            self._arrived.set()
        elif status != "incomplete":
            connection.to_send = _response(status, b"")
            selector.modify(connection.socket, selectors.EVENT_WRITE, connection)

    def _judge(self, received: bytes) -> int | Literal["taken", "incomplete"]:
        if len(received) > REQUEST_LIMIT_BYTES:
            return 431
        head, end, _rest = received.partition(b"\r\n\r\n")
        if not end:
            return "incomplete"
        parameters = self._parameters_of(head)
        if parameters is None or self._arrived.is_set():
            return 404
        self._parameters = parameters
        return "taken"

    def _parameters_of(self, head: bytes) -> dict[str, str] | None:
        """The query of a request that is truly the callback; none for any other request."""
        try:
            request_line, *lines = head.decode("ascii").split("\r\n")
            method, target, version = request_line.split(" ")
            hosts = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")]
            parts = urlsplit(target)
            pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
        except ValueError:
            return None
        fine = method == "GET" and version in ("HTTP/1.1", "HTTP/1.0") and hosts == [self._authority]
        if not fine or not secrets.compare_digest(parts.path, self._path) or parts.netloc:
            return None
        return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def _listen(addresses: Sequence[tuple[socket.AddressFamily, str]]) -> tuple[socket.socket, str]:
    for family, host in addresses:
        try:
            listener = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            listener.bind((host, 0))
            listener.listen(CONNECTIONS)
            listener.setblocking(False)
        except OSError:
            listener.close()
            continue
        return listener, host
    raise CinemaError(Code.INTERNAL, "This machine lets no program listen on its own loopback address.")


def _drop(
    connection: _Connection, selector: selectors.BaseSelector, connections: dict[socket.socket, _Connection]
) -> None:
    selector.unregister(connection.socket)
    del connections[connection.socket]
    connection.socket.close()


def _response(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\n{_HEADERS}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


def _send_whole(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return
