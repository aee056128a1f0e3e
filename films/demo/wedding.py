"""The Mouse Bride: its shots."""

import math

import numpy as np
import skia

from films.demo.drawing import (
    HEIGHT,
    WIDTH,
    Drift,
    Layer,
    Studio,
    curve,
    downward,
    glow,
    grain,
    ink,
    lerp,
    line,
    ramp,
    settle,
    solid,
    vignette,
)
from films.demo.film import Paint, Shot
from films.demo.lettering import across, write
from films.demo.papercut import (
    AMBER,
    CINNABAR,
    CRIMSON,
    INDIGO,
    arm,
    bricks,
    cat,
    cloud,
    crescent,
    cut,
    flower,
    join,
    lattice,
    mouse,
    oval,
    petals,
    sedan,
    sheet,
    spiral,
    strip,
    sun,
    suona,
    teeth,
    wall_of_paper,
)

CONFETTI = Drift(5, 90, (-30, 120), 40, (4, 11), "#c4161c", 0.9)
SCRAPS = Drift(8, 40, (20, 60), 50, (3, 8), "#e8a33d", 0.8)


def _fade(canvas: skia.Canvas, alpha: float) -> None:
    if alpha > 0.004:
        canvas.drawRect(skia.Rect.MakeWH(WIDTH, HEIGHT), solid("#1a0506", alpha))


def _hills(studio: Studio, base: float, colour: str, seed: int, width: float = WIDTH) -> Layer:
    rng = np.random.default_rng(seed)
    top = f"M-40 {HEIGHT + 40} L-40 {base}"
    x = -40.0
    while x < width + 40:
        run = rng.uniform(240, 420)
        top += f" Q{x + run / 2} {base - rng.uniform(50, 130)} {x + run} {base - rng.uniform(-6, 16)}"
        x += run
    hill = curve(top + f" L{x} {HEIGHT + 40} Z")
    holes = []
    for at in np.arange(40, width, 150):
        y = base + 70 + 22 * math.sin(at)
        holes += [crescent(at, y, 34, 0), crescent(at + 8, y + 26, 24, 0)]
    return sheet(studio, cut(hill, *holes), colour, 12)


def title(studio: Studio) -> Paint:
    """A window flower unfolds; the name is cut beside it."""

    def back(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, "#fbeccb", "#efd0a0", 1, (680, 500))

    def name(canvas: skia.Canvas) -> None:
        for index, letter in enumerate("老鼠嫁女"):
            path, width = across(letter, 214)
            path.offset(1350 + (index % 2) * 250 - width / 2, 450 + (index // 2) * 250)
            canvas.save()
            canvas.translate(5, 9)
            canvas.drawPath(path, solid("#2a0a06", 0.4, 6))
            canvas.restore()
            canvas.drawPath(path, solid(CINNABAR))
        write(canvas, "THE MOUSE BRIDE", 1475, 822, 44, solid(CRIMSON), 7)
        canvas.drawLine(1250, 862, 1700, 862, line(CRIMSON, 2.5))

    wall, names = studio.layer(back), studio.layer(name, 1180, 220, 600, 680)
    large, small = sheet(studio, flower(400), CINNABAR, 14), sheet(studio, flower(118), AMBER, 6)
    bride = sheet(studio, mouse("bride"), "#fff0d2", 10)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        large.turn(
            canvas,
            680,
            540,
            8 * t_s - 40 * (1 - ramp(t_s, 0, 2.4)),
            0.3 + 0.7 * settle(t_s, 0.1, 2.2),
            settle(t_s, 0.2, 1.7),
        )
        for index, (x, y) in enumerate(((170, 190), (1880, 930), (1890, 160), (190, 920))):
            small.turn(canvas, x, y, -20 * t_s + 30 * index, settle(t_s, 0.8 + index * 0.2, 1.8 + index * 0.2))
        if t_s > 2.1:
            bride.turn(canvas, 690, 700, 2 * math.sin(t_s * 2), settle(t_s, 2.1, 3.0) * 0.9)
        names.draw(canvas, 0, 0, ramp(t_s, 2.0, 3.2))
        SCRAPS.draw(canvas, t_s, 0.6)
        _fade(canvas, 1 - ramp(t_s, 0, 0.9))

    return paint


def home(studio: Studio) -> Paint:
    """Under the window the parents ask whom she shall marry."""

    def back(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, "#c98d55", "#7c4424", 2, (1024, 380))
        canvas.drawRect(skia.Rect.MakeXYWH(520, 96, 1030, 640), solid("#2a0a06", 0.45, 26))
        lattice(canvas, skia.Rect.MakeXYWH(520, 80, 1008, 624), "#4a1a12", 104)
        canvas.drawRect(
            skia.Rect.MakeLTRB(0, 890, WIDTH, HEIGHT), downward(890, HEIGHT, [ink("#8c3b22"), ink("#3d130f")])
        )
        vignette(canvas, "#2a0805", 0.6)

    wall = studio.layer(back)
    bloom = sheet(studio, flower(130), CINNABAR, 7)
    father, mother = sheet(studio, mouse("elder"), CRIMSON, 10, 1.3), sheet(studio, mouse("plain"), "#a3261c", 10, 1.3)
    bride, sleeve = sheet(studio, mouse("bride"), CINNABAR, 10, 1.3), sheet(studio, arm(), CRIMSON, 6, 1.3)
    jar = sheet(
        studio,
        cut(
            curve("M-70 0 Q-120 -90 -60 -170 L-60 -196 L60 -196 L60 -170 Q120 -90 70 0 Z"),
            *petals(0, -86, 52, 8),
            strip("M-60 -168 L60 -168", 6),
        ),
        "#6d1a18",
        9,
    )

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        for x, y in ((780, 240), (1270, 240), (780, 545), (1270, 545)):
            bloom.turn(canvas, x, y, 6 * math.sin(t_s * 0.7 + x), 1)
        jar.draw(canvas, 1830, 960)
        father.turn(canvas, 420, 980, 2.5 * math.sin(t_s * 2.0), 1.3)
        sleeve.turn(canvas, 440, 800, -30 + 24 * math.sin(t_s * 2.4) * ramp(t_s, 0.5, 1.2), 1.1)
        mother.turn(canvas, 1560, 980, 2 * math.sin(t_s * 1.8 + 1), 1.25, -1)
        hop = abs(math.sin(t_s * 3)) * 22 * ramp(t_s, 3.2, 3.8)
        bride.turn(canvas, 985, 985 - hop, 3 * math.sin(t_s * 1.5 + 2), 1.38 * settle(t_s, 0.3, 1.2))
        SCRAPS.draw(canvas, t_s, 0.4)

    return paint


def _suitors(
    studio: Studio, mood: tuple[str, str], seed: int, light: tuple[float, float]
) -> tuple[Layer, Layer, Layer, Layer]:
    def back(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, *mood, seed, light)

    hills = _hills(studio, 930, "#9c1a1a", seed)
    return studio.layer(back), hills, sheet(studio, mouse("elder"), CRIMSON, 8), sheet(studio, arm(), CRIMSON, 5)


def brightest(studio: Studio) -> Paint:
    """The sun, strongest of all until it is asked."""
    wall, hills, father, sleeve = _suitors(studio, ("#ffe6a8", "#f7b65e"), 3, (1260, 400))
    disc, halo = sheet(studio, sun(330), CINNABAR, 16), sheet(studio, cut(flower(520), oval(0, 0, 300, 300)), AMBER, 10)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        rise = 520 * (1 - settle(t_s, 0, 1.8))
        halo.turn(canvas, 1260, 430 + rise, t_s * 7, 1)
        disc.turn(canvas, 1260, 430 + rise, 3 * math.sin(t_s * 0.9), 1)
        hills.draw(canvas, 0, 0)
        father.turn(canvas, 420, 968, 3 * math.sin(t_s * 1.7), 1)
        sleeve.turn(canvas, 432, 830, -42 + 10 * math.sin(t_s * 3), 1)
        SCRAPS.draw(canvas, t_s, 0.5)

    return paint


def covered(studio: Studio) -> Paint:
    """A cloud comes before the sun."""
    wall, hills, father, sleeve = _suitors(studio, ("#dfe3dc", "#c7b89a"), 4, (1100, 300))
    disc = sheet(studio, sun(300), "#d8642a", 12)
    banks = [
        sheet(studio, cloud(size, seed), colour, lift)
        for size, seed, colour, lift in (
            (190, 1, "#34437f", 18),
            (130, 2, "#5a6aa8", 10),
            (110, 3, "#5a6aa8", 10),
            (150, 4, INDIGO, 14),
        )
    ]
    places = ((1250, 430, 1500, 0.0), (820, 260, 1300, 0.4), (1690, 250, -1200, 0.5), (1560, 620, -1400, 0.8))

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        disc.turn(canvas, 1260, 400, t_s * 4, 1)
        for bank, (x, y, away, delay) in zip(
            (banks[1], banks[2], banks[0], banks[3]), (places[1], places[2], places[0], places[3]), strict=True
        ):
            come = settle(t_s, delay, delay + 2.6)
            bank.draw(canvas, x + away * (1 - come) + 14 * math.sin(t_s * 0.8 + x), y + 8 * math.sin(t_s * 1.1 + x))
        hills.draw(canvas, 0, 0)
        father.turn(canvas, 420, 968, 3 * math.sin(t_s * 1.7), 1)
        sleeve.turn(canvas, 432, 830, -36 + 8 * math.sin(t_s * 3), 1)

    return paint


def blown(studio: Studio) -> Paint:
    """The wind drives the cloud away, and the umbrella with it."""
    wall, hills, father, _ = _suitors(studio, ("#d9ecdf", "#9cc0a8"), 5, (700, 360))
    gusts = [
        sheet(studio, join(spiral(0, 0, 96, 1.9, 0.4, 15), strip("M94 40 C240 110 420 70 620 104", 15)), "#1f6b5c", 9),
        sheet(studio, join(spiral(0, 0, 64, 1.7, 0.4, 11), strip("M62 28 C170 80 300 40 430 66", 11)), "#3f9a80", 7),
    ]
    bank = sheet(studio, cloud(150, 9), "#5a6aa8", 12)
    leaf = sheet(studio, cut(curve("M0 -40 Q30 0 0 40 Q-30 0 0 -40 Z"), strip("M0 -26 L0 30", 4)), CINNABAR, 5)

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        wall.draw(canvas)
        bank.turn(
            canvas,
            1150 + 60 * t_s + 700 * ramp(t_s, 1.2, 5.0),
            330 - 30 * t_s,
            3 * math.sin(t_s * 5),
            1 - 0.35 * ramp(t_s, 2, 5),
        )
        for index in range(6):
            x = (t_s * (420 + 60 * (index % 3)) + index * 520) % 3200 - 760
            gusts[index % 2].turn(canvas, x, 190 + (index * 137) % 560, 3 * math.sin(t_s * 2 + index), 1)
        for index in range(14):
            x = (t_s * (380 + 31 * index) + index * 331) % 2400 - 160
            leaf.turn(canvas, x, 220 + (index * 97) % 620 + 50 * math.sin(t_s * 2.2 + index), t_s * 160 + index * 40, 1)
        hills.draw(canvas)
        father.turn(canvas, 520, 968, 11 + 4 * math.sin(t_s * 6), 1)

    return paint


def wall(studio: Studio) -> Paint:
    """The wall stands against the wind; a mouse goes through the wall."""

    def back(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, "#f7dfb4", "#d9a066", 6, (700, 380))

    paper = studio.layer(back)
    hole = (1330.0, 800.0)
    whole, bitten = (sheet(studio, bricks(860, 2100, 300, 1000, at), "#5f6a78", 16) for at in (None, hole))
    hills = _hills(studio, 985, "#9c1a1a", 6)
    father, groom = sheet(studio, mouse("elder"), CRIMSON, 8), sheet(studio, mouse("groom"), CINNABAR, 10, 1.2)
    chips = np.random.default_rng(3).random((36, 4))

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        paper.draw(canvas)
        shake = 5 * math.sin(t_s * 40) if 2.4 < t_s < 3.1 else 0.0
        if t_s < 3.1:
            whole.draw(canvas, shake, 0)
        else:
            bitten.draw(canvas)
            out = settle(t_s, 3.3, 4.5)
            canvas.save()
            if t_s < 3.9:
                clip = skia.Path()
                clip.addCircle(*hole, 145)
                canvas.clipPath(clip, skia.ClipOp.kIntersect, True)
            groom.turn(canvas, lerp(1330, 1120, out), lerp(1010, 985, out), 3 * math.sin(t_s * 4), 0.8 + 0.3 * out, -1)
            canvas.restore()
            for x, y, speed, turn in chips:
                age = t_s - 3.1
                at = (
                    hole[0] + (x - 0.5) * 900 * age * (0.4 + speed),
                    hole[1] + (y - 0.8) * 700 * age + 620 * age * age,
                )
                if at[1] < HEIGHT:
                    canvas.save()
                    canvas.translate(*at)
                    canvas.rotate(turn * 360 + 300 * age)
                    canvas.drawRect(skia.Rect.MakeXYWH(-14, -8, 28, 16), solid("#5f6a78"))
                    canvas.restore()
        hills.draw(canvas)
        father.turn(canvas, 420, 1000, lerp(3 * math.sin(t_s * 1.7), -8, ramp(t_s, 3.1, 3.6)), 1)

    return paint


def procession(studio: Studio) -> Paint:
    """Horns, lanterns and a red chair: the wedding goes by."""

    def back(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, "#ffe9bd", "#f3bf78", 7, (1024, 360))

    paper = studio.layer(back)
    hills = (_hills(studio, 760, "#e58a3c", 11, 2700), _hills(studio, 960, "#9c1a1a", 12, 3700))
    happiness, width = across("囍", 640)
    happiness.offset(-width / 2, 240)
    joy = sheet(studio, happiness, "#f0b45a", 5)
    bearer, groom, bride = (
        sheet(studio, mouse(kind), colour, 9)
        for kind, colour in (("plain", CRIMSON), ("groom", CINNABAR), ("bride", "#e0262a"))
    )
    chair, horn, sleeve = (
        sheet(studio, sedan(), CINNABAR, 12),
        sheet(studio, suona(), "#b8741a", 6),
        sheet(studio, arm(), CRIMSON, 5),
    )
    lamp = sheet(
        studio,
        cut(
            join(
                oval(0, 62, 54, 46),
                curve("M-22 8 L22 8 L22 24 L-22 24 Z M-20 100 L20 100 L20 112 L-20 112 Z"),
                strip("M0 -40 L0 12 M-10 112 L-10 150 M0 112 L0 156 M10 112 L10 150", 5),
            ),
            crescent(0, 44, 28, 0),
            crescent(0, 78, 28, 180),
            *petals(0, 62, 16, 6),
        ),
        "#e0262a",
        6,
    )
    flag = sheet(
        studio,
        cut(
            join(strip("M0 0 L0 -420", 9), curve("M4 -416 L150 -404 L120 -340 L150 -276 L4 -264 Z")),
            *petals(62, -340, 46, 8),
            *teeth((10, -404), (136, -396), 9, 10),
        ),
        "#b8741a",
        7,
    )

    def walker(canvas: skia.Canvas, layer: Layer, x: float, t_s: float, phase: float, size: float = 0.82) -> float:
        bob = abs(math.sin(t_s * 5.2 + phase)) * 16
        layer.turn(canvas, x, 950 - bob, 3.4 * math.sin(t_s * 5.2 + phase), size)
        return 950 - bob

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        paper.draw(canvas)
        joy.draw(canvas, 1024, 440, 0.75)
        hills[0].draw(canvas, -round(t_s * 48), 0)
        start = -1050 + 250 * t_s
        for index in range(2):
            x = start + 1560 - index * 190
            flag.turn(canvas, x + 70, 860, 4 * math.sin(t_s * 3 + index), 1)
            walker(canvas, bearer, x, t_s, index * 1.3)
        for index in range(2):
            x = start + 1130 - index * 210
            y = walker(canvas, bearer, x, t_s, 2 + index)
            horn.turn(canvas, x + 92, y - 150, -16 + 7 * math.sin(t_s * 5 + index), 1.1)
            sleeve.turn(canvas, x + 10, y - 120, -8, 0.9)
        walker(canvas, groom, start + 690, t_s, 0.6, 0.92)
        sway = 4 * math.sin(t_s * 5.2)
        walker(canvas, bearer, start + 500, t_s, 1.0)
        walker(canvas, bearer, start - 80, t_s, 2.1)
        bride.turn(canvas, start + 205, 866, sway * 0.6, 0.52)
        chair.turn(canvas, start + 215, 780 + 7 * math.sin(t_s * 10.4), sway * 0.4, 1)
        for index in range(3):
            x = start - 330 - index * 200
            y = walker(canvas, bearer, x, t_s, index * 1.9)
            lamp.turn(canvas, x + 110, y - 210, 10 * math.sin(t_s * 4 + index), 0.9)
        hills[1].draw(canvas, -round(t_s * 192), 0)
        CONFETTI.draw(canvas, t_s, ramp(t_s, 0, 2))
        rng = np.random.default_rng(int(t_s * 12))
        for x, y, size in rng.random((4, 3)):
            if t_s > 1.2:
                glow(canvas, (300 + x * 1500, 180 + y * 220), 40 + 60 * size, "#ffb648", 0.9)

    return paint


def tiptoe(studio: Studio) -> Paint:
    """Across their road lies the cat."""

    def back(canvas: skia.Canvas) -> None:
        canvas.drawRect(
            skia.Rect.MakeWH(WIDTH, HEIGHT), downward(0, HEIGHT, [ink("#121a44"), ink("#28356f"), ink("#4a3f6c")])
        )
        rng = np.random.default_rng(19)
        for x, y, size in rng.random((70, 3)):
            canvas.drawPath(_star(x * WIDTH, y * 560, 2 + 7 * size * size), solid("#ffe9b8", 0.8))
        canvas.drawCircle(420, 240, 250, solid("#ffe9b8", 0.14, 60))
        vignette(canvas, "#050818", 0.6)
        grain(canvas, 20, 0.3)

    night = studio.layer(back)
    full = sheet(
        studio,
        cut(oval(0, 0, 120, 120), *petals(-30, 10, 34, 6), crescent(50, -40, 30, 60), crescent(46, 50, 24, 130)),
        "#f6d58a",
        8,
    )
    beast, hills = sheet(studio, cat(), "#d9772a", 20), _hills(studio, 960, "#1b2350", 21)
    lid = sheet(studio, strip("M-54 0 Q0 34 54 0", 12), "#fff0cf", 1)
    eye = sheet(studio, join(cut(oval(0, 0, 56, 44), oval(0, 0, 17, 40)), oval(0, 0, 7, 34)), "#ffe27a", 2)
    bearer, bride, groom = (sheet(studio, mouse(kind), CINNABAR, 7) for kind in ("plain", "bride", "groom"))

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        night.draw(canvas)
        full.turn(canvas, 420, 240, 2 * t_s, 1)
        hills.draw(canvas)
        breath = 1 + 0.008 * math.sin(t_s * 1.8)
        beast.turn(canvas, 1330, 985, 0, breath)
        wake = t_s > 4.6
        for x in (916, 1072):
            (eye if wake else lid).turn(canvas, x, 785, 0, settle(t_s, 4.6, 4.9) if wake else 1)
        if t_s < 4.6:
            for index in range(3):
                life = (t_s * 0.3 + index / 3) % 1
                path, _ = across("Z", 40 + 60 * life)
                path.offset(820 - 150 * life, 600 - 260 * life)
                canvas.drawPath(path, solid("#ffe9b8", 0.8 * math.sin(math.pi * life)))
        freeze = min(t_s, 4.55)
        for index, layer in enumerate((bearer, groom, bride, bearer, bearer)):
            at = 640 - index * 150 - 430 * (1 - ramp(freeze, 0, 4.6))
            lift = abs(math.sin(freeze * 4 + index)) * 22
            layer.turn(canvas, at, 1040 - lift, 4 * math.sin(freeze * 4 + index), 0.56)

    return paint


def _star(x: float, y: float, size: float) -> skia.Path:
    path = curve("M0 -1 L0.25 -0.25 L1 0 L0.25 0.25 L0 1 L-0.25 0.25 L-1 0 L-0.25 -0.25 Z")
    path.transform(skia.Matrix.MakeAll(size, 0, x, 0, size, y, 0, 0, 1))
    return path


def credits_card(studio: Studio) -> Paint:
    """Morning, the window, and who made it."""

    def card(canvas: skia.Canvas) -> None:
        wall_of_paper(canvas, "#fbeccb", "#efd0a0", 30, (1024, 420))
        write(canvas, "剧终", 1024, 640, 92, solid(CINNABAR), 36)
        write(canvas, "The Mouse Bride", 1024, 752, 44, solid(CRIMSON), 3)
        write(canvas, "Cut, scored and told by code for Smart Cinema", 1024, 826, 30, solid("#7a4a2a"), 1.5)

    layer, bloom = studio.layer(card), sheet(studio, flower(190), CINNABAR, 10)
    couple = [sheet(studio, mouse(kind), CRIMSON, 7) for kind in ("bride", "groom")]

    def paint(canvas: skia.Canvas, t_s: float) -> None:
        layer.draw(canvas)
        bloom.turn(canvas, 1024, 320, 10 * t_s, settle(t_s, 0, 1))
        couple[0].turn(canvas, 520, 900, 3 * math.sin(t_s * 2), 1)
        couple[1].turn(canvas, 1530, 900, 3 * math.sin(t_s * 2 + 1), 1, -1)
        SCRAPS.draw(canvas, t_s, 0.5)
        _fade(canvas, ramp(t_s, 3.3, 4.0))

    return paint


SHOTS = (
    Shot("title", 6000, title),
    Shot("home", 7500, home),
    Shot("sun", 6500, brightest),
    Shot("cloud", 6500, covered),
    Shot("wind", 6500, blown),
    Shot("wall", 7000, wall),
    Shot("procession", 10000, procession),
    Shot("cat", 7000, tiptoe),
    Shot("credits", 4000, credits_card),
)
