"""The look of subtitles: legal values only, and remembered."""

import json
from dataclasses import fields
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.settings import FilePreferences
from ui.captions import COLORS, EDGES, FIRST, FONTS, PLACES, SECOND, SHADES, CaptionStyle, caption_style

NAMES = tuple(field.name for field in fields(CaptionStyle))
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(FONTS + COLORS + EDGES)


def is_legal(style: CaptionStyle) -> bool:
    words = style.font in FONTS and style.edge in EDGES and style.place in PLACES
    colors = {style.color, style.ground, style.window} <= set(COLORS)
    shades = {style.opacity, style.ground_opacity, style.window_opacity} <= set(SHADES)
    return words and colors and shades and style.opacity > 0 and 0.5 <= style.size <= 2.0


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), ANYTHING))
def test_whatever_was_remembered_the_look_is_legal(stored: dict[str, object]) -> None:
    assert is_legal(caption_style(stored, SECOND))


@given(st.sampled_from(NAMES), ANYTHING)
def test_a_choice_is_taken_whole_or_not_at_all(name: str, value: object) -> None:
    style = FIRST.having(name, value)
    assert is_legal(style)
    assert all(getattr(style, other) == getattr(FIRST, other) for other in NAMES if other != name)


def test_the_look_is_found_again_and_a_damaged_one_is_the_usual(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    store = FilePreferences(file)
    store.change(captions=FIRST.having("color", "cyan"))
    store.flush()
    assert FilePreferences(file).current.captions == CaptionStyle(color="cyan")
    stored = json.loads(file.read_text())
    stored["captions"] = {"color": "#123456", "size": 40, "edge": "raised"}
    file.write_text(json.dumps(stored))
    again = FilePreferences(file)
    assert (again.current.captions, again.kept_aside) == (CaptionStyle(size=2.0, edge="raised"), None)
    stored["captions"] = "blue"
    file.write_text(json.dumps(stored))
    assert FilePreferences(file).kept_aside is not None
