from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtQml import QQmlEngine

from ui.fonts import FAMILIES, name_families

QML = Path(__file__).parents[2] / "ui" / "qml"
GROUNDS = ("background", "surface", "raised")
READABLE = 4.5


@pytest.fixture
def theme(application: QGuiApplication) -> Any:
    engine = QQmlEngine(application)
    engine.addImportPath(str(QML))
    yield engine.singletonInstance("SmartCinema.Theme", "Theme")
    engine.deleteLater()


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def over_white(colour: QColor) -> QColor:
    """A translucent ground where the picture behind it is at its brightest."""
    rest = 1 - colour.alphaF()
    return QColor.fromRgbF(
        *(share * colour.alphaF() + rest for share in (colour.redF(), colour.greenF(), colour.blueF()))
    )


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["text", "muted", "faint", "lantern", "danger", "ok"])
def test_every_ink_is_readable_on_every_ground(ink: str, ground: str, theme: Any) -> None:
    assert contrast(theme.property(ink), theme.property(ground)) >= READABLE


@pytest.mark.parametrize("ground", ["lantern", "lanternPressed"])
def test_the_words_of_the_leading_button_are_readable(ground: str, theme: Any) -> None:
    assert contrast(theme.property("lanternInk"), theme.property(ground)) >= READABLE


@pytest.mark.parametrize("ground", ["scrim", "card"])
def test_words_over_a_picture_are_readable_even_where_it_is_white(ground: str, theme: Any) -> None:
    assert contrast(theme.property("text"), over_white(theme.property(ground))) >= READABLE


def test_motion_is_short_and_can_be_switched_off(theme: Any) -> None:
    assert 0 < theme.property("quick") <= theme.property("calm") <= 200
    theme.setProperty("reducedMotion", True)
    assert (theme.property("quick"), theme.property("calm")) == (0, 0)


@pytest.mark.parametrize("role", ["serif", "sans"])
def test_the_themes_families_are_the_first_that_are_installed(role: str, theme: Any) -> None:
    name_families()
    family = theme.property(role)
    installed = set(QFontDatabase.families())
    expected = next((stand_in for stand_in in FAMILIES[family] if stand_in in installed), None)
    assert expected, "no family of the theme is installed here"
    assert QFontInfo(QFont(family)).family() == expected
