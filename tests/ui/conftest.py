"""What page tests lean on: work that waits until it is told to settle, and a box office whose answers are planned."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QIODevice,
    QMessageLogContext,
    QObject,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QThread,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle
from PySide6.QtTest import QTest

import player.video_item
from boxoffice.client import (
    Account,
    Catalogue,
    DeviceCodes,
    Gift,
    HouseRules,
    NotesCommentator,
    NotesOffer,
    Offer,
    Order,
    PackageRef,
    Pass,
    Play,
    SampleNote,
    Section,
    SignedIn,
    SignInPlace,
    Ticket,
    Title,
)
from core import Cancel, Cancelled, CinemaError, Money
from films import Cue, Note, NoteChoice, NoteTrack, chosen_notes
from player import Conditions, Feature, PlayerState, Presentation, Speakers, Track
from player.state import Event, Moved, Opened, PauseSet, Stopped, reduce
from ui.preferences import Preferences
from ui.viewer import Services, ShellViewModel
from ui.window import Interface

QML = Path(__file__).parents[2] / "ui" / "qml"

NOW = datetime.now(UTC).replace(microsecond=0)
ACCOUNT = Account("sub-1", "lin@example.org", "Lin")
PACKAGE = PackageRef("lantern-street", "0" * 64, "/v1/media/lantern-street/")
CHECKOUT_URL = "http://127.0.0.1/checkout/secret"
SIGN_IN_URL = "http://127.0.0.1/oauth/authorize?x=1"

CODE_PAGE = "http://127.0.0.1/device"
DEVICE_CODES = DeviceCodes("secret", "LNTR-MPVS", CODE_PAGE, f"{CODE_PAGE}?user_code=LNTR-MPVS", 600, 5)


class HeldJob:
    """Work that was asked for; nothing happens until it is settled."""

    def __init__(
        self, work: Callable[[Cancel], object], done: Callable[[object], None], failed: Callable[[CinemaError], None]
    ) -> None:
        self.switch = Cancel()
        self._work, self._done, self._failed = work, done, failed

    def cancel(self) -> None:
        self.switch.cancel()

    def settle(self) -> None:
        if self.switch.cancelled:
            return
        try:
            result = self._work(self.switch)
        except Cancelled:
            return
        except CinemaError as error:
            if not self.switch.cancelled:
                self._failed(error)
        else:
            if not self.switch.cancelled:
                self._done(result)


class HeldJobs:
    """A job runner that keeps everything until the test says so; the rules of cancelling are the real ones."""

    def __init__(self) -> None:
        self.held: list[HeldJob] = []

    def run(
        self, work: Callable[[Cancel], object], done: Callable[[object], None], failed: Callable[[CinemaError], None]
    ) -> HeldJob:
        job = HeldJob(work, done, failed)
        self.held.append(job)
        return job

    def settle(self) -> None:
        """Run everything that is held now, but nothing that it asks for in turn."""
        held, self.held = self.held, []
        for job in held:
            job.settle()

    def settle_all(self) -> None:
        while self.held:
            self.settle()


class MemoryPreferences:
    """Preferences that last as long as the test."""

    def __init__(self, current: Preferences | None = None) -> None:
        self._current = current or Preferences(language="en", territory="DE")

    @property
    def current(self) -> Preferences:
        return self._current

    def change(self, **changes: object) -> Preferences:
        self._current = replace(self._current, **changes)  # type: ignore[arg-type]
        return self._current


def order(state: str = "pending", ticket_id: str | None = None) -> Order:
    return Order("o1", state, "lantern-street", Money(690, "EUR"), CHECKOUT_URL, ticket_id, NOW)  # type: ignore[arg-type]


def play() -> Play:
    return Play("p1", "t1", PACKAGE, 0, NOW + timedelta(hours=48), HouseRules(True, False, False, False), "K7Q2")


def ticket(ticket_id: str = "t1", state: str = "unused", **changes: object) -> Ticket:
    base = Ticket(
        id=ticket_id,
        title_id="lantern-street",
        order_id="o1",
        state=state,  # type: ignore[arg-type]
        bought=NOW,
        unlock_by=NOW + timedelta(days=30),
        started=None,
        watch_by=None,
        device=None,
        position_ms=0,
        seen_ms=0,
        running_time_ms=60_000,
        allowed=state in ("unused", "started"),
        reasons=(),
        price=Money(690, "EUR"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def title(title_id: str = "lantern-street", **changes: object) -> Title:
    base = Title(
        id=title_id,
        eidr=None,
        names={"en": "Lantern Street", "zh-Hans": "灯街"},
        original_name="灯街",
        synopsis={"en": "A child follows a lantern home.", "zh-Hans": "一个孩子跟着灯笼回家。"},
        tagline={"en": "One night, one light.", "zh-Hans": "一夜一灯。"},
        directors=({"en": "An He", "zh-Hans": "安禾"},),
        countries=("CN",),
        year=2026,
        running_time_ms=60_000,
        spoken=("zh",),
        subtitles=("en", "zh-Hans"),
        notes=NotesOffer(
            ("en", "zh-Hans"),
            8,
            (NotesCommentator("mei", {"en": "Mei", "zh-Hans": "梅"}, {"en": "historian", "zh-Hans": "历史学者"}),),
            (SampleNote("en", "custom", "Lantern riddles", "Riddles hang from the lanterns."),),
        ),
        poster="",
        backdrop="",
        package=PACKAGE,
        trailer=PackageRef("lantern-street-trailer", "1" * 64, "/v1/media/lantern-street-trailer/"),
        house_rules=HouseRules(True, False, False, False),
        accent="#c84b31",
        offer=Offer(
            "on-sale",
            Money(690, "EUR"),
            NOW - timedelta(days=1),
            NOW + timedelta(days=20),
            "Europe/Berlin",
            30 * 86_400,
            2 * 86_400,
            (),
        ),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def catalogue(*titles: Title) -> Catalogue:
    shown = titles or (title(),)
    section = Section(
        "now", "now", {"en": "On now", "zh-Hans": "正在上映"}, {"en": "New."}, tuple(t.id for t in shown), None, None
    )
    return Catalogue("DE", (section,), shown, ())


@dataclass
class PlannedBoxOffice:
    """Answers as planned; an exception in a plan is raised. ``calls`` keeps what was asked."""

    catalogue_answer: Catalogue | CinemaError
    tickets_answer: tuple[Ticket, ...] | CinemaError = ()
    restored: Account | CinemaError | None = None
    sign_in_answer: SignedIn | CinemaError = field(default_factory=lambda: SignedIn(ACCOUNT, True, None))
    order_answer: Order | CinemaError = field(default_factory=order)
    settled_answer: Order | CinemaError = field(default_factory=lambda: order("issued", ticket_id="t1"))
    redeem_answer: Order | CinemaError = field(default_factory=lambda: order("issued", ticket_id="t1"))
    passes_answer: tuple[Pass, ...] | CinemaError = ()
    gifts_answer: tuple[Gift, ...] | CinemaError = ()
    claim_answer: str | CinemaError = "t1"
    sign_ins_answer: tuple[SignInPlace, ...] | CinemaError = ()
    delete_answer: CinemaError | None = None
    admit_answer: Play | CinemaError = field(default_factory=play)
    progress_answer: Ticket | CinemaError = field(default_factory=lambda: ticket(state="started"))
    calls: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def account(self) -> Account | None:
        return self.restored if isinstance(self.restored, Account) else None

    def restore(self, _cancel: Cancel) -> Account | None:
        return self._answer(self.restored, "restore")

    def sign_in(
        self, open_browser: Callable[[str], bool], cancel: Cancel, language: str, create: bool = False
    ) -> SignedIn:
        open_browser(SIGN_IN_URL)
        cancel.check()
        return self._answer(self.sign_in_answer, "sign_in", language, create)

    def sign_in_elsewhere(self, show: Callable[[DeviceCodes], None], _cancel: Cancel) -> SignedIn:
        show(DEVICE_CODES)
        return self._answer(self.sign_in_answer, "sign_in_elsewhere")

    def sign_out(self) -> None:
        self.calls.append(("sign_out",))

    def catalogue(self, territory: str | None) -> Catalogue:
        return self._answer(self.catalogue_answer, "catalogue", territory)

    def tickets(self) -> tuple[Ticket, ...]:
        return self._answer(self.tickets_answer, "tickets")

    def order(self, title_id: str, territory: str | None, screening_id: str | None = None) -> Order:
        return self._answer(self.order_answer, "order", title_id, territory, *([screening_id] if screening_id else []))

    def wait_for_order(self, order_id: str, cancel: Cancel) -> Order:
        cancel.check()
        return self._answer(self.settled_answer, "wait_for_order", order_id)

    def cancel_order(self, order_id: str) -> Order:
        return self._answer(order("void"), "cancel_order", order_id)

    def redeem(self, order_id: str, code: str) -> Order:
        return self._answer(self.redeem_answer, "redeem", order_id, code)

    def use_pass(self, order_id: str, pass_id: str) -> Order:
        return self._answer(self.redeem_answer, "use_pass", order_id, pass_id)

    def sign_ins(self) -> tuple[SignInPlace, ...]:
        return self._answer(self.sign_ins_answer, "sign_ins")

    def end_sign_in(self, sign_in_id: str) -> None:
        return self._answer(None, "end_sign_in", sign_in_id)

    def sign_out_everywhere(self) -> None:
        return self._answer(None, "sign_out_everywhere")

    def my_data(self) -> bytes:
        return self._answer(b"{}", "my_data")

    def delete_account(self, email: str) -> None:
        return self._answer(self.delete_answer, "delete_account", email)

    def passes(self) -> tuple[Pass, ...]:
        return self._answer(self.passes_answer, "passes")

    def gifts(self) -> tuple[Gift, ...]:
        return self._answer(self.gifts_answer, "gifts")

    def claim(self, code: str) -> str:
        return self._answer(self.claim_answer, "claim", code)

    def admit(self, ticket_id: str) -> Play:
        return self._answer(self.admit_answer, "admit", ticket_id)

    def progress(self, play_id: str, position_ms: int, seen: object, _shown_ms: int = 0) -> Ticket:
        return self._answer(self.progress_answer, "progress", play_id, position_ms, seen)

    def shows(self, *texts: str) -> None:
        """Wait until every text can be seen, as a whole text or a part of one."""
        self.until(lambda: all(any(text in word for word in self.words()) for text in texts))

    def rect(self, item: QQuickItem) -> QRectF:
        """Where an item lies in the window."""
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def called(self, object_name: str) -> QQuickItem:
        """The item with that object name."""
        return next(item for item in self.items() if item.objectName() == object_name)

    def named(self, name: str) -> list[tuple[object, ...]]:
        return [call for call in self.calls if call[0] == name]

    def _answer(self, answer, *call: object):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        self.calls.append(call)
        if isinstance(answer, CinemaError):
            raise answer
        return answer


@pytest.fixture(scope="session")
def sample() -> SimpleNamespace:
    """Sample values, and the constants they are made of."""
    return SimpleNamespace(
        NOW=NOW,
        ACCOUNT=ACCOUNT,
        PACKAGE=PACKAGE,
        CHECKOUT_URL=CHECKOUT_URL,
        SIGN_IN_URL=SIGN_IN_URL,
        DEVICE_CODES=DEVICE_CODES,
        order=order,
        play=play,
        ticket=ticket,
        title=title,
        catalogue=catalogue,
        feature=feature,
        note=note,
    )


@pytest.fixture(scope="session")
def application() -> QGuiApplication:
    QQuickStyle.setStyle("Basic")
    return QGuiApplication.instance() or QGuiApplication(["test"])


@pytest.fixture
def jobs() -> HeldJobs:
    return HeldJobs()


@pytest.fixture
def box_office() -> PlannedBoxOffice:
    return PlannedBoxOffice(catalogue())


@pytest.fixture
def opened() -> list[str]:
    return []


class RehearsedPlayer(QObject):
    """The player without libmpv: the real state and its reducer, moved by the test."""

    drawing = "gl"
    picture_size = (2048, 1080)
    aboutToClose = Signal()  # noqa: N815 - as Qt names it
    stateChanged = Signal()  # noqa: N815 - as Qt names it
    cuesChanged = Signal()  # noqa: N815 - as Qt names it

    def __init__(self) -> None:
        super().__init__()
        self.state = PlayerState()
        self.feature: Feature | None = None
        self.choice = NoteChoice()
        self.conditions: list[Conditions] = []
        self.closed = False
        self.speakers = Speakers.AUTO

    def tell(self, event: Event) -> None:
        """What libmpv would have said; cues follow the position as they do in the player."""
        self.become(reduce(self.state, event))
        self._show_cues()

    def become(self, state: PlayerState) -> None:
        if state != self.state:
            self.state = state
            self.stateChanged.emit()

    @property
    def notes(self) -> Track[Note]:
        track = self.feature.notes.get(self.state.notes_language or "") if self.feature else None
        return Track(chosen_notes(track.notes, self.choice) if track else ())

    def open(self, feature: Feature, sound: int = 0) -> None:
        self.feature = feature
        self.become(replace(self.state, sound=sound, sound_delay_ms=0, speed_percent=100))
        self.tell(Opened(feature.presentation.duration_ms, feature.start_ms))

    def toggle(self) -> None:
        self.tell(PauseSet(self.state.wants_to_play))

    def play(self) -> None:
        self.tell(PauseSet(False))

    def pause(self) -> None:
        self.tell(PauseSet(True))

    def stop(self) -> None:
        self.feature = None
        self.tell(Stopped())

    def seek(self, position_ms: int) -> None:
        if self.feature and self.feature.seek_allowed:
            self.tell(Moved(min(max(0, position_ms), self.state.duration_ms - 500), jumped=True))

    def step(self, delta_ms: int) -> None:
        self.seek(self.state.position_ms + delta_ms)

    def set_conditions(self, conditions: Conditions) -> None:
        self.conditions.append(conditions)

    def set_volume(self, percent: int) -> None:
        self.become(replace(self.state, volume=min(100, max(0, percent))))

    def set_muted(self, muted: bool) -> None:
        self.become(replace(self.state, muted=muted))

    def set_sound(self, number: int) -> None:
        self.become(replace(self.state, sound=number))

    def set_night(self, on: bool) -> None:
        self.become(replace(self.state, night=on))

    def set_sound_delay(self, delay_ms: int) -> None:
        self.become(replace(self.state, sound_delay_ms=min(5000, max(-5000, delay_ms))))

    def set_speakers(self, speakers: Speakers) -> None:
        self.speakers = speakers

    def set_speed(self, percent: int) -> None:
        if self.feature and self.feature.seek_allowed:
            self.become(replace(self.state, speed_percent=percent))

    def step_frame(self, *, forward: bool) -> None:
        self.pause()
        self.step(42 if forward else -42)

    def set_subtitles(self, language: str | None) -> None:
        self.become(replace(self.state, subtitle_language=language))
        self._show_cues()

    def set_second_subtitles(self, language: str | None) -> None:
        self.become(replace(self.state, second_language=language))
        self._show_cues()

    def set_notes(self, language: str | None, choice: NoteChoice) -> None:
        self.choice = choice
        self.become(replace(self.state, notes_language=language))
        self._show_cues()

    def renderer_ready(self) -> None:
        """There is no renderer."""

    def renderer_gone(self) -> None:
        """There was none."""

    def close(self) -> None:
        self.aboutToClose.emit()
        self.closed = True

    def _show_cues(self) -> None:
        state, subtitles = self.state, self.feature.subtitles if self.feature else {}
        lines, second = (
            tuple(line for cue in Track(subtitles.get(tag or "", ())).at(state.position_ms) for line in cue.lines)
            for tag in (state.subtitle_language, state.second_language)
        )
        note = next((note for note in self.notes.at(state.position_ms) if note.place == "card"), None)
        if (lines, second, note) != (state.subtitle_lines, state.second_lines, state.note):
            self.state = replace(state, subtitle_lines=lines, second_lines=second, note=note)
            self.cuesChanged.emit()


def note(note_id: str, start_ms: int, end_ms: int, **changes: object) -> Note:
    base = Note(
        id=note_id,
        start_ms=start_ms,
        end_ms=end_ms,
        commentator="mei",
        topic="custom",
        title="Lantern riddles",
        body="Riddles hang from the lanterns;\nwho solves one wins a small gift.",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def feature(**changes: object) -> Feature:
    """A minute of film: subtitles from 1 to 3 s, notes at 2 and 30 s, in two languages."""
    notes = (note("n1", 2_000, 6_000), note("n2", 30_000, 36_000, title="The fifteenth night"))
    chinese = tuple(replace(item, title="灯谜", body="谜面挂在灯上。") for item in notes)
    base = Feature(
        presentation=Presentation(60_000),
        fetch=lambda _path, _size, _cancel: b"",
        subtitles={
            "en": (Cue("1", 1_000, 3_000, ("Wait for me!",)),),
            "zh-Hans": (Cue("1", 1_000, 3_000, ("等等我！",)),),
        },
        notes={"en": NoteTrack("en", (), notes), "zh-Hans": NoteTrack("zh-Hans", (), chinese)},
        mark="K7Q2",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.fixture
def player(application: QGuiApplication) -> Iterator[RehearsedPlayer]:
    yield RehearsedPlayer()
    application.processEvents()


@pytest.fixture
def services(
    application: QGuiApplication,
    jobs: HeldJobs,
    box_office: PlannedBoxOffice,
    opened: list[str],
    player: RehearsedPlayer,
) -> Iterator[Services]:
    def open_url(url: str) -> bool:
        opened.append(url)
        return True

    yield Services(
        box_office=box_office,  # type: ignore[arg-type]
        jobs=jobs,  # type: ignore[arg-type]
        preferences=MemoryPreferences(),
        zone=UTC,
        open_url=open_url,
        player=lambda: player,  # type: ignore[arg-type]
        apply_language=lambda _tag: None,
        version="0.1.0",
    )
    application.processEvents()


QUIET = ("This plugin does not support", "propagateSizeHints")


class Stage:
    """The real window of the viewer with all its QML; every warning that it gives is kept."""

    def __init__(self, shell: ShellViewModel, width: int, height: int) -> None:
        self.warnings: list[str] = []
        self._handler = qInstallMessageHandler(self._heard)
        self.interface = Interface(lambda _path: drawn_picture())
        self.interface.language.apply(shell.props.language)
        self.interface.open(shell, QSize(width, height))
        self.interface.steer()
        self.window.requestActivate()
        self.until(self.window.isExposed)
        self.until(self.window.isActive)

    @property
    def window(self) -> QQuickWindow:
        """The window; asked for anew where an item that had asked for it took the wrapper with it."""
        return self.interface.window

    def until(self, holds: Callable[[], bool], timeout_ms: int = 5000) -> None:
        """Let Qt work until something holds."""
        deadline = QDeadlineTimer(timeout_ms)
        while not holds():
            assert not deadline.hasExpired(), f"it never came about; warnings: {self.warnings}"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            QThread.msleep(1)

    def settle(self) -> None:
        """Let Qt work off what is due now."""
        for _ in range(5):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifier)
        self.settle()

    def items(self, root: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """Every item that can be seen, overlays included."""
        for item in (root or self.window.contentItem()).childItems():
            if item.isVisible() and item.opacity() > 0:
                yield item
                yield from self.items(item)

    def words(self) -> list[str]:
        """Every text that can be seen."""
        texts = (item.property("text") for item in self.items() if item.inherits("QQuickText"))
        return [text for text in texts if text]

    def shows(self, *texts: str) -> None:
        """Wait until every text can be seen, as a whole text or a part of one."""
        self.until(lambda: all(any(text in word for word in self.words()) for text in texts))

    def rect(self, item: QQuickItem) -> QRectF:
        """Where an item lies in the window."""
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def called(self, object_name: str) -> QQuickItem:
        """The item with that object name."""
        return next(item for item in self.items() if item.objectName() == object_name)

    def named(self, name: str) -> list[QQuickItem]:
        """Visible items by the name that a screen reader says, or by their text."""
        return [item for item in self.items() if name in (accessible_name(item), item.property("text"))]

    def focused(self) -> QQuickItem | None:
        return self.window.activeFocusItem()

    def click(self, name: str) -> None:
        self.window.grabWindow()  # what is new is laid out when it is drawn
        item = next(item for item in self.named(name) if item.inherits("QQuickAbstractButton"))
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        self.settle()

    def close(self) -> None:
        self.interface.close()
        self.settle()
        qInstallMessageHandler(self._handler)

    def _heard(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(part in message for part in QUIET):
            self.warnings.append(f"{context.file or ''}:{context.line} {message}")


def accessible_name(item: QQuickItem) -> str:
    """What a screen reader says for an item."""
    interface = QAccessible.queryAccessibleInterface(item)
    return interface.text(QAccessible.Text.Name) if interface else ""


def drawn_picture() -> bytes:
    """A small picture in place of a poster."""
    image = QImage(60, 90, QImage.Format.Format_RGB32)
    image.fill(0x6B3A1E)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def stage(application: QGuiApplication) -> Iterator[Callable[..., Stage]]:
    """Opens the viewer's window on a shell; any warning of Qt or QML fails the test."""
    application.setQuitOnLastWindowClosed(False)
    stages: list[tuple[Stage, ShellViewModel]] = []

    def open_window(shell: ShellViewModel, width: int = 1280, height: int = 720) -> Stage:
        stages.append((Stage(shell, width, height), shell))
        return stages[-1][0]

    yield open_window
    for opened_stage, shell in stages:
        shell.close()
        opened_stage.close()
        assert opened_stage.warnings == []
