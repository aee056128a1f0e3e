"""The Lantern on Willow Lane: its shots."""

import math

import numpy as np
import skia

from films.demo.drawing import (
    HEIGHT,
    WIDTH,
    Drift,
    Studio,
    curve,
    downward,
    glow,
    grain,
    ink,
    lerp,
    line,
    ramp,
    round_light,
    solid,
    vignette,
)
from films.demo.film import Paint, Shot
from films.demo.lane import GOLD, SHADOW, child, ground, houses, keeper, lantern, moon, rabbit, sky, strand
from films.demo.lettering import write, write_down

SNOW = Drift(7, 190, (-26, 92), 26, (2.2, 7.5), "#f4f1ff", 0.85)
RISING = Drift(9, 60, (16, -120), 20, (2, 5), "#ffc068", 0.9)
RIDDLE = ("有时落在山腰", "有时挂在树梢", "有时像面圆镜", "有时像把镰刀")


def _boughs(
    studio: Studio, count: int, left: float, right: float, seed: int, length: float, size: float = 1.0
) -> Paint:
    rng = np.random.default_rng(seed)
    bank = [strand(studio, seed + kind, length * (0.6 + 0.13 * kind), SHADOW, size) for kind in range(4)]
    places = [
        (lerp(left, right, (i + rng.random()) / count), rng.uniform(-150, -20), rng.random() * 6.28, i % 4)
        for i in range(count)
    ]

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        for x, y, phase, kind in places:
            bank[kind].turn(canvas, x, y, 2.6 * math.sin(t_s * 0.9 + phase) + 1.2 * math.sin(t_s * 1.7 + phase * 2))

    return paint


def _rising_lantern(canvas: skia.Canvas, x: float, y: float, size: float) -> None:
    glow(canvas, (x, y), size * 1.9, "#ff9a3c", 0.6)
    body = curve(
        f"M{x - size * 0.34} {y - size * 0.5} Q{x} {y - size * 0.72} {x + size * 0.34} "
        f"{y - size * 0.5} L{x + size * 0.26} {y + size * 0.4} L{x - size * 0.26} {y + size * 0.4} "
        f"Z"
    )
    canvas.drawPath(body, downward(y - size * 0.6, y + size * 0.4, [ink("#d9602c"), ink("#ff9f45"), ink("#ffe9ae")]))


def _fleet(canvas: skia.Canvas, t_s: float, count: int, seed: int, floor: float) -> None:
    rng = np.random.default_rng(seed)
    for x, delay, depth, phase in rng.random((count, 4)):
        climb = (t_s * (26 + 40 * depth) + delay * 900) % (floor + 260)
        at = x * WIDTH + 26 * math.sin(t_s * 0.5 + phase * 6.28)
        _rising_lantern(canvas, at, floor - climb + 60, 16 + 44 * depth * depth)


def title(studio: Studio) -> Paint:
    """The moon over the roofs, and the name."""

    def back(canvas: skia.Canvas) -> None:
        sky(canvas)
        moon(canvas, 1360, 400, 178)
        grain(canvas, 1, 0.2)

    def front(canvas: skia.Canvas) -> None:
        houses(canvas, 21, 1010, WIDTH, 150, "#1d2148", "#0d1029", 0.55)
        canvas.drawRect(skia.Rect.MakeLTRB(0, 860, WIDTH, HEIGHT), downward(860, HEIGHT, [0, ink("#05071a", 0.95)]))

    def name(canvas: skia.Canvas) -> None:
        write_down(canvas, "柳巷灯", 520, 160, 168, solid("#000000", 0.5, 12))
        write_down(canvas, "柳巷灯", 520, 160, 168, downward(-150, 30, [ink("#fff3d6"), ink(GOLD)]))
        write(canvas, "THE LANTERN ON WILLOW LANE", 520, 770, 31, solid("#fbe6c2"), 5)
        canvas.drawRoundRect(skia.Rect.MakeXYWH(640, 540, 62, 118), 8, 8, solid("#c5281c"))
        write_down(canvas, "元宵", 671, 546, 48, solid("#fff1dc"))

    sky_layer, roofs = studio.layer(back), studio.layer(front, 0, 760, WIDTH, 320)
    names = studio.layer(name, 100, 150, 840, 720)
    boughs = _boughs(studio, 15, 1180, 2080, 40, 560, 1.25)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        sky_layer.draw(canvas)
        _fleet(canvas, t_s + 6, 11, 3, 900)
        roofs.draw(canvas, 0, round(26 * (1 - ramp(t_s, 0, 6))))
        names.draw(canvas, 0, 0, ramp(t_s, 0.9, 2.4))
        boughs(canvas, t_s)
        SNOW.draw(canvas, t_s, 0.35)
        _curtain(canvas, 1 - ramp(t_s, 0, 1.2))

    return paint


def _curtain(canvas: skia.Canvas, alpha: float) -> None:
    if alpha > 0.004:
        canvas.drawRect(skia.Rect.MakeWH(WIDTH, HEIGHT), solid("#000000", alpha))


def lane(studio: Studio) -> Paint:
    """The whole lane: the girl walks under strings of lanterns."""

    def far(canvas: skia.Canvas) -> None:
        sky(canvas)
        moon(canvas, 1490, 236, 92)
        houses(canvas, 5, 690, WIDTH, 120, "#272a5a", "#14173a", 0.7)
        canvas.drawRect(skia.Rect.MakeLTRB(0, 420, WIDTH, 760), downward(420, 760, [0, ink("#e2804a", 0.35)]))

    def near(canvas: skia.Canvas) -> None:
        houses(canvas, 11, 820, 2640, 320, "#565a94", "#171a3e", 1.0)
        ground(canvas, 812, 2640)

    sky_layer, row = studio.layer(far), studio.layer(near, 0, 300, 2640, 780)
    boughs = _boughs(studio, 12, -60, 700, 70, 620, 1.7)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        pan = round(t_s * 48)
        sky_layer.draw(canvas)
        row.draw(canvas, -pan)
        for index in range(11):
            x = index * 250 - pan * 1.0 + 60
            sag = 34 * math.sin(math.pi * ((index * 0.37) % 1))
            if -200 < x < WIDTH + 200:
                lantern(canvas, x, 330 + sag + 5 * math.sin(t_s * 1.3 + index), 88)
        stride = t_s * 6.2
        end = child(canvas, 560 + t_s * 62, 978, 330, stride)
        rabbit(canvas, *end, 118, 1.0, 7 * math.sin(stride))
        SNOW.draw(canvas, t_s + 3, 0.7)
        canvas.save()
        canvas.translate(-pan * 1.4, 0)
        boughs(canvas, t_s)
        canvas.restore()

    return paint


def riddles(studio: Studio) -> Paint:
    """Slips of paper under the lanterns: a riddle to be read."""

    def back(canvas: skia.Canvas) -> None:
        sky(canvas)
        houses(canvas, 31, 1130, WIDTH, 460, "#3b3c74", "#14173a", 0.9)
        rng = np.random.default_rng(2)
        for x, y, size in rng.random((26, 3)):
            canvas.drawCircle(x * WIDTH, 140 + y * 620, 24 + 52 * size, solid("#ff8a3c", 0.13 + 0.16 * size, 5))
        vignette(canvas, "#040616", 0.75)
        grain(canvas, 3, 0.2)

    def slip(canvas: skia.Canvas) -> None:
        canvas.drawRect(skia.Rect.MakeXYWH(-122, 6, 250, 470), solid("#000000", 0.4, 12))
        canvas.drawRect(skia.Rect.MakeXYWH(-125, 0, 250, 470), downward(0, 470, [ink("#fff0cf"), ink("#f6cf92")]))
        for index, verse in enumerate(RIDDLE):
            write_down(canvas, verse, 84 - index * 56, 34, 42, solid("#3a1512"))
        canvas.drawRect(skia.Rect.MakeXYWH(-125, 0, 250, 12), solid("#b3261d"))
        canvas.drawRoundRect(skia.Rect.MakeXYWH(-112, 404, 46, 46), 6, 6, solid("#c5281c"))
        write(canvas, "灯", -89, 441, 36, solid("#fff1dc"))

    def plain(canvas: skia.Canvas) -> None:
        canvas.drawRect(skia.Rect.MakeXYWH(-36, 0, 72, 230), downward(0, 230, [ink("#ffdf9f"), ink("#d99a58")]))
        write_down(canvas, "打一物", 0, 30, 44, solid("#5a2218"))

    wall, paper, small = (
        studio.layer(back),
        studio.layer(slip, -150, -4, 300, 510),
        studio.layer(plain, -40, 0, 80, 240),
    )

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        for index, (x, y, size) in enumerate(((330, 70, 150), (1710, 40, 170), (640, 20, 120))):
            sway = 3 * math.sin(t_s * 1.1 + index * 2)
            small.turn(canvas, x, y + size * 1.25, sway * 1.6, size / 150)
            lantern(canvas, x, y, size)
        lantern(canvas, 1340, -30, 300)
        paper.turn(canvas, 1340, 292, 2.2 * math.sin(t_s * 1.2) + 1.0 * math.sin(t_s * 2.9), 1.12)
        end = child(canvas, 620, 1200, 640, 0, 10 + 4 * ramp(t_s, 1, 2.5), 1.0, 3)
        rabbit(canvas, end[0], end[1], 190, 1.0, 3 * math.sin(t_s * 1.8))
        RISING.draw(canvas, t_s, 0.5)

    return paint


def gust(studio: Studio) -> Paint:
    """A gust comes down the lane, and the rabbit goes dark."""

    def back(canvas: skia.Canvas) -> None:
        sky(canvas, WIDTH, 0.2)
        moon(canvas, 420, 240, 84, 0.8)
        houses(canvas, 51, 830, WIDTH, 300, "#2d3163", "#10132f", 0.16)
        ground(canvas, 822, WIDTH, "#2c2f5e")
        vignette(canvas, "#03040f", 0.75)

    wall = studio.layer(back)
    storm = Drift(17, 280, (-420, 130), 30, (2.2, 8.5), "#eef0ff", 0.9)
    boughs = _boughs(studio, 10, 1500, 2120, 90, 640, 1.7)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        blow = ramp(t_s, 1.2, 2.6)
        flicker = 0.75 + 0.25 * math.sin(t_s * 31) * math.sin(t_s * 17)
        lit = (1 - ramp(t_s, 2.5, 3.1)) * (1 - blow * 0.35) * (flicker if t_s > 1.2 else 1)
        for index in range(6):
            out = 1 - ramp(t_s, 1.4 + (5 - index) * 0.28, 1.9 + (5 - index) * 0.28)
            lantern(canvas, 160 + index * 360, 330 + 8 * math.sin(t_s * 4 + index) * blow, 92, out)
        end = child(canvas, 900, 996, 400, 0, lerp(0, -9, ramp(t_s, 3.2, 4.2)), max(0.0, lit))
        rabbit(
            canvas,
            *end,
            142,
            lit,
            lerp(3 * math.sin(t_s * 2), -26 + 9 * math.sin(t_s * 9), blow * (1 - 0.75 * ramp(t_s, 3.4, 4.6))),
        )
        if t_s > 2.9:
            smoke = min(1.0, (t_s - 2.9) / 2)
            canvas.drawPath(
                curve(
                    f"M{end[0]} {end[1] + 60} C{end[0] - 40} {end[1] + 10} {end[0] - 110} {end[1] + 30} "
                    f"{end[0] - 170 - 130 * smoke} {end[1] - 70 * smoke}"
                ),
                line("#c9cdf0", 10, 0.28 * (1 - smoke)),
            )
        storm.draw(canvas, t_s, 0.25 + 0.75 * blow)
        canvas.save()
        canvas.skew(-0.16 * blow, 0)
        boughs(canvas, t_s * (1 + blow))
        canvas.restore()

    return paint


def stall(studio: Studio) -> Paint:
    """A bowl of tangyuan at the old man's stall."""

    def back(canvas: skia.Canvas) -> None:
        sky(canvas)
        houses(canvas, 61, 860, WIDTH, 330, "#34366c", "#12152f", 0.5)
        ground(canvas, 852, WIDTH, "#6d4450")
        paint = round_light((1250, 620), 900, [ink("#ffb060", 0.75), ink("#c0562e", 0.35), 0], (0, 0.4, 1))
        paint.setBlendMode(skia.BlendMode.kScreen)
        canvas.drawRect(skia.Rect.MakeWH(WIDTH, HEIGHT), paint)
        canvas.drawRect(skia.Rect.MakeLTRB(880, 250, 900, 900), solid("#2a1420"))
        canvas.drawRect(skia.Rect.MakeLTRB(1760, 250, 1780, 900), solid("#2a1420"))
        for stripe in range(9):
            left = 830 + stripe * 112
            canvas.drawPath(
                curve(f"M{left + 30} 200 L{left + 128} 200 L{left + 112} 330 Q{left + 56} 372 {left} 330 Z"),
                downward(
                    200, 350, [ink("#e8492d" if stripe % 2 else "#ffd99a"), ink("#8e1d1c" if stripe % 2 else "#c98a4a")]
                ),
            )
        vignette(canvas, "#040616", 0.6)

    def counter(canvas: skia.Canvas) -> None:
        canvas.drawRect(
            skia.Rect.MakeLTRB(700, 800, WIDTH, HEIGHT),
            downward(800, HEIGHT, [ink("#a5552d"), ink("#4a1f1c"), ink("#1c0d18")], (0, 0.3, 1)),
        )
        canvas.drawRect(skia.Rect.MakeLTRB(680, 786, WIDTH, 816), downward(786, 816, [ink("#ffc27a"), ink("#a55a30")]))
        for x in range(760, WIDTH, 170):
            canvas.drawLine(x, 830, x, HEIGHT, line("#2a1018", 5, 0.6))
        write(canvas, "元宵", 1280, 975, 120, solid("#ffd08a", 0.9))
        canvas.drawPath(
            curve("M1460 680 L1720 680 L1690 790 L1490 790 Z"), downward(680, 790, [ink("#6b4a3a"), ink("#2c1a1c")])
        )
        canvas.drawOval(skia.Rect.MakeXYWH(1456, 662, 268, 40), solid("#8d6a52"))
        canvas.drawOval(skia.Rect.MakeXYWH(1470, 668, 240, 28), solid("#fff0d2"))

    wall, desk = studio.layer(back), studio.layer(counter, 660, 640, WIDTH - 660, 440)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        keeper(canvas, 1330, 800, 330, 6 * math.sin(t_s * 1.4) * ramp(t_s, 0.6, 1.6))
        desk.draw(canvas)
        _bowl(canvas, 1020, 726, 92)
        for index in range(7):
            life = (t_s * 0.32 + index / 7) % 1
            x = 1590 + 70 * math.sin(index * 2.1 + t_s * 0.7) - 40 * life
            canvas.drawCircle(
                x, 660 - 330 * life, 34 + 70 * life, solid("#ffe9cc", 0.17 * math.sin(math.pi * life), 22)
            )
        lantern(canvas, 960, 330, 92)
        lantern(canvas, 1690, 330, 92)
        walk = min(t_s, 1.6)
        end = child(canvas, 330 + 170 * walk / 1.6, 1010, 420, walk * 6 if t_s < 1.6 else 0, 8, 0.35)
        rabbit(canvas, *end, 140, 0.0, 3 * math.sin(t_s * 2))
        SNOW.draw(canvas, t_s, 0.5)

    return paint


def _bowl(canvas: skia.Canvas, x: float, y: float, size: float) -> None:
    canvas.drawPath(
        curve(
            f"M{x - size} {y - size * 0.3} Q{x - size * 0.8} {y + size * 0.62} {x - size * 0.3} "
            f"{y + size * 0.66} L{x + size * 0.3} {y + size * 0.66} Q{x + size * 0.8} {y + size * 0.62} "
            f"{x + size} {y - size * 0.3} Z"
        ),
        downward(y - size * 0.3, y + size * 0.7, [ink("#f7f4ee"), ink("#a9b4d8")]),
    )
    canvas.drawPath(
        curve(f"M{x - size * 0.86} {y + size * 0.1} Q{x} {y + size * 0.42} {x + size * 0.86} {y + size * 0.1}"),
        line("#2f55b0", size * 0.07),
    )
    canvas.drawOval(skia.Rect.MakeXYWH(x - size, y - size * 0.5, size * 2, size * 0.42), solid("#dfe4f2"))
    canvas.drawOval(skia.Rect.MakeXYWH(x - size * 0.9, y - size * 0.46, size * 1.8, size * 0.34), solid("#c88a52"))
    for step in (-0.5, -0.05, 0.42):
        canvas.drawCircle(
            x + size * step,
            y - size * 0.34,
            size * 0.23,
            round_light((x + size * step - 6, y - size * 0.42), size * 0.3, [ink("#ffffff"), ink("#e9d9c4")]),
        )


def bowl(studio: Studio) -> Paint:
    """From above: round dumplings, and among them the moon."""

    def table(canvas: skia.Canvas) -> None:
        canvas.drawRect(skia.Rect.MakeWH(WIDTH, HEIGHT), downward(0, HEIGHT, [ink("#6b3420"), ink("#3a1a16")]))
        for y in range(0, HEIGHT, 180):
            canvas.drawLine(0, y, WIDTH, y + 8, line("#1f0d0c", 6, 0.7))
        rng = np.random.default_rng(6)
        for x, y, run in rng.random((160, 3)):
            canvas.drawLine(
                x * WIDTH, y * HEIGHT, x * WIDTH + 60 + 260 * run, y * HEIGHT + 3, line("#1f0d0c", 1.6, 0.35)
            )
        canvas.drawCircle(1052, 580, 440, solid("#000000", 0.55, 34))
        canvas.drawCircle(
            1024, 550, 430, round_light((900, 400), 700, [ink("#ffffff"), ink("#dfe6f5"), ink("#8f9cc6")])
        )
        for turn in range(32):
            canvas.save()
            canvas.rotate(turn * 11.25, 1024, 550)
            canvas.drawPath(
                curve("M1024 128 Q1040 146 1024 164 Q1008 146 1024 128 Z M1040 150 Q1054 158 1064 148"),
                line("#2f55b0", 4),
            )
            canvas.restore()
        canvas.drawCircle(1024, 550, 378, line("#2f55b0", 5))
        canvas.drawCircle(
            1024, 550, 366, round_light((960, 500), 470, [ink("#2d2c5e"), ink("#20204c"), ink("#12122f")])
        )
        vignette(canvas, "#0a0405", 0.8)
        grain(canvas, 12, 0.22)

    def moonlight(canvas: skia.Canvas) -> None:
        moon(canvas, 0, 0, 104, 1.0)

    board = studio.layer(table)
    reflected = studio.layer(moonlight, -330, -330, 660, 660)
    places = [(-150, -120), (120, -190), (-210, 90), (-30, 210), (200, 170)]

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        board.draw(canvas)
        wobble = 5 * math.sin(t_s * 1.3)
        canvas.save()
        clip = skia.Path()
        clip.addCircle(1024, 550, 366)
        canvas.clipPath(clip, skia.ClipOp.kIntersect, True)
        for ring in range(3):
            life = (t_s * 0.28 + ring / 3) % 1
            canvas.drawCircle(1094, 545, 110 + 270 * life, line("#cfd6ff", 3, 0.3 * (1 - life)))
        reflected.draw(canvas, 1094 + wobble, 545, ramp(t_s, 0.6, 2.0))
        canvas.restore()
        for index, (x, y) in enumerate(places):
            at = (1024 + x + 6 * math.sin(t_s * 0.9 + index * 1.7), 550 + y + 6 * math.cos(t_s * 0.8 + index))
            canvas.drawCircle(at[0] + 10, at[1] + 16, 84, solid("#05051a", 0.5, 10))
            canvas.drawCircle(
                *at, 82, round_light((at[0] - 26, at[1] - 30), 150, [ink("#ffffff"), ink("#f6e8d3"), ink("#c9a98c")])
            )
            canvas.drawOval(skia.Rect.MakeXYWH(at[0] - 46, at[1] - 56, 44, 26), solid("#ffffff", 0.85, 5))
        for index in range(6):
            life = (t_s * 0.25 + index / 6) % 1
            canvas.drawCircle(
                830 + index * 80 + 50 * math.sin(t_s + index),
                700 - 620 * life,
                60 + 110 * life,
                solid("#fff1de", 0.14 * math.sin(math.pi * life), 34),
            )

    return paint


def relight(studio: Studio) -> Paint:
    """The answer lights the rabbit again, and with it the lane."""

    def back(canvas: skia.Canvas) -> None:
        sky(canvas)
        moon(canvas, 1024, 250, 120)
        houses(canvas, 81, 800, WIDTH, 250, "#454a86", "#14173a", 0.75)
        ground(canvas, 792, WIDTH, "#5a3c58")
        vignette(canvas, "#04051a", 0.55)

    wall = studio.layer(back)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        _fleet(canvas, max(0.0, t_s - 1.5) + 3, round(20 * ramp(t_s, 1.5, 4)), 23, 760)
        for index in range(9):
            away = abs(index - 4)
            on = ramp(t_s, 1.3 + away * 0.45, 1.8 + away * 0.45)
            lantern(canvas, 64 + index * 240, 340 + 10 * away + 5 * math.sin(t_s * 1.4 + index), 96, on)
        people = (
            (280, 0.9, "#31407c"),
            (470, 0.72, "#6d2a4a"),
            (1540, 0.95, "#2d5a5e"),
            (1760, 0.8, "#704a2a"),
            (1900, 1.05, "#3c2f66"),
        )
        for index, (x, size, colour) in enumerate(people):
            _neighbour(
                canvas, x, 930, 300 * size, colour, ramp(t_s, 1.6 + index * 0.35, 2.4 + index * 0.35), t_s + index
            )
        end = child(canvas, 880, 990, 380, 0, 6, ramp(t_s, 0.4, 1.0), 4 + 3 * math.sin(t_s * 2))
        rabbit(canvas, *end, 140, ramp(t_s, 0.4, 1.1), 4 * math.sin(t_s * 2.2))
        RISING.draw(canvas, t_s, ramp(t_s, 1, 3))
        SNOW.draw(canvas, t_s, 0.25)

    return paint


def _neighbour(canvas: skia.Canvas, x: float, y: float, size: float, colour: str, lit: float, t_s: float) -> None:
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(size / 100, size / 100)
    canvas.drawPath(
        curve("M-20 0 Q-22 -52 -12 -66 L12 -66 Q22 -52 20 0 Z"), downward(-66, 0, [ink(colour), ink("#0d1028")])
    )
    canvas.drawCircle(0, -80, 15, solid("#c98f72"))
    canvas.drawPath(curve("M-16 -80 Q-16 -97 0 -97 Q16 -97 16 -80 Q0 -90 -16 -80 Z"), solid("#17122a"))
    canvas.drawLine(10, -48, 34, -58, line(colour, 8))
    canvas.restore()
    lantern(canvas, x + size * 0.36, y - size * 0.56 + 3 * math.sin(t_s * 2), size * 0.24, lit)


def _arch(canvas: skia.Canvas, water: float) -> None:
    stone = curve(f"M380 {water} Q1024 420 1668 {water} L1280 {water} C1270 584 778 584 768 {water} Z")
    canvas.drawPath(stone, downward(500, water, [ink("#a7a5d2"), ink("#4a4c86")]))
    canvas.drawPath(curve(f"M360 {water - 14} Q1024 398 1688 {water - 14}"), line("#c9c6ea", 12))
    for index in range(15):
        share = (index + 0.5) / 15
        x = lerp(380, 1668, share)
        y = (1 - share) ** 2 * water + 2 * share * (1 - share) * 398 + share**2 * water
        canvas.drawRoundRect(skia.Rect.MakeXYWH(x - 7, y - 62, 14, 60), 4, 4, solid("#a09fd0"))
    canvas.drawPath(curve(f"M380 {water - 64} Q1024 340 1668 {water - 64}"), line("#a09fd0", 9))


def bridge(studio: Studio) -> Paint:
    """The bridge, its ring closed by the water; the rabbit below and the rabbit above."""
    water = 742.0

    def upper(canvas: skia.Canvas) -> None:
        sky(canvas)
        moon(canvas, 1330, 250, 150)
        houses(canvas, 91, water, WIDTH, 190, "#353a74", "#14173a", 0.9)
        _arch(canvas, water)

    def whole(canvas: skia.Canvas) -> None:
        top = studio.layer(upper, 0, 0, WIDTH, water)
        top.draw(canvas)
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(0, water, WIDTH, HEIGHT))
        canvas.translate(0, water * 2)
        canvas.scale(1, -1)
        canvas.saveLayer(None, skia.Paint(ImageFilter=skia.ImageFilters.Blur(7, 1.5)))
        top.draw(canvas)
        canvas.restore()
        canvas.restore()
        canvas.drawRect(
            skia.Rect.MakeLTRB(0, water, WIDTH, HEIGHT),
            downward(water, HEIGHT, [ink("#0c1030", 0.12), ink("#060820", 0.7)]),
        )
        vignette(canvas, "#03041a", 0.5)
        grain(canvas, 14, 0.16)

    scene = studio.layer(whole)
    boughs = _boughs(studio, 11, -40, 480, 120, 600, 1.6)
    rng = np.random.default_rng(77)
    ripples = rng.random((120, 4))

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        scene.draw(canvas)
        for x, y, run, phase in ripples:
            wave = math.sin(t_s * (0.8 + run) + phase * 6.28)
            if wave > 0:
                at = (x * WIDTH + 20 * wave, water + 8 + y * y * 320)
                near = math.exp(-(((at[0] - 1330) / 260) ** 2))
                canvas.drawLine(
                    at[0], at[1], at[0] + 30 + 90 * run, at[1], line("#ffe9bf", 2.4, wave * (0.12 + 0.6 * near))
                )
        _fleet(canvas, t_s + 9, 14, 31, 640)
        for index, x in enumerate((210, 470, 1610, 1850)):
            lamp_y = water + 70 + 60 * (index % 2)
            drift = x + 18 * t_s
            glow(canvas, (drift, lamp_y), 90, "#ff8a3c", 0.7)
            canvas.drawPath(
                curve(
                    f"M{drift - 30} {lamp_y} Q{drift} {lamp_y + 26} {drift + 30} {lamp_y} Q{drift + 14} "
                    f"{lamp_y - 8} {drift} {lamp_y - 34} Q{drift - 14} {lamp_y - 8} {drift - 30} "
                    f"{lamp_y} Z"
                ),
                downward(lamp_y - 34, lamp_y + 16, [ink("#ffe9b8"), ink("#f07a5a")]),
            )
        end = child(canvas, 960, 582, 190, 0, 16, 1.0, 6)
        rabbit(canvas, *end, 74, 1.0, 3 * math.sin(t_s * 1.6))
        boughs(canvas, t_s)
        SNOW.draw(canvas, t_s, 0.3)
        _curtain(canvas, ramp(t_s, 6.3, 7.0))

    return paint


def credits_card(studio: Studio) -> Paint:
    """Who made it."""

    def card(canvas: skia.Canvas) -> None:
        canvas.drawRect(skia.Rect.MakeWH(WIDTH, HEIGHT), downward(0, HEIGHT, [ink("#060818"), ink("#141638")]))
        moon(canvas, 1024, 330, 96, 0.8)
        write(canvas, "剧终", 1024, 610, 84, solid("#ffe6b8"), 34)
        write(canvas, "The Lantern on Willow Lane", 1024, 728, 42, solid("#f3e3c8"), 2)
        write(canvas, "Drawn, scored and told by code for Smart Cinema", 1024, 800, 30, solid("#a9abd6"), 1.5)
        grain(canvas, 5, 0.2)

    layer = studio.layer(card)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        layer.draw(canvas)
        SNOW.draw(canvas, t_s, 0.3)
        _curtain(canvas, max(1 - ramp(t_s, 0, 0.7), ramp(t_s, 3.2, 4.0)))

    return paint


SHOTS = (
    Shot("title", 6000, title),
    Shot("lane", 8000, lane),
    Shot("riddles", 8000, riddles),
    Shot("gust", 7000, gust),
    Shot("stall", 7500, stall),
    Shot("bowl", 6500, bowl),
    Shot("relight", 7000, relight),
    Shot("bridge", 7000, bridge),
    Shot("credits", 4000, credits_card),
)
