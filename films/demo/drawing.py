"""The drawing table: easing, paints, cached layers and light, in a space 2048 wide and 1080 high."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import skia

WIDTH = 2048
HEIGHT = 1080

Draw = Callable[[skia.Canvas], None]
Point = tuple[float, float]

SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear)


def ramp(value: float, start: float, end: float) -> float:
    """0 before ``start``, 1 after ``end``, eased in and out between."""
    share = min(1.0, max(0.0, (value - start) / (end - start)))
    return share * share * (3 - 2 * share)


def settle(value: float, start: float, end: float) -> float:
    """As `ramp`, but overshooting a little before it rests, as paper does."""
    share = min(1.0, max(0.0, (value - start) / (end - start)))
    back = 1.4
    return 1 + (back + 1) * (share - 1) ** 3 + back * (share - 1) ** 2


def lerp(first: float, last: float, share: float) -> float:
    """The value ``share`` of the way from ``first`` to ``last``."""
    return first + (last - first) * share


def ink(colour: str, alpha: float = 1.0) -> int:
    """A colour such as ``"#c8171e"`` with an opacity of 0..1."""
    value = int(colour[1:], 16)
    return int(skia.ColorSetARGB(round(255 * min(1, max(0, alpha))), value >> 16, value >> 8 & 255, value & 255))


def solid(colour: str, alpha: float = 1.0, blur: float = 0.0) -> skia.Paint:
    """A filling paint; ``blur`` is the sigma of a soft edge."""
    paint = skia.Paint(Color=ink(colour, alpha), AntiAlias=True)
    if blur:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def line(colour: str, width: float, alpha: float = 1.0) -> skia.Paint:
    """A drawing pen with round ends."""
    return skia.Paint(
        Color=ink(colour, alpha),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def downward(top: float, bottom: float, colours: Sequence[int], stops: Sequence[float] | None = None) -> skia.Paint:
    """A vertical gradient."""
    positions = list(stops) if stops else None
    shader = skia.GradientShader.MakeLinear([(0, top), (0, bottom)], list(colours), positions)
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def round_light(
    centre: Point, radius: float, colours: Sequence[int], stops: Sequence[float] | None = None
) -> skia.Paint:
    """A radial gradient."""
    positions = list(stops) if stops else None
    shader = skia.GradientShader.MakeRadial(centre, radius, list(colours), positions)
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def shape(*points: Point, closed: bool = True) -> skia.Path:
    """A path of straight edges."""
    path = skia.Path()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    return path


def curve(text: str) -> skia.Path:
    """A path from SVG path data with the absolute commands M, L, Q, C and Z."""
    path = skia.Path()
    steps = {"M": path.moveTo, "L": path.lineTo, "Q": path.quadTo, "C": path.cubicTo}
    for command, numbers in re.findall(r"([MLQCZ])([^MLQCZ]*)", text):
        if command == "Z":
            path.close()
        else:
            steps[command](*map(float, re.findall(r"-?[0-9.]+", numbers)))
    return path


@lru_cache(maxsize=64)
def _glow(colour: str) -> skia.Image:
    surface = skia.Surface(128, 128)
    stops = (0.0, 0.12, 0.3, 0.55, 1.0)
    colours = [ink(colour, alpha) for alpha in (1.0, 0.62, 0.28, 0.08, 0.0)]
    with surface as canvas:
        canvas.drawCircle(64, 64, 64, round_light((64, 64), 64, colours, stops))
    return surface.makeImageSnapshot()


def glow(canvas: skia.Canvas, at: Point, radius: float, colour: str, strength: float = 1.0) -> None:
    """Add light: a soft disc that brightens what it covers."""
    paint = skia.Paint(BlendMode=skia.BlendMode.kScreen, Alphaf=min(1.0, max(0.0, strength)))
    area = skia.Rect.MakeLTRB(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
    canvas.drawImageRect(_glow(colour), area, SMOOTH, paint)


@dataclass(frozen=True)
class Layer:
    """A picture drawn once; its own origin lies at (``left``, ``top``)."""

    image: skia.Image
    left: float
    top: float
    scale: float

    def draw(self, canvas: skia.Canvas, x: float = 0, y: float = 0, alpha: float = 1.0) -> None:
        """Lay it down, moved by (x, y)."""
        canvas.save()
        paint = skia.Paint(Alphaf=alpha) if alpha < 1 else None
        matrix = canvas.getTotalMatrix()
        if abs(matrix.getScaleX() - self.scale) + abs(matrix.getScaleY() - self.scale) < 1e-6 and not matrix.getSkewX():
            at = matrix.mapXY(x + self.left, y + self.top)
            canvas.resetMatrix()
            canvas.drawImage(self.image, round(at.x()), round(at.y()), skia.SamplingOptions(), paint)
        else:
            canvas.translate(x + self.left, y + self.top)
            canvas.scale(1 / self.scale, 1 / self.scale)
            canvas.drawImage(self.image, 0, 0, SMOOTH, paint)
        canvas.restore()

    def turn(
        self, canvas: skia.Canvas, x: float, y: float, degrees: float, size: float = 1.0, flip: float = 1.0
    ) -> None:
        """Lay it down with its origin at (x, y), turned and sized about that origin; ``flip`` scales the width."""
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(degrees)
        canvas.scale(size * flip, size)
        self.draw(canvas)
        canvas.restore()


@dataclass(frozen=True)
class Studio:
    """Where layers are drawn: the picture's size against the drawing space."""

    scale: float

    def layer(
        self,
        draw: Draw,
        left: float = 0,
        top: float = 0,
        width: float = WIDTH,
        height: float = HEIGHT,
        detail: float = 1.0,
    ) -> Layer:
        """Draw once the part of the space that begins at (left, top); ``detail`` > 1 for layers shown enlarged."""
        scale = self.scale * detail
        surface = skia.Surface(math.ceil(width * scale), math.ceil(height * scale))
        with surface as canvas:
            canvas.clear(0)
            canvas.scale(scale, scale)
            canvas.translate(-left, -top)
            draw(canvas)
        return Layer(surface.makeImageSnapshot(), left, top, scale)


def grain(canvas: skia.Canvas, seed: int, strength: float, width: float = WIDTH, top: float = 0) -> None:
    """Fine noise over a static layer: takes the plastic off gradients."""
    noise = np.random.default_rng(seed).normal(128, 46, (256, 256)).clip(0, 255).astype(np.uint8)
    pixels = np.dstack([noise, noise, noise, np.full_like(noise, 255)])
    image = skia.Image.fromarray(np.ascontiguousarray(pixels), skia.ColorType.kRGBA_8888_ColorType)
    shader = image.makeShader(skia.TileMode.kRepeat, skia.TileMode.kRepeat, SMOOTH)
    paint = skia.Paint(Shader=shader, BlendMode=skia.BlendMode.kSoftLight, Alphaf=strength)
    canvas.drawRect(skia.Rect.MakeLTRB(0, top, width, HEIGHT), paint)


def vignette(canvas: skia.Canvas, colour: str, strength: float, width: float = WIDTH, height: float = HEIGHT) -> None:
    """Darken the corners of a static layer."""
    colours = [ink(colour, 0), ink(colour, 0), ink(colour, strength)]
    paint = round_light((width / 2, height * 0.48), width * 0.64, colours, (0.0, 0.5, 1.0))
    canvas.drawRect(skia.Rect.MakeWH(width, height), paint)


@dataclass(frozen=True)
class Drift:
    """Snow, sparks or petals: points that move for ever without being stored."""

    seed: int
    count: int
    speed: Point
    """Pixels a second."""
    sway: float
    sizes: tuple[float, float]
    colour: str
    alpha: float = 0.9

    def draw(self, canvas: skia.Canvas, t_s: float, share: float = 1.0) -> None:
        """Draw the points of one moment; ``share`` of them."""
        source = np.random.default_rng(self.seed)
        x, y, phase, depth = source.random((4, self.count))
        wide, high = WIDTH + 120, HEIGHT + 120
        pace = 0.45 + 0.55 * depth
        px = (
            x * wide + self.speed[0] * pace * t_s + self.sway * np.sin(phase * 6.28 + t_s * (0.6 + phase))
        ) % wide - 60
        py = (y * high + self.speed[1] * pace * t_s) % high - 60
        shown = int(self.count * share)
        bands = 4
        for band in range(bands):
            pick = [
                skia.Point(float(px[i]), float(py[i])) for i in range(shown) if int(depth[i] * bands * 0.999) == band
            ]
            if pick:
                size = lerp(*self.sizes, (band + 0.5) / bands)
                pen = line(self.colour, size, self.alpha * (0.35 + 0.65 * (band + 1) / bands))
                canvas.drawPoints(skia.Canvas.PointMode.kPoints_PointMode, pick, pen)
