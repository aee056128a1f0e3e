"""What newer version there is, by metadata that is verified, and its file, fetched and verified, in a folder."""

import json
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tuf.api.exceptions import DownloadError, DownloadLengthMismatchError, ExpiredMetadataError, RepositoryError
from tuf.api.metadata import TargetFile
from tuf.ngclient.updater import Updater

from app.updates.source import UpdateSource, opened
from core import CinemaError, Code
from core.whole_file import write_whole

log = logging.getLogger(__name__)

ROOM_FACTOR = 4
"""Staging needs the file's size, and putting it in place about three times that."""
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


@dataclass(frozen=True)
class Release:
    """A version for this platform: its file in the repository, its size, and where it is staged, if it is."""

    version: str
    file: str
    length_bytes: int
    staged: Path | None = None


def version_of(text: str) -> tuple[int, int, int]:
    """A version's three numbers. Raises `CinemaError` (update-refused) for anything else."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise CinemaError(Code.UPDATE_REFUSED, "The update names a version that is none; nothing was changed.")
    return int(found[1]), int(found[2]), int(found[3])


class Updates:
    """The updates of one platform. ``folder`` keeps the metadata that was seen, which is what an old one is
    known by.
    """

    def __init__(self, folder: Path, source: UpdateSource, platform: str, current: str) -> None:
        self._folder, self._source, self._platform, self._current = folder, source, platform, current
        self._metadata, self._staged = folder / "metadata", folder / "staged"
        self._notes = folder / "notes"

    def find(self) -> Release | None:
        """The newer version, or nothing. Raises `CinemaError`: offline, update-refused, disk-full, file-unreadable."""
        with _Refusals(), self._updater() as updater:
            release, target = self._newer(updater)
            if release is None or target is None:
                return None
            path = updater.find_cached_target(target, str(self._staged / Path(release.file).name))
            return Release(release.version, release.file, release.length_bytes, Path(path) if path else None)

    def stage(self) -> Release | None:
        """Fetch the newer version's file into the folder, whole and verified; nothing where there is none.

        Raises as `find`. What was staged before is dropped once the new file is whole.
        """
        with _Refusals(), self._updater() as updater:
            release, target = self._newer(updater)
            if release is None or target is None:
                return None
            self._staged.mkdir(parents=True, exist_ok=True)
            out = self._staged / Path(release.file).name
            if not updater.find_cached_target(target, str(out)):
                if shutil.disk_usage(self._staged).free < ROOM_FACTOR * release.length_bytes:
                    raise CinemaError(Code.DISK_FULL, "There is no room for the update; nothing was changed.")
                part = out.with_name(out.name + ".part")
                updater.download_target(target, str(part))
                part.replace(out)
            for other in self._staged.iterdir():
                if other not in (out, self._note):
                    other.unlink()
            facts = {"version": release.version, "file": release.file, "length": target.length, "hashes": target.hashes}
            write_whole(self._note, json.dumps(facts).encode())
            log.info("version %s is staged", release.version)
            return Release(release.version, release.file, release.length_bytes, out)

    def staged(self) -> Release | None:
        """What is staged, verified once more without a network; nothing where there is none or it is not newer.

        Raises `CinemaError` (update-refused) where the file is not what was verified when it came.
        """
        try:
            facts = json.loads(self._note.read_bytes())
            target = TargetFile(facts["length"], facts["hashes"], facts["file"])
            version = str(facts["version"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if version_of(version) <= version_of(self._current):
            return None
        path = self._staged / Path(target.path).name
        try:
            with path.open("rb") as file, _Refusals():
                target.verify_length_and_hashes(file)
        except FileNotFoundError:
            return None
        return Release(version, target.path, target.length, path)

    def forget(self) -> None:
        """Drop what is staged."""
        shutil.rmtree(self._staged, ignore_errors=True)

    @property
    def _note(self) -> Path:
        return self._staged / "staged.json"

    @contextmanager
    def _updater(self) -> Iterator[Updater]:
        for folder in (self._metadata, self._notes):
            folder.mkdir(parents=True, exist_ok=True)
        with opened(self._source) as fetcher:
            updater = Updater(
                str(self._metadata),
                f"{self._source.url}/metadata/",
                str(self._notes),
                f"{self._source.url}/targets/",
                fetcher,
                bootstrap=self._source.root,
            )
            updater.refresh()
            yield updater

    def _newer(self, updater: Updater) -> tuple[Release | None, TargetFile | None]:
        note = updater.get_targetinfo(f"{self._platform}/release.json")
        if note is None:
            return None, None
        try:
            said = json.loads(Path(updater.download_target(note)).read_bytes())
            version, name = str(said["version"]), str(said["file"])
        except (ValueError, KeyError, TypeError):
            _refuse("is malformed")
        if version_of(version) <= version_of(self._current):
            return None, None
        if not _NAME.fullmatch(name):
            _refuse("names a file that is none")
        target = updater.get_targetinfo(f"{self._platform}/{name}")
        if target is None:
            _refuse("is not whole")
        return Release(version, target.path, target.length), target


class _Refusals:
    """What TUF raises, in our words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ExpiredMetadataError):
            _refuse("is out of date: whoever offers it may hold newer ones back, or this clock is wrong")
        if isinstance(error, RepositoryError):
            log.warning("an update was refused: %s", type(error).__name__)
            _refuse("is not what the publisher signed")
        if isinstance(error, DownloadLengthMismatchError):
            _refuse("is longer than what the publisher signed")
        if isinstance(error, DownloadError):
            raise CinemaError(Code.OFFLINE, "The updates cannot be read; check the connection or the stick.") from error


def _refuse(why: str) -> NoReturn:
    raise CinemaError(Code.UPDATE_REFUSED, f"The update was refused: it {why}. Nothing was changed.")
