"""Where bytes come from: the folder of a film package, or the web for foreign streams."""

import http.client
import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from core import Cancel, CinemaError, Code
from films import is_safe_path
from player.addresses import DEFAULT_PORTS, checked_address, is_public, may_reach, same_host
from player.presentation import Received, unheard

SIZE_LIMIT_BYTES = 64 << 20
CHUNK_BYTES = 64 << 10
TIMEOUT_S = 8.0
PASSING_STATUS = frozenset({408, 425, 429})


class DirectoryOrigin:
    """Reads the files of one folder, and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, path: str, expected_size: int | None, cancel: Cancel, _received: Received = unheard) -> bytes:
        """One file, whole. Raises `CinemaError` (file-missing, file-unreadable, segment-corrupt, cancelled)."""
        cancel.check()
        if not is_safe_path(path):
            raise _missing()
        try:
            root = self._folder.resolve(strict=True)
            file = (root / path).resolve(strict=True)
            if not file.is_relative_to(root) or not file.is_file():
                raise _missing()
            with file.open("rb") as source:
                data = source.read((SIZE_LIMIT_BYTES if expected_size is None else expected_size) + 1)
        except (FileNotFoundError, NotADirectoryError, RuntimeError) as error:
            raise _missing() from error
        except OSError as error:
            raise CinemaError(Code.FILE_UNREADABLE, "A part of the film cannot be read from the disk.") from error
        if len(data) > SIZE_LIMIT_BYTES or (expected_size is not None and len(data) != expected_size):
            raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film has the wrong length; it was not shown.")
        return data


@dataclass(frozen=True)
class Answer:
    """What a server sent, and the address it finally came from."""

    data: bytes
    url: str


Home = frozenset[tuple[str, int]]
"""Host names and ports that may lie on this machine or the local network."""


class HttpOrigin:
    """Reads http and https addresses: no proxy, no cookies, TLS verified, redirects only within one host.

    With ``home``, the address a person typed, only its own host may lie anywhere but on the public network.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        limit_bytes: int = SIZE_LIMIT_BYTES,
        timeout_s: float = TIMEOUT_S,
        home: str | None = None,
    ) -> None:
        self.context = context
        places = None if home is None else _home(home)
        self._limit_bytes = limit_bytes
        self._timeout_s = timeout_s
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            _Http(places),
            _Https(context or ssl.create_default_context(), places),
            _Redirects(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def at_home(self, url: str, limit_bytes: int | None = None) -> "HttpOrigin":
        """The same for the parts of a stream whose address somebody typed."""
        return HttpOrigin(self.context, limit_bytes or self._limit_bytes, self._timeout_s, url)

    def __call__(self, path: str, expected_size: int | None, cancel: Cancel, received: Received = unheard) -> bytes:
        """The bytes at an absolute address; errors as for `read`."""
        return self.read(path, expected_size, cancel, received).data

    def read(self, url: str, expected_size: int | None, cancel: Cancel, received: Received = unheard) -> Answer:
        """The bytes at an absolute address.

        Raises `CinemaError`: offline and server-error (worth another try), not-found, certificate, redirected,
        media-refused (too long), playlist-refused (an address that is not allowed), cancelled.
        """
        cancel.check()
        headers = {"User-Agent": "SmartCinema", "Accept-Encoding": "identity", "Connection": "close"}
        request = urllib.request.Request(checked_address(url), headers=headers)  # noqa: S310 - the scheme is checked
        limit = self._limit_bytes if expected_size is None else min(expected_size, self._limit_bytes)
        try:
            with self._opener.open(request, timeout=self._timeout_s) as response:
                return Answer(_body(response, limit, cancel, received), response.url)
        except HTTPError as error:
            with error:
                raise _of_status(error.code) from error
        except URLError as error:
            raise _of_line(error.reason) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _of_line(error) from error


def _body(response: http.client.HTTPResponse, limit: int, cancel: Cancel, received: Received) -> bytes:
    announced = response.length
    if announced is not None and announced > limit:
        raise _too_long()
    data = bytearray()
    while chunk := response.read1(CHUNK_BYTES):
        cancel.check()
        data += chunk
        if len(data) > limit:
            raise _too_long()
        received(len(data))
    if announced is not None and len(data) < announced:
        raise CinemaError(Code.OFFLINE, "The line dropped before everything had arrived.")
    return bytes(data)


def _home(url: str) -> Home:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    own = (host, parts.port or DEFAULT_PORTS.get(parts.scheme, 0))
    return frozenset({own, (host, DEFAULT_PORTS["https"])})


class _Connection(http.client.HTTPConnection):
    def __init__(self, *arguments: Any, home: Home | None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._home = home

    def connect(self) -> None:
        super().connect()
        _check_peer(self, self._home)


class _TlsConnection(http.client.HTTPSConnection):
    def __init__(self, *arguments: Any, home: Home | None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._home = home

    def connect(self) -> None:
        super().connect()
        _check_peer(self, self._home)


def _check_peer(connection: http.client.HTTPConnection, home: Home | None) -> None:
    """A name, or an odd number, may lead where a plain number may not: it is the connected host that counts."""
    peer = str(connection.sock.getpeername()[0])
    at_home = home is None or (connection.host.lower(), connection.port) in home
    if not may_reach(peer) or not (at_home or is_public(peer)):
        connection.close()
        raise CinemaError(Code.PLAYLIST_REFUSED, "The stream leads to an address that is not allowed.")


class _Http(urllib.request.HTTPHandler):
    def __init__(self, home: Home | None) -> None:
        super().__init__()
        self._home = home

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        make: Callable[..., http.client.HTTPConnection] = _Connection
        return self.do_open(make, req, home=self._home)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, context: ssl.SSLContext, home: Home | None) -> None:
        super().__init__(context=context)
        self._verified = context
        self._home = home

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        make: Callable[..., http.client.HTTPConnection] = _TlsConnection
        return self.do_open(make, req, context=self._verified, home=self._home)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = 5

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if not same_host(req.full_url, newurl):
            fp.close()
            raise CinemaError(Code.REDIRECTED, "The stream was redirected to another place; it was not followed.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _of_status(status: int) -> CinemaError:
    if status >= 500 or status in PASSING_STATUS:
        return CinemaError(Code.SERVER_ERROR, f"The stream's server has a fault of its own ({status}).")
    if 300 <= status < 400:
        return CinemaError(Code.REDIRECTED, "The stream was redirected in a way that is not followed.")
    return CinemaError(Code.NOT_FOUND, f"The stream's server does not give out this part ({status}).")


def _of_line(reason: object) -> CinemaError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return CinemaError(Code.CERTIFICATE, "The stream's server has no valid certificate; nothing was read.")
    return CinemaError(Code.OFFLINE, "The stream's server cannot be reached.")


def _missing() -> CinemaError:
    return CinemaError(Code.FILE_MISSING, "A part of the film is missing from its folder.")


def _too_long() -> CinemaError:
    return CinemaError(Code.MEDIA_REFUSED, "A part of the stream is longer than allowed; it was not shown.")
