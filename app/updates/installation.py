"""How this copy was installed, and how a newer one takes its place: versions side by side, and a link to the current.

``ROOT/versions/0.2.0/`` is one version whole, ``ROOT/current`` a link to it. A new one is unpacked beside the old,
examined by its own ``doctor``, and only then the link moves, at once. The old one stays for the way back.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from core import CinemaError, Code

DOCTOR_S = 120
MOST_BYTES = 2 << 30
MOST_FILES = 50_000


@dataclass(frozen=True)
class Installation:
    """A folder with ``versions/`` and ``current``, as `packaging/linux/install.sh` makes it."""

    root: Path

    @property
    def current(self) -> Path:
        """The link to the version that starts."""
        return self.root / "current"

    def put_in_place(self, archive: Path, version: str) -> Path:
        """Unpack, examine, and let it start from now on; returns its folder. Versions before the last one go.

        Raises `CinemaError` (update-refused) where the new version finds this machine unfit for it or is not what it
        says it is, and `OSError`; the old one then starts as before.
        """
        folder = self.root / "versions" / version
        part = folder.with_name(f".{version}.part")
        shutil.rmtree(part, ignore_errors=True)
        try:
            _unpack(archive, part)
            self._examine(part, version)
            shutil.rmtree(folder, ignore_errors=True)
            part.replace(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        kept = {folder.resolve(), self.current.resolve(), Path(sys.executable).resolve().parent}
        self._start_with(folder)
        self._declined.unlink(missing_ok=True)
        for other in (self.root / "versions").iterdir():
            if other.resolve() not in kept:
                shutil.rmtree(other, ignore_errors=True)
        return folder

    @property
    def next_version(self) -> str:
        """The version that the next launch starts."""
        return self.current.resolve().name

    @property
    def changes(self) -> Path:
        """The file that says what is new in the version that the next launch starts."""
        return self.current.resolve() / "_internal" / "CHANGELOG.md"

    @property
    def declined(self) -> str:
        """The version that somebody went back from, or nothing."""
        try:
            return self._declined.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    @property
    def _declined(self) -> Path:
        return self.root / "declined"

    def go_back(self) -> str:
        """Let the version before start again; returns it. Raises `CinemaError` (file-missing) where there is none.

        The one that is left is not put in place again by itself.
        """
        now = self.current.resolve().name
        others = sorted(
            (path for path in (self.root / "versions").iterdir() if path.name != now and not path.name.startswith(".")),
            key=lambda path: path.stat().st_mtime,
        )
        if not others:
            raise CinemaError(Code.FILE_MISSING, "There is no earlier version here to go back to.")
        self._start_with(others[-1])
        self._declined.write_text(now, encoding="utf-8")
        return others[-1].name

    def _start_with(self, folder: Path) -> None:
        link = self.root / ".current.part"
        link.unlink(missing_ok=True)
        link.symlink_to(folder.relative_to(self.root), target_is_directory=True)
        link.replace(self.current)

    def _examine(self, folder: Path, version: str) -> None:
        program = folder / "smart-cinema"
        said = _ask(program, "--version", "--json")
        if said.get("version") != version:
            _reject("is not the version that it says it is")
        report = _ask(program, "doctor", "--json")
        if report.get("ok") is not True:
            findings = report.get("findings")
            bad = [item["name"] for item in findings if item["state"] == "bad"] if isinstance(findings, list) else []
            _reject(f"would not run here: {', '.join(bad) or 'no answer'}")


def installed() -> Installation | None:
    """The installation that this program runs from; nothing where it was installed in another way."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).resolve().parent
    root = folder.parent.parent
    fits = folder.parent.name == "versions" and (root / "current").is_symlink() and os.access(root, os.W_OK)
    return Installation(root) if fits else None


def _unpack(archive: Path, out: Path) -> None:
    import tarfile

    out.mkdir(parents=True)
    try:
        with tarfile.open(archive, "r:xz") as tar:
            total = 0
            for count, member in enumerate(tar):
                total += member.size
                first, _, inside = member.name.partition("/")
                if total > MOST_BYTES or count > MOST_FILES or first != "smart-cinema":
                    _reject("holds something else than the cinema")
                if inside:
                    member.name = inside
                    tar.extract(member, out, filter="data")
    except tarfile.TarError:
        _reject("cannot be unpacked")


def _ask(program: Path, *arguments: str) -> dict[str, object]:
    try:
        answer = subprocess.run(  # noqa: S603 - a program that the publisher signed
            [program, *arguments], capture_output=True, text=True, timeout=DOCTOR_S, check=False
        )
        said = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        _reject("does not start here")
    return said if isinstance(said, dict) else {}


def _reject(why: str) -> NoReturn:
    raise CinemaError(Code.UPDATE_REFUSED, f"The new version {why}. The one that you have stays.")
