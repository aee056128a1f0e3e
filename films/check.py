"""Is a film package what its manifest says, and is the manifest signed by somebody trusted?"""

from collections.abc import Mapping
from pathlib import Path

from core import Cancel, CinemaError, Code, Progress
from films.findings import PackageReport
from films.signing import TrustedKeys


def check_package(
    package: Path, trusted: TrustedKeys, keys: Mapping[str, bytes] | None, progress: Progress, cancel: Cancel
) -> PackageReport:
    """Everything that is wrong, doubtful and right about the package at ``package``."""
    raise CinemaError(Code.INTERNAL, "Checking is not there yet.")
