"""The preflight's window and page: what a report says, across a room and in two languages."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QSize, QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from core import Cancel, CinemaError, Code, Progress
from kiosk import Facts, PreflightReport, preflight, report_of
from tests.kiosk.test_preflight import FACTS
from tests.kiosk.venue import NOW, PROGRAMME
from ui.jobs import QtJobRunner
from ui.kiosk import BoardServices, BoardViewModel
from ui.readiness import derive_readiness
from ui.venue_pages import readiness_page
from ui.window import BOARD, Interface


def report(facts: Facts = FACTS, **said: Any) -> PreflightReport:
    found = report_of(preflight(PROGRAMME, facts), PROGRAMME, NOW, "b", "f", hashed=True, decoded=True)
    return replace(found, **said)


RED = report(replace(FACTS, films={}, sold=None))


def test_green_says_so_in_words() -> None:
    said = derive_readiness(report(), "en")
    assert (said.light, said.sign, said.first, said.lines) == ("green", "Ready", (), ())
    assert said.says == "Nothing will fail: 3 screenings were run ahead."
    assert derive_readiness(report(), "zh-Hans").sign == "一切就绪"


def test_red_names_the_first_screening_its_time_the_reason_and_the_fix() -> None:
    (first,) = derive_readiness(RED, "en").first
    assert (first["name"], first["room"]) == ("Friday", "Room 1")
    assert "20:20" in first["when"]
    assert first["why"] == "The film paper-moon-trailer is not in the library"
    assert first["fix"] == "Take it in: kiosk ingest DIR"
    assert first["more"] == "and 2 more"
    assert [line["light"] for line in derive_readiness(RED, "en").lines] == ["red", "amber"]


class Text(HTMLParser):
    """What a page says, and whether it asks for anything elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elsewhere: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elsewhere += [f"{tag} {name}" for name, _value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_says_it_in_both_languages_and_needs_nothing_beside_itself() -> None:
    page = Text(readiness_page(RED, ("en", "zh-Hans")))
    said = " ".join(page.words)
    for words in ("Will fail", "将会失败", "Friday", "纸月亮", "Take it in", "请导入"):
        assert words in said
    assert page.elsewhere == []


def test_the_page_takes_names_as_names() -> None:
    wild = replace(RED, festival={"en": "<script>alert(1)</script>"})
    assert "<script>" not in readiness_page(wild, ("en",))


def shown(item: QQuickItem) -> Iterator[QQuickItem]:
    """The item and all that lies in it, delegates too."""
    yield item
    for child in item.childItems():
        yield from shown(child)


class Scene:
    """The window, and what it reads."""

    def __init__(self) -> None:
        self.kept: PreflightReport | None = None
        self.fails: Code | None = None
        self.jobs = QtJobRunner()
        self.model = BoardViewModel(BoardServices(lambda: self.kept, self.check, self.jobs, "en"))
        self.interface = Interface(lambda _path: b"", main=BOARD)
        self.interface.language.apply("en")
        self.interface.open_with({"board": self.model, "startSize": QSize(1280, 720), "startFull": False})

    def check(self, progress: Progress, _cancel: Cancel) -> PreflightReport:
        progress(0.5, "check")
        if self.fails:
            raise CinemaError(self.fails, "no")
        return RED

    def settle(self, holds: Any) -> None:
        deadline = QDeadlineTimer(5000)
        while not holds() and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)
        assert holds()

    def words(self) -> set[str]:
        items = shown(self.interface.window.contentItem())
        return {str(item.property("text")) for item in items if item.isVisible() and item.property("text")}

    def close(self) -> None:
        self.model.close()
        self.jobs.close()
        self.interface.close()
        self.model.deleteLater()


@pytest.fixture
def scene(application: QGuiApplication) -> Iterator[Scene]:
    made = Scene()
    yield made
    made.close()


def test_a_check_at_a_touch_is_shown_with_its_first_failure(scene: Scene) -> None:
    scene.settle(lambda: "Not checked yet" in scene.words())
    scene.model.check()
    scene.settle(lambda: {"Will fail", "Friday", "Take it in: kiosk ingest DIR"} <= scene.words())


def test_what_another_process_found_is_shown_too(scene: Scene) -> None:
    scene.kept = report()
    scene.model.look()
    scene.settle(lambda: "Ready" in scene.words())


def test_a_venue_without_a_programme_says_what_is_missing(scene: Scene) -> None:
    scene.fails = Code.FILE_MISSING
    scene.model.check()
    scene.settle(lambda: any("no programme yet" in words for words in scene.words()))
    assert not scene.model.props.busy
