"""What the demo films' notes show beside their words, and the portrait of who wrote them."""

from collections.abc import Callable, Mapping

import skia

from films.demo.drawing import Studio, downward, glow, ink, solid
from films.demo.lane import lantern, sky
from films.demo.lettering import write_down
from films.demo.papercut import CINNABAR, crescent, cut, oval, sheet, teeth, wall_of_paper

SIZE = (640, 480)
PORTRAIT = "editors.jpg"


def riddle_lantern(canvas: skia.Canvas) -> None:
    """A silk lantern with its riddle on a strip of paper."""
    canvas.save()
    canvas.scale(1, 480 / 1080)
    sky(canvas, 640)
    canvas.restore()
    for x, y, size in ((70, 60, 60), (585, 40, 78)):
        lantern(canvas, x, y, size, 0.8)
    lantern(canvas, 285, 60, 300)
    canvas.save()
    canvas.translate(485, 150)
    canvas.rotate(4)
    canvas.drawRect(skia.Rect.MakeXYWH(-76, 2, 160, 250), solid("#000000", 0.35, 10))
    canvas.drawRect(skia.Rect.MakeXYWH(-80, -4, 160, 252), downward(0, 250, [ink("#fff6df"), ink("#f0d9ac")]))
    for column, x in (("像圆镜", 36), ("像镰刀", -36)):
        write_down(canvas, column, x, 16, 62, solid("#8a1f16"))
    canvas.restore()


def two_cuts(canvas: skia.Canvas) -> None:
    """The crescent and the saw-tooth, as they are cut into red paper."""
    canvas.save()
    canvas.scale(1, 480 / 1080)
    wall_of_paper(canvas, "#fbe6b8", "#efc98a", 4, (320, 500), 640)
    canvas.restore()
    studio = Studio(2.0)
    moons = [crescent(160, 110 + 62 * row, 62 + 12 * (row % 2), 0) for row in range(5)]
    saws = [tooth for row in range(3) for tooth in teeth((410, 130 + 105 * row), (560, 130 + 105 * row), 7, 58)]
    for x, holes in ((160, moons), (485, saws)):
        sheet(studio, cut(oval(x, 240, 125, 195), *holes), CINNABAR, 12).draw(canvas)


def editors(canvas: skia.Canvas) -> None:
    """The editors show their lantern instead of a face."""
    canvas.drawRect(skia.Rect.MakeWH(480, 480), downward(0, 480, [ink("#2b2f66"), ink("#12143a")]))
    glow(canvas, (240, 240), 300, "#ffb25a", 0.8)
    lantern(canvas, 240, 85, 250)


DRAWN: Mapping[str, tuple[tuple[int, int], Callable[[skia.Canvas], None]]] = {
    "riddle-lantern.jpg": (SIZE, riddle_lantern),
    "two-cuts.jpg": (SIZE, two_cuts),
    PORTRAIT: ((480, 480), editors),
}
"""By name: pixels, and who draws it."""
