"""Connections to foreign servers: whom they may reach, and how slow and how long an answer may be."""

import functools
import io
import socket
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

from core import CinemaError, Code
from player.addresses import DEFAULT_PORTS, is_public, may_reach

HEAD_LIMIT_BYTES = 256 << 10
SLOWEST_BYTES_S = 8 << 10
"""A server that sends less than this is as good as silent: no film could be heard at that pace."""


class Home:
    """Where a stream lives, as a person typed it: it alone may lie on this machine or in the local network.

    Once it was seen in public it may not move there any more (DNS rebinding).
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        own = (host, parts.port or DEFAULT_PORTS.get(parts.scheme, 0))
        self._places = frozenset({own, (host, DEFAULT_PORTS["https"])})
        self._public = False

    def admits(self, host: str, port: int, peer: str) -> bool:
        """Whether ``host`` and ``port`` may lie at the numeric address ``peer``."""
        public = is_public(peer)
        if (host.lower(), port) not in self._places:
            return public
        self._public = self._public or public
        return public or not self._public


class _Meter(io.RawIOBase):
    """The bytes of one answer, as long as they come fast enough and are not too many."""

    def __init__(self, raw: io.RawIOBase, line: socket.socket, timeout_s: float) -> None:
        self._raw, self._line, self._timeout_s = raw, line, timeout_s
        self._began, self._come = time.monotonic(), 0
        self.limit_bytes = HEAD_LIMIT_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._began + self._timeout_s + self._come / SLOWEST_BYTES_S - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._line.settimeout(min(left_s, self._timeout_s))
        size: int | None = self._raw.readinto(buffer)
        self._come += size or 0
        if self._come > self.limit_bytes:
            raise CinemaError(Code.MEDIA_REFUSED, "A server's answer is longer than allowed; it was not read.")
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """Metered from its first byte to its last, the head more closely than the body."""

    def __init__(self, line: socket.socket, *more: Any, timeout_s: float, limit_bytes: int, **named: Any) -> None:
        super().__init__(line, *more, **named)
        self._limit_bytes = limit_bytes
        self._meter = _Meter(self.fp.detach(), line, timeout_s)
        self.fp = io.BufferedReader(self._meter)

    def begin(self) -> None:
        super().begin()
        # The rest leaves room for chunked transfer coding (RFC 9112 7.1).
        self._meter.limit_bytes += self._limit_bytes + self._limit_bytes // 8


class _Connection(HTTPConnection):
    home: Home | None = None

    def connect(self) -> None:
        """A name, or an odd number, may lead where a plain number may not: it is the connected host that counts."""
        super().connect()
        peer = str(self.sock.getpeername()[0])
        if not may_reach(peer) or not (self.home is None or self.home.admits(self.host, self.port, peer)):
            self.close()
            raise CinemaError(Code.PLAYLIST_REFUSED, "The stream leads to an address that is not allowed.")


class _TlsConnection(HTTPSConnection, _Connection):
    """In this order the host is checked before the handshake."""


def _opening(kind: type[_Connection], home: Home | None, limit_bytes: int) -> Callable[..., HTTPConnection]:
    def opened(host: str, **more: Any) -> HTTPConnection:
        connection = kind(host, **more)
        connection.home = home
        answer = functools.partial(_Answer, timeout_s=more["timeout"], limit_bytes=limit_bytes)
        connection.response_class = answer  # type: ignore[assignment]  # called, never looked at
        return connection

    return opened


class Http(urllib.request.HTTPHandler):
    """Opens ``http`` addresses."""

    def __init__(self, home: Home | None, limit_bytes: int) -> None:
        super().__init__()
        self._opened = _opening(_Connection, home, limit_bytes)

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        """The answer, with its body still to be read."""
        return self.do_open(self._opened, req)


class Https(urllib.request.HTTPSHandler):
    """Opens ``https`` addresses, verified."""

    def __init__(self, context: SSLContext, home: Home | None, limit_bytes: int) -> None:
        super().__init__(context=context)
        self._verified = context
        self._opened = _opening(_TlsConnection, home, limit_bytes)

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        """The answer, with its body still to be read."""
        return self.do_open(self._opened, req, context=self._verified)
