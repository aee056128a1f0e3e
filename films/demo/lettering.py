"""Titles as outlines, so that every machine draws the same letters whatever fonts it has.

The outlines (``lettering.json``: advance and path by character, 1000 units to the em) were traced from
Noto Serif CJK, SIL Open Font License 1.1.
"""

import json
from functools import cache
from importlib.resources import files

import skia

from films.demo.drawing import curve


@cache
def _outlines() -> dict[str, tuple[float, skia.Path]]:
    text = (files("films.demo") / "lettering.json").read_text(encoding="utf-8")
    return {letter: (float(advance), curve(path)) for letter, (advance, path) in json.loads(text).items()}


def across(text: str, size: float, spacing: float = 0.0) -> tuple[skia.Path, float]:
    """The outline of a line of text from its left base point, and its width. Unknown characters are left out."""
    path, at = skia.Path(), 0.0
    for letter in text:
        if letter in _outlines():
            advance, outline = _outlines()[letter]
            path.addPath(outline, skia.Matrix.MakeAll(size / 1000, 0, at, 0, size / 1000, 0, 0, 0, 1))
            at += advance * size / 1000 + spacing
    return path, at - spacing


def write(
    canvas: skia.Canvas, text: str, x: float, y: float, size: float, paint: skia.Paint, spacing: float = 0.0
) -> None:
    """Write a line centred on ``x`` with its base line at ``y``."""
    path, width = across(text, size, spacing)
    canvas.save()
    canvas.translate(x - width / 2, y)
    canvas.drawPath(path, paint)
    canvas.restore()


def write_down(canvas: skia.Canvas, text: str, x: float, y: float, size: float, paint: skia.Paint) -> None:
    """Write a column of hanzi centred on ``x`` from ``y`` downwards."""
    for index, letter in enumerate(text):
        write(canvas, letter, x, y + size * (index * 1.12 + 0.88), size, paint)
