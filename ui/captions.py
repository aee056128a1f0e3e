"""How subtitles look: every choice that 47 CFR 79.103(c) asks a player to offer, and its legal values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

FONTS = ("sans", "serif", "mono-sans", "mono-serif", "casual", "cursive", "small-caps")
COLORS = ("white", "yellow", "green", "cyan", "blue", "magenta", "red", "black")
EDGES = ("outline", "none", "raised", "depressed", "shadow")
PLACES = ("bottom", "top")
SHADES = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Opacities; letters take no 0."""
SMALLEST, LARGEST = 0.5, 2.0


@dataclass(frozen=True)
class CaptionStyle:
    """One line of subtitles: the letters, the ground behind them, and the window around both."""

    font: str = "sans"
    size: float = 1.0
    """0.5..2.0 of the usual size."""
    color: str = "white"
    opacity: float = 1.0
    edge: str = "outline"
    ground: str = "black"
    ground_opacity: float = 0.0
    window: str = "black"
    window_opacity: float = 0.0
    place: str = "bottom"

    def having(self, name: str, value: object) -> "CaptionStyle":
        """The same with one choice changed; unchanged where the value is none of the legal ones."""
        changed = _legal(name, value)
        return self if changed is None else replace(self, **{name: changed})  # type: ignore[arg-type]


FIRST = CaptionStyle()
SECOND = CaptionStyle(size=0.85, color="yellow")
"""Told apart from the first at a glance."""


def caption_style(stored: object, usual: CaptionStyle) -> CaptionStyle:
    """What was remembered, and the usual look where it is no legal value. Raises `TypeError` if it is no object."""
    if not isinstance(stored, Mapping):
        msg = "a caption style is an object"
        raise TypeError(msg)
    style = usual
    for name in (field.name for field in fields(CaptionStyle)):
        if name in stored:
            style = style.having(name, stored[name])
    return style


def card(style: CaptionStyle) -> Mapping[str, object]:
    """As QML takes it."""
    return asdict(style)


def _legal(name: str, value: object) -> object:
    """The value as it is kept, or none."""
    words = {"font": FONTS, "color": COLORS, "edge": EDGES, "ground": COLORS, "window": COLORS, "place": PLACES}
    if name in words:
        return value if value in words[name] else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if name == "size":
        return round(min(LARGEST, max(SMALLEST, value)), 2)
    shades = {"opacity": SHADES[:-1], "ground_opacity": SHADES, "window_opacity": SHADES}.get(name, ())
    return float(value) if value in shades else None
