"""Willow Lane at night: its sky, moon, houses, lanterns and people."""

import math
from functools import lru_cache

import numpy as np
import skia

from films.demo.drawing import (
    HEIGHT,
    WIDTH,
    Layer,
    Studio,
    curve,
    downward,
    glow,
    grain,
    ink,
    line,
    round_light,
    shape,
    solid,
)

NIGHT = ("#070b22", "#131a45", "#2c2a5c", "#6a4467")
GOLD = "#ffcf7a"
FLAME = "#ffb04a"
RED = "#d8321f"
SHADOW = "#0a0d22"


def sky(canvas: skia.Canvas, width: float = WIDTH, warm: float = 1.0) -> None:
    """Indigo above, a last warmth of lanterns at the roofs; stars."""
    colours = [ink(NIGHT[0]), ink(NIGHT[1]), ink(NIGHT[2]), ink(NIGHT[3], 0.35 + 0.65 * warm)]
    canvas.drawRect(skia.Rect.MakeWH(width, HEIGHT), solid(NIGHT[2]))
    canvas.drawRect(skia.Rect.MakeWH(width, HEIGHT), downward(0, HEIGHT * 0.86, colours, (0, 0.4, 0.72, 1)))
    rng = np.random.default_rng(15)
    for x, y, size in rng.random((150, 3)):
        canvas.drawCircle(x * width, y * y * 620, 0.7 + 1.5 * size * size, solid("#dfe6ff", 0.2 + 0.6 * size * size))


def moon(canvas: skia.Canvas, x: float, y: float, radius: float, halo: float = 1.0) -> None:
    """The first full moon of the year, with the rabbit in its shadows."""
    for size, strength in ((5.2, 0.16), (2.7, 0.26), (1.55, 0.36)):
        paint = round_light(
            (x, y),
            radius * size,
            [ink("#ffeec8", strength * halo), ink("#ffe0b0", strength * 0.3 * halo), 0],
            (0.1, 0.45, 1),
        )
        paint.setBlendMode(skia.BlendMode.kScreen)
        canvas.drawCircle(x, y, radius * size, paint)
    canvas.drawCircle(
        x,
        y,
        radius,
        round_light(
            (x - radius * 0.3, y - radius * 0.3), radius * 1.5, [ink("#fffaf0"), ink("#ffeec9"), ink("#f3cf97")]
        ),
    )
    canvas.save()
    clip = skia.Path()
    clip.addCircle(x, y, radius)
    canvas.clipPath(clip, skia.ClipOp.kIntersect, True)
    soft = solid("#d9ae78", 0.5, radius * 0.02)
    canvas.translate(x, y)
    canvas.scale(radius / 100, radius / 100)
    rabbit = skia.Path()
    for left, top, wide, high in ((-30, 2, 56, 42), (14, -26, 32, 30)):
        rabbit.addOval(skia.Rect.MakeXYWH(left, top, wide, high))
    canvas.drawPath(rabbit, soft)
    canvas.drawPath(
        curve(
            "M18 -18 C4 -40 -4 -62 4 -66 C14 -66 22 -40 26 -22 Z M30 -22 C28 -46 32 -66 40 -64 C46 -58 40 -36 36 -18 Z"
        ),
        soft,
    )
    canvas.drawPath(curve("M40 30 L62 30 L58 46 L44 46 Z M52 30 L56 8 L59 8 L56 30 Z"), soft)
    for cx, cy, r in ((-52, -40, 20), (-40, 60, 14), (60, -8, 9)):
        canvas.drawCircle(cx, cy, r, solid("#e3bd88", 0.32, 3))
    canvas.restore()


def houses(
    canvas: skia.Canvas, seed: int, base: float, width: float, size: float, wall: str, roof: str, lit: float
) -> None:
    """A row of white-walled houses with dark tiles and stepped gables; ``lit`` is how warm their windows are."""
    rng = np.random.default_rng(seed)
    x = -80.0
    while x < width:
        wide, high = size * rng.uniform(1.15, 1.75), size * rng.uniform(0.72, 1.05)
        top = base - high
        canvas.drawRect(
            skia.Rect.MakeLTRB(x, top, x + wide, base + 40), downward(top, base + 40, [ink(wall), ink(roof)])
        )
        if rng.random() < 0.42:
            step = wide / 7
            for rank in range(3):
                left, upper = x + rank * step - 4, top - size * 0.16 * (rank + 1)
                area = skia.Rect.MakeLTRB(left, upper, x + wide - rank * step + 4, top + 8)
                canvas.drawRect(area, solid(wall))
                edge = shape(
                    (left - 14, upper - 6),
                    (left - 10, upper + 6),
                    (x + wide - rank * step + 14, upper + 6),
                    (x + wide - rank * step + 18, upper - 6),
                    (x + wide / 2, upper - 2),
                )
                canvas.drawPath(edge, solid(roof))
        else:
            tall, over = size * 0.36, size * 0.14
            tiles = curve(
                f"M{x - over} {top - 8} Q{x + 8} {top - 4} {x + wide * 0.2} {top - tall} L{x + wide * 0.8} "
                f"{top - tall} "
                f"Q{x + wide - 8} {top - 4} {x + wide + over} {top - 8} L{x + wide + over - 10} "
                f"{top + 12} L{x - over + 10} {top + 12} Z"
            )
            canvas.drawPath(tiles, solid(roof))
            ridge = curve(
                f"M{x + wide * 0.17} {top - tall - 12} Q{x + wide * 0.22} {top - tall} {x + wide / 2} "
                f"{top - tall} Q{x + wide * 0.78} {top - tall} {x + wide * 0.83} {top - tall - 12}"
            )
            canvas.drawPath(ridge, line(roof, size * 0.035))
            canvas.save()
            canvas.clipPath(tiles, skia.ClipOp.kIntersect, True)
            for column in np.arange(x - over, x + wide + over, size * 0.055):
                lean = (column - x - wide / 2) * 0.32
                canvas.drawLine(column - lean, top - tall, column, top + 14, line("#8fa0d8", 1.2, 0.13))
            canvas.drawLine(x - over, top + 9, x + wide + over, top + 9, line(GOLD, 3, 0.28 * lit))
            canvas.restore()
        if rng.random() < 0.85:
            _window(
                canvas,
                x + wide * rng.uniform(0.2, 0.55),
                top + high * 0.25,
                size * 0.26,
                size * 0.3,
                lit * rng.uniform(0.65, 1),
            )
        x += wide + size * rng.uniform(0.0, 0.1)


def _window(canvas: skia.Canvas, x: float, y: float, wide: float, high: float, lit: float) -> None:
    area = skia.Rect.MakeXYWH(x, y, wide, high)
    glow(canvas, (x + wide / 2, y + high / 2), wide * 2.1, "#ff9a3c", 0.55 * lit)
    canvas.drawRect(area, downward(y, y + high, [ink("#ffdf95", 0.2 + 0.8 * lit), ink("#f0893a", 0.2 + 0.8 * lit)]))
    bars = line("#2a1420", max(1.5, wide * 0.04))
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.drawLine(x + wide * share, y, x + wide * share, y + high, bars)
    for share in (0, 0.33, 0.67, 1):
        canvas.drawLine(x, y + high * share, x + wide, y + high * share, bars)


def lantern(canvas: skia.Canvas, x: float, y: float, size: float, lit: float = 1.0) -> None:
    """A round red lantern hanging from (x, y); ``lit`` 0 is dark."""
    scale = canvas.getTotalMatrix().getScaleX()
    if lit < 0.99:
        _hung(size, 0.0, scale).draw(canvas, x, y)
    if lit > 0.01:
        _hung(size, 1.0, scale).draw(canvas, x, y, lit)


@lru_cache(maxsize=64)
def _hung(size: float, lit: float, scale: float) -> Layer:
    reach = size * (2.4 if lit else 0.9)
    top = size * 0.62 - reach
    return Studio(scale).layer(lambda canvas: _lantern(canvas, 0, 0, size, lit), -reach, top, 2 * reach, 2 * reach)


def _lantern(canvas: skia.Canvas, x: float, y: float, size: float, lit: float) -> None:
    centre = y + size * 0.62
    if lit > 0.02:
        glow(canvas, (x, centre), size * 2.3, "#ff6a2c", 0.75 * lit)
    canvas.drawLine(x, y - size * 0.2, x, y + size * 0.2, line("#3a1a14", size * 0.04))
    body = skia.Rect.MakeXYWH(x - size * 0.52, centre - size * 0.42, size * 1.04, size * 0.84)
    dark = 0.25 + 0.75 * lit
    canvas.drawOval(
        body,
        round_light(
            (x, centre + size * 0.08),
            size * 0.62,
            [ink("#ffd98a", lit), ink("#ff7a35", dark), ink("#b51d17", 1)],
            (0, 0.42, 1),
        ),
    )
    for share in (0.32, 0.7):
        canvas.drawOval(
            skia.Rect.MakeXYWH(x - size * 0.52 * share, centre - size * 0.42, size * 1.04 * share, size * 0.84),
            line("#8e1512", size * 0.022, 0.65),
        )
    for at in (centre - size * 0.45, centre + size * 0.34):
        canvas.drawRoundRect(skia.Rect.MakeXYWH(x - size * 0.2, at, size * 0.4, size * 0.11), 3, 3, solid("#e9a63f"))
    for step in (-0.1, -0.03, 0.04, 0.11):
        canvas.drawLine(
            x + size * step,
            centre + size * 0.46,
            x + size * step * 1.3,
            centre + size * 0.86,
            line("#e9a63f", size * 0.03),
        )


def rabbit(canvas: skia.Canvas, x: float, y: float, size: float, lit: float, swing: float = 0.0) -> None:
    """The paper rabbit lantern, hanging by its back from (x, y); ``lit`` 0 is blown out."""
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(swing)
    canvas.scale(size / 100, size / 100)
    if lit > 0.02:
        glow(canvas, (0, 66), 210, "#ffa545", 0.85 * lit)
        glow(canvas, (0, 66), 110, "#ffe2a8", 0.7 * lit)
    canvas.drawLine(0, 0, 0, 34, line("#5b3a22", 2.4))
    paper = round_light(
        (-4, 66),
        74,
        [ink("#fffbe9"), ink("#ffe3ae"), ink("#f2a95f")]
        if lit > 0.02
        else [ink("#8d90b4"), ink("#6d7099"), ink("#4d5079")],
    )
    parts = skia.Path()
    parts.addOval(skia.Rect.MakeXYWH(-56, 36, 88, 62))
    parts.addOval(skia.Rect.MakeXYWH(10, 16, 54, 50))
    parts.addCircle(-58, 60, 12)
    canvas.drawPath(
        curve("M26 22 C6 0 -6 -30 4 -38 C18 -40 32 -8 38 16 Z M42 16 C40 -12 48 -40 60 -38 C68 -28 58 2 50 20 Z"), paper
    )
    canvas.drawPath(curve("M26 14 C14 -4 6 -24 10 -30 C18 -28 27 -6 31 11 Z"), solid("#f08a80", 0.3 + 0.5 * lit))
    canvas.drawPath(parts, paper)
    ribs = line("#c47a3a", 1.6, 0.5)
    for offset in (-34, -14, 8):
        canvas.drawPath(curve(f"M{offset} 38 Q{offset - 12} 67 {offset} 97"), ribs)
    canvas.drawCircle(46, 38, 4.6, solid("#b3211b"))
    canvas.drawCircle(47.5, 36.5, 1.4, solid("#ffffff"))
    canvas.drawCircle(40, 50, 6, solid("#ff8f7d", 0.45))
    for cx in (-34, 8):
        canvas.drawCircle(cx, 101, 8, solid("#c0271c" if lit > 0.02 else "#5a2430"))
        canvas.drawCircle(cx, 101, 3, solid("#ffcf7a", 0.3 + 0.7 * lit))
    canvas.restore()


def child(
    canvas: skia.Canvas,
    x: float,
    y: float,
    size: float,
    stride: float = 0.0,
    look: float = 0.0,
    light: float = 1.0,
    arm: float = 0.0,
) -> tuple[float, float]:
    """A small girl in a red padded coat, facing right, feet at (x, y); gives back where her stick ends.

    ``stride`` is the angle of the walk in radians, ``look`` tilts the head up (degrees), ``light`` is the lantern's.
    """
    unit = size / 100
    bob = abs(math.sin(stride)) * 2.4
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(unit, unit)
    shade = solid("#050716", 0.45, 3)
    canvas.drawOval(skia.Rect.MakeXYWH(-22, -4, 48, 8), shade)
    swing = math.sin(stride) * 9
    for offset in (swing, -swing):
        canvas.drawLine(-2 + offset * 0.25, -20, -1 + offset, -5, line("#22264f", 10))
        canvas.drawRoundRect(skia.Rect.MakeXYWH(-7 + offset, -8, 16, 8), 4, 4, solid("#160d18"))
    canvas.translate(0, -bob)
    coat = curve("M-12 -58 Q-26 -30 -25 -17 Q0 -11 25 -17 Q24 -34 12 -58 Z")
    canvas.drawPath(
        coat,
        round_light(
            (26, -40),
            60,
            [
                ink("#ff8a4a" if light > 0.05 else "#8a2a35"),
                ink("#d3301f" if light > 0.05 else "#6b1c2c"),
                ink("#5e0f1f"),
            ],
            (0, 0.42, 1),
        ),
    )
    canvas.drawPath(curve("M-25 -19 Q0 -13 25 -19"), line("#f6e6cf", 5.5, 0.55 + 0.45 * light))
    canvas.drawPath(curve("M4 -57 Q10 -36 8 -16"), line("#f2b04f", 1.8, 0.5 + 0.5 * light))
    for flower in ((-9, -32), (-14, -44), (16, -30)):
        canvas.drawCircle(*flower, 2.3, solid("#f6b95c", 0.4 + 0.4 * light))
    hand = (27.0, -46.0 - arm)
    canvas.drawPath(
        curve(f"M2 -50 Q16 -{46 + arm * 0.3} {hand[0] - 3} {hand[1] + 2}"),
        line("#a81f1c" if light > 0.05 else "#561525", 11),
    )
    canvas.drawCircle(*hand, 4.6, solid("#f6c9a0" if light > 0.05 else "#8d7a92"))
    stick = (hand[0] + 36, hand[1] - 20)
    canvas.drawLine(hand[0] - 6, hand[1] + 3, *stick, line("#7a5232", 2.2))
    canvas.save()
    canvas.translate(0, -58)
    canvas.rotate(-look)
    canvas.drawCircle(
        0,
        -19,
        21,
        round_light(
            (14, -16),
            34,
            [
                ink("#ffe6c4" if light > 0.05 else "#a99db8"),
                ink("#f3bd90" if light > 0.05 else "#8c7f9e"),
                ink("#7a4a52"),
            ],
            (0, 0.55, 1),
        ),
    )
    canvas.drawPath(
        curve("M17 -31 C6 -46 -18 -45 -21 -22 C-22 -8 -16 0 -9 2 C-14 -12 -8 -24 4 -27 C10 -28 14 -29 17 -31 Z"),
        solid("#1a1226"),
    )
    for bun in ((-13, -39), (7, -42)):
        canvas.drawCircle(*bun, 8.6, solid("#1a1226"))
        canvas.drawCircle(bun[0], bun[1] + 5, 4, solid(RED))
    canvas.drawCircle(11, -20, 2.5, solid("#1b1020"))
    canvas.drawCircle(11.8, -20.8, 0.8, solid("#ffffff"))
    canvas.drawCircle(6, -11, 4.4, solid("#f0705a", 0.45))
    canvas.drawPath(curve("M9 -9 Q13 -5 17 -9"), line("#9c3a34", 1.5))
    canvas.drawRoundRect(skia.Rect.MakeXYWH(-13, -5, 26, 9), 5, 5, solid("#f6e6cf", 0.6 + 0.4 * light))
    canvas.restore()
    canvas.restore()
    return x + stick[0] * unit, y + (stick[1] - bob) * unit


def keeper(canvas: skia.Canvas, x: float, y: float, size: float, nod: float) -> None:
    """The old man of the tangyuan stall, from the waist up, facing left."""
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(size / 100, size / 100)
    canvas.drawPath(
        curve("M-40 0 Q-38 -62 -8 -68 L12 -68 Q40 -60 42 0 Z"),
        round_light((-60, -20), 110, [ink("#7a8fd0"), ink("#39467f"), ink("#1a1f45")]),
    )
    canvas.drawPath(curve("M-34 -8 Q-56 -24 -62 -20"), line("#39467f", 15))
    canvas.drawCircle(-64, -20, 7, solid("#eab78c"))
    canvas.save()
    canvas.translate(0, -68)
    canvas.rotate(-nod)
    canvas.drawCircle(0, -22, 24, round_light((-22, -14), 46, [ink("#ffdcb2"), ink("#dfa478"), ink("#7b4a48")]))
    canvas.drawPath(curve("M-25 -28 Q-22 -52 2 -52 Q26 -50 25 -28 Q0 -36 -25 -28 Z"), solid("#252a58"))
    canvas.drawPath(curve("M-19 -10 Q-24 16 -10 28 Q-2 12 -4 -4 Z"), solid("#eeeaf2"))
    canvas.drawPath(curve("M-18 -20 Q-14 -24 -9 -20"), line("#3a2230", 2.2))
    canvas.drawPath(curve("M-22 -27 Q-15 -31 -8 -27"), line("#eeeaf2", 3))
    canvas.drawCircle(-12, -11, 4.5, solid("#e98562", 0.45))
    canvas.restore()
    canvas.restore()


def strand(studio: Studio, seed: int, length: float, colour: str, size: float = 1.0) -> Layer:
    """One hanging willow branch, its origin where it hangs."""

    def draw(canvas: skia.Canvas) -> None:
        rng = np.random.default_rng(seed)
        bend = rng.uniform(-26, 26)
        canvas.drawPath(curve(f"M0 0 Q{bend} {length * 0.5} {bend * 0.3} {length}"), line(colour, 2.6 * size))
        for share in np.arange(0.1, 1, 15 * size / length):
            x = 2 * share * (1 - share) * bend + share * share * bend * 0.3
            canvas.save()
            canvas.translate(x, share * length)
            canvas.rotate(float(rng.choice([-1, 1]) * rng.uniform(14, 42)))
            canvas.drawOval(skia.Rect.MakeXYWH(-2.6 * size, 0, 5.2 * size, rng.uniform(20, 38) * size), solid(colour))
            canvas.restore()

    return studio.layer(draw, -60 * size, 0, 120 * size, length + 50 * size)


def ground(canvas: skia.Canvas, top: float, width: float, light: str = "#7d4a4e") -> None:
    """Stone paving, wet with lantern light."""
    canvas.drawRect(
        skia.Rect.MakeLTRB(0, top, width, HEIGHT),
        downward(top, HEIGHT, [ink(light), ink("#2b2346"), ink("#0b0d22")], (0, 0.35, 1)),
    )
    rng = np.random.default_rng(4)
    y, high = top, 12.0
    while y < HEIGHT:
        canvas.drawLine(0, y, width, y, line("#0b0d22", 2.5, 0.4))
        x = -rng.uniform(0, 90)
        while x < width:
            canvas.drawLine(x, y, x + (x - width / 2) * 0.02, y + high, line("#0b0d22", 2.5, 0.35))
            if rng.random() < 0.3:
                canvas.drawRect(skia.Rect.MakeXYWH(x + 6, y + 4, high * 3, high * 0.4), solid("#ff9a50", 0.13, 3))
            x += high * rng.uniform(3.2, 5)
        y += high
        high *= 1.3
    grain(canvas, 8, 0.16, width, top)
