"""Paper-cut figures: red paper, cut through and laid in layers that throw soft shadows."""

import math
from collections.abc import Sequence

import numpy as np
import skia

from films.demo.drawing import (
    HEIGHT,
    WIDTH,
    Layer,
    Point,
    Studio,
    curve,
    downward,
    grain,
    ink,
    line,
    round_light,
    solid,
    vignette,
)

PAPER = "#f6e4c2"
CINNABAR = "#c4161c"
CRIMSON = "#8f0d17"
AMBER = "#e8a33d"
INDIGO = "#1f2a5c"


def oval(x: float, y: float, wide: float, high: float) -> skia.Path:
    """An ellipse about (x, y) with half axes."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - wide, y - high, x + wide, y + high))
    return path


def join(*paths: skia.Path) -> skia.Path:
    """One sheet from several."""
    whole = paths[0]
    for path in paths[1:]:
        whole = skia.Op(whole, path, skia.PathOp.kUnion_PathOp)
    return whole


def cut(sheet: skia.Path, *holes: skia.Path) -> skia.Path:
    """The sheet without the holes."""
    for hole in holes:
        sheet = skia.Op(sheet, hole, skia.PathOp.kDifference_PathOp)
    return sheet


def strip(text: str, width: float) -> skia.Path:
    """A stroke along a curve as a path of its own, for joining and cutting."""
    path = skia.Path()
    line("#000000", width).getFillPath(curve(text), path)
    return path


def crescent(x: float, y: float, size: float, degrees: float) -> skia.Path:
    """The moon-shaped cut that paper-cutters call yueya."""
    path = curve("M-50 0 Q0 -46 50 0 Q0 -16 -50 0 Z")
    turn = skia.Matrix.RotateDeg(degrees)
    path.transform(skia.Matrix.Concat(skia.Matrix.MakeAll(size / 50, 0, x, 0, size / 50, y, 0, 0, 1), turn))
    return path


def petals(x: float, y: float, size: float, count: int) -> list[skia.Path]:
    """Drop-shaped cuts about a point: a flower."""
    cuts = []
    for index in range(count):
        path = curve("M0 -18 Q26 -60 0 -100 Q-26 -60 0 -18 Z")
        path.transform(skia.Matrix.RotateDeg(360 * index / count))
        path.transform(skia.Matrix.MakeAll(size / 100, 0, x, 0, size / 100, y, 0, 0, 1))
        cuts.append(path)
    return cuts


def teeth(left: Point, right: Point, count: int, depth: float) -> list[skia.Path]:
    """A row of saw-tooth cuts (juchi) hanging from the line between two points."""
    cuts = []
    (x0, y0), (x1, y1) = left, right
    for index in range(count):
        a, b, mid = index / count, (index + 0.72) / count, (index + 0.36) / count
        normal = (-(y1 - y0), x1 - x0)
        length = math.hypot(*normal) or 1
        tip = (x0 + (x1 - x0) * mid + normal[0] / length * depth, y0 + (y1 - y0) * mid + normal[1] / length * depth)
        cuts.append(
            curve(
                f"M{x0 + (x1 - x0) * a} {y0 + (y1 - y0) * a} L{x0 + (x1 - x0) * b} {y0 + (y1 - y0) * b} "
                f"L{tip[0]} {tip[1]} Z"
            )
        )
    return cuts


def spiral(x: float, y: float, size: float, turns: float, start: float, width: float, hand: int = 1) -> skia.Path:
    """A curling strip."""
    points = []
    for step in range(int(turns * 28) + 1):
        share = step / (turns * 28)
        angle = start + hand * share * turns * math.tau
        points.append((x + size * share * math.cos(angle), y + size * share * math.sin(angle)))
    text = "M" + " L".join(f"{px:.2f} {py:.2f}" for px, py in points)
    return strip(text, width)


def wall_of_paper(
    canvas: skia.Canvas, top: str, bottom: str, seed: int, light: Point = (1024, 420), width: float = WIDTH
) -> None:
    """Handmade paper with light behind it and fibres in it."""
    canvas.drawRect(skia.Rect.MakeWH(width, HEIGHT), downward(0, HEIGHT, [ink(top), ink(bottom)]))
    canvas.drawRect(
        skia.Rect.MakeWH(width, HEIGHT),
        round_light(light, 1100, [ink("#fffaf0", 0.85), ink("#fff2d0", 0.3), 0], (0, 0.45, 1)),
    )
    rng = np.random.default_rng(seed)
    for x, y, angle, run in rng.random((420, 4)):
        dx, dy = 46 * run * math.cos(angle * 6.28), 46 * run * math.sin(angle * 6.28)
        at = (x * width, y * HEIGHT)
        canvas.drawPath(
            curve(f"M{at[0]} {at[1]} Q{at[0] + dx} {at[1]} {at[0] + dx} {at[1] + dy}"), line("#8a5a2c", 1.2, 0.12)
        )
    vignette(canvas, "#6b2c10", 0.5, width)
    grain(canvas, seed, 0.35, width)


def sheet(
    studio: Studio,
    path: skia.Path,
    colour: str = CINNABAR,
    lift: float = 10,
    detail: float = 1.0,
    backing: str | None = None,
) -> Layer:
    """A cut sheet as a layer with its shadow; its origin is the path's. ``backing`` is paper behind the holes."""
    box = path.computeTightBounds()
    pad = 12 + lift * 3.2

    def draw(canvas: skia.Canvas) -> None:
        canvas.save()
        canvas.translate(lift * 0.55, lift)
        canvas.drawPath(path, solid("#2a0a06", 0.42, lift * 0.75))
        canvas.restore()
        if backing:
            whole = skia.Path()
            for contour in _outer(path):
                whole.addPath(contour)
            canvas.drawPath(whole, solid(backing))
        red = skia.Color(*(skia.ColorGetR(ink(colour)), skia.ColorGetG(ink(colour)), skia.ColorGetB(ink(colour))))
        lighter = skia.ColorSetARGB(
            255,
            min(255, skia.ColorGetR(red) + 26),
            min(255, skia.ColorGetG(red) + 18),
            min(255, skia.ColorGetB(red) + 14),
        )
        canvas.drawPath(path, downward(box.top(), box.bottom(), [lighter, red]))
        rim = line("#fff0d8", 1.6, 0.28)
        canvas.save()
        canvas.clipPath(path, skia.ClipOp.kIntersect, True)
        canvas.translate(0, 1.2)
        canvas.drawPath(path, rim)
        canvas.restore()

    return studio.layer(draw, box.left() - pad, box.top() - pad, box.width() + 2 * pad, box.height() + 2 * pad, detail)


def _outer(path: skia.Path) -> list[skia.Path]:
    filled = skia.Path(path)
    filled.setFillType(skia.PathFillType.kWinding)
    return [filled]


def mouse(dress: str = "plain") -> skia.Path:
    """A mouse upright in its clothes, facing right, feet at (0, 0), about 300 high, with its front paw left out."""
    body = curve("M-46 -168 C-104 -120 -112 -40 -98 0 L86 0 C98 -60 84 -128 40 -170 Z")
    head = curve(
        "M-52 -206 C-52 -262 0 -286 44 -262 C82 -244 112 -214 132 -190 Q138 -178 120 "
        "-174 C70 -158 -8 -144 -36 -166 Q-52 -182 -52 -206 Z"
    )
    ear, far_ear = oval(-34, -270, 46, 50), oval(28, -286, 34, 40)
    tail = strip("M-92 -22 C-150 -8 -186 -52 -168 -96 C-156 -124 -126 -112 -134 -88", 11)
    feet = join(oval(-44, -2, 42, 12), oval(50, -2, 42, 12))
    parts = [body, head, ear, far_ear, tail, feet]
    holes = [
        crescent(-34, -262, 32, -18),
        oval(-34, -284, 9, 12),
        crescent(30, -284, 20, 16),
        cut(oval(56, -218, 17, 14), oval(60, -216, 7, 7)),
        oval(122, -186, 6, 5),
        crescent(92, -176, 16, 190),
        crescent(12, -196, 20, 100),
        crescent(-12, -190, 16, 100),
        strip("M-54 -158 Q0 -136 52 -160", 7),
    ]
    parts += [strip(f"M104 -186 Q140 {-196 + 14 * k} 168 {-214 + 26 * k}", 2.6) for k in range(3)]
    if dress == "bride":
        parts += [join(*(oval(-22 + 30 * k, -308 - 10 * math.sin(k * 1.1), 20, 20) for k in range(4)))]
        holes += [hole for k in range(4) for hole in petals(-22 + 30 * k, -308 - 10 * math.sin(k * 1.1), 14, 5)]
        holes += petals(-14, -92, 46, 8) + petals(-66, -40, 20, 6) + petals(44, -46, 20, 6)
        holes += [strip("M-100 -18 Q0 -34 88 -18", 5), *teeth((-92, -16), (84, -16), 15, 11)]
    elif dress == "groom":
        hat = curve("M-40 -276 Q-6 -330 42 -312 Q66 -300 64 -270 Q10 -292 -40 -276 Z")
        parts += [
            hat,
            oval(14, -326, 11, 11),
            strip("M-44 -276 L-84 -300", 9),
            strip("M66 -272 L104 -292", 9),
            oval(-88, -302, 15, 10),
            oval(108, -294, 15, 10),
        ]
        holes += [crescent(12, -298, 28, 4), oval(-12, -100, 13, 13), *list(petals(-12, -100, 42, 10))]
        holes += [strip("M-30 -150 Q-60 -80 -94 -20", 6), *teeth((-90, -16), (80, -16), 14, 11)]
    elif dress == "elder":
        holes += (
            [strip("M-8 -140 L-6 0", 5)] + [oval(-30, -110 + 38 * k, 6, 6) for k in range(3)] + petals(44, -70, 26, 6)
        )
        holes += [crescent(-68, -44 - 34 * k, 22, -60) for k in range(2)] + [
            strip(f"M84 {-168 + 5 * k} L102 {-140 + 8 * k}", 3) for k in range(2)
        ]
        parts += [strip("M96 -176 Q92 -140 104 -120 M84 -174 Q78 -144 84 -124", 6)]
    else:
        holes += [strip("M-84 -62 Q0 -40 76 -64", 8)] + [crescent(-40 + 38 * k, -104, 17, 180) for k in range(3)]
        holes += teeth((-84, -50), (76, -50), 12, 12) + [oval(-60 + 38 * k, -20, 7, 7) for k in range(4)]
    return cut(join(*parts), *holes)


def arm(length: float = 92) -> skia.Path:
    """A sleeve from the shoulder at (0, 0) to the paw on the right."""
    sleeve = curve(f"M-10 -16 Q{length * 0.5} -26 {length} -14 L{length} 14 Q{length * 0.5} 30 -10 18 Z")
    return cut(
        join(sleeve, oval(length + 9, 0, 13, 11)),
        strip(f"M{length - 14} -12 L{length - 14} 12", 4),
        crescent(length * 0.4, 2, 16, 0),
    )


def cloud(size: float, seed: int) -> skia.Path:
    """An auspicious cloud: round heads with curls cut in them, and a trailing foot."""
    rng = np.random.default_rng(seed)
    heads = [(-1.5, 0.05, 0.5), (-0.85, -0.35, 0.66), (0.0, -0.6, 0.82), (0.85, -0.3, 0.64), (1.45, 0.08, 0.48)]
    parts = [oval(x * size, y * size, r * size, r * size) for x, y, r in heads]
    foot = curve(
        f"M{-1.95 * size} {0.2 * size} Q0 {0.85 * size} {1.9 * size} {0.2 * size} L{1.5 * size} "
        f"{-0.3 * size} L{-1.5 * size} {-0.3 * size} Z"
    )
    holes = [
        spiral(x * size, y * size, r * size * 0.74, 1.5, rng.uniform(0, 6), size * 0.055, 1 if x < 0.1 else -1)
        for x, y, r in heads
    ]
    holes += [strip(f"M{-1.3 * size} {0.3 * size} Q0 {0.66 * size} {1.3 * size} {0.3 * size}", size * 0.05)]
    return cut(join(*parts, foot), *holes)


def sun(size: float) -> skia.Path:
    """The sun: flames, a ring of teeth and a calm face."""
    rays = []
    for index in range(24):
        path = curve("M-9 -60 Q-17 -88 0 -100 Q-4 -84 10 -60 Z" if index % 2 else "M-8 -60 L0 -88 L8 -60 Z")
        path.transform(skia.Matrix.RotateDeg(15 * index))
        rays.append(path)
    disc = join(oval(0, 0, 64, 64), *rays)
    ring = cut(oval(0, 0, 57, 57), oval(0, 0, 53, 53))
    for index in range(6):
        spoke = strip("M0 -50 L0 -60", 5)
        spoke.transform(skia.Matrix.RotateDeg(60 * index))
        ring = cut(ring, spoke)
    face = [
        crescent(-19, -8, 13, 0),
        crescent(19, -8, 13, 0),
        strip("M-30 -22 Q-19 -30 -9 -24", 3),
        strip("M30 -22 Q19 -30 9 -24", 3),
        strip("M0 -8 Q-6 8 2 10", 3),
        crescent(0, 20, 15, 180),
        *petals(-32, 14, 9, 6),
        *petals(32, 14, 9, 6),
        *petals(0, -38, 11, 8),
    ]
    whole = cut(disc, ring, *face)
    whole.transform(skia.Matrix.Scale(size / 100, size / 100))
    return whole


def flower(size: float) -> skia.Path:
    """A window flower folded in eight and cut once."""
    leaf = curve("M0 0 C30 -34 34 -70 0 -100 C-34 -70 -30 -34 0 0 Z")
    holes = [
        curve("M0 -46 Q11 -66 0 -88 Q-11 -66 0 -46 Z"),
        crescent(-14, -52, 7, -66),
        crescent(14, -52, 7, 66),
        oval(0, -36, 3.4, 5),
    ]
    parts, cuts = [oval(0, 0, 66, 66)], [*petals(0, 0, 23, 8)]
    for index in range(8):
        for path in (leaf, oval(0, -97, 7, 7)):
            petal = skia.Path(path)
            petal.transform(skia.Matrix.RotateDeg(45 * index))
            parts.append(petal)
        for hole in holes:
            turned = skia.Path(hole)
            turned.transform(skia.Matrix.RotateDeg(45 * index))
            cuts.append(turned)
        between = skia.Path(curve("M0 -34 L6 -46 L0 -62 L-6 -46 Z"))
        between.transform(skia.Matrix.RotateDeg(45 * index + 22.5))
        cuts.append(between)
    whole = cut(join(*parts), *cuts)
    whole.transform(skia.Matrix.Scale(size / 100, size / 100))
    return whole


def sedan() -> skia.Path:
    """The bridal chair, hung between its poles; the poles' height is y = 0."""
    roof = curve("M-170 -190 Q-120 -214 -96 -262 L96 -262 Q120 -214 170 -190 L150 -176 L-150 -176 Z")
    box = curve("M-128 -180 L128 -180 L120 96 L-120 96 Z")
    holes = [
        curve("M-62 -110 L62 -110 L62 10 L-62 10 Z"),
        *petals(0, 54, 24, 8),
        *petals(-92, -50, 22, 6),
        *petals(92, -50, 22, 6),
    ]
    holes += [
        *teeth((-126, -166), (126, -166), 18, 16),
        crescent(0, -224, 44, 180),
        crescent(-64, -208, 20, 170),
        crescent(64, -208, 20, 190),
    ]
    holes += [strip("M-112 84 L112 84", 5), crescent(-92, 20, 18, 90), crescent(92, 20, 18, -90)]
    fringe = [strip(f"M{x} 92 L{x} 124", 7) for x in range(-112, 120, 16)]
    return cut(join(roof, box, oval(0, -276, 22, 22), strip("M-330 0 L330 0", 13), *fringe), *holes)


def suona() -> skia.Path:
    """The horn, from its reed at (0, 0) to its bell."""
    horn = curve("M0 -6 L116 -13 Q146 -22 166 -46 L178 40 Q146 22 116 13 L0 6 Z")
    return cut(horn, *(oval(26 + 22 * k, 0, 4, 4) for k in range(4)), crescent(158, -2, 22, 96))


def cat() -> skia.Path:
    """A great cat lying across the road, facing left; its eye is left out."""
    body = curve("M-330 0 C-350 -170 -160 -330 110 -330 C330 -330 470 -190 460 0 Z")
    head = join(
        oval(-330, -190, 190, 165), curve("M-490 -270 L-510 -430 L-390 -350 Z M-280 -355 L-170 -440 L-160 -280 Z")
    )
    tail = strip("M440 -40 C560 -20 640 -100 590 -210 C560 -270 490 -250 510 -190", 62)
    paws = join(oval(-390, -18, 110, 36), oval(-160, -16, 100, 32))
    holes = [crescent(-486, -352, 30, 64), crescent(-196, -358, 30, -50), curve("M-440 -150 L-400 -150 L-420 -122 Z")]
    holes += [strip("M-420 -122 Q-420 -92 -456 -90 M-420 -122 Q-416 -90 -382 -90", 8), *petals(-310, -290, 44, 5)]
    holes += [crescent(-30 + 106 * k, -236 + 12 * k * k, 62, 96) for k in range(4)] + [
        crescent(10 + 106 * k, -130, 46, 96) for k in range(4)
    ]
    holes += (
        petals(150, -70, 50, 8)
        + petals(-60, -80, 34, 8)
        + [strip(f"M{x} -26 L{x} -4", 6) for x in (-440, -400, -360, -190, -150)]
    )
    holes += [strip(f"M-300 {-118 + 22 * k} Q-220 {-130 + 30 * k} -170 {-122 + 36 * k}", 6) for k in range(2)]
    holes += [crescent(560, -220, 24, 200), crescent(596, -140, 24, 100), crescent(550, -62, 24, 20)]
    return cut(join(body, head, tail, paws), *holes)


def bricks(left: float, right: float, top: float, bottom: float, hole: Point | None) -> skia.Path:
    """A wall with its joints cut out, and perhaps a mouse-sized hole."""
    outline = curve(f"M{left} {top} L{right} {top} L{right} {bottom} L{left} {bottom} Z")
    cap = curve(
        f"M{left - 30} {top - 46} Q{(left + right) / 2} {top - 66} {right + 30} {top - 46} "
        f"L{right + 14} {top + 6} L{left - 14} {top + 6} Z"
    )
    cuts = [crescent(x, top - 20, 20, 180) for x in np.arange(left + 10, right, 52)]
    rows = np.arange(top + 62, bottom, 62)
    cuts += [strip(f"M{left + 16} {y} L{right - 16} {y}", 6) for y in rows]
    for index, y in enumerate((top, *rows)):
        start = left + (70 if index % 2 else 140)
        cuts += [strip(f"M{x} {y + 14} L{x} {min(bottom, y + 50)}", 6) for x in np.arange(start, right - 20, 140)]
    wall = cut(join(outline, cap), *cuts)
    if hole:
        ragged = [
            (hole[0] + r * math.cos(a), hole[1] + r * 0.95 * math.sin(a))
            for a, r in zip(np.linspace(0, 6.1, 16), [150, 132] * 8, strict=True)
        ]
        wall = cut(wall, curve("M" + " L".join(f"{x} {y}" for x, y in ragged) + " Z"))
    return wall


def lattice(canvas: skia.Canvas, area: skia.Rect, colour: str, step: float) -> None:
    """A wooden window before lit paper."""
    canvas.drawRect(
        area,
        round_light(
            (area.centerX(), area.centerY()), area.width() * 0.62, [ink("#fff6d8"), ink("#ffd988"), ink("#e89a4c")]
        ),
    )
    pen = line(colour, 9)
    columns, rows = round(area.width() / step), round(area.height() / step)
    for index in range(columns + 1):
        x = area.left() + area.width() * index / columns
        if index in (0, 1, columns - 1, columns):
            canvas.drawLine(x, area.top(), x, area.bottom(), pen)
    for index in range(rows + 1):
        y = area.top() + area.height() * index / rows
        if index in (0, 1, rows - 1, rows):
            canvas.drawLine(area.left(), y, area.right(), y, pen)
    frame = skia.Paint(pen)
    frame.setStrokeWidth(34)
    frame.setStrokeCap(skia.Paint.kSquare_Cap)
    canvas.drawRect(area, frame)


def sheets(studio: Studio, paths: Sequence[skia.Path], colour: str, lift: float) -> list[Layer]:
    """Several sheets of one paper."""
    return [sheet(studio, path, colour, lift) for path in paths]
