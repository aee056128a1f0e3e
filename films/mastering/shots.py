"""The hard cuts of a film file, seen in its picture."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core import Cancel
from films.mastering.pictures import cut_times_ms, seen_cuts
from films.mastering.probe import look_at
from films.mastering.process import run_ffmpeg

LOOKED_AT = "scale=-2:'min(360,ih)':flags=fast_bilinear"
"""Cuts are as plain in a small picture."""


@dataclass(frozen=True)
class Shots:
    """The film's length, and the times of its hard cuts in rising order."""

    duration_ms: int
    cuts_ms: tuple[int, ...]


def find_shots(film: Path, cancel: Cancel, progress: Callable[[float], None] = lambda _share: None) -> Shots:
    """Look through a film file. Raises `CinemaError` (cancelled, file-missing, source-unreadable, encoder-failed)."""
    facts = look_at(film)
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "shots.txt"
        run_ffmpeg(
            [
                *("-nostdin", "-protocol_whitelist", "file", "-i", f"file:{film.resolve()}", "-an", "-sn"),
                *("-vf", f"{LOOKED_AT},{seen_cuts(found.name)}"),
                *("-f", "null", "-"),
            ],
            folder=Path(folder),
            cancel=cancel,
            on_time=lambda time_ms: progress(min(1.0, time_ms / max(1, facts.duration_ms))),
        )
        return Shots(facts.duration_ms, cut_times_ms(found, facts.duration_ms))
