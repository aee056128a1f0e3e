"""The line to the box office: one host, bounded time and size, typed errors.

Nothing is read beyond its limit, no redirect leaves the host it came from, and loopback never goes through a proxy.
Messages and logs hold neither addresses nor headers.
"""

import logging
import random
import threading
import time
import weakref
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Literal
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from boxoffice.client.origin import is_loopback, pinned_origin, same_origin
from boxoffice.client.problems import problem
from core import Cancel, CinemaError, Code

logging.getLogger("urllib3").setLevel(logging.INFO)  # its debug lines hold the paths that are asked for

JSON_LIMIT_BYTES = 1 << 20
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 60.0
ATTEMPTS = 3
BACK_OFF_S = 0.3
REDIRECTS = 3
CHUNK_BYTES = 65_536
PASSING = frozenset({429, 502, 503, 504})

Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class Request:
    """What to ask. ``sign`` is called for every attempt with method and address, and adds headers."""

    method: Method
    url: str
    """An absolute path on the pinned host, or an absolute address."""
    json: object = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    data: bytes | None = field(default=None, repr=False)
    """A body as it is, instead of ``json`` or ``form``."""
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sign: Callable[[str, str], Mapping[str, str]] | None = field(default=None, repr=False)
    limit_bytes: int = JSON_LIMIT_BYTES
    too_large: Code = Code.SERVER_ANSWER
    total_s: float = TOTAL_TIMEOUT_S
    repeatable: bool = False
    """Whether a lost answer may be asked for again."""
    attempts: int = ATTEMPTS
    accepted: Collection[int] = ()
    """Statuses beside 2xx that the caller reads itself."""
    received: Callable[[int], None] | None = None
    """Told how many bytes of a good answer have come."""


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str


class Transport:
    """Asks one box office. Thread-safe: every thread has a session of its own.

    ``verify`` is true, or the path of the authorities to trust; it cannot be switched off.
    """

    def __init__(self, base_url: str, verify: bool | str = True) -> None:
        if verify is False:
            raise CinemaError(Code.WRONG_USE, "TLS certificates are always verified.")
        self.origin = pinned_origin(base_url)
        self._verify = verify
        self._local = threading.local()
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()
        self._lock = threading.Lock()

    def ask(self, request: Request, cancel: Cancel | None = None) -> Answer:
        """The answer to ``request``.

        Raises `CinemaError`: offline (no answer), certificate, redirected, server-answer-malformed (too large),
        cancelled, or what the box office's problem document (RFC 9457) says.
        """
        url = urljoin(self.origin + "/", request.url)
        deadline = time.monotonic() + request.total_s
        attempts = request.attempts if request.repeatable or request.method == "GET" else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._follow(request, url, deadline, cancel)
            except CinemaError as error:
                if attempt == attempts or not _worth_repeating(error):
                    raise
                pause_s = BACK_OFF_S * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
                if time.monotonic() + pause_s >= deadline:
                    raise
                if cancel is None:
                    time.sleep(pause_s)
                elif cancel.wait(pause_s):
                    cancel.check()
        raise AssertionError

    def close(self) -> None:
        """Drop every connection."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()

    def _follow(self, request: Request, url: str, deadline: float, cancel: Cancel | None) -> Answer:
        for _redirect in range(REDIRECTS + 1):
            answer = self._once(request, url, deadline, cancel)
            if answer.status not in (301, 302, 303, 307, 308):
                if 200 <= answer.status < 300 or answer.status in request.accepted:
                    return answer
                raise problem(answer.status, answer.headers, answer.body)
            target = urljoin(url, answer.headers.get("Location", ""))
            if request.method != "GET" or not same_origin(url, target):
                break
            url = target
        raise CinemaError(Code.REDIRECTED, "The box office pointed to another place; that was not followed.")

    def _once(self, request: Request, url: str, deadline: float, cancel: Cancel | None) -> Answer:
        if cancel:
            cancel.check()
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise _offline()
        headers = {"Accept-Encoding": "identity", **request.headers}
        if request.sign:
            headers |= request.sign(request.method, url)
        try:
            with self._session().request(
                request.method,
                url,
                params=request.params,
                json=request.json,
                data=request.form if request.data is None else request.data,
                headers=headers,
                allow_redirects=False,
                timeout=(min(CONNECT_TIMEOUT_S, remaining), min(READ_TIMEOUT_S, remaining)),
                verify=self._verify,
                stream=True,
                proxies={} if is_loopback(url) else get_environ_proxies(url),
            ) as response:
                return Answer(
                    response.status_code, response.headers, _read(response, request, deadline, cancel), response.url
                )
        except requests.exceptions.SSLError as error:
            raise CinemaError(
                Code.CERTIFICATE, "The box office could not prove who it is; nothing was sent to it."
            ) from _stripped(error)
        except (requests.exceptions.RequestException, HTTPError, OSError, ValueError) as error:
            raise _offline() from _stripped(error)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.headers = CaseInsensitiveDict({"User-Agent": "SmartCinema", "Accept": "*/*"})
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=0))
            self._local.session = session
            with self._lock:
                self._sessions.add(session)
        return session


def _read(response: requests.Response, request: Request, deadline: float, cancel: Cancel | None) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise CinemaError(request.too_large, "The box office packed an answer that was asked for unpacked.")
    declared = response.headers.get("Content-Length", "")
    body = bytearray()
    whole = not declared.isdecimal() or int(declared) <= request.limit_bytes
    while whole:
        if cancel:
            cancel.check()
        if time.monotonic() >= deadline:
            raise _offline()
        chunk = response.raw.read1(CHUNK_BYTES, decode_content=False)
        if not chunk:
            break
        body += chunk
        whole = len(body) <= request.limit_bytes
        if request.received and response.status_code < 300:
            request.received(len(body))
    if not whole:
        if response.status_code >= 400:
            return b""
        raise CinemaError(request.too_large, f"The box office answered with more than {request.limit_bytes} bytes.")
    if declared.isdecimal() and len(body) != int(declared):
        raise _offline()
    return bytes(body)


def _worth_repeating(error: CinemaError) -> bool:
    return error.code is Code.OFFLINE or error.details.get("status") in PASSING


def _offline() -> CinemaError:
    return CinemaError(Code.OFFLINE, "The box office cannot be reached; check the connection and try again.")


def _stripped(error: Exception) -> Exception:
    """Says what kind of error it was, without the address that urllib3 writes into it."""
    return RuntimeError(type(error).__name__)
