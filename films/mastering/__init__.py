"""A film file, or a film drawn frame by frame, becomes a film package."""

from films.mastering.ffmpeg import ffmpeg_path
from films.mastering.master import master
from films.mastering.options import FAST_LADDER, FULL_LADDER, ExtraSound, FrameSource, MasterOptions, PixelFormat, Rung
from films.mastering.shots import Shots, find_shots

__all__ = [
    "FAST_LADDER",
    "FULL_LADDER",
    "ExtraSound",
    "FrameSource",
    "MasterOptions",
    "PixelFormat",
    "Rung",
    "Shots",
    "ffmpeg_path",
    "find_shots",
    "master",
]
