"""A film as shots that are drawn: what a shot is, and a reel that yields its frames."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import skia

from films.demo.drawing import HEIGHT, WIDTH, Studio

FPS = 24
EDITION = 4
"""Raised whenever a film would look or sound different."""

Paint = Callable[[skia.Canvas, float], None]
"""Draws one moment (seconds since the shot began) in the space of 2048 x 1080."""

Quality = Literal["full", "quick"]


@dataclass(frozen=True)
class Shot:
    """One setting of the camera between two hard cuts. ``from_ms`` is where in the scene it begins."""

    name: str
    duration_ms: int
    build: Callable[[Studio], Paint]
    from_ms: int = 0

    @property
    def frame_count(self) -> int:
        """Frames of this shot."""
        return self.duration_ms * FPS // 1000


def cuts_ms(shots: Sequence[Shot]) -> tuple[int, ...]:
    """When each shot but the first begins."""
    at, cuts = 0, []
    for shot in shots[:-1]:
        at += shot.duration_ms
        cuts.append(at)
    return tuple(cuts)


def opening(shots: Sequence[Shot], limit_ms: int) -> tuple[Shot, ...]:
    """The first shots, the last one shortened so that they end at ``limit_ms``."""
    kept: list[Shot] = []
    left = limit_ms
    for shot in shots:
        if left <= 0:
            break
        kept.append(Shot(shot.name, min(shot.duration_ms, left), shot.build, shot.from_ms))
        left -= shot.duration_ms
    return tuple(kept)


@dataclass(frozen=True)
class Reel:
    """Shots as a source of frames for mastering: packed BGRA, 24 a second."""

    name: str
    shots: tuple[Shot, ...]
    width: int
    height: int
    audio: Path | None = None

    @property
    def fps_num(self) -> int:
        """24."""
        return FPS

    @property
    def fps_den(self) -> int:
        """1."""
        return 1

    @property
    def pixel_format(self) -> Literal["bgra"]:
        """As skia draws."""
        return "bgra"

    @property
    def frame_count(self) -> int:
        """Frames of the whole reel."""
        return sum(shot.frame_count for shot in self.shots)

    @property
    def duration_ms(self) -> int:
        """Running time."""
        return sum(shot.duration_ms for shot in self.shots)

    @property
    def fingerprint(self) -> str:
        """Changes with the edition, the cut and the size."""
        parts = (self.name, str(EDITION), f"{self.width}x{self.height}", skia.__version__)
        shots = (f"{shot.name}:{shot.from_ms}:{shot.duration_ms}" for shot in self.shots)
        return hashlib.sha256("|".join((*parts, *shots)).encode()).hexdigest()

    def frames(self) -> Iterator[memoryview]:
        """Every frame in turn. The memory is used again for the next one."""
        pixels = np.zeros((self.height, self.width, 4), np.uint8)
        canvas = skia.Surface(pixels, skia.ColorType.kBGRA_8888_ColorType).getCanvas()
        scale = self.width / WIDTH
        studio = Studio(scale)
        for shot in self.shots:
            paint = shot.build(studio)
            for index in range(shot.frame_count):
                self._draw(canvas, paint, shot.from_ms / 1000 + index / FPS, scale)
                yield pixels.data.cast("B")

    def still(self, at_ms: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """The frame at ``at_ms`` as an array (height, width, 4) of BGRA."""
        for shot in self.shots:
            if at_ms < shot.duration_ms:
                pixels = np.zeros((self.height, self.width, 4), np.uint8)
                canvas = skia.Surface(pixels, skia.ColorType.kBGRA_8888_ColorType).getCanvas()
                scale = self.width / WIDTH
                self._draw(canvas, shot.build(Studio(scale)), (shot.from_ms + at_ms) / 1000, scale)
                return pixels
            at_ms -= shot.duration_ms
        msg = f"{self.name} ends before that"
        raise ValueError(msg)

    @staticmethod
    def _draw(canvas: skia.Canvas, paint: Paint, t_s: float, scale: float) -> None:
        canvas.save()
        canvas.clear(skia.ColorBLACK)
        canvas.scale(scale, scale)
        canvas.translate(0, 0 if scale == 1 else (HEIGHT * scale % 1) / 2)
        paint(canvas, t_s)
        canvas.restore()
