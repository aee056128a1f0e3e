"""Plays one feature on its own, seen or unseen, and reports what was really shown."""

import locale
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QCoreApplication, QEvent, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickView, QQuickWindow

from core import CinemaError, Code, pick_language
from player.drawing import choose_drawing
from player.feature import Feature
from player.gateway import Conditions, Quality
from player.player import Player
from player.state import Status
from player.video_item import VideoItem

if TYPE_CHECKING:
    from types import FrameType

PAGE = Path(__file__).with_name("Screening.qml")
PAGE_TYPES = (VideoItem,)
"""What the page names; importing registers it."""
HIDDEN_SIZE = (1280, 720)
STEP_MS = 10_000
TICK_MS = 100


@dataclass(frozen=True)
class Wishes:
    """What to show beside the picture, and how good that may be."""

    subtitles: str = ""
    """A language, ``no`` for none; empty for the first there is."""
    second: str = ""
    """The same for the line above the first; empty for none."""
    quality: Quality = Quality.AUTO


AS_IT_IS = Wishes()
NO_SUBTITLES = "no"


def play_report(player: Player) -> dict[str, object]:
    """What a player showed of the feature that is open, as ``main.py play --report`` writes it."""
    player.refresh_diagnostics()
    state, facts, feature = player.state, player.state.diagnostics, player.feature
    sounds = feature.presentation.audio if feature else ()
    sound = sounds[state.sound] if state.sound < len(sounds) else None
    tracks = (state.subtitle_language, state.second_language)
    endings = {Status.ENDED: "end", Status.FAILED: "error"}
    return {
        "first_frame_ms": player.first_frame_ms,
        "frames_shown": facts.frames_shown,
        "frames_dropped": facts.frames_dropped,
        "stalls": facts.stalls,
        "stall_ms": facts.stall_ms,
        "outages": facts.outages,
        "width": facts.width,
        "height": facts.height,
        "fps": facts.fps,
        "video_codec": facts.video_codec,
        "audio_codec": facts.audio_codec,
        "hwdec": facts.hwdec,
        "decoding": facts.decoding,
        "drawing": facts.drawing,
        "gamma": facts.gamma,
        "variants": list(player.renditions),
        "throughput_bps": facts.throughput_bps,
        "buffered_ms": max(0, state.buffered_ms - state.position_ms),
        "sound": {"language": sound.language, "role": sound.role, "channels": sound.channels} if sound else None,
        "subtitles": [
            {"language": language, "shown": shown}
            for language, shown in zip(tracks, player.lines_shown, strict=True)
            if language
        ],
        "seek_ms": list(player.seek_ms),
        "position_ms": state.position_ms,
        "seen": [list(span) for span in state.seen],
        "mpv_version": facts.mpv_version,
        "ffmpeg_version": facts.ffmpeg_version,
        "ended": endings.get(state.status, "stopped"),
        "error": {"code": str(state.error), "message": state.error_message} if state.error else None,
    }


def play_hidden(
    feature: Feature,
    start_ms: int | None = None,
    duration_s: float | None = None,
    drawing: str = "auto",
    *,
    hardware_decoding: bool = True,
    wishes: Wishes = AS_IT_IS,
) -> dict[str, object]:
    """Play without a window on any screen; every frame is decoded and drawn all the same. Software always draws.

    Raises `CinemaError` where libmpv is missing or unfit; what fails later is in the report.
    """
    del drawing
    if QGuiApplication.instance() is None and "QT_QPA_PLATFORM" not in os.environ:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _play(
        feature, start_ms, duration_s, "software", wishes, hardware_decoding=hardware_decoding, size=HIDDEN_SIZE
    )


def play_shown(
    feature: Feature,
    start_ms: int | None = None,
    duration_s: float | None = None,
    drawing: str = "auto",
    *,
    hardware_decoding: bool = True,
    wishes: Wishes = AS_IT_IS,
) -> dict[str, object]:
    """Play in a plain window with the first subtitles and notes; Space, arrows, F, M and Escape work."""
    return _play(feature, start_ms, duration_s, drawing, wishes, hardware_decoding=hardware_decoding, size=None)


def _track(feature: Feature, wanted: str) -> str | None:
    """One of a feature's subtitles. Raises `CinemaError` (wrong-use) where it has none in that language."""
    if wanted == NO_SUBTITLES or not (wanted or feature.subtitles):
        return None
    if not wanted:
        return next(iter(feature.subtitles))
    found = pick_language(list(feature.subtitles), wanted)
    if found is None or found.partition("-")[0].lower() != wanted.partition("-")[0].lower():
        there = ", ".join(feature.subtitles) or "none"
        raise CinemaError(Code.WRONG_USE, f"There are no subtitles in {wanted}; there are: {there}.")
    return found


class Texts(QObject):
    """The words on screen, for the page."""

    changed = Signal()

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        player.cuesChanged.connect(self.changed)

    def _subtitle(self) -> str:
        return "\n".join(self._player.state.subtitle_lines)

    def _second(self) -> str:
        return "\n".join(self._player.state.second_lines)

    def _title(self) -> str:
        note = self._player.state.note
        return note.title if note else ""

    def _body(self) -> str:
        note = self._player.state.note
        return note.body if note else ""

    subtitle = Property(str, _subtitle, notify=changed)
    second = Property(str, _second, notify=changed)
    title = Property(str, _title, notify=changed)
    body = Property(str, _body, notify=changed)


class ScreeningWindow(QQuickView):
    """A window with the picture, its subtitles and notes."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self._texts = Texts(player)
        self.setColor(Qt.GlobalColor.black)
        self.setTitle("Smart Cinema")
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.setInitialProperties({"player": player, "texts": self._texts})
        self.setSource(QUrl.fromLocalFile(str(PAGE)))
        if self.status() is not QQuickView.Status.Ready:
            raise CinemaError(Code.INTERNAL, "The page for the film cannot be loaded; install Smart Cinema again.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The few keys of a plain window."""
        player = self._player
        match event.key():
            case Qt.Key.Key_Space:
                player.toggle()
            case Qt.Key.Key_Left:
                player.step(-STEP_MS)
            case Qt.Key.Key_Right:
                player.step(STEP_MS)
            case Qt.Key.Key_M:
                player.set_muted(not player.state.muted)
            case Qt.Key.Key_F:
                full = self.visibility() is QQuickWindow.Visibility.FullScreen
                self.setVisibility(QQuickWindow.Visibility.Windowed if full else QQuickWindow.Visibility.FullScreen)
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                super().keyPressEvent(event)


class _Watch(QObject):
    """Ends the event loop when the film, the wished duration or the window ends."""

    def __init__(self, player: Player, view: QQuickView, duration_s: float | None, start_ms: int) -> None:
        super().__init__()
        self._player = player
        self._until_ms = start_ms + round(duration_s * 1000) if duration_s is not None else None
        player.stateChanged.connect(self._look)
        view.visibleChanged.connect(self._shown)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._look)
        self._tick.start()

    @Slot()
    def _look(self) -> None:
        state = self._player.state
        past = self._until_ms is not None and state.position_ms >= self._until_ms
        if state.status in (Status.ENDED, Status.FAILED) or past:
            QCoreApplication.quit()

    @Slot(bool)
    def _shown(self, visible: bool) -> None:
        if not visible:
            QCoreApplication.quit()


def _play(
    feature: Feature,
    start_ms: int | None,
    duration_s: float | None,
    drawing: str,
    wishes: Wishes,
    *,
    hardware_decoding: bool,
    size: tuple[int, int] | None,
) -> dict[str, object]:
    first = _track(feature, wishes.subtitles)
    second = _track(feature, wishes.second) if wishes.second else None
    choice = choose_drawing(drawing)
    application = QGuiApplication.instance() or QGuiApplication(["smart-cinema"])
    locale.setlocale(locale.LC_NUMERIC, "C")
    if start_ms is not None:
        feature = replace(feature, start_ms=start_ms)
    player = Player(drawing=choice.kind, hardware_decoding=hardware_decoding)
    view = ScreeningWindow(player)
    if size:
        view.resize(*size)
        view.show()
    else:
        view.resize(1280, 720)
        view.showNormal()
    watch = _Watch(player, view, duration_s, feature.start_ms)

    def interrupted(_number: int, _frame: "FrameType | None") -> None:
        QCoreApplication.quit()

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        player.set_subtitles(first)
        player.set_second_subtitles(second)
        player.set_notes(next(iter(feature.notes), None))
        player.open(feature, Conditions(quality=wishes.quality))
        application.exec()
        return play_report(player)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        watch.deleteLater()
        player.aboutToClose.emit()
        view.close()
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        player.close()
