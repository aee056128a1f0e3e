"""What a show plays, opened: films of the library with the keys of their licences, slides and sponsors' films."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from boxoffice.rules import content_keys, moment_of, read_licence
from core import Cancel, CinemaError, Code
from films import MANIFEST_LIMIT_BYTES, Manifest, TrustedKeys, verify_manifest
from kiosk.ingest import library_of
from kiosk.licences import licence_key
from kiosk.operator_files import operators
from kiosk.programme import ShowItem

if TYPE_CHECKING:
    from player import Feature

DISK_BPS = 1_000_000_000
LICENCE_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True)
class OpenItem:
    """An item that can be shown now."""

    feature: "Feature | None" = None
    """None for what is drawn."""
    sha256: str = ""
    """Of the film's manifest, or of the sponsor's file."""


@dataclass(frozen=True)
class Package:
    """A film of the library, its signature verified."""

    folder: Path
    manifest: Manifest
    sha256: str


class ShowItems:
    """Opens a venue's items; every method blocks."""

    def __init__(self, venue: Path) -> None:
        self._venue = venue
        self.names: dict[str, Mapping[str, str]] = {}
        """Of the packages that were opened, by language."""

    def slide(self, name: str) -> Path:
        """Where a slide or a sponsor's film lies."""
        return self._venue / "slides" / name

    def open(self, item: ShowItem, started: datetime) -> OpenItem:
        """Open an item of a show that began, or begins, at ``started``: a licence must hold then.

        Raises `CinemaError`: file-missing, package-unsigned, licence-refused, key-missing, and what its texts raise.
        """
        if item.package:
            return self._film(item.package, started)
        if not item.file:
            return OpenItem()
        file = self.slide(item.file)
        digest = hashlib.sha256()
        try:
            with file.open("rb") as source:
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            raise CinemaError(Code.FILE_MISSING, f"{item.file} is not among the slides; copy it there.") from error
        if item.kind != "video":
            return OpenItem(None, digest.hexdigest())
        from player import local_feature  # noqa: PLC0415 - slides alone need no libmpv

        return OpenItem(local_feature(file), digest.hexdigest())

    def package(self, name: str) -> Package:
        """The newest version of a package in the library. Raises `CinemaError` (file-missing, package-unsigned)."""
        found = _versions(library_of(self._venue), name, operators(self._venue))
        if not found:
            raise CinemaError(Code.FILE_MISSING, f"{name} is not in the library; take it in with: kiosk ingest DIR")
        return max(found, key=lambda package: package.manifest.created)

    def _film(self, name: str, started: datetime) -> OpenItem:
        from player import DirectoryOrigin, feature_of  # noqa: PLC0415 - as above

        package = self.package(name)
        keys = self._keys(package, started) if package.manifest.key_ids else _no_key
        self.names[name] = package.manifest.names
        origin = DirectoryOrigin(package.folder)
        feature = feature_of(
            package.manifest, origin, keys, Cancel(), line_bps=DISK_BPS, stills_allowed=False, seek_allowed=True
        )
        return OpenItem(feature, package.sha256)

    def _keys(self, package: Package, started: datetime) -> Callable[[str], bytes]:
        name = package.manifest.package_id
        try:
            text = _head(self._venue / "licences" / f"{name}.sclic", LICENCE_LIMIT_BYTES).decode("ascii")
        except (OSError, ValueError) as error:
            raise CinemaError(
                Code.LICENCE_REFUSED, f"There is no licence for {name}; take it with: kiosk licence FILE"
            ) from error
        licence = read_licence(text, operators(self._venue))
        if licence.manifest_sha256 != package.sha256:
            raise CinemaError(Code.LICENCE_REFUSED, f"The licence is for another version of {name}; ask for a new one.")
        if not moment_of(licence.nbf) <= started < moment_of(licence.exp):
            raise CinemaError(
                Code.LICENCE_REFUSED, f"The licence for {name} holds from {licence.nbf} until {licence.exp}."
            )
        opened = content_keys(licence, licence_key(self._venue))

        def key(key_id: str) -> bytes:
            if key_id not in opened:
                raise CinemaError(Code.KEY_MISSING, f"The licence for {name} lacks a key; ask for a new one.")
            return opened[key_id]

        return key


def _no_key(_key_id: str) -> bytes:
    raise CinemaError(Code.KEY_MISSING, "This film has no keys.")


def _head(file: Path, size_bytes: int) -> bytes:
    with file.open("rb") as source:
        return source.read(size_bytes)


def _versions(library: Path, name: str, trusted: TrustedKeys) -> list[Package]:
    found = []
    for folder in library.glob(f"{name}@*"):
        try:
            data = _head(folder / "manifest.json", MANIFEST_LIMIT_BYTES + 1)
            jws = _head(folder / "manifest.jws", 1024)
            manifest = verify_manifest(data, jws, trusted)
        except (OSError, CinemaError):
            continue
        if manifest.package_id == name:
            found.append(Package(folder, manifest, hashlib.sha256(data).hexdigest()))
    return found
