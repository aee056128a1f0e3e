"""Which ffmpeg does the work."""

import os
import subprocess
from pathlib import Path

import imageio_ffmpeg

from core import CinemaError, Code


def ffmpeg_path() -> str:
    """The ffmpeg named by ``SMART_CINEMA_FFMPEG``, else the one that came with the product.

    Raises `CinemaError` (encoder-missing).
    """
    named = os.environ.get("SMART_CINEMA_FFMPEG")
    if named:
        if not Path(named).is_file():
            raise CinemaError(Code.ENCODER_MISSING, "SMART_CINEMA_FFMPEG names a file that is not there.")
        return named
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise CinemaError(
            Code.ENCODER_MISSING, "There is no ffmpeg; install it, or name one in SMART_CINEMA_FFMPEG."
        ) from error


def need_filters(chain: str) -> None:
    """Refuse an ffmpeg that lacks one of the filters of ``chain``. Raises `CinemaError` (encoder-missing)."""
    answer = subprocess.run([ffmpeg_path(), "-hide_banner", "-filters"], capture_output=True, text=True, check=False)  # noqa: S603 - our own ffmpeg
    known = {words[1] for line in answer.stdout.splitlines() if len(words := line.split()) > 2}
    missing = sorted({part.partition("=")[0] for part in chain.split(",")} - known)
    if missing:
        raise CinemaError(
            Code.ENCODER_MISSING,
            f"This ffmpeg cannot map the colours of this film for ordinary screens: it lacks {', '.join(missing)}. "
            "Use the one that came with the product, or name another in SMART_CINEMA_FFMPEG.",
        )
