"""A door's window on a real ledger, with keys as a scanner types them."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, QPointF, QSize, Qt, QThread
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from boxoffice.rules import ClockState, time_text
from films import SigningKey, TrustedKeys
from kiosk import Door, DoorAnswer, Ledger, Verdict
from kiosk.doors import Company
from kiosk.lan import LanLeader, LeadingDoor
from kiosk.ledger import Claim, Entry
from kiosk.ticket_lists import SOLD_TYPE, SoldTicket, SoldTickets
from tests.kiosk.venue import NOW, PROGRAMME, SetClocks, code
from ui.formats import Formats
from ui.gallery_pages import visible_items
from ui.jobs import QtJobRunner
from ui.kiosk import DoorServices, DoorViewModel, Wedge
from ui.kiosk.door import DoorFacts, DoorInputs, derive_door
from ui.kiosk.wedge import TORN_S
from ui.window import DOOR, Interface

ROOMS = {room.id: room.names for room in PROGRAMME.rooms}
ENGLISH = Formats("en", UTC)


def name_of(item: QQuickItem) -> str:
    """What a screen reader says of it."""
    heard = QAccessible.queryAccessibleInterface(item)
    return heard.text(QAccessible.Text.Name) if heard else ""


class Scene:
    """The window, its scanner, and what lies behind."""

    def __init__(self, folder: Path, sold: SoldTickets | None = None, company: Company | None = None) -> None:
        self.clocks = SetClocks()
        self.ledger = Ledger.open(folder, clocks=self.clocks, reserve_bytes=1 << 16)
        self.jobs = QtJobRunner()
        self.now = 0.0
        door = Door(self.ledger, PROGRAMME, PROGRAMME.gates[0], sold=sold, company=company)
        self.model = DoorViewModel(DoorServices(door, self.ledger, self.jobs, ENGLISH, clock=lambda: self.now))
        self.lights: list[str] = []
        self.model.answered.connect(self.lights.append)
        self.interface = Interface(lambda _path: b"", main=DOOR)
        self.interface.language.apply("en")
        self.interface.open_with({"door": self.model, "startSize": QSize(1280, 720), "startFull": False})
        self.wedge = Wedge(self.interface.window)
        self.wedge.scanned.connect(self.model.scan)
        self.settle(self.interface.window.isActive)

    def type(self, text: str, *, end: bool = True) -> None:
        """As fast as a scanner does, straight to the window."""
        for letter in text:
            self.key(Qt.Key.Key_unknown, letter)
        if end:
            self.key(Qt.Key.Key_Return, "\r")

    def key(self, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers, text)
        QCoreApplication.sendEvent(self.interface.window, event)

    def settle(self, holds: Any) -> None:
        deadline = QDeadlineTimer(5000)
        while not holds() and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)
        assert holds()

    def answered(self, count: int) -> list[str]:
        self.settle(lambda: len(self.lights) == count and self.model.props.light != "waiting")
        return self.lights

    def write(self, field: str, text: str) -> None:
        """As a hand does."""
        self.find("Field", field).forceActiveFocus()
        for letter in text:
            QTest.keyClick(self.interface.window, letter)
            QTest.qWait(70)

    def press(self, key: Qt.Key) -> None:
        """As long as a hand does."""
        QTest.keyPress(self.interface.window, key)
        QTest.qWait(70)
        QTest.keyRelease(self.interface.window, key)

    def click(self, item: QQuickItem) -> None:
        self.interface.window.grabWindow()  # what has just appeared has its place
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.interface.window, Qt.MouseButton.LeftButton, pos=middle)

    def find(self, kind: str, text: str) -> QQuickItem:
        return next(
            item
            for item in self.interface.window.findChildren(QQuickItem)
            if item.metaObject().className().startswith(kind)
            and text in (item.property("text"), item.property("placeholderText"), name_of(item))
        )

    def shows(self, text: str) -> bool:
        return any(item.property("text") == text for item in visible_items(self.interface.window))

    def close(self) -> None:
        self.model.close()
        self.jobs.close()
        self.interface.close()
        self.model.deleteLater()
        self.ledger.close()


@pytest.fixture
def scene(application: QGuiApplication, tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path / "venue")
    yield scene
    scene.close()
    application.processEvents()


def test_a_scanned_ticket_is_green_and_counted(scene: Scene) -> None:
    scene.type(code(1, people=2))
    assert scene.answered(1) == ["green"]
    props = scene.model.props
    assert (props.verdict, props.people, props.film, props.room, props.inside) == ("admitted", 2, "Friday", "Room 1", 2)
    assert scene.ledger.inside("friday") == 2
    assert scene.find("Display", "Welcome: 2 people").isVisible()


def test_the_same_reading_is_one_question_and_later_it_is_used(scene: Scene) -> None:
    scene.type(code(1))
    scene.answered(1)
    scene.type(code(1))
    scene.now = 4.0
    scene.type(code(1))
    assert scene.answered(2) == ["green", "red"]
    assert scene.model.props.before == ({"at": "23 November, 19:00", "gate": "A", "people": 1},)


def test_several_in_a_row_are_answered_one_after_the_other(scene: Scene) -> None:
    for number in range(5):
        scene.type(code(number))
    assert scene.answered(5) == ["green"] * 5
    assert scene.ledger.inside("friday") == 5


def test_staff_lets_in_with_a_name_and_a_reason(scene: Scene) -> None:
    scene.type(code(1))
    scene.answered(1)
    scene.now = 4.0
    scene.type(code(1))
    scene.answered(2)
    scene.model.override("mei", "  ")
    scene.model.override("mei", "the light never came")
    assert scene.answered(3)[-1] == "green"
    assert [item.part for item in scene.ledger.admissions(f"{1:016x}")] == [0, 1]


def test_staff_take_back_by_keys_alone_whom_the_door_let_in_last(scene: Scene) -> None:
    scene.type(code(1, people=2))
    scene.answered(1)
    take = scene.find("SureButton", "Take back the last (2)")
    assert not take.isEnabled()
    scene.write("Your name", "mei")
    take.forceActiveFocus(Qt.FocusReason.TabFocusReason)
    scene.press(Qt.Key.Key_Space)
    assert (take.property("text"), scene.lights) == ("They did not come in?", ["green"])
    scene.press(Qt.Key.Key_Space)
    assert scene.answered(2)[-1] == "amber"
    assert scene.find("Display", "Taken back").isVisible()
    assert (scene.model.props.inside, take.isVisible()) == (0, False)
    scene.type(code(1, people=2))
    assert scene.answered(3)[-1] == "green"
    assert scene.ledger.inside("friday") == 2


def test_a_code_of_another_room_or_day_says_where_and_when(scene: Scene) -> None:
    for number, (session, words) in enumerate(
        (
            (2, "Small  ·  Room 2, door B  ·  23 November, 19:20"),
            (3, "Saturday: doors open on 24 November, 18:30."),
            (4, "Yesterday: it was good until 22 November, 21:30."),
        ),
        1,
    ):
        scene.now += 4.0
        scene.type(code(number, session=session))
        assert scene.answered(number)[-1] == "red"
        assert scene.find("Label", words).isVisible()


def test_a_ticket_that_two_doors_let_in_is_shown_at_the_leading_one_until_it_is_seen(
    application: QGuiApplication, tmp_path: Path
) -> None:
    sold = SoldTickets(SOLD_TYPE, 1, time_text(NOW), 2026, (SoldTicket(f"{1:016x}", "K7Q2-19", 1, 1, 0b11),))
    with closing(Scene(tmp_path / "venue", sold)) as scene:
        scene.type(code(1))
        scene.answered(1)
        scene.clocks.forward(timedelta(minutes=2))
        late = Entry(f"{1:016x}", 1, 1, "friday", "B", "override", "ben", "nobody answers")
        scene.ledger.claim(Claim("the other door", late, 0), 100, whatever=True)
        scene.model.look()
        told = "Ticket K7Q2-19 came in at several doors."
        scene.settle(lambda: scene.shows(told))
        assert scene.shows("23 November, 19:00, door A\n23 November, 19:02, door B")
        scene.click(scene.find("AppButton", "I have seen it"))
        scene.settle(lambda: not scene.shows(told))
        scene.model.look()
        scene.settle(lambda: scene.model.props.inside == 2)
        assert not scene.shows(told)


def test_nobody_overrides_what_is_no_ticket(scene: Scene) -> None:
    scene.type("https://example.org/x")
    assert scene.answered(1) == ["red"]
    assert not scene.model.props.may_override
    scene.model.override("mei", "please")
    QCoreApplication.processEvents()
    assert scene.lights == ["red"]


def test_a_clock_that_is_ahead_is_confirmed_at_the_door(scene: Scene) -> None:
    scene.clocks.reboot(NOW + timedelta(days=2))
    scene.type(code(1))
    assert scene.answered(1) == ["amber"]
    assert scene.model.props.clock == "ahead"
    scene.model.confirm_clock("mei", "new battery")
    scene.settle(lambda: scene.model.props.clock == "good")


def test_a_disk_that_cannot_be_written_is_red_and_says_so(scene: Scene) -> None:
    scene.ledger._db.execute("PRAGMA query_only = ON")
    scene.type(code(1))
    assert scene.answered(1) == ["red"]
    assert (scene.model.props.verdict, scene.model.props.short_of_room) == ("cannot-record", True)
    scene.ledger._db.execute("PRAGMA query_only = OFF")


def test_a_hand_types_into_a_field_and_a_scanner_does_not(scene: Scene) -> None:
    field = scene.find("Field", "Number below the code")
    field.forceActiveFocus()
    for letter in "K7Q2":
        QTest.keyClick(scene.interface.window, letter)
        QTest.qWait(70)
    assert field.property("text") == "K7Q2"
    scene.type(code(1))
    assert scene.answered(1) == ["green"]
    assert field.property("text") == "K7Q2"


def test_a_ticket_that_cannot_be_read_is_looked_up_by_keys_alone(application: QGuiApplication, tmp_path: Path) -> None:
    sold = SoldTickets(SOLD_TYPE, 1, time_text(NOW), 2026, (SoldTicket(f"{1:016x}", "K7Q2-19", 1, 2, 0b1),))
    with closing(Scene(tmp_path / "venue", sold)) as scene:
        wanted = scene.find("Field", "Your name")
        for _ in range(20):
            if wanted.hasActiveFocus():
                break
            QTest.keyClick(scene.interface.window, Qt.Key.Key_Tab)
        assert wanted.hasActiveFocus()
        for letter in "mei\tk7q2-19":
            QTest.keyClick(scene.interface.window, Qt.Key.Key_Tab if letter == "\t" else letter)
            QTest.qWait(70)
        QTest.keyClick(scene.interface.window, Qt.Key.Key_Return)
        assert scene.answered(1) == ["green"]
        assert scene.model.props.people == 2
        (record,) = scene.ledger.admissions(f"{1:016x}")
        assert record.people == 2


def test_a_lost_leading_door_is_amber_with_words_and_the_next_answer_is_green(
    application: QGuiApplication, tmp_path: Path
) -> None:
    signer = SigningKey.generate()
    with closing(Ledger.open(tmp_path / "first", clocks=SetClocks(), reserve_bytes=1 << 16)) as first:
        leads = SigningKey.load_or_create(tmp_path / "first" / "device-key.pem")
        keys = {"second": TrustedKeys.of(signer.public_jwk)}

        def opened(port: int = 0) -> LeadingDoor:
            return LeadingDoor(("127.0.0.1", port), first, leads, lambda: keys, lambda _screening, _sale: 100)

        leading = opened()
        port = leading.address[1]
        leader = LanLeader(("127.0.0.1", port), signer, TrustedKeys.of(leads.public_jwk))
        with closing(leader), closing(Scene(tmp_path / "venue", company=Company(leader))) as scene:
            leading.close()
            scene.type(code(1))
            assert scene.answered(1) == ["amber"]
            assert scene.model.props.verdict == "alone"
            assert scene.find("", "Ask the other doors").isVisible()
            with closing(opened(port)):
                scene.now = 4.0
                scene.type(code(1))
                assert scene.answered(2) == ["amber", "green"]
            assert first.inside("friday") == 1


def test_a_party_comes_in_parts(scene: Scene) -> None:
    field = scene.find("Field", "How many of a party (empty: all)")
    field.forceActiveFocus()
    QTest.keyClick(scene.interface.window, "3")
    QTest.qWait(70)
    scene.type(code(1, people=5))
    assert scene.answered(1) == ["green"]
    assert (scene.model.props.people, field.property("text")) == (3, "")
    scene.now = 4.0
    scene.type(code(1, people=5))
    scene.answered(2)
    assert (scene.model.props.people, scene.model.props.inside) == (2, 5)


def test_a_scanner_s_control_keys_do_nothing(scene: Scene) -> None:
    text = code(1)
    scene.type(text[:50], end=False)
    for key in (Qt.Key.Key_W, Qt.Key.Key_Q, Qt.Key.Key_A):
        scene.key(key, "\x17", Qt.KeyboardModifier.ControlModifier)
    scene.key(Qt.Key.Key_Escape, "\x1b")
    scene.key(Qt.Key.Key_F11)
    scene.type(text[50:])
    assert scene.answered(1) == ["green"]
    assert scene.interface.window.isVisible()


@pytest.mark.parametrize("busy_ms", [80, 400])
def test_a_code_whose_keys_come_late_and_in_heaps_is_one_code(scene: Scene, busy_ms: int) -> None:
    seen: list[str] = []
    scene.wedge.scanned.connect(seen.append)
    window, text, at = scene.interface.window, code(1), 1_000_000
    for place, letter in enumerate(text):
        if place in (40, 90):
            QThread.msleep(busy_ms)  # the window draws, and the keys wait in its queue
        event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(at + 3 * place)
        QCoreApplication.postEvent(window, event)
        if place in (39, 89):
            QCoreApplication.sendPostedEvents(window)
    assert scene.answered(1) == ["green"]
    assert seen == [text]


@pytest.mark.parametrize("torn_at", [8, 60, 130])
def test_a_code_that_the_screen_s_server_hands_on_late_is_one_code(scene: Scene, torn_at: int) -> None:
    seen: list[str] = []
    scene.wedge.scanned.connect(seen.append)
    window, text, at = scene.interface.window, code(1), 1_000_000
    for place, letter in enumerate(text + "\r"):
        if place == torn_at:
            at += 400  # it stood still, and says so in the keys' own times
            QTest.qWait(400)
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(at + 3 * place)
        QCoreApplication.sendEvent(window, event)
    assert scene.answered(1) == ["green"]
    assert seen == [text]


def test_a_scanner_whose_end_is_a_line_feed_is_answered_at_once(scene: Scene) -> None:
    seen: list[str] = []
    scene.wedge.scanned.connect(seen.append)
    scene.type(code(1), end=False)
    assert not seen
    scene.key(Qt.Key.Key_unknown, "\n")
    assert seen == [code(1)]


def test_a_scanner_without_an_end_key_is_understood_after_a_pause(scene: Scene) -> None:
    scene.type(code(1), end=False)
    assert scene.answered(1) == ["green"]
    scene.type(code(2), end=False)
    began = time.monotonic()
    assert scene.answered(2) == ["green", "green"]
    assert time.monotonic() - began < TORN_S


def test_escape_makes_ready_for_the_next(scene: Scene) -> None:
    scene.type("nonsense nonsense")
    scene.answered(1)
    QTest.keyClick(scene.interface.window, Qt.Key.Key_Escape)
    assert scene.model.props.light == "ready"


def test_every_verdict_has_words(scene: Scene) -> None:
    for verdict in Verdict:
        scene.model._feed(answer=DoorAnswer(verdict, people=1))
        QCoreApplication.processEvents()
        shown = [
            item.property("text")
            for item in scene.interface.window.findChildren(QObject)
            if item.metaObject().className().startswith("Display")
        ]
        assert any(shown[:1]), verdict


def test_what_is_waited_for_is_told_when_the_disk_is_slow() -> None:
    inputs = DoorInputs(ENGLISH, "A", waiting=1)
    assert (derive_door(inputs).light, derive_door(inputs).slow) == ("waiting", False)
    assert derive_door(replace(inputs, slow=True)).slow


def test_the_answer_before_is_not_shown_while_the_next_is_waited_for() -> None:
    facts = DoorFacts(PROGRAMME.screenings[0], 3, 100, ClockState.GOOD, short_of_room=False, rooms=ROOMS)
    inputs = DoorInputs(ENGLISH, "A", DoorAnswer(Verdict.USED), facts, waiting=1)
    props = derive_door(inputs)
    assert (props.light, props.verdict, props.may_override) == ("waiting", "", False)
    assert (props.now_film, props.now_starts, props.inside, props.capacity) == ("Friday", "23 November, 19:20", 3, 100)
