"""Where a package grows: ``OUT.part`` beside it, with a marker for each finished stage, renamed at the end."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films.keybox import keys_path

T = TypeVar("T")

_MARKER_LIMIT_BYTES = 64 << 20


class Staging:
    """The work on one package. ``package`` becomes the package itself; ``work`` never leaves the staging."""

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()
        self.root = self.out.with_name(self.out.name + ".part")
        self.work = self.root / "work"
        self.package = self.root / "package"

    def open(self) -> None:
        """Make the folders. Raises `CinemaError` (wrong-use) where a package already is."""
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise CinemaError(Code.WRONG_USE, f"{self.out} is there already; name another folder, or remove it first.")
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        self.work.mkdir(exist_ok=True)
        self.package.mkdir(exist_ok=True)

    def kept(self, stage: str, inputs: str, kind: type[T], make: Callable[[], T]) -> T:
        """The stage's result: the one kept if it was finished with the same ``inputs``, else a newly made one."""
        marker = self.work / f"{stage}.done"
        result = _read(marker, inputs, kind)
        if result is not None:
            return result
        marker.unlink(missing_ok=True)
        result = make()
        temporary = marker.with_suffix(".new")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(dump_json({"inputs": inputs, "result": to_plain(result)}))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(marker)
        return result

    def fresh(self, folder: Path) -> Path:
        """``folder``, empty."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def publish(self) -> None:
        """Give the finished package its name, then forget the work."""
        if self.out.is_dir():
            self.out.rmdir()
        self.package.rename(self.out)
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def keys(self) -> Path:
        """Where the content keys end up."""
        return keys_path(self.out)


def _read(marker: Path, inputs: str, kind: type[T]) -> T | None:
    try:
        value = parse_json(marker.read_bytes(), _MARKER_LIMIT_BYTES, Code.INTERNAL, "The marker")
        if not isinstance(value, dict) or value.get("inputs") != inputs:
            return None
        return from_plain(value.get("result"), kind, "marker")
    except (OSError, CinemaError):
        return None


def digest(*inputs: object) -> str:
    """One text that changes whenever one of ``inputs`` (values with a faithful ``repr``) does."""
    return hashlib.sha256(repr(inputs).encode("utf-8")).hexdigest()
