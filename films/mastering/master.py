"""From a source to a signed film package."""

from pathlib import Path

from core import Cancel, CinemaError, Code, Progress
from films.manifest import Manifest
from films.mastering.options import FrameSource, MasterOptions


def master(
    source: "Path | FrameSource", out: Path, options: MasterOptions, progress: Progress, cancel: Cancel
) -> Manifest:
    """Make the package ``out`` and ``out.keys.json``; run again after a stop or a failure to resume."""
    raise CinemaError(Code.INTERNAL, "Mastering is not there yet.")
