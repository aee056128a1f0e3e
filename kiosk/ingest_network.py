"""A film package from a box office's mirror, or any web server that has its folder, into the venue's library.

Only what the signed manifest lists is asked for, each file is kept once its bytes are what was signed, and a line that
drops costs nothing that had arrived: the next try asks for the rest.
"""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from core import Cancel, CinemaError, Code, Progress
from films import MANIFEST_LIMIT_BYTES, FileRef, TrustedKeys, all_files, check_package, verify_manifest
from kiosk.ingest import STAGING, IngestReport, Staging, folder_name, here_already, take_in
from player import Fetch, HttpOrigin

AT_ONCE = 4
TRIES = 6
FIRST_WAIT_S = 0.5


def is_address(source: str) -> bool:
    """Whether it names a web server rather than a folder."""
    return source.lower().startswith(("http://", "https://"))


def ingest_from_network(
    address: str,
    library: Path,
    trusted: TrustedKeys,
    progress: Progress,
    cancel: Cancel,
    *,
    fetch: Fetch | None = None,
    first_wait_s: float = FIRST_WAIT_S,
) -> IngestReport:
    """Take the package whose folder is at ``address`` into the library.

    Raises `CinemaError`: as `ingest`, and offline, server-error, not-found, certificate, redirected, media-refused.
    What had arrived stays, and another try goes on from there.
    """
    line = _Line(address, fetch or HttpOrigin(home=address), cancel, first_wait_s)
    data, jws = line.get("manifest.json", MANIFEST_LIMIT_BYTES), line.get("manifest.jws", 1024)
    manifest = verify_manifest(data, jws, trusted)
    name = folder_name(manifest.package_id, data)
    if (library / name).is_dir():
        return here_already(manifest.package_id, library / name)
    staging = Staging(library / STAGING / name)
    staging.begin(all_files(manifest))
    staging.write("manifest.json", data)
    staging.write("manifest.jws", jws)
    _Arrivals(line, staging, progress, cancel).all_of(all_files(manifest))
    report = check_package(staging.folder, trusted, None, lambda *_: None, cancel, staging.reread())
    return take_in(staging, manifest, library / name, report)


class _Line:
    """Reads below one address, with patience."""

    def __init__(self, address: str, fetch: Fetch, cancel: Cancel, first_wait_s: float) -> None:
        self._base, self._fetch, self._cancel, self._wait_s = address.rstrip("/"), fetch, cancel, first_wait_s

    def get(self, path: str, limit_bytes: int) -> bytes:
        """One file, ``limit_bytes`` at most."""
        for number in range(TRIES):
            try:
                return self._fetch(f"{self._base}/{path}", limit_bytes, self._cancel, lambda _size: None)
            except CinemaError as error:
                if not error.passing or number == TRIES - 1:
                    raise
            self._cancel.wait(self._wait_s * 2**number)
            self._cancel.check()
        raise AssertionError  # the last try has raised


class _Arrivals:
    """Some files at once, each kept when it is right."""

    def __init__(self, line: _Line, staging: Staging, progress: Progress, cancel: Cancel) -> None:
        self._line, self._staging, self._progress, self._cancel = line, staging, progress, cancel
        self._counting, self._done = threading.Lock(), 0

    def all_of(self, files: tuple[FileRef, ...]) -> None:
        """Raises for the first that cannot be had; the others that had begun are kept."""
        total = sum(file.size_bytes for file in files) or 1
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ingest") as pool:
            for done in self._in_turn(pool, files):
                self._progress(min(1.0, done / total), "check")

    def _in_turn(self, pool: ThreadPoolExecutor, files: tuple[FileRef, ...]) -> Iterator[int]:
        waiting = [pool.submit(self._one, file) for file in files]
        try:
            yield from chain(future.result() for future in waiting)
        finally:
            for future in waiting:
                future.cancel()

    def _one(self, file: FileRef) -> int:
        self._cancel.check()
        if self._staging.held(file) is None:
            data = self._line.get(file.path, file.size_bytes)
            if len(data) != file.size_bytes or hashlib.sha256(data).hexdigest() != file.sha256:
                raise CinemaError(
                    Code.INGEST_REFUSED,
                    f"{file.path} is not what was signed; what had arrived is kept. Tell whoever runs the mirror.",
                    {"path": file.path},
                )
            self._staging.keep(file, data)
        with self._counting:
            self._done += file.size_bytes
            return self._done
