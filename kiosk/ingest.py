"""Film packages from a stick, a disk or a share into the venue's library.

A package is checked and copied in one reading, so that what was hashed is what is kept. It grows in a staging folder,
goes on there after whatever stopped it, and becomes part of the library whole, by one renaming.
"""

import hashlib
import os
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from core import Cancel, CinemaError, Code, Progress
from films import (
    MANIFEST_LIMIT_BYTES,
    FileRef,
    Finding,
    Manifest,
    PackageReport,
    TrustedKeys,
    all_files,
    check_package,
    verify_manifest,
)

STAGING = ".coming"
MARGIN_BYTES = 256 << 20
"""Room that a copy leaves on the disk."""
_STRANGE = frozenset({"extra", "not-a-file"})


@dataclass(frozen=True)
class IngestReport:
    """What became of a package."""

    package_id: str
    folder: Path | None
    """Where it is in the library; none where it was refused."""
    copied_bytes: int
    kept_bytes: int
    """What was there from an earlier try."""
    report: PackageReport


def ingest(source: Path, library: Path, trusted: TrustedKeys, progress: Progress, cancel: Cancel) -> IngestReport:
    """Take the package in the folder ``source`` into the library.

    Raises `CinemaError`: package-unsigned, package-malformed, disk-full, file-missing, file-unreadable (the source went
    away), cancelled. After the last three what was copied stays, and another try goes on from there.
    """
    data, jws = _read(source / "manifest.json", MANIFEST_LIMIT_BYTES), _read(source / "manifest.jws", 1024)
    manifest = verify_manifest(data, jws, trusted)
    name = folder_name(manifest.package_id, data)
    if (library / name).is_dir():
        return here_already(manifest.package_id, library / name)
    staging = Staging(library / STAGING / name)
    staging.begin(all_files(manifest))
    staging.write("manifest.json", data)
    staging.write("manifest.jws", jws)
    report = _sorted_out(check_package(source, trusted, None, progress, cancel, staging), manifest)
    if not report.ok:
        _is_there_still(source, data)
        return IngestReport(manifest.package_id, None, staging.copied_bytes, staging.kept_bytes, report)
    return take_in(staging, manifest, library / name, report)


def here_already(package_id: str, folder: Path) -> IngestReport:
    """Nothing had to be done."""
    good = Finding("here", "This package is in the library already.")
    return IngestReport(package_id, folder, 0, 0, PackageReport((), (), (good,)))


def take_in(staging: "Staging", manifest: Manifest, final: Path, report: PackageReport) -> IngestReport:
    """Make what is whole part of the library. Raises `CinemaError` (ingest-refused) where a file was not right."""
    counted = (staging.copied_bytes, staging.kept_bytes)
    if not report.ok:
        return IngestReport(manifest.package_id, None, *counted, report)
    if staging.missing(all_files(manifest)):
        raise CinemaError(
            Code.INGEST_REFUSED, "The package was changed while it was copied; leave it alone, try again."
        )
    _make_durable(staging.folder)
    staging.folder.rename(final)
    return IngestReport(manifest.package_id, final, *counted, report)


def library_of(venue: Path) -> Path:
    """Where a venue keeps its film packages."""
    return venue / "films"


def folder_name(package_id: str, manifest: bytes) -> str:
    """A version of a package in a library: two of one package never share a folder."""
    return f"{package_id}@{hashlib.sha256(manifest).hexdigest()[:16]}"


class Staging:
    """What is there of a package that is coming in; see `films.PackageCopy`. Several threads may keep files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copied_bytes = self.kept_bytes = 0
        self._right: set[FileRef] = set()
        self._counting = threading.Lock()

    def begin(self, files: tuple[FileRef, ...]) -> None:
        """Make the folders, if there is room for the rest. Raises `CinemaError` (disk-full)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for parent in {(self.folder / file.path).parent for file in files}:
            parent.mkdir(parents=True, exist_ok=True)
        there = sum(file.size_bytes for file in files if (self.folder / file.path).is_file())
        wanted = sum(file.size_bytes for file in files) - there + MARGIN_BYTES
        free = shutil.disk_usage(self.folder).free
        if free < wanted:
            raise CinemaError(
                Code.DISK_FULL,
                f"The package needs {wanted >> 20} MiB and {free >> 20} MiB are free; make room, then try again.",
            )

    def held(self, file: FileRef) -> bytes | None:
        """The bytes that an earlier try left, if they are right."""
        try:
            data = (self.folder / file.path).read_bytes()
        except OSError:
            return None
        if len(data) != file.size_bytes or hashlib.sha256(data).hexdigest() != file.sha256:
            return None
        with self._counting:
            self.kept_bytes += len(data)
            self._right.add(file)
        return data

    def keep(self, file: FileRef, data: bytes) -> None:
        """Write a file that was found right."""
        self.write(file.path, data)
        with self._counting:
            self.copied_bytes += len(data)
            self._right.add(file)

    def write(self, path: str, data: bytes) -> None:
        """Raises `CinemaError` (disk-full, file-unreadable)."""
        try:
            # Not through `core.whole_file`: all are made durable at once, and a torn one is found by its hash.
            with (self.folder / path).open("wb") as file:
                file.write(data)
                if sys.platform == "win32":
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            full = shutil.disk_usage(self.folder).free < len(data)
            code = Code.DISK_FULL if full else Code.FILE_UNREADABLE
            raise CinemaError(code, f"The library cannot be written: {error.strerror}.") from error

    def reread(self) -> "Staging":
        """The same files, to be found right once more, and counted apart."""
        return Staging(self.folder)

    def missing(self, files: tuple[FileRef, ...]) -> bool:
        """Whether one of the files was not found right."""
        return bool(set(files) - self._right)


def _sorted_out(report: PackageReport, manifest: Manifest) -> PackageReport:
    """Files of others beside the package are not copied, so they are no errors here."""
    listed = {file.path for file in all_files(manifest)}
    strange = tuple(item for item in report.errors if item.code in _STRANGE and item.path not in listed)
    errors = tuple(item for item in report.errors if item not in strange)
    return PackageReport(errors, (*report.warnings, *strange), report.good)


def _is_there_still(source: Path, manifest: bytes) -> None:
    if _read(source / "manifest.json", MANIFEST_LIMIT_BYTES) != manifest:
        raise CinemaError(
            Code.INGEST_REFUSED, "The package was changed while it was copied; leave it alone, try again."
        )


def _read(file: Path, limit_bytes: int) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(file, flags), "rb") as handle:
            return handle.read(limit_bytes + 1)
    except OSError as error:
        raise CinemaError(
            Code.FILE_UNREADABLE,
            f"{file.name} cannot be read from {file.parent}: is the stick in? What was copied is kept; try again.",
        ) from error


def _make_durable(folder: Path) -> None:
    if sys.platform != "win32":
        os.sync()
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
