"""The player: one owner of what is being played. Foreign threads enter here as queued signals, and nowhere else."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core import CinemaError
from films import Cue, Note, NoteChoice, chosen_notes
from player import state as events
from player.cues import Track
from player.drawing import Drawing
from player.engine import Address, MpvEngine
from player.feature import Feature
from player.gateway import Conditions, Gateway, Observer, OpenPlay
from player.state import Event, PlayerState, Speakers, Status, decoding, reduce
from player.stills import still_name, write_still
from player.wake import wake_lock

log = logging.getLogger(__name__)

FACTS_INTERVAL_MS = 1000
DELAY_LIMIT_MS = 5000
SLOWEST, FASTEST = 50, 200
EVERY_NOTE = NoteChoice()


class Player(QObject):
    """Plays one feature at a time. ``state`` is the whole truth; ``stateChanged`` follows every change of it.

    Raises `CinemaError` (libmpv-missing, libmpv-unfit) when libmpv cannot be used.
    """

    stateChanged = Signal()
    cuesChanged = Signal()
    """The subtitle lines or the note on screen changed; emitted before the frame that they belong to is drawn."""
    aboutToClose = Signal()
    rendererMade = Signal()
    _arrived = Signal(int, object)

    def __init__(
        self,
        *,
        drawing: Drawing = "software",
        hardware_decoding: bool = True,
        metered: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.drawing: Drawing = drawing
        self._hardware_decoding = hardware_decoding
        self._state = PlayerState()
        self._feature: Feature | None = None
        self._play: OpenPlay | None = None
        self._conditions = Conditions()
        self._turn = 0
        """Which opening this is: news of an earlier one that is still on its way is dropped."""
        self._subtitles: Track[Cue] = Track()
        self._second: Track[Cue] = Track()
        self._notes: Track[Note] = Track()
        self._cards: Track[Note] = Track()
        self._choice = EVERY_NOTE
        self._renderer = False
        self._lost = False
        """The picture was taken from a film that plays."""
        self._closed = False
        self._waiting = False
        self._jumped = True
        self._missed = 0
        self._opened_at = 0.0
        self._starved_at: float | None = None
        self.first_frame_ms: int | None = None
        self.seek_ms: list[int] = []
        self.renditions: list[str] = []
        """What the picture was shown from, in order, each change once."""
        self.lines_shown = [0, 0]
        """How many times the first and the second line of subtitles came on."""
        self._seek_at: float | None = None
        self._arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)
        self.rendererMade.connect(self.renderer_ready, Qt.ConnectionType.QueuedConnection)
        self.engine = MpvEngine(
            lambda event: self._arrived.emit(self._turn, event),
            hardware_decoding=hardware_decoding,
            maps_hdr=drawing == "software",
            metered=metered,
        )
        self._gateway = Gateway()
        self._wake = wake_lock()
        self._facts = QTimer(self, interval=FACTS_INTERVAL_MS)
        self._facts.timeout.connect(self.refresh_diagnostics)

    @property
    def state(self) -> PlayerState:
        """What holds now."""
        return self._state

    @property
    def feature(self) -> Feature | None:
        """What is open."""
        return self._feature

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture in its own pixels; zeros before it is known."""
        facts = self._state.diagnostics
        if facts.width and facts.height:
            return facts.width, facts.height
        if self._feature and self._feature.presentation.video:
            best = self._feature.presentation.video[0]
            return best.width, best.height
        return 0, 0

    def open(
        self, feature: Feature, conditions: Conditions | None = None, sound: int = 0, *, paused: bool = False
    ) -> None:
        """Start to play a feature from its ``start_ms`` with one of its sounds; what was open is closed first.

        ``paused``: it stands at its first frame until `play`.
        """
        self._close_play()
        self._feature = feature
        self._opened_at = time.monotonic()
        self.first_frame_ms, self.seek_ms, self._missed = None, [], 0
        self.renditions, self.lines_shown = [], [0, 0]
        self._starved_at = self._seek_at = None
        self._jumped = True
        self._conditions = conditions or self._conditions
        trusted = replace(self._conditions, trusted_bps=feature.line_bps or self._conditions.trusted_bps)
        self._play = self._gateway.open(
            feature.presentation, feature.fetch, feature.key, trusted, self._observer(self._turn)
        )
        self._play.choose_sound(sound)
        self._set_tracks()
        self._become(replace(self._state, sound=sound, sound_delay_ms=0, speed_percent=100))
        self._apply(events.Opened(feature.presentation.duration_ms, feature.start_ms, feature.seen))
        if paused:
            self._apply(events.PauseSet(paused=True))
        self._waiting = True
        self._start()

    @Slot()
    def play(self) -> None:
        """Go on playing; from the beginning after the end, where seeking is allowed."""
        if self._state.status is Status.ENDED and self._may_seek():
            self.seek(0)
        self._pause(paused=False)

    @Slot()
    def pause(self) -> None:
        """Hold the picture."""
        self._pause(paused=True)

    @Slot()
    def toggle(self) -> None:
        """Pause or go on."""
        if self._state.wants_to_play and self._state.status is not Status.ENDED:
            self.pause()
        else:
            self.play()

    @Slot()
    def stop(self) -> None:
        """Close the feature."""
        self._close_play()
        self._feature = None
        self._apply(events.Stopped())

    @Slot(int)
    def seek(self, position_ms: int) -> None:
        """Go to a film time; nothing happens where the house rules forbid it."""
        if self._play is None or not self._may_seek():
            return
        last = max(0, self._state.duration_ms - 500)
        target = min(max(0, position_ms), last)
        self._jumped = True
        self._seek_at = time.monotonic()
        self.engine.seek(target)
        self._apply(events.Moved(target, jumped=True))

    @Slot(int)
    def step(self, delta_ms: int) -> None:
        """Seek by so much from here."""
        self.seek(self._state.position_ms + delta_ms)

    def set_conditions(self, conditions: Conditions) -> None:
        """The screen and the quality wanted; they hold from the next segment that is fetched."""
        self._conditions = conditions
        if self._play and self._play.ladder:
            self._play.ladder.conditions = conditions

    @property
    def conditions(self) -> Conditions:
        """What holds now."""
        return self._conditions

    @Slot(int)
    def set_volume(self, percent: int) -> None:
        """Loudness, 0 to 100."""
        self._become(replace(self._state, volume=min(100, max(0, percent))))
        self.engine.volume(self._state.volume, muted=self._state.muted)

    @Slot(bool)
    def set_muted(self, muted: bool) -> None:
        """Silence, without losing the volume."""
        self._become(replace(self._state, muted=muted))
        self.engine.volume(self._state.volume, muted=muted)

    def set_sound(self, number: int) -> None:
        """Another of the presentation's sounds, at the same place; what is in memory is of no use for it."""
        sounds = self._feature.presentation.audio if self._feature else ()
        if self._play is None or not 0 <= number < len(sounds) or number == self._state.sound:
            return
        self._become(replace(self._state, sound=number))
        self._play.choose_sound(number)
        if not self._waiting and not self._lost and self._state.status not in (Status.FAILED, Status.ENDED):
            self._jumped = True
            self.engine.reopen(self._state.position_ms)

    def set_night(self, on: bool) -> None:
        """Quiet made louder and loud quieter."""
        self._become(replace(self._state, night=on))
        self.engine.sound(night=on, delay_ms=self._state.sound_delay_ms)

    def set_sound_delay(self, delay_ms: int) -> None:
        """How much later than the picture the sound comes, -5000 to 5000."""
        self._become(replace(self._state, sound_delay_ms=min(DELAY_LIMIT_MS, max(-DELAY_LIMIT_MS, delay_ms))))
        self.engine.sound(night=self._state.night, delay_ms=self._state.sound_delay_ms)

    def set_speakers(self, speakers: Speakers) -> None:
        """What the sound is sent to."""
        self.engine.speakers(speakers)

    def set_speed(self, percent: int) -> None:
        """How fast the film runs, 50 to 200; nothing happens where the house rules forbid to seek."""
        if self._may_seek():
            self._become(replace(self._state, speed_percent=min(FASTEST, max(SLOWEST, percent))))
            self.engine.speed(self._state.speed_percent)

    def still(self) -> Callable[[Path, str], Path] | None:
        """Writes what is on screen now into a folder and gives the file's path; none where that is not allowed.

        To be called on a worker. Raises `CinemaError` (playback-failed, file-unreadable).
        """
        feature, position_ms = self._feature, self._state.position_ms
        if feature is None or not feature.stills_allowed or self.first_frame_ms is None:
            return None

        def write(folder: Path, name: str) -> Path:
            path = folder / still_name(name, position_ms)
            write_still(self.engine.still(), feature.mark, path)
            return path

        return write

    def step_frame(self, *, forward: bool) -> None:
        """Show the next or the previous frame, and hold; nothing happens where the house rules forbid to seek."""
        if self._play is not None and self._may_seek() and self.first_frame_ms is not None:
            self._jumped = True
            self._apply(events.PauseSet(paused=True))
            self.engine.frame(forward=forward)

    def set_subtitles(self, language: str | None) -> None:
        """Subtitles in one of the feature's languages, or none."""
        self._become(replace(self._state, subtitle_language=language))
        self._set_tracks()
        self._show_cues(self._state.position_ms)

    def set_second_subtitles(self, language: str | None) -> None:
        """A second line of subtitles in another of the feature's languages, or none."""
        self._become(replace(self._state, second_language=language))
        self._set_tracks()
        self._show_cues(self._state.position_ms)

    def set_notes(self, language: str | None, choice: NoteChoice = EVERY_NOTE) -> None:
        """Commentator notes in one of the feature's languages, or none; of them what ``choice`` wants."""
        self._choice = choice
        self._become(replace(self._state, notes_language=language))
        self._set_tracks()
        self._show_cues(self._state.position_ms)

    @property
    def notes(self) -> Track[Note]:
        """The chosen notes: those that are cards, and those that found no room over the picture."""
        return self._notes

    @Slot()
    def refresh_diagnostics(self) -> None:
        """Read what libmpv and the gateway measure; a few quick reads, once a second while something is open."""
        if self._play is None or self._state.status in (Status.IDLE, Status.FAILED):
            return
        self.engine.hear_again()
        facts, stats = self.engine.facts(), self._play.stats(self._state.position_ms)
        if self.first_frame_ms is not None and self.renditions[-1:] != [stats.rendition]:
            self.renditions.append(stats.rendition)
        self._become(
            replace(
                self._state,
                diagnostics=replace(
                    self._state.diagnostics,
                    width=facts.width,
                    height=facts.height,
                    fps=facts.fps,
                    video_codec=facts.video_codec,
                    audio_codec=facts.audio_codec,
                    hwdec=facts.hwdec,
                    gamma=facts.gamma,
                    decoding=decoding(facts.hwdec, wanted=self._hardware_decoding, failed=self._state.hardware_failed),
                    drawing=self.drawing,
                    frames_dropped=facts.dropped + self._missed,
                    rendition=stats.rendition,
                    bitrate_bps=facts.bitrate_bps or stats.bandwidth_bps,
                    throughput_bps=stats.throughput_bps,
                    mpv_version=facts.mpv_version,
                    ffmpeg_version=facts.ffmpeg_version,
                ),
            )
        )

    def close(self) -> None:
        """Take everything down in the right order: picture, gateway, libmpv. A second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._facts.stop()
        self._wake.release()
        self.aboutToClose.emit()
        self._close_play()
        self._gateway.close()
        self.engine.close()
        self._arrived.disconnect(self._arrive)

    # What the video item tells, on the GUI thread.

    @Slot()
    def renderer_ready(self) -> None:
        """A render context exists: libmpv may open a film now, or go on where an earlier one was lost."""
        self._renderer = True
        if self._lost and self._play is not None:
            self._jumped = True
            self.engine.reopen(self._state.position_ms)
        self._lost = False
        self._start()

    def renderer_gone(self) -> None:
        """The render context is about to go, and libmpv's picture with it."""
        self._renderer = False
        running = self._state.status not in (Status.IDLE, Status.FAILED, Status.ENDED)
        if self._play is not None and not self._waiting and running:
            self._lost = True
            self.engine.stop()

    def fail(self, error: CinemaError) -> None:
        """The picture cannot be drawn any more."""
        if self._play is not None:
            self.engine.stop()
            self._apply(events.Failed(error))

    def frame_due(self, position_s: float, *, fresh: bool, visible: bool = True) -> None:
        """The frame of this film time is about to be drawn; what nobody can see does not count as seen."""
        if not fresh or self._waiting:
            return
        now = time.monotonic()
        if self.first_frame_ms is None:
            self.first_frame_ms = round((now - self._opened_at) * 1000)
            self._apply(events.FirstFrame())
            self.refresh_diagnostics()
        elif self._seek_at is not None:
            self.seek_ms.append(round((now - self._seek_at) * 1000))
        self._seek_at = None
        position_ms = round(position_s * 1000)
        self._show_cues(position_ms)
        self._apply(events.Moved(position_ms, jumped=self._jumped or not visible))
        self._jumped = False

    def frame_drawn(self) -> None:
        """A new frame reached the window."""
        facts = self._state.diagnostics
        self._state = replace(self._state, diagnostics=replace(facts, frames_shown=facts.frames_shown + 1))

    def frame_missed(self) -> None:
        """A frame was due and the next one came before it was drawn; before the first drawing nothing is missed."""
        if self._state.diagnostics.frames_shown:
            self._missed += 1

    def _start(self) -> None:
        if not (self._waiting and self._renderer and self._play and self._feature):
            return
        self._waiting = False
        self.engine.volume(self._state.volume, muted=self._state.muted)
        self.engine.sound(night=self._state.night, delay_ms=self._state.sound_delay_ms)
        self.engine.speed(self._state.speed_percent)
        presentation = self._feature.presentation
        fragmented = bool(presentation.video) and presentation.video[0].init is not None
        address = Address(self._play.url, single_file=presentation.file is not None, opens_anywhere=fragmented)
        self.engine.open(address, self._feature.start_ms, paused=not self._state.wants_to_play)
        self._facts.start()

    def _pause(self, *, paused: bool) -> None:
        if self._play is not None:
            self.engine.pause(paused)
            self._apply(events.PauseSet(paused))

    def _may_seek(self) -> bool:
        return self._feature is not None and self._feature.seek_allowed

    def _close_play(self) -> None:
        self._facts.stop()
        play, self._play = self._play, None
        if play is not None:
            self.engine.stop()
            self._lost = False
            self._turn += 1
            self._gateway.close_play(play)

    def _set_tracks(self) -> None:
        feature = self._feature
        subtitles = feature.subtitles if feature else {}
        self._subtitles = Track(subtitles.get(self._state.subtitle_language or "", ()))
        self._second = Track(subtitles.get(self._state.second_language or "", ()))
        notes = feature.notes.get(self._state.notes_language or "") if feature else None
        chosen = chosen_notes(notes.notes, self._choice) if notes else ()
        self._notes = Track(chosen)
        self._cards = Track([note for note in chosen if note.place == "card"])

    def _show_cues(self, position_ms: int) -> None:
        state = self._state
        lines, second = (
            tuple(line for cue in track.at(position_ms) for line in cue.lines)
            for track in (self._subtitles, self._second)
        )
        note = next(iter(self._cards.at(position_ms)), None)
        if (lines, second) != (state.subtitle_lines, state.second_lines) or note is not state.note:
            self.lines_shown[0] += bool(lines) and lines != state.subtitle_lines
            self.lines_shown[1] += bool(second) and second != state.second_lines
            self._state = replace(state, subtitle_lines=lines, second_lines=second, note=note)
            self.cuesChanged.emit()

    def _observer(self, turn: int) -> Observer:
        return Observer(
            reconnecting=lambda: self._arrived.emit(turn, events.LineDown(down=True)),
            recovered=lambda: self._arrived.emit(turn, events.LineDown(down=False)),
            failed=lambda error, at_ms: self._arrived.emit(turn, events.Failed(error, at_ms)),
            gathering=lambda percent: self._arrived.emit(turn, events.Gathering(percent)),
        )

    @Slot(int, object)
    def _arrive(self, turn: int, event: Event) -> None:
        if turn == self._turn:
            self._apply(event)

    def _apply(self, event: Event) -> None:
        if self._play is None and not isinstance(event, events.Opened | events.Stopped):
            return
        self._measure_stall(event)
        self._become(reduce(self._state, event))
        if self._play and self._play.ladder:
            self._play.ladder.playing = self.first_frame_ms is not None
            self._play.ladder.halted = self._state.starved
            self._play.ladder.buffer_ms = max(0, self._state.buffered_ms - self._state.position_ms)
        if isinstance(event, events.Failed):
            log.warning("playback failed: %s", event.error.code)

    def _measure_stall(self, event: Event) -> None:
        now, facts = time.monotonic(), self._state.diagnostics
        if isinstance(event, events.LineDown) and event.down:
            self._state = replace(self._state, diagnostics=replace(facts, outages=facts.outages + 1))
        if isinstance(event, events.Starved) and self.first_frame_ms is not None:
            if event.starved and self._starved_at is None and self._seek_at is None:
                self._starved_at = now
            elif not event.starved and self._starved_at is not None:
                stalled_ms = round((now - self._starved_at) * 1000)
                self._starved_at = None
                self._state = replace(
                    self._state,
                    diagnostics=replace(facts, stalls=facts.stalls + 1, stall_ms=facts.stall_ms + stalled_ms),
                )

    def _become(self, state: PlayerState) -> None:
        if state != self._state:
            if (state.status is Status.PLAYING) != (self._state.status is Status.PLAYING):
                (self._wake.hold if state.status is Status.PLAYING else self._wake.release)()
            self._state = state
            self.stateChanged.emit()
