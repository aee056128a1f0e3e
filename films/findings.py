"""What a check found: each finding has a stable code, a sentence for people and the place it is about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing found wrong, doubtful or right."""

    code: str
    """Stable, for scripts: ``"hash"``, ``"reading-speed"``."""
    message: str
    path: str = ""
    """The file of the package, or the note's id; empty where it is about the whole."""


@dataclass(frozen=True)
class PackageReport:
    """What `check_package` found."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    good: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors


@dataclass(frozen=True)
class NotesReport:
    """What `check_notes` found."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors


class Findings:
    """A report being written."""

    def __init__(self) -> None:
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []
        self._good: list[Finding] = []

    def error(self, code: str, message: str, path: str = "") -> None:
        """Something is wrong."""
        self._errors.append(Finding(code, message, path))

    def warning(self, code: str, message: str, path: str = "") -> None:
        """Something is doubtful."""
        self._warnings.append(Finding(code, message, path))

    def good(self, code: str, message: str, path: str = "") -> None:
        """Something is right."""
        self._good.append(Finding(code, message, path))

    def report(self) -> PackageReport:
        """What was found."""
        return PackageReport(tuple(self._errors), tuple(self._warnings), tuple(self._good))
