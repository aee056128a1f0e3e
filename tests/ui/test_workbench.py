"""The workbench in its real window, with a real film under libmpv and a real edition on the disk."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QPointF,
    QSize,
    Qt,
    QThread,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

import player.video_item  # noqa: F401 - makes the QML type known
from app.commands.notes import read_text_track
from core import CinemaError, Code
from films import (
    Cue,
    Edition,
    EditionNote,
    Face,
    FilmFacts,
    Keeper,
    Note,
    NoteTrack,
    Shots,
    dump_notes,
    ffmpeg_path,
    parse_notes,
)
from films.manifest import Commentator
from films.notes.edition_file import parse_edition
from player import Player, PlayerState, Status, Track, local_feature
from ui.jobs import QtJobRunner
from ui.note_pictures import read_own_picture
from ui.preferences import Preferences
from ui.window import WORKBENCH, Interface
from ui.workbench import BenchServices, WorkbenchViewModel, folder_pictures
from ui.workbench.services import no_picture
from ui.workbench.timeline import TimelineInputs, derive_timeline
from ui.workbench.watch import WatchInputs, derive_watch, moment

LIN = Commentator("lin", {"en": "Lin Mei"}, {"en": "Folklorist"})
EMPTY = Edition(("en",), (LIN,))
QUIET = ("This plugin does not support", "propagateSizeHints")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def face(title: str, body: str, language: str = "en") -> Face:
    return Face(language, title, body, "Meng Hua Lu")


TWO = Edition(
    ("en", "fr"),
    (LIN,),
    (
        EditionNote("riddle", 2_000, "lin", faces=(face("Riddles", "Guess it."), face("Énigmes", "Devinez.", "fr"))),
        EditionNote("moon", 20_000, "lin", faces=(face("The moon", "Round as a family."),)),
    ),
)


class MemoryPreferences:
    def __init__(self) -> None:
        self.current = Preferences(language="en", reduced_motion=True)

    def change(self, **changes: object) -> Preferences:
        self.current = replace(self.current, **changes)  # type: ignore[arg-type]
        return self.current


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of two greys with a cut between them at 15 s."""
    path = tmp_path_factory.mktemp("film") / "grey.mp4"
    parts = [f"color=c={colour}:s=256x134:r=12:d=15" for colour in ("gray", "white")]
    inputs = [word for part in parts for word in ("-f", "lavfi", "-i", part)]
    command = [ffmpeg_path(), "-v", "error", *inputs, "-filter_complex", "concat=n=2", "-preset", "ultrafast"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
    return path


class Bench:
    """The window, and what lies behind it."""

    def __init__(self, film: Path, folder: Path, edition: Edition, **changes: Any) -> None:
        self.warnings: list[str] = []
        self._handler = qInstallMessageHandler(self._heard)
        self.folder, self.place = folder, folder / "grey.edition.json"
        self.preferences, self.jobs = MemoryPreferences(), QtJobRunner()
        self.player = Player(drawing="software", hardware_decoding=False)
        feature = replace(
            local_feature(film),
            subtitles={"en": (Cue("1", 4_000, 7_000, ("Wait for me!",)),)},
            shots_ms=(15_000,),
        )
        services = BenchServices(
            name="Grey",
            feature=feature,
            open_edition=lambda told: Keeper(self.place, lambda: edition, told),
            player=lambda: self.player,
            jobs=self.jobs,
            preferences=self.preferences,
            language="en",
            read=read_text_track,
            now=lambda: "2026-01-02T03:04:05Z",
            folder=folder,
            picture=folder_pictures(folder, no_picture),
        )
        self.model: Any = WorkbenchViewModel(replace(services, **changes))
        self.interface = Interface(lambda path: read_own_picture(path, services.picture), main=WORKBENCH)
        self.interface.language.apply("en")
        self.interface.open_with({"workbench": self.model, "startSize": QSize(1280, 720)})
        self.window.requestActivate()
        self.until(lambda: self.window.isExposed() and self.window.isActive())
        self.model.start()
        self.until(lambda: self.watch.status == "paused", 20_000)

    @property
    def window(self) -> Any:
        return self.interface.window

    @property
    def watch(self) -> Any:
        return self.model.watch

    def until(self, holds: Callable[[], bool], timeout_ms: int = 8000) -> None:
        deadline = QDeadlineTimer(timeout_ms)
        while not holds():
            assert not deadline.hasExpired(), f"it never came about; {self.words()} {self.warnings}"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            QThread.msleep(1)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifiers)
        QCoreApplication.processEvents()

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self.window, letter)
        QCoreApplication.processEvents()

    def items(self, root: QQuickItem | None = None) -> Iterator[QQuickItem]:
        for item in (root or self.window.contentItem()).childItems():
            if item.isVisible() and item.opacity() > 0:
                yield item
                yield from self.items(item)

    def words(self) -> list[str]:
        kinds = ("QQuickText", "QQuickTextInput", "QQuickTextEdit")
        texts = (item.property("text") for item in self.items() if any(item.inherits(kind) for kind in kinds))
        return [text for text in texts if text]

    def shows(self, *texts: str) -> None:
        self.until(lambda: all(any(text in word for word in self.words()) for text in texts))

    def called(self, name: str) -> QQuickItem:
        return next(item for item in self.items() if item.objectName() == name)

    def focused(self) -> str:
        item = self.window.activeFocusItem()
        while item is not None and not item.objectName():
            item = item.parentItem()
        return item.objectName() if item is not None else ""

    def sheet(self, name: str) -> Any:
        return self.window.findChild(QObject, name)

    def click(self, text: str) -> None:
        self.window.grabWindow()
        item = next(
            item for item in self.items() if item.inherits("QQuickAbstractButton") and item.property("text") == text
        )
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        QCoreApplication.processEvents()

    def go(self, position_ms: int) -> None:
        """To a moment, and wait for its frame: one of before may still be on its way."""
        arrived = len(self.player.seek_ms)
        self.watch.seek(position_ms)
        self.until(lambda: len(self.player.seek_ms) > arrived and self.watch.position == position_ms)

    def close(self) -> None:
        self.model.close()
        self.jobs.close()
        self.interface.close()
        self.model.deleteLater()
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qInstallMessageHandler(self._handler)

    def _heard(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(part in message for part in QUIET):
            self.warnings.append(f"{context.file or ''}:{context.line} {message}")


@pytest.fixture
def bench(application: QGuiApplication, film: Path, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    application.setQuitOnLastWindowClosed(False)
    opened: list[Bench] = []

    def open_bench(edition: Edition = EMPTY, **changes: Any) -> Bench:
        opened.append(Bench(film, tmp_path, edition, **changes))
        return opened[-1]

    yield open_bench
    for scene in opened:
        scene.close()
        assert scene.warnings == []
    application.processEvents()


def test_one_key_marks_the_moment_and_the_card_is_seen_while_it_is_written(bench: Any) -> None:
    scene = bench()
    scene.shows("Begin with the film", "None yet.")
    scene.press(Qt.Key.Key_Right)
    scene.until(lambda: 5_000 <= scene.watch.position < 5_500)
    scene.shows("Wait for me!")
    scene.press(Qt.Key.Key_Space)
    scene.until(lambda: scene.watch.playing)
    scene.press(Qt.Key.Key_N)
    assert not scene.watch.playing
    assert scene.focused() == "noteTitleField"
    scene.type("Riddles")
    scene.press(Qt.Key.Key_Tab)
    assert scene.focused() == "noteBodyField"
    scene.type("Guess it.")
    scene.press(Qt.Key.Key_Return)
    scene.type("Keep it.")
    assert scene.model.face["body"] == "Guess it.\nKeep it."
    card = scene.called("benchCard")
    assert (card.property("shown"), card.property("note")["title"]) == (True, "Riddles")
    scene.shows("18 / 84", "On screen")
    scene.press(Qt.Key.Key_Escape)
    assert scene.focused() == "filmSeat"
    scene.press(Qt.Key.Key_Return, CONTROL)
    scene.until(lambda: scene.watch.playing)
    scene.press(Qt.Key.Key_Return)
    assert (scene.model.count, scene.focused()) == (2, "noteTitleField")


def test_undo_and_redo_reach_into_the_fields_that_are_typed_in(bench: Any) -> None:
    scene = bench()
    scene.press(Qt.Key.Key_N)
    scene.type("Riddles")
    scene.press(Qt.Key.Key_Tab)
    scene.type("Guess")
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert (scene.model.face["title"], scene.model.face["body"]) == ("Riddles", "")
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert scene.called("noteTitleField").property("text") == ""
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert (scene.model.count, scene.model.canUndo) == (0, False)
    for _ in range(3):
        scene.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert scene.model.face["body"] == "Guess"
    assert not scene.model.canRedo


def test_what_is_done_is_saved_by_itself_and_on_demand(bench: Any) -> None:
    scene = bench()
    scene.press(Qt.Key.Key_N)
    scene.type("Riddles")
    assert scene.called("savedState").property("text") == "Not saved yet"
    assert scene.window.title().startswith("•")
    scene.press(Qt.Key.Key_S, CONTROL)
    scene.until(lambda: scene.model.saved == "saved")
    assert parse_edition(scene.place.read_bytes()).notes[0].face("en").title == "Riddles"
    scene.model._desk._save.setInterval(200)
    scene.type("!")
    scene.until(lambda: scene.model.saved == "saved")
    assert parse_edition(scene.place.read_bytes()).notes[0].face("en").title == "Riddles!"


def test_a_note_is_split_at_the_cursor_and_joined_again(bench: Any) -> None:
    scene = bench(TWO)
    scene.press(Qt.Key.Key_E)
    scene.press(Qt.Key.Key_Tab)
    scene.press(Qt.Key.Key_Home)
    for _ in range(5):
        scene.press(Qt.Key.Key_Right)
    scene.press(Qt.Key.Key_X, CONTROL | SHIFT)
    assert (scene.model.count, scene.model.note["number"], scene.model.face["body"]) == (3, 2, "it.")
    scene.press(Qt.Key.Key_Up, CONTROL)
    assert scene.model.face["body"] == "Guess"
    scene.press(Qt.Key.Key_J, CONTROL)
    assert (scene.model.count, scene.model.face["body"]) == (2, "Guess\nit.")
    scene.press(Qt.Key.Key_Delete, CONTROL | SHIFT)
    scene.shows("The note is gone. Ctrl+Z brings it back.")
    assert (scene.model.count, scene.model.face["title"]) == (1, "The moon")
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert (scene.model.count, scene.model.face["title"]) == (2, "Riddles")


def test_a_translation_is_written_side_by_side_and_checked_by_its_own_speed(bench: Any) -> None:
    scene = bench(TWO)
    scene.press(Qt.Key.Key_T, CONTROL)
    scene.shows("English", "French", "Énigmes")
    assert scene.preferences.current.workbench_beside == "fr"
    scene.press(Qt.Key.Key_Down)
    scene.shows("Not yet in French.")
    scene.model.write("fr", "title", "La lune")
    scene.model.write("fr", "body", "x" * 300)
    scene.shows("French: Too long for a card", "300 / 84")
    scene.press(Qt.Key.Key_T, CONTROL)
    assert scene.model.beside == ""
    scene.model.add_language("no tag!")
    scene.shows("is no language tag")
    scene.model.add_language("zh-Hans")
    assert [item["value"] for item in scene.model.languages] == ["en", "fr", "zh-Hans"]


def test_comments_stay_at_the_desk_and_are_never_exported(bench: Any) -> None:
    scene = bench(TWO)
    scene.press(Qt.Key.Key_3, CONTROL)
    scene.shows("They stay at this desk and are never exported")
    scene.called("commentField").forceActiveFocus()
    scene.type("Is it so?")
    scene.press(Qt.Key.Key_Return)
    scene.shows("Is it so?", "Settle")
    scene.click("Settle")
    assert scene.model.comments[0]["settled"]
    scene.press(Qt.Key.Key_E, CONTROL)
    scene.shows("8 files are in")
    folder = scene.folder / "grey-notes"
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"{tag}.{kind}" for tag in ("en", "fr") for kind in ("compiled.vtt", "csv", "report.html", "vtt")]
    assert not any("Is it so" in path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert [note.title for note in parse_notes((folder / "en.vtt").read_bytes()).notes] == ["Riddles", "The moon"]
    compiled = parse_notes((folder / "en.compiled.vtt").read_bytes())
    assert [(note.place, note.moment_ms) for note in compiled.notes] == [("card", 2_000), ("card", 20_000)]
    assert "<svg" in (folder / "en.report.html").read_text(encoding="utf-8")


def test_no_break_spaces_stay_and_what_is_only_shown_is_never_changed(bench: Any) -> None:
    french = face("Énigmes", "Devinez\u00a0:\nc’est\u202fla lune\u00a0!", "fr")
    edition = replace(TWO, notes=(replace(TWO.notes[0], faces=(french,)),))
    scene = bench(edition)
    scene.model.write_in("fr")
    scene.shows("Énigmes")
    assert (scene.model.face["body"], scene.model.canUndo, scene.model.saved) == (french.body, False, "saved")
    scene.called("noteBodyField").forceActiveFocus()
    scene.press(Qt.Key.Key_End, CONTROL)
    scene.type(" Oui")
    assert scene.model.face["body"] == french.body + " Oui"
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert (scene.model.face["body"], scene.model.canUndo) == (french.body, False)


def saved_picture(folder: Path, name: str = "My lantern.png") -> Path:
    folder.mkdir(exist_ok=True)
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill("#204060")
    assert image.save(str(folder / name))
    return folder / name


def test_a_note_has_a_picture_that_says_what_it_shows_and_both_are_exported(bench: Any, tmp_path: Path) -> None:
    place = saved_picture(tmp_path / "from")
    scene = bench(TWO)
    scene.press(Qt.Key.Key_2, CONTROL)
    scene.shows("Choose a picture…")
    scene.model.take_picture(place.as_uri())
    scene.shows("No picture", "It has a picture: say what that shows")
    assert scene.model.note["image"] == "my-lantern.png"
    scene.until(lambda: scene.called("benchPicture").property("ready"))
    scene.until(lambda: scene.called("benchCard").property("pictured"))
    scene.called("altField").forceActiveFocus()
    scene.type("A lantern.")
    scene.until(lambda: not any("It has a picture" in word for word in scene.words()))
    assert scene.called("benchCard").property("note")["alt"] == "A lantern."
    scene.press(Qt.Key.Key_Escape)
    scene.press(Qt.Key.Key_E, CONTROL)
    scene.shows("9 files are in")
    folder = scene.folder / "grey-notes"
    assert (folder / "my-lantern.png").read_bytes() == place.read_bytes()
    assert [(note.image, note.alt) for note in parse_notes((folder / "en.vtt").read_bytes()).notes] == [
        ("my-lantern.png", "A lantern."),
        ("", ""),
    ]
    scene.click("No picture")
    assert (scene.model.note["image"], scene.called("benchCard").property("pictured")) == ("", False)
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert scene.model.note["image"] == "my-lantern.png"
    (scene.folder / "my-lantern.png").unlink()
    scene.press(Qt.Key.Key_E, CONTROL)
    scene.shows("Pictures that are missing: my-lantern.png")
    assert "riddle has no picture my-lantern.png" in (folder / "en.report.html").read_text(encoding="utf-8")


def test_what_is_no_picture_is_refused_and_a_portrait_stands_in_the_sheet(bench: Any, tmp_path: Path) -> None:
    scene = bench(TWO)
    (tmp_path / "words.jpg").write_text("no picture")
    scene.model.take_picture(str(tmp_path / "words.jpg"))
    scene.shows("The picture was not taken. words.jpg is no whole JPEG or PNG picture.")
    scene.model.forget_notice()
    scene.click("Edition")
    scene.shows("Commentators, as readers are told", "LM")
    scene.model.take_portrait("lin", str(saved_picture(tmp_path, "lin.png")))
    scene.until(lambda: scene.model.people[0]["portrait"] == "portrait:own:lin.png")
    scene.until(lambda: "LM" not in scene.words())
    scene.model.introduce("lin", "Lin Mei", "Scholar")
    assert scene.model.people[0]["portrait"] == "portrait:own:lin.png"
    scene.model.take_portrait("lin", "")
    scene.shows("LM")
    scene.press(Qt.Key.Key_Escape)


def test_the_pictures_of_notes_that_come_in_come_along(bench: Any, tmp_path: Path) -> None:
    place = saved_picture(tmp_path / "from", "lamp.png")
    lin = replace(LIN, portrait="gone.png")
    lamp = Note("lamp", 1_000, 3_000, "lin", "craft", "Lamp", "Oil.", image="lamp.png", alt="A lamp")
    place.with_name("en.vtt").write_bytes(
        dump_notes(NoteTrack("en", (lin,), (lamp,))) + b"\n00:09.000 --> 00:08.000\nx\n"
    )
    scene = bench(TWO)
    scene.model.bring(str(place.with_name("en.vtt")))
    scene.shows("1 note came in.", "Left out: Line ")
    assert (scene.folder / "lamp.png").read_bytes() == place.read_bytes()


def test_the_window_is_found_again_as_it_was(bench: Any) -> None:
    scene = bench(TWO)
    scene.window.resize(1200, 700)
    scene.until(lambda: scene.window.width() == 1200)
    scene.window.close()
    kept = scene.preferences.current
    assert (kept.workbench_width, kept.workbench_height, kept.workbench_maximised) == (1200, 700, False)


def test_notes_come_in_from_a_file_and_a_fault_names_its_line(bench: Any, tmp_path: Path) -> None:
    scene = bench(TWO)
    (tmp_path / "good.csv").write_text("time,title,text,id\n0:05,Tea,A cup.,tea\n0:02,Riddles!,Guess.,riddle\n")
    (tmp_path / "bad.csv").write_text("time,title,text\n0:05,Tea,A cup.\nsoon,Moon,Round.\n")
    scene.model.bring((tmp_path / "bad.csv").as_uri())
    scene.shows("Nothing came in. Mend line 3")
    assert scene.model.count == 2
    scene.press(Qt.Key.Key_I, CONTROL)
    scene.shows("Import notes")
    scene.type(str(tmp_path / "good.csv"))
    scene.press(Qt.Key.Key_Return)
    scene.shows("2 notes came in.")
    assert (scene.model.count, scene.model.face["title"]) == (3, "Riddles!")
    scene.press(Qt.Key.Key_Z, CONTROL)
    assert scene.model.count == 2
    scene.model.bring(str(tmp_path / "missing.srt"))
    scene.shows("Nothing came in. There is no file")


def test_a_file_can_be_chosen_where_the_system_offers_it(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "good.srt").write_text("1\n00:00:05,000 --> 00:00:07,000\nTea\nA cup.\n")
    scene = bench(TWO)
    scene.press(Qt.Key.Key_I, CONTROL)
    scene.shows("Choose a file…")
    scene.click("Choose a file…")
    loader = next(item for item in scene.sheet("bringingSheet").findChildren(QObject) if item.inherits("QQuickLoader"))
    scene.until(lambda: loader.property("item") is not None)
    dialog = loader.property("item")
    assert dialog.property("visible")
    dialog.chosen.emit(QUrl.fromLocalFile(str(tmp_path / "good.srt")).toString())
    dialog.setProperty("visible", False)
    scene.until(lambda: scene.model.count == 3)


def test_the_time_of_the_film_is_gone_about_by_pointer_and_keys(bench: Any) -> None:
    scene = bench(TWO)
    line = next(item for item in scene.items() if item.metaObject().className().startswith("TimeLine"))
    scene.until(lambda: scene.model.timeline.duration > 29_000)
    field_x, field_width = 264, 1280 - 264 - 16
    at = QPointF(field_x + field_width / 2, line.y() + 30).toPoint()
    QTest.mouseClick(scene.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    scene.until(lambda: abs(scene.watch.position - 15_000) < 200)
    scene.press(Qt.Key.Key_Home)
    scene.until(lambda: scene.watch.position == 0)
    scene.press(Qt.Key.Key_Right)
    scene.until(lambda: scene.watch.position == 1_000)
    scene.press(Qt.Key.Key_Plus)
    assert scene.model.timeline.end - scene.model.timeline.begin == 20_000
    scene.until(lambda: len(scene.model.timeline.cards) >= 1)
    scene.go(25_000)
    scene.until(lambda: scene.model.timeline.begin > 5_000)
    assert scene.preferences.current.workbench_span == 4
    scene.press(Qt.Key.Key_Minus)
    assert scene.model.timeline.whole
    scene.press(Qt.Key.Key_Escape)
    scene.press(Qt.Key.Key_PageUp)
    scene.until(lambda: scene.watch.position == 15_000)
    assert (scene.model.timeline.cuts, len(scene.model.timeline.load)) == ([15_000], 3)


def test_a_note_follows_the_film_or_a_nudge_and_keeps_its_secret(bench: Any) -> None:
    scene = bench(TWO)
    scene.go(9_000)
    scene.press(Qt.Key.Key_M, CONTROL | SHIFT)
    assert scene.model.note["time"] == "00:09.0"
    scene.press(Qt.Key.Key_Right, CONTROL)
    assert scene.model.note["time"] == "00:09.1"
    scene.press(Qt.Key.Key_2, CONTROL)
    scene.shows("Sources, one a line", "Here")
    scene.model.write("en", "gives_away", "the father returns")
    scene.shows("It gives something away: say when the film itself has told it.")
    scene.go(12_000)
    scene.model.tell_here()
    scene.shows("The film tells it at 00:12.0", "It waits until 00:12.0")
    scene.model.next(True)
    scene.model.merge()
    scene.model.next(False)
    scene.model.tell_nothing()
    assert (scene.model.note["told"], scene.model.face["givesAway"]) == (-1, "")


def test_sheets_and_the_large_picture_are_a_key_away(bench: Any) -> None:
    scene = bench(TWO)
    scene.press(Qt.Key.Key_F1)
    scene.shows("Mark this moment and write", "Split the note at the cursor")
    scene.press(Qt.Key.Key_Escape)
    scene.press(Qt.Key.Key_F)
    scene.until(lambda: "Export" not in scene.words())
    scene.press(Qt.Key.Key_P)
    scene.until(lambda: scene.watch.playing and bool(scene.watch.card), 15_000)
    assert scene.watch.cardIs == "shown"
    scene.press(Qt.Key.Key_Escape)
    scene.shows("Export")
    scene.press(Qt.Key.Key_Space)
    scene.press(Qt.Key.Key_M)
    scene.press(Qt.Key.Key_C)
    assert (scene.preferences.current.muted, scene.watch.subtitleLanguage) == (True, "")
    scene.click("Edition")
    scene.shows("Commentators, as readers are told", "Licence")
    scene.model.introduce("", "Wu Jing", "Critic")
    assert [person["text"] for person in scene.model.people] == ["Lin Mei", "Wu Jing"]
    scene.press(Qt.Key.Key_Escape)


def test_a_film_file_is_looked_through_for_its_cuts_and_may_be_left_alone(bench: Any) -> None:
    def find(cancel: Any, told: Callable[[float], None]) -> Shots:
        told(0.5)
        while not cancel.wait(0.01):
            pass
        cancel.check()
        return Shots(0, ())

    scene = bench(TWO, find_shots=find)
    scene.shows("Looking for the film's cuts: 50 %")
    scene.click("Stop")
    assert scene.model.finding == -1
    found = bench(TWO, open_edition=lambda told: Keeper(scene.folder / "b.json", lambda: TWO, told),
                  find_shots=lambda _cancel, _told: Shots(30_000, (1_000, 2_000)))  # fmt: skip
    found.until(lambda: found.model.timeline.cuts == [1_000, 2_000])
    refused = bench(
        TWO, open_edition=lambda told: Keeper(scene.folder / "c.json", lambda: TWO, told), find_shots=_refuse
    )
    refused.shows("cards are not fitted to them")


def _refuse(_cancel: object, _told: object) -> Shots:
    raise CinemaError(Code.SOURCE_UNREADABLE, "The film cannot be read.")


def test_a_film_that_cannot_be_opened_says_what_to_do(bench: Any) -> None:
    scene = bench(TWO)

    def missing() -> Player:
        raise CinemaError(Code.LIBMPV_MISSING, "libmpv is missing.")

    inputs = WatchInputs(opening_error=Code.LIBMPV_MISSING)
    assert (derive_watch(inputs).status, derive_watch(inputs).error) == ("failed", "libmpv-missing")
    scene.watch._player, kept = None, scene.watch._player
    scene.watch._services = replace(scene.watch._services, player=missing)
    scene.watch.open()
    scene.shows("The film does not play", "libmpv is missing on this computer")
    scene.watch._player = kept


def test_work_that_was_not_saved_is_told_at_the_next_start(bench: Any, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "grey.edition.json", lambda: TWO)
    from films.notes.editing import Write

    keeper.note_down(Write("riddle", "en", "title", "Riddles again"))
    keeper.note_down(Write("riddle", "en", "body", "Keep it."))
    keeper._journal_path = tmp_path / "nothing"
    (tmp_path / "grey.edition.json").unlink(missing_ok=True)
    keeper._write_file = lambda _edition: None  # type: ignore[method-assign]
    keeper.close(TWO)
    scene = bench(TWO)
    scene.shows("Everything is here again, 2 steps of it", "Riddles again")
    assert scene.model.canUndo


def test_while_the_film_runs_cards_come_by_their_times_and_at_rest_the_draft_is_seen() -> None:
    card = Note("moon", 1_000, 5_000, "lin", "custom", "The moon", "Round.")
    playing = PlayerState(Status.PLAYING, position_ms=2_000, duration_ms=9_000)
    inputs = WatchInputs(playing, cards=Track([card]), draft=TWO.notes[0], draft_language="en")
    assert derive_watch(inputs).card == {
        "topic": "custom",
        "title": "The moon",
        "body": "Round.",
        "picture": "",
        "alt": "",
    }
    resting = replace(inputs, state=replace(playing, status=Status.PAUSED, wants_to_play=False))
    assert (derive_watch(resting).card["title"], derive_watch(resting).card_is) == ("Riddles", "draft")  # type: ignore[index]
    assert derive_watch(replace(inputs, state=replace(playing, position_ms=5_000))).card is None
    assert [moment(ms) for ms in (0, 61_250, 3_723_999)] == ["00:00.0", "01:01.2", "1:02:03.9"]


def test_the_time_picture_holds_only_what_is_seen() -> None:
    facts = FilmFacts(7_200_000, tuple(range(0, 7_200_000, 4_000)))
    whole = derive_timeline(TimelineInputs(facts, 7_200_000, notes=TWO.notes))
    assert (len(whole.cuts), whole.begin, whole.end, len(whole.marks)) == (1_800, 0, 7_200_000, 2)
    near = derive_timeline(TimelineInputs(facts, 7_200_000, span=3, begin_ms=10_000, notes=TWO.notes))
    assert (len(near.cuts), near.begin, near.end, len(near.marks), near.whole) == (15, 10_000, 70_000, 1, False)
    assert 0 < len(near.ticks) <= 13
