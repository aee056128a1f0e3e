"""One HTTP request, read whole within limits, as the handlers see it; they run on worker threads and may block."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from boxoffice.service.addresses import client_address, place_of
from boxoffice.service.problems import HttpProblem
from core import CinemaError, Code
from core.strict_json import parse_object

BODY_BYTES = 64 * 1024
BODY_S = 10
UPLOAD_BYTES = 1 << 20
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

    @property
    def place(self) -> str:
        """Whose attempts are counted together."""
        return place_of(self.client)

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

    def upload(self) -> tuple[dict[str, str], str, bytes]:
        """The body as a form with one file (RFC 7578): fields, the file's name and its bytes. Raises `CinemaError`."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
            raise HttpProblem(415, Code.WRONG_USE, "The request must be multipart/form-data.")
        fields: dict[str, str] = {}
        files: list[tuple[str, bytes]] = []

        def add_field(field: Field) -> None:
            fields[(field.field_name or b"").decode()] = (field.value or b"").decode()

        def add_file(file: File) -> None:
            file.file_object.seek(0)
            files.append(((file.file_name or b"").decode(), file.file_object.read()))

        kind = {"Content-Type": self.headers["content-type"].encode("latin-1")}
        try:
            parse_form(kind, io.BytesIO(self.body), add_field, add_file)
        except (FormParserError, ValueError) as error:
            raise CinemaError(Code.WRONG_USE, "The form cannot be read.") from error
        name, data = files[0] if len(files) == 1 else ("", b"")
        return fields, name, data


Handler = Callable[[Call], Response]


def endpoint(handler: Handler, body_bytes: int = BODY_BYTES) -> Callable[[Request], Any]:
    """The handler as Starlette wants it; it never sees a body of more than ``body_bytes``."""

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(handler, await read_call(request, body_bytes))

    return answer


async def read_call(request: Request, body_bytes: int = BODY_BYTES) -> Call:
    """Read the request. Raises `HttpProblem` when the body is too large or too slow."""
    return call_of(request, await read_body(request, body_bytes))


async def read_body(request: Request, limit: int) -> bytes:
    """The request's body. Raises `HttpProblem` when it is larger than ``limit`` or too slow."""
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                data += part
                if len(data) > limit:
                    raise HttpProblem(413, Code.WRONG_USE, f"The request is larger than {limit} bytes.")
    except TimeoutError as error:
        raise HttpProblem(408, Code.WRONG_USE, "The request came too slowly.") from error
    except ClientDisconnect as error:
        raise HttpProblem(400, Code.WRONG_USE, "The request ended before it was whole.") from error
    return bytes(data)


def call_of(request: Request, body: bytes = b"") -> Call:
    """The request with the body that was read of it."""
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
