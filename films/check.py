"""Is a film package what its manifest says, and is the manifest signed by somebody trusted?"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from core import Cancel, CinemaError, Code, Progress
from films.check_media import MediaCheck
from films.check_texts import check_notes_picture, check_picture, check_texts
from films.findings import Findings, PackageReport
from films.manifest import FileRef, Manifest
from films.manifest_file import MANIFEST_LIMIT_BYTES, load_manifest
from films.manifest_rules import all_files
from films.signing import TrustedKeys

_MANY = 200
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""No link is followed, and what turned into a pipe is not waited for."""
_STRANGERS = 10_000
"""So many files beside the listed ones are looked at."""


class PackageCopy(Protocol):
    """Takes a package over while it is checked: what is checked is what is kept."""

    def held(self, file: FileRef) -> bytes | None:
        """The file's bytes, if they are kept already."""
        ...

    def keep(self, file: FileRef, data: bytes) -> None:
        """Keep ``data``, which has the listed size and hash. Raises `CinemaError`."""
        ...


def check_package(
    package: Path,
    trusted: TrustedKeys,
    keys: Mapping[str, bytes] | None,
    progress: Progress,
    cancel: Cancel,
    copy: PackageCopy | None = None,
) -> PackageReport:
    """Everything that is wrong, doubtful and right about the package in the folder ``package``.

    With ``keys`` every segment is decrypted and its boxes are looked at; without, encrypted segments are checked
    by their hashes alone. Nothing outside the package is read and no link is followed. With ``copy`` every right file
    is kept there.
    Raises `CinemaError` (file-missing, cancelled); everything else is a finding.
    """
    if not package.is_dir():
        raise CinemaError(Code.FILE_MISSING, f"There is no package folder {package}.")
    findings = Findings()
    manifest = _read_manifest(package, trusted, findings)
    if manifest is not None:
        present = _list_files(package, manifest, findings)
        if present is None:
            return findings.report()
        media = MediaCheck(manifest, keys, findings)
        media.check_plan()
        _check_files(package, manifest, present, media, findings, progress, cancel, copy)
        media.conclude()
    return findings.report()


def _read_manifest(package: Path, trusted: TrustedKeys, findings: Findings) -> Manifest | None:
    try:
        data = _read(package / "manifest.json", MANIFEST_LIMIT_BYTES)
    except OSError:
        findings.error("manifest", "There is no readable manifest.", "manifest.json")
        return None
    try:
        key_id = trusted.verify(data, _read(package / "manifest.jws", 1024))
        findings.good("signature", f"The manifest is signed by the trusted key {key_id}.", "manifest.jws")
    except OSError:
        findings.error("signature", "The manifest is not signed: there is no signature file.", "manifest.jws")
    except CinemaError as error:
        findings.error("signature", error.message, "manifest.jws")
    try:
        return load_manifest(data)
    except CinemaError as error:
        findings.error("manifest", error.message, "manifest.json")
        return None


def _list_files(package: Path, manifest: Manifest, findings: Findings) -> frozenset[str] | None:
    """The listed paths that are plain files, none where too much else lies there; anything else is an error."""
    listed = {file.path for file in all_files(manifest)}
    present, strange = set(), []
    for path, mode in _walk(package, ""):
        if path in listed and stat.S_ISREG(mode):
            present.add(path)
        elif path not in {"manifest.json", "manifest.jws"} or not stat.S_ISREG(mode):
            strange.append((path, mode))
        if len(strange) > _STRANGERS:
            findings.error("crowded", f"More than {_STRANGERS} files that it does not list lie in the package.")
            return None
    for path, mode in sorted(strange)[:_MANY]:
        if stat.S_ISREG(mode):
            findings.error("extra", "This file is not in the manifest.", path)
        else:
            findings.error("not-a-file", "This is a link or a special file; packages hold plain files only.", path)
    if len(strange) > _MANY:
        findings.error("extra", f"{len(strange) - _MANY} more files are not in the manifest.")
    for path in sorted(listed - present):
        findings.error("missing", "This file of the manifest is missing.", path)
    return frozenset(present)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}", mode


def _check_files(
    package: Path,
    manifest: Manifest,
    present: frozenset[str],
    media: MediaCheck,
    findings: Findings,
    progress: Progress,
    cancel: Cancel,
    copy: PackageCopy | None,
) -> None:
    files = all_files(manifest)
    total = sum(file.size_bytes for file in files)
    pictures = {file.path for file in (*manifest.posters, *(manifest.thumbnails.sheets if manifest.thumbnails else ()))}
    notes_pictures = {file.path for file in manifest.pictures}
    texts: dict[str, bytes] = {}
    done = right = 0
    for file in files:
        cancel.check()
        data = copy.held(file) if copy else None
        if data is None and file.path in present:
            data = _read_listed(package, file, findings)
            if copy and data is not None:
                copy.keep(file, data)
        done += file.size_bytes
        progress(done / total, "check")
        if data is None:
            continue
        right += 1
        media.look(file.path, data)
        if file.path in pictures:
            check_picture(file.path, data, findings)
        elif file.path in notes_pictures:
            check_notes_picture(file.path, data, findings)
        elif file.path.endswith(".vtt"):
            texts[file.path] = data
    if right == len(files):
        findings.good("files", f"All {right} files are there, with the listed sizes and hashes ({total >> 20} MiB).")
    check_texts(manifest, texts, findings)


def _read_listed(package: Path, file: FileRef, findings: Findings) -> bytes | None:
    try:
        size = (package / file.path).stat(follow_symlinks=False).st_size
        if size != file.size_bytes:
            findings.error("size", f"This file is {size} bytes long instead of {file.size_bytes}.", file.path)
            return None
        data = _read(package / file.path, file.size_bytes)
    except OSError as error:
        findings.error("unreadable", f"This file cannot be read: {error.strerror}.", file.path)
        return None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        findings.error("hash", "This file is not what was signed: its SHA-256 differs.", file.path)
        return None
    return data


def _read(path: Path, limit_bytes: int) -> bytes:
    """The file's bytes, one more than ``limit_bytes`` at most; links are not followed."""
    handle = os.open(path, os.O_RDONLY | _PLAIN)
    with os.fdopen(handle, "rb") as file:
        return file.read(limit_bytes + 1)
