"""One HTTP request, read whole within limits, as the handlers see it; they run on worker threads and may block."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from boxoffice.service.addresses import client_address
from boxoffice.service.problems import HttpProblem
from core import CinemaError, Code
from core.strict_json import parse_object

BODY_BYTES = 64 * 1024
BODY_S = 10
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """A request. ``route`` holds the path's parts; query and form keep the first value of each name."""

    method: str
    path: str
    route: dict[str, Any]
    query: dict[str, str]
    query_text: str
    headers: dict[str, str]
    cookies: dict[str, str]
    client: str
    body: bytes = b""
    address: str | None = None
    """Who asked, behind the proxies that are trusted; none where one of them was gone around."""
    repeated: frozenset[str] = field(default_factory=frozenset)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises `CinemaError` (wrong-use)."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HttpProblem(415, Code.WRONG_USE, "The request must be application/json.")
        return {**parse_object(self.body, BODY_BYTES, Code.WRONG_USE, "The request")}

    def form(self) -> dict[str, str]:
        """The body as a form. Raises `CinemaError` (wrong-use) for another type, repeated names or bad bytes."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise HttpProblem(415, Code.WRONG_USE, f"The request must be {FORM}.")
        try:
            pairs = parse_qsl(self.body.decode("utf-8"), keep_blank_values=True, max_num_fields=40)
        except ValueError as error:
            raise CinemaError(Code.WRONG_USE, "The form cannot be read.") from error
        found = dict(pairs)
        if len(found) != len(pairs):
            raise CinemaError(Code.WRONG_USE, "The form names something twice.")
        return found


Handler = Callable[[Call], Response]


def endpoint(handler: Handler) -> Callable[[Request], Any]:
    """The handler as Starlette wants it."""

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(handler, await read_call(request))

    return answer


async def read_call(request: Request) -> Call:
    """Read the request. Raises `HttpProblem` when the body is too large or too slow."""
    try:
        async with asyncio.timeout(BODY_S):
            body = await _body(request)
    except TimeoutError as error:
        raise HttpProblem(408, Code.WRONG_USE, "The request came too slowly.") from error
    pairs = request.query_params.multi_items()
    query: dict[str, str] = {}
    repeated = set()
    for name, value in pairs:
        if name in query:
            repeated.add(name)
        query.setdefault(name, value)
    peer = request.client.host if request.client else ""
    proxies = getattr(request.app.state, "trusted_proxies", 0)
    address = client_address(peer, request.headers.getlist("x-forwarded-for"), proxies)
    return Call(
        request.method,
        request.url.path,
        dict(request.path_params),
        query,
        request.url.query,
        dict(request.headers),
        dict(request.cookies),
        address or peer,
        body,
        address,
        frozenset(repeated),
    )


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > BODY_BYTES:
            raise HttpProblem(413, Code.WRONG_USE, f"The request is larger than {BODY_BYTES} bytes.")
    return bytes(data)
