"""Posters in the films' own art, 1200 x 1800; the names are left to the screens that show them."""

import math
from collections.abc import Callable
from pathlib import Path

import skia

from films.demo.drawing import Studio, downward, glow, grain, ink, lerp, round_light, solid
from films.demo.lane import SHADOW, child, ground, houses, lantern, moon, rabbit, sky, strand
from films.demo.lettering import write_down
from films.demo.papercut import AMBER, CINNABAR, CRIMSON, cloud, flower, mouse, sheet, wall_of_paper


def write_jpeg(path: Path, width: int, height: int, scale: float, draw: Callable[[skia.Canvas], None]) -> None:
    """Draw a picture and save it."""
    surface = skia.Surface(width, height)
    with surface as canvas:
        canvas.scale(scale, scale)
        draw(canvas)
    surface.makeImageSnapshot().save(str(path), skia.kJPEG, 90)


def lantern_poster(studio: Studio, canvas: skia.Canvas) -> None:
    """The girl before a great moon."""
    canvas.save()
    canvas.scale(1, 1800 / 1080)
    sky(canvas, 1200)
    canvas.restore()
    moon(canvas, 640, 610, 360)
    for index in range(26):
        share = (index * 0.618) % 1
        at = (70 + 1060 * share, 130 + 620 * ((index * 0.377) % 1))
        size = 10 + 34 * ((index * 0.271) % 1) ** 2
        glow(canvas, at, size * 2, "#ff9a3c", 0.6)
        body = skia.Rect.MakeXYWH(at[0] - size * 0.32, at[1] - size * 0.5, size * 0.64, size)
        canvas.drawRoundRect(
            body, size * 0.2, size * 0.2, downward(at[1] - size, at[1] + size, [ink("#d9602c"), ink("#ffe9ae")])
        )
    houses(canvas, 14, 1330, 1200, 250, "#3a3f7c", "#11143a", 0.9)
    canvas.save()
    canvas.translate(0, 1320 - 812)
    ground(canvas, 812, 1200)
    canvas.restore()
    canvas.drawRect(skia.Rect.MakeLTRB(0, 1580, 1200, 1800), solid("#0b0d22"))
    canvas.drawRect(skia.Rect.MakeLTRB(0, 1380, 1200, 1800), downward(1380, 1760, [0, ink("#0b0d22")]))
    for x, y, size in ((150, 190, 150), (1060, 120, 190)):
        lantern(canvas, x, y, size)
    end = child(canvas, 480, 1560, 640, 0.5, 10, 1.0, 4)
    rabbit(canvas, *end, 230, 1.0, -4)
    for index in range(12):
        left = lerp(-20, 1220, index / 11) + 30 * math.sin(index * 2.3)
        strand(studio, 200 + index, 250 + 210 * abs(math.sin(index * 1.7)), SHADOW, 1.5).turn(
            canvas, left, -60, 3 * math.sin(index)
        )


def wedding_poster(studio: Studio, canvas: skia.Canvas) -> None:
    """The bride in the heart of a window flower."""
    canvas.save()
    canvas.scale(1, 1800 / 1080)
    wall_of_paper(canvas, "#fbe6b8", "#eab76c", 4, (600, 440), 1200)
    canvas.restore()
    sheet(studio, flower(690), AMBER, 14).turn(canvas, 600, 800, 22.5, 1)
    sheet(studio, flower(560), CINNABAR, 18).turn(canvas, 600, 800, 0, 1)
    disc = skia.Path()
    disc.addCircle(0, 0, 300)
    sheet(studio, disc, "#fbe9c8", 16).draw(canvas, 600, 800)
    canvas.drawCircle(600, 800, 290, round_light((600, 760), 300, [ink("#fffaf0"), ink("#fbe3b8")]))
    sheet(studio, mouse("bride"), CINNABAR, 12, 1.6).turn(canvas, 590, 1020, 0, 1.55)
    for x, y, size, seed in ((170, 1530, 120, 3), (1040, 1500, 130, 5)):
        sheet(studio, cloud(size, seed), CRIMSON, 14).draw(canvas, x, y)
    for x, kind, flip in ((390, "groom", 1.0), (820, "plain", -1.0)):
        sheet(studio, mouse(kind), CRIMSON, 10).turn(canvas, x, 1700, 0, 0.8, flip)
    for x, y in ((120, 140), (1080, 140)):
        sheet(studio, flower(90), CRIMSON, 7).turn(canvas, x, y, 10, 1)
    write_down(canvas, "囍", 600, 60, 150, solid(CINNABAR))
    grain(canvas, 9, 0.12, 1200)
