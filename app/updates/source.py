"""Where updates come from: what the packager built in, or a folder on a stick that somebody named."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import unquote, urlsplit
from urllib.request import pathname2url

from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient.fetcher import FetcherInterface

from core import CinemaError, Code

CHUNK_BYTES = 1 << 20
PIECE_BYTES = 4 << 20
PIECE_S = 120.0
MOST_BYTES = 512 << 20
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class UpdateSource:
    """An address that holds ``metadata/`` and ``targets/``, and the root metadata that is trusted."""

    url: str
    root: bytes

    @property
    def is_folder(self) -> bool:
        """Whether it is read from a disk: a stick for machines without a network."""
        return self.url.startswith("file:")


def update_source(named: str | None = None, built_in: Path | None = None) -> UpdateSource:
    """The packager's source, or the folder or address ``named``, under the packager's root in any case.

    Raises `CinemaError`: update-elsewhere where this copy was built without one, file-missing, wrong-use.
    """
    folder = built_in or _built_in()
    try:
        root = (folder / "root.json").read_bytes()
        url = str(json.loads((folder / "source.json").read_bytes())["url"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CinemaError(
            Code.UPDATE_ELSEWHERE,
            "This copy does not update itself: update it the way it was installed (apt, flatpak, or the sources).",
        ) from error
    if named is None:
        return UpdateSource(_fit(url), root)
    if "://" in named:
        return UpdateSource(_fit(named), root)
    place = Path(named).expanduser().absolute()
    if not (place / "metadata").is_dir():
        raise CinemaError(Code.FILE_MISSING, f"There are no updates in {place}: it needs the folder “metadata”.")
    return UpdateSource(f"file://{pathname2url(str(place))}", root)


def this_platform() -> str:
    """The platform whose releases fit here, such as linux-x86_64."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    return f"{system}-{MACHINES.get(platform.machine().lower(), platform.machine().lower())}"


class FolderFetcher(FetcherInterface):
    """Reads metadata and targets below one folder, and nothing beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(unquote(urlsplit(url).path)).resolve()
        if not path.is_relative_to(self._folder):
            msg = "outside the folder of the updates"
            raise DownloadError(msg)
        if not path.is_file():  # nor a pipe, which would keep us waiting
            msg = "not there"
            raise DownloadHTTPError(msg, 404)
        return _chunks(path.open("rb"))


class LineFetcher(FetcherInterface):
    """Reads from one host, piece by piece where it can give pieces; the line's own rules hold (`boxoffice.client`)."""

    def __init__(self, url: str) -> None:
        from boxoffice.client.transport import Transport

        parts = urlsplit(url)
        self._transport = Transport(f"{parts.scheme}://{parts.netloc}")
        self._most = MOST_BYTES

    def close(self) -> None:
        """Drop the connection."""
        self._transport.close()

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """As the framework does it; a file that does not end is not read past what it may have."""
        self._most = min(MOST_BYTES, max_length)
        with super().download_file(url, max_length) as file:
            yield file

    def _fetch(self, url: str) -> Iterator[bytes]:
        first, total = self._piece(url, 0)
        return self._rest(url, first, total)

    def _rest(self, url: str, piece: bytes, total: int) -> Iterator[bytes]:
        have = 0
        while True:
            have += len(piece)
            yield piece
            if not piece or have >= total:
                return
            piece, total = self._piece(url, have)

    def _piece(self, url: str, begin: int) -> tuple[bytes, int]:
        from boxoffice.client.transport import Request

        asked = {"Range": f"bytes={begin}-{begin + PIECE_BYTES - 1}"}
        try:
            answer = self._transport.ask(
                Request(
                    "GET",
                    url,
                    headers=asked,
                    limit_bytes=self._most,
                    too_large=Code.UPDATE_REFUSED,
                    total_s=PIECE_S,
                    accepted=(416,),
                )
            )
        except CinemaError as error:
            if error.code is Code.UPDATE_REFUSED:
                raise DownloadLengthMismatchError(error.message) from error
            status = error.details.get("status")
            if error.code is Code.NOT_FOUND or status in (403, 404):
                raise DownloadHTTPError(error.message, 404) from error
            raise DownloadError(error.message) from error
        if answer.status == 416:
            return b"", begin
        if answer.status != 206:
            return answer.body[begin:], len(answer.body)
        total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        return answer.body, int(total) if total.isdecimal() else begin + len(answer.body)


@contextmanager
def opened(source: UpdateSource) -> Iterator[FetcherInterface]:
    """What reads from this source."""
    if source.is_folder:
        yield FolderFetcher(Path(unquote(urlsplit(source.url).path)))
        return
    line = LineFetcher(source.url)
    try:
        yield line
    finally:
        line.close()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _fit(url: str) -> str:
    from boxoffice.client.origin import is_trustworthy

    if not is_trustworthy(url):
        raise CinemaError(Code.WRONG_USE, "Updates come from an https address or from a folder.")
    return url.rstrip("/")


def _built_in() -> Path:
    folder = getattr(sys, "_MEIPASS", None)
    return Path(folder) / "update" if folder else Path(os.devnull)
