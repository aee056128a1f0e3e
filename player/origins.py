"""Where bytes come from: the folder of a film package, or the web for foreign streams."""

import http.client
import ssl
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError

from core import Cancel, CinemaError, Code
from films import is_safe_path
from player.addresses import checked_address, same_host
from player.connections import Home, Http, Https
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


class HttpOrigin:
    """Reads http and https addresses: no proxy, no cookies, TLS verified, redirects only within one host.

    With ``home``, the address a person typed, only its own host may lie anywhere but on the public network.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        limit_bytes: int = SIZE_LIMIT_BYTES,
        timeout_s: float = TIMEOUT_S,
        home: str | Home | None = None,
    ) -> None:
        self.context = context
        self._home = Home(home) if isinstance(home, str) else home
        self._limit_bytes = limit_bytes
        self._timeout_s = timeout_s
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            Http(self._home, limit_bytes),
            Https(context or ssl.create_default_context(), self._home, limit_bytes),
            _Redirects(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def at_home(self, url: str) -> "HttpOrigin":
        """The same for the parts of a stream whose address somebody typed."""
        return HttpOrigin(self.context, self._limit_bytes, self._timeout_s, url)

    def limited(self, limit_bytes: int) -> "HttpOrigin":
        """The same, at the same home, for shorter answers."""
        return HttpOrigin(self.context, limit_bytes, self._timeout_s, self._home)

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
            error.close()
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


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = 5

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Any:
        """Closed before it is followed: else the body of the redirect would be read, however long."""
        fp.close()
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if not same_host(req.full_url, newurl):
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
