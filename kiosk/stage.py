"""What is on the audience's screen: two players that take turns, so that the next item is open before it begins."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from core import CinemaError, Job, JobRunner
from films import NoteChoice, NoteTrack
from kiosk.programme import ShowItem
from kiosk.show_items import OpenItem
from player import Player, Status

log = logging.getLogger(__name__)

OPEN_MS = 600_000
"""So long stays what has no length of its own, where nobody goes on before."""
STUCK_MS = 5000
"""A picture that stood still so long, while it should move, is a player that is frozen."""
TELL_MS = 200
"""So often the position is told."""
FILMS = ("trailer", "feature", "video")


@dataclass(frozen=True)
class Languages:
    """What is written on the picture."""

    subtitles: tuple[str, ...] = ()
    """One line, or two."""
    notes: str = ""
    commentators: tuple[str, ...] = ()
    """Whose notes; empty for everybody's."""


@dataclass(frozen=True)
class _Wanted:
    place: int
    item: ShowItem
    position_ms: int
    paused: bool = False


class Stage(QObject):
    """Shows one item at a time; an item is named by its place in the playlist.

    ``moved`` tells the position in ms, ``ended`` and ``failed`` the place, ``begun`` that an item is on screen.
    """

    changed = Signal()
    moved = Signal(int)
    begun = Signal(int)
    ended = Signal(int)
    failed = Signal(int, str)

    def __init__(
        self,
        make_player: Callable[[], Player],
        jobs: JobRunner,
        open_item: Callable[[ShowItem], OpenItem],
    ) -> None:
        super().__init__()
        self._jobs, self._open_item = jobs, open_item
        self.players = (make_player(), make_player())
        self.languages = Languages()
        self.front = -1
        """Which player is seen; -1 for none."""
        self.item: ShowItem | None = None
        """What is on the stage."""
        self.place = -1
        self._live = -1
        """Which player plays the wanted item, seen or about to be."""
        self._holds: list[int] = [-1, -1]
        """The place that each player has open."""
        self._opened: dict[int, OpenItem] = {}
        self._opening: dict[int, Job | None] = {}
        self._wanted: _Wanted | None = None
        self._told_ms = -1
        self._over = False
        self._clock = QElapsedTimer()
        self._before_ms = 0
        self._moved_ms = -1
        self._moved_at = QElapsedTimer()
        self._moved_at.start()
        self._beat = QTimer(self, interval=100)
        self._beat.timeout.connect(self._beaten)
        for number, player in enumerate(self.players):
            player.stateChanged.connect(lambda number=number: self._look(number))

    @property
    def live(self) -> Player | None:
        """The player of what is on the stage, where it is a film."""
        return self.players[self.front] if self.front >= 0 else None

    @property
    def position_ms(self) -> int:
        """Where the item is."""
        player = self.live
        if player is not None:
            return player.state.position_ms
        return self._before_ms + (self._clock.elapsed() if self._clock.isValid() else 0)

    def is_well(self) -> bool:
        """Whether a film that should go on does; told from libmpv's own clock, without asking it anything."""
        player = self.live
        if player is None or player.state.status is not Status.PLAYING or player.state.starved:
            self._moved_at.restart()
            return True
        if player.state.position_ms != self._moved_ms:
            self._moved_ms = player.state.position_ms
            self._moved_at.restart()
        return self._moved_at.elapsed() < STUCK_MS

    def digest(self, place: int) -> str:
        """The hash of what an item plays, once it was opened."""
        return self._opened[place].sha256 if place in self._opened else ""

    def forget(self, place: int) -> None:
        """An item will not be shown again."""
        self._opened.pop(place, None)

    def prepare(self, place: int, item: ShowItem) -> None:
        """Open an item, so that it can begin without a gap."""
        if place in self._opening:
            return
        if place in self._opened:
            self._load(place)
            return
        self._opening[place] = None
        job = self._jobs.run(
            lambda _cancel: self._open_item(item),
            lambda opened: self._arrived(place, opened),
            lambda error: self._refused(place, error),
        )
        if place in self._opening:
            self._opening[place] = job

    def play(self, place: int, item: ShowItem, position_ms: int = 0, *, paused: bool = False) -> None:
        """Show an item from a position as soon as it is open; what is on the stage stays until then."""
        self._wanted = _Wanted(place, item, position_ms, paused)
        if place in self._opened:
            self._begin()
        else:
            self.prepare(place, item)

    def pause(self) -> None:
        """Stand still."""
        if self._wanted is not None:
            self._wanted = replace(self._wanted, paused=True)
        if self._live >= 0:
            self.players[self._live].pause()
        elif self._clock.isValid():
            self._before_ms += self._clock.elapsed()
            self._clock.invalidate()

    def resume(self) -> None:
        """Go on."""
        if self._wanted is not None:
            self._wanted = replace(self._wanted, paused=False)
        if self._live >= 0:
            self.players[self._live].play()
        elif self.item is not None and not self._clock.isValid():
            self._clock.start()

    def stop(self) -> None:
        """Nothing is on the stage."""
        for job in self._opening.values():
            if job is not None:
                job.cancel()
        self._opening.clear()
        self._opened.clear()
        self._wanted = None
        self._live = -1
        for number in (0, 1):
            self._close(number)
        self._beat.stop()
        self._clock.invalidate()
        self.item, self.place, self.front, self._before_ms = None, -1, -1, 0
        self.changed.emit()

    def close(self) -> None:
        """Let everything go; what draws the players is gone before."""
        self.stop()
        for player in self.players:
            player.close()

    def _arrived(self, place: int, opened: OpenItem) -> None:
        self._opening.pop(place, None)
        self._opened[place] = opened
        if self._wanted is not None and self._wanted.place == place:
            self._begin()
        else:
            self._load(place)

    def _refused(self, place: int, error: CinemaError) -> None:
        self._opening.pop(place, None)
        log.error("item %d cannot be opened: %s", place, error)
        if self._wanted is not None and self._wanted.place == place:
            self._wanted = None
            self.failed.emit(place, str(error.code))

    def _load(self, place: int) -> None:
        """Open a film in the player that rests."""
        feature = self._opened[place].feature
        if feature is None or place in self._holds:
            return
        busy = {self._live, self.front} - {-1}
        free = next((number for number in (0, 1) if number not in busy), None)
        if free is not None:
            self._open(free, place, 0, paused=True)

    def _open(self, number: int, place: int, position_ms: int, *, paused: bool) -> None:
        feature, player = self._opened[place].feature, self.players[number]
        if feature is None:
            return
        self._holds[number] = place
        wanted = [language for language in self.languages.subtitles if language in feature.subtitles]
        player.set_subtitles(wanted[0] if wanted else None)
        player.set_second_subtitles(wanted[1] if len(wanted) > 1 else None)
        track = feature.notes.get(self.languages.notes)
        player.set_notes(self.languages.notes if track else None, self._choice(track))
        player.open(replace(feature, start_ms=position_ms), paused=paused)

    def _choice(self, track: NoteTrack | None) -> NoteChoice:
        people, wanted = track.commentators if track else (), self.languages.commentators
        return NoteChoice(without_commentators=frozenset(one.id for one in people if wanted and one.id not in wanted))

    def _begin(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        self._over, self._told_ms = False, -1
        if wanted.item.kind not in FILMS:
            self._draw(wanted)
            return
        aside = 1 - self.front if self.front >= 0 else 0
        held = self._holds.index(wanted.place) if wanted.place in self._holds else aside
        ahead = self._holds[held] == wanted.place and held != self.front and not self._failed(held)
        if not ahead or wanted.position_ms:
            self._open(held, wanted.place, wanted.position_ms, paused=wanted.paused)
        elif not wanted.paused:
            self.players[held].play()
        self._live = held
        self._before_ms = 0
        self._look(held)

    def _draw(self, wanted: _Wanted) -> None:
        """Slides have a clock of their own."""
        self._live, self.item, self.place = -1, wanted.item, wanted.place
        shown, self.front = self.front, -1
        self._before_ms = wanted.position_ms
        self._clock.invalidate() if wanted.paused else self._clock.start()
        self._beat.start()
        self._let_go(shown)

    def _let_go(self, shown: int) -> None:
        """What was seen before is closed once it is not seen any more."""
        self.changed.emit()
        if shown >= 0 and shown != self.front:
            self._close(shown)
        self.begun.emit(self.place)
        if self._wanted is not None:
            for place in sorted(self._opened):
                if place == self._wanted.place + 1:
                    self._load(place)

    def _close(self, number: int) -> None:
        place, player = self._holds[number], self.players[number]
        if place >= 0 and player.first_frame_ms is not None:
            player.refresh_diagnostics()
            facts = player.state.diagnostics
            log.info(
                "item %d is off the stage: %d frames shown, %d dropped, %d stalls of %d ms",
                *(place, facts.frames_shown, facts.frames_dropped, facts.stalls, facts.stall_ms),
            )
        self._holds[number] = -1
        player.stop()

    def _failed(self, number: int) -> bool:
        return self.players[number].state.status in (Status.FAILED, Status.IDLE, Status.ENDED)

    def _look(self, number: int) -> None:
        """A player has news."""
        wanted = self._wanted
        if number != self._live or wanted is None or self._holds[number] != wanted.place:
            return
        player = self.players[number]
        if player.state.status is Status.FAILED:
            self._wanted, self._live = None, -1
            self._opened.pop(wanted.place, None)
            self.failed.emit(wanted.place, str(player.state.error or "playback-failed"))
            return
        if player.first_frame_ms is not None and self.front != number:
            shown, self.front = self.front, number
            self.item, self.place = wanted.item, wanted.place
            self._beat.stop()
            self._clock.invalidate()
            self._let_go(shown)
        elif player.first_frame_ms is not None and self.place != wanted.place:
            self.item, self.place = wanted.item, wanted.place
            self.changed.emit()
            self.begun.emit(self.place)
        self._tell(player.state.position_ms)
        if player.state.status is Status.ENDED and not self._over:
            self._over = True
            self.ended.emit(wanted.place)

    def _beaten(self) -> None:
        item, place = self.item, self.place
        if item is None:
            return
        self._tell(self.position_ms)
        if self.position_ms >= (item.duration_ms or OPEN_MS) and not self._over:
            self._over = True
            self.ended.emit(place)

    def _tell(self, position_ms: int) -> None:
        if self._told_ms < 0 or abs(position_ms - self._told_ms) >= TELL_MS:
            self._told_ms = position_ms
            self.moved.emit(position_ms)
