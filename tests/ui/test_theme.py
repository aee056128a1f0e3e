import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtQml import QQmlEngine

from tests.e2e.conftest import x_server
from ui.fonts import FAMILIES, name_families

QML = Path(__file__).parents[2] / "ui" / "qml"
GROUNDS = ("background", "surface", "raised")
READABLE = 4.5
"""WCAG 2.2, 1.4.3."""
SEEN = 3.0
"""WCAG 2.2, 1.4.11: outlines of what can be worked, and the focus."""


@pytest.fixture(params=["dark", "light"])
def theme(application: QGuiApplication, request: pytest.FixtureRequest) -> Any:
    engine = QQmlEngine(application)
    engine.addImportPath(str(QML))
    theme: Any = engine.singletonInstance("SmartCinema.Theme", "Theme")
    theme.setProperty("look", request.param)
    assert theme.property("light") == (request.param == "light")
    yield theme
    engine.deleteLater()


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def over(picture: str, ground: QColor) -> QColor:
    """A translucent ground over a picture of one colour."""
    behind, share = QColor(picture), ground.alphaF()
    pairs = zip(ground.getRgbF()[:3], behind.getRgbF()[:3], strict=True)  # type: ignore[misc]
    return QColor.fromRgbF(*(front * share + back * (1 - share) for front, back in pairs))


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["text", "muted", "faint", "lantern", "danger", "ok"])
def test_every_ink_is_readable_on_every_ground(ink: str, ground: str, theme: Any) -> None:
    assert contrast(theme.property(ink), theme.property(ground)) >= READABLE


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("outline", ["edge", "lantern", "text", "muted"])
def test_what_can_be_worked_and_the_focus_stand_out_from_every_ground(outline: str, ground: str, theme: Any) -> None:
    assert contrast(theme.property(outline), theme.property(ground)) >= SEEN


@pytest.mark.parametrize("ground", ["lantern", "lanternPressed"])
def test_the_words_of_the_leading_button_are_readable(ground: str, theme: Any) -> None:
    assert contrast(theme.property("lanternInk"), theme.property(ground)) >= READABLE


@pytest.mark.parametrize("ground", ["go", "wait", "stop"])
def test_the_words_of_a_sign_are_readable(ground: str, theme: Any) -> None:
    assert contrast(theme.property("signInk"), theme.property(ground)) >= READABLE


@pytest.mark.parametrize("picture", ["#ffffff", "#000000", "#808080", "#ff0000", "#00ff00", "#0000ff"])
@pytest.mark.parametrize("ground", ["scrim", "card"])
def test_words_over_a_picture_are_readable_whatever_it_shows(ground: str, picture: str, theme: Any) -> None:
    assert contrast(theme.property("text"), over(picture, theme.property(ground))) >= READABLE


def test_a_film_is_shown_in_the_dark_and_an_unknown_look_is_dark(theme: Any) -> None:
    before = theme.property("background")
    theme.setProperty("lightsOut", True)
    dark = theme.property("background")
    assert luminance(dark) < 0.01
    theme.setProperty("lightsOut", False)
    assert theme.property("background") == before
    theme.setProperty("look", "sepia")
    assert theme.property("background") == dark


SYSTEM = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine
application = QGuiApplication([])
engine = QQmlEngine()
engine.addImportPath(sys.argv[1])
theme = engine.singletonInstance("SmartCinema.Theme", "Theme")
theme.setProperty("look", "system")
told = []
for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
    QGuiApplication.styleHints().setColorScheme(scheme)
    application.processEvents()
    told.append(theme.property("light"))
print(*told)
engine.deleteLater()
application.processEvents()
"""


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="a desktop's colours are asked for on Xvfb")
def test_the_theme_follows_a_desktop_that_changes_while_the_cinema_runs() -> None:
    with x_server() as environment:
        done = subprocess.run(
            [sys.executable, "-c", SYSTEM, str(QML)],
            env={**environment, "QT_QPA_PLATFORM": "xcb", "QT_QPA_PLATFORMTHEME": "gnome"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.stdout.split() == ["True", "False", "True"], done.stderr


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
