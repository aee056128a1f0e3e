"""Every screen in every language: what is written fits; what is drawn is what was drawn before.

The pictures that are compared lie in ``tests/ui/gallery`` at an eighth of their size, one sheet a setting. After looks
were changed on purpose: ``GALLERY=retake .venv/bin/python -m pytest -n0 tests/ui/test_gallery.py``, and look at them.
"""

import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QImage, QPainter
from PySide6.QtQuick import QQuickItem, QQuickWindow

from core import LANGUAGES
from tests.ui.conftest import QUIET
from tests.ui.fitting import faults, out_of_reach, positions, unnamed
from ui.fonts import name_families
from ui.gallery import setting_of, walk_screens
from ui.gallery_pages import SampleFilms, settle, visible_items
from ui.pseudo import OPEN, pseudo_text
from ui.translator import PSEUDO

REFERENCES = Path(__file__).parent / "gallery"
STAFF = ("operator", "preflight", "staff", "workbench")
"""How the names of screens begin that speak English and Chinese only."""
VENUE = ("audience", "door", "foyer", "operator", "preflight", "staff")
ROOMY = {
    "The Lantern on Willow Lane  柳巷灯",
    "柳巷灯  The Lantern on Willow Lane",
    "2  Lantern riddles",
    "4  Round as reunion",
    "6  A rabbit in the moon",
}
"""Names of films and notes, of any length: a row shows what there is room for."""
CELL = (160, 90)
COLUMNS = 10
STRANGE = 28
"""Levels of grey, of 255, by which a point has to differ: letters drawn by another FreeType do less at this size."""
SHARE = 0.0015
"""Of a screen's points that may: less than a small button has."""
BY_CHANCE = {"door-sold", "guide", "guide-news"}
"""A ticket's code is another one each time; the guide shows pictures of the program, and its changes."""
COMPARED = {"en": "dark", "zh-Hans": "light"}
Grey = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> SampleFilms:
    return SampleFilms(tmp_path_factory.mktemp("films"))


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What Qt and QML warn of."""
    warnings: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(part in message for part in QUIET):
            warnings.append(message)

    before = qInstallMessageHandler(hear)
    yield warnings
    qInstallMessageHandler(before)


def at_rest(window: QQuickWindow) -> QImage:
    """What a window shows once it shows the same twice, at half its size."""
    last = grabbed(window)
    for _ in range(50):
        settle(20)
        before, last = last, grabbed(window)
        if last == before:
            break
    return last


def grabbed(window: QQuickWindow) -> QImage:
    return window.grabWindow().scaledToHeight(window.height() // 2, Qt.TransformationMode.SmoothTransformation)


def grey(picture: QImage) -> Grey:
    small = picture.scaled(*CELL, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(CELL[1], small.bytesPerLine())
    return rows[:, : CELL[0]].copy()


def differing(one: Grey, other: Grey) -> float:
    """The share of points that differ."""
    return float(np.mean(np.abs(one.astype(int) - other.astype(int)) > STRANGE))


def names() -> list[str]:
    return (REFERENCES / "screens.txt").read_text(encoding="utf-8").split()


def reference(sheet: QImage, number: int) -> Grey:
    return grey(sheet.copy(number % COLUMNS * CELL[0], number // COLUMNS * CELL[1], *CELL))


def sheet_of(cells: list[Grey]) -> QImage:
    sheet = QImage(COLUMNS * CELL[0], -(-len(cells) // COLUMNS) * CELL[1], QImage.Format.Format_Grayscale8)
    sheet.fill(0)
    painter = QPainter(sheet)
    for number, cell in enumerate(cells):
        picture = QImage(cell.tobytes(), *CELL, CELL[0], QImage.Format.Format_Grayscale8)
        painter.drawImage(number % COLUMNS * CELL[0], number // COLUMNS * CELL[1], picture)
    painter.end()
    return sheet


def same_letters() -> bool:
    name_families()
    return QFontInfo(QFont("Smart Cinema Sans")).family().startswith("Noto Sans CJK")


def unlike(screens: dict[str, Grey], sheet: QImage) -> dict[str, float]:
    """The screens that differ from their references, and how much."""
    shares = {name: differing(screens[name], reference(sheet, number)) for number, name in enumerate(names())}
    return {name: round(share, 4) for name, share in shares.items() if share > SHARE and name not in BY_CHANCE}


@pytest.mark.parametrize("language", [*LANGUAGES, PSEUDO])
def test_every_screen_fits_and_looks_as_it_did(
    language: str, application: QGuiApplication, films: SampleFilms, heard: list[str], tmp_path: Path
) -> None:
    look = COMPARED.get(language, "dark")
    wrong: dict[tuple[str, str], str] = {}
    pictures: dict[str, QImage] = {}
    staff = language in (*COMPARED, PSEUDO)
    for name, window in walk_screens(films, setting_of(language, (1280, 720), look), "1", staff=staff):
        if language in COMPARED:  # first, so that nothing that moves or is being saved is judged
            pictures[name] = at_rest(window)
        if staff or not name.startswith(STAFF):
            reach = out_of_reach(window) if name.startswith(VENUE) else ()
            told = chain(faults(window), reach, unnamed(window.contentItem()))
            found = (fault for fault in told if fault[1] not in ROOMY)
            wrong |= {fault: name for fault in found if fault not in wrong}
    application.processEvents()
    assert wrong == {}
    assert heard == []
    if language in COMPARED:
        look_again(pictures, REFERENCES / f"{language}.{look}.jpg", tmp_path)


@pytest.mark.parametrize(("size", "viewer"), [((640, 360), True), ((960, 540), False), ((1920, 1080), False)], ids=str)
def test_every_screen_of_viewer_and_venue_fits_at_every_size(
    size: tuple[int, int], viewer: bool, application: QGuiApplication, films: SampleFilms, heard: list[str]
) -> None:
    """At 200 % a window of 1280 x 720 has room for 640 x 360, and the longest language is shown in it."""
    wrong: dict[tuple[str, str], str] = {}
    for name, window in walk_screens(films, setting_of(PSEUDO, size), "1", viewer=viewer):
        if name.startswith("workbench"):
            break
        upright = name == "foyer-upright"
        assert name == "player-small" or (window.width(), window.height()) == (size[::-1] if upright else size)
        found = chain(faults(window), out_of_reach(window), *(list(faults(window)) for _ in positions(window)))
        wrong |= {fault: name for fault in found if fault[1] not in ROOMY and fault not in wrong}
    assert wrong == {}
    assert heard == []


def look_again(pictures: dict[str, QImage], file: Path, folder: Path) -> None:
    screens = {name: grey(picture) for name, picture in pictures.items()}
    if os.environ.get("GALLERY") == "retake":
        (REFERENCES / "screens.txt").write_text("\n".join(screens) + "\n", encoding="utf-8")
        assert sheet_of(list(screens.values())).save(str(file), quality=90)
    if not same_letters():
        pytest.skip("other letters than the references' are installed here")
    assert list(screens) == names(), "screens came or went: retake the references, as said above"
    found = unlike(screens, QImage(str(file)))
    for name in found:
        pictures[name].save(str(folder / f"{name}.png"))
    assert found == {}, f"what they show now lies in {folder}"


def test_the_comparison_sees_a_button_that_is_missing_and_letters_in_another_ink(
    application: QGuiApplication, films: SampleFilms
) -> None:
    walk = walk_screens(films, setting_of("en", (1280, 720)), "1", staff=False)
    window: QQuickWindow = next(window for name, window in walk if name == "home")
    before = grey(window.grabWindow())
    assert differing(before, grey(window.grabWindow())) == 0

    def changed(found: Callable[[QQuickItem], bool], name: str, value: object) -> float:
        item = next(item for item in visible_items(window) if found(item))
        was: Any = item.property(name)
        item.setProperty(name, value)
        share = differing(before, grey(window.grabWindow()))
        item.setProperty(name, was)
        return share

    def kind(name: str) -> Callable[[QQuickItem], bool]:
        return lambda item: item.metaObject().className().startswith(name) and bool(item.property("text"))

    assert changed(kind("AppButton"), "visible", False) > SHARE
    assert changed(kind("Display"), "color", "#40ff40") > SHARE or changed(kind("Display"), "opacity", 0.3) > SHARE
    walk.close()


def test_what_does_not_fit_is_found(application: QGuiApplication, films: SampleFilms) -> None:
    walk = walk_screens(films, setting_of("en", (1280, 720)), "1", staff=False)
    window: QQuickWindow = next(window for name, window in walk if name == "settings")
    kinds = ("Label", "AppButton")
    items = [item for item in visible_items(window) if item.metaObject().className().startswith(kinds)]
    label = next(item for item in items if item.property("text") == "Decides what is on, when, and at which price.")
    assert list(faults(window)) == []
    label.setProperty("maximumLineCount", 1)
    label.setProperty("width", 60)
    window.grabWindow()
    assert {kind for kind, _text in faults(window)} & {"cut off", "wider than its place"}
    label.setProperty("maximumLineCount", 99)
    label.setProperty("width", 20)
    window.grabWindow()
    assert {kind for kind, _text in faults(window)} & {"on other text", "wider than its place"}
    walk.close()


def test_what_cannot_be_scrolled_to_is_found(application: QGuiApplication, films: SampleFilms) -> None:
    walk = walk_screens(films, setting_of("en", (640, 360)), "1", staff=False)
    window: QQuickWindow = next(window for name, window in walk if name == "settings")
    page = next(item for item in visible_items(window) if item.metaObject().className().startswith("ScrollPage"))
    assert list(out_of_reach(window)) == []
    page.setProperty("contentHeight", 600)
    kinds = {text.split()[0] for _kind, text in out_of_reach(window)}
    assert {"Toggle", "AppButton"} <= kinds
    walk.close()


def test_the_pseudo_language_is_longer_and_keeps_placeholders() -> None:
    text = "Buy %1 for {price}, <b>%n</b> left"
    said = pseudo_text(text)
    assert said.startswith(OPEN)
    assert all(kept in said for kept in ("%1", "{price}", "<b>", "%n", "</b>"))
    assert len(said) > len(text) + 0.3 * len("Buy for ,  left")
    assert len(pseudo_text("Settings")) >= 1.4 * len("Settings")
