"""Which ffmpeg does the work."""

import os
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
