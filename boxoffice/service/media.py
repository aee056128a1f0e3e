"""Handing out film packages: only files that the signed manifest lists, and features only to those with a ticket."""

import hashlib
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from boxoffice.service.calls import Call, read_call
from boxoffice.service.database import Database
from boxoffice.service.identity import Identity
from boxoffice.service.media_addresses import MediaAddresses
from boxoffice.service.problems import HttpProblem, not_found
from boxoffice.service.tables import PackageRow
from boxoffice.service.tickets import Tickets
from core import Code
from films import all_files, load_manifest

TYPES = {
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt",
    ".jws": "application/jose",
    ".json": "application/json",
}
OPEN_AT_ONCE = 64
PUBLIC = "public, max-age=3600"
PRIVATE = "private, max-age=3600"


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    kind: str
    sha256: dict[str, str]


class Media:
    """Answers ``/v1/media/{package_id}/{path}``, and the same by signed addresses. Thread-safe."""

    def __init__(self, database: Database, identity: Identity, tickets: Tickets, addresses: MediaAddresses) -> None:
        self._database = database
        self._identity = identity
        self._tickets = tickets
        self._addresses = addresses
        self._lock = Lock()
        self._shelves: OrderedDict[tuple[str, str], _Shelf] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        """The file, a part of it, or 304."""
        call = await read_call(request)
        return await run_in_threadpool(self._answer, call)

    def _answer(self, call: Call) -> Response:
        package_id, path = call.route["package_id"], call.route["path"]
        shelf = self._shelf(package_id)
        public = shelf is not None and (shelf.kind == "trailer" or path.startswith("poster/"))
        if not public:
            viewer = self._identity.viewer(call)
            if shelf is None or path not in shelf.sha256:
                raise not_found()
            if not self._tickets.may_fetch(package_id, viewer):
                raise HttpProblem(403, Code.REFUSED, "A ticket that is good on this device is needed.")
        return _file(call, shelf, path, PUBLIC if public else PRIVATE)

    def signed(self, call: Call) -> Response:
        """``/v1/signed/{grant}/{package_id}/{path}``: the file, for whoever has the address while it is good."""
        self.check(call)
        return _file(call, self._shelf(call.route["package_id"]), call.route["path"], PUBLIC)

    def check(self, call: Call) -> Response:
        """``/v1/signed/{grant}/{package_id}``: for a cache that asks before it sends what it holds."""
        if not self._addresses.is_good(call.route["grant"], call.route["package_id"]):
            raise HttpProblem(403, Code.REFUSED, "This address has run out, or was not made here.")
        return Response(status_code=204)

    def _shelf(self, package_id: str) -> _Shelf | None:
        with self._database.read() as session:
            row = session.get(PackageRow, package_id)
        if row is None:
            return None
        key = (row.id, row.manifest_sha256)
        with self._lock:
            shelf = self._shelves.get(key)
        if shelf is None:
            shelf = _open_shelf(row)
            with self._lock:
                self._shelves[key] = shelf
                while len(self._shelves) > OPEN_AT_ONCE:
                    self._shelves.popitem(last=False)
        return shelf


def _file(call: Call, shelf: _Shelf | None, path: str, caching: str) -> Response:
    if shelf is None or path not in shelf.sha256:
        raise not_found()
    file = shelf.folder / path
    if not file.resolve().is_relative_to(shelf.folder) or not file.is_file():
        raise not_found()
    etag = f'"{shelf.sha256[path]}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if etag in [tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return FileResponse(file, headers=headers, media_type=_type_of(path))


def _open_shelf(row: PackageRow) -> _Shelf:
    folder = Path(row.folder)
    try:
        data = (folder / "manifest.json").read_bytes()
        signature = (folder / "manifest.jws").read_bytes()
    except OSError as error:
        raise HttpProblem(404, Code.NOT_FOUND, "The package is not here at the moment.") from error
    if hashlib.sha256(data).hexdigest() != row.manifest_sha256:
        raise HttpProblem(404, Code.NOT_FOUND, "The package was changed since it was published.")
    files = {file.path: file.sha256 for file in all_files(load_manifest(data))}
    files["manifest.json"] = row.manifest_sha256
    files["manifest.jws"] = hashlib.sha256(signature).hexdigest()
    return _Shelf(folder.resolve(), row.kind, files)


def _type_of(path: str) -> str:
    suffix = Path(path).suffix
    return TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
