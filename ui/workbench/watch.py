"""Watching while one writes: the film, its subtitles, and the card as a viewer would have it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from core import CinemaError
from films import EditionNote, Note
from player import PlayerState, Status, Track
from ui.captions import FIRST, CaptionStyle, card
from ui.formats import language_name
from ui.note_pictures import own_address
from ui.props import showing
from ui.workbench.services import BenchServices

if TYPE_CHECKING:
    from player import Player

NOTHING_RUNS = (Status.IDLE, Status.OPENING, Status.FAILED)


@dataclass(frozen=True)
class WatchInputs:
    """What the picture shows beside itself."""

    state: PlayerState = field(default_factory=PlayerState)
    language: str = "en"
    tags: tuple[str, ...] = ()
    cards: Track[Note] = field(default_factory=Track)
    draft: EditionNote | None = None
    """The note that is being written, and in which language."""
    draft_language: str = ""
    captions: CaptionStyle = FIRST
    caption_scale: float = 1.0
    opening_error: str = ""


@dataclass(frozen=True)
class WatchProps:
    """What QML shows; ``card_is`` is ``shown`` at its time, ``draft`` while it is written, or empty."""

    status: str
    error: str
    playing: bool
    position: int
    duration: int
    position_text: str
    duration_text: str
    subtitle_text: str
    subtitle_language: str
    subtitle_choices: tuple[object, ...]
    card: object
    card_is: str
    muted: bool
    volume: int
    speed: int
    captions: object
    caption_scale: float


def derive_watch(inputs: WatchInputs) -> WatchProps:
    """While the film runs, cards come as they would; while it rests, the note that is being written is seen."""
    state = inputs.state
    playing = state.wants_to_play and state.status not in (Status.ENDED, *NOTHING_RUNS)
    shown = next(iter(inputs.cards.at(state.position_ms)), None)
    draft = None if playing else inputs.draft
    face = draft.face(inputs.draft_language) if draft else None
    seen: object = None
    if draft and face and (face.title.strip() or face.body.strip()):
        seen = _card(draft.topic, face.title, face.body, draft.image, face.alt)
    elif shown and draft is None:
        seen = _card(shown.topic, shown.title, shown.body, shown.image, shown.alt)
    return WatchProps(
        status="failed" if inputs.opening_error else state.status,
        error=inputs.opening_error or (state.error or "" if state.status is Status.FAILED else ""),
        playing=playing,
        position=state.position_ms,
        duration=state.duration_ms,
        position_text=moment(state.position_ms),
        duration_text=moment(state.duration_ms),
        subtitle_text="\n".join(state.subtitle_lines),
        subtitle_language=state.subtitle_language or "",
        subtitle_choices=tuple({"value": tag, "text": language_name(tag, inputs.language)} for tag in inputs.tags),
        card=seen,
        card_is="" if seen is None else "draft" if draft else "shown",
        muted=state.muted,
        volume=state.volume,
        speed=state.speed_percent,
        captions=card(inputs.captions),
        caption_scale=inputs.caption_scale,
    )


def _card(topic: str, title: str, body: str, image: str, alt: str) -> object:
    return {"topic": topic, "title": title, "body": body, "picture": own_address(image), "alt": alt}


def moment(time_ms: int) -> str:
    """A moment of the film to the tenth of a second, ``1:02:03.5``; minutes alone below an hour."""
    tenths = max(0, time_ms) // 100
    minutes, rest = divmod(tenths, 600)
    clock = f"{minutes % 60:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{minutes // 60}:{clock}" if minutes >= 60 else clock


class WatchViewModel(showing(WatchProps)):  # type: ignore[misc]
    """Plays the film of the workbench."""

    playerChanged = Signal()

    def __init__(self, services: BenchServices) -> None:
        preferences = services.preferences.current
        self._inputs = WatchInputs(
            language=services.language,
            tags=tuple(services.feature.subtitles),
            captions=preferences.captions,
            caption_scale=preferences.caption_scale,
        )
        super().__init__(derive_watch(self._inputs))
        self._services = services
        self._player: Player | None = None
        self._held = False
        """The film was held at its first frame."""
        self._left: list[Player] = []
        """A player that was let go lives as long as what may still point at it."""

    player = Property(QObject, lambda self: self._player, notify=playerChanged)

    @property
    def position_ms(self) -> int:
        """Where the film is."""
        return self._inputs.state.position_ms

    @property
    def duration_ms(self) -> int:
        """How long it is; 0 before that is known."""
        return self._inputs.state.duration_ms

    @Slot()
    def open(self) -> None:
        """Open the film, or try again; it waits for its author at the first frame."""
        try:
            player = self._player or self._services.player()
        except CinemaError as error:
            self._feed(opening_error=error.code)
            return
        if self._player is None:
            self._player = player
            player.stateChanged.connect(self._follow)
            player.cuesChanged.connect(self._follow)
            self.playerChanged.emit()
        preferences = self._services.preferences.current
        player.set_volume(preferences.volume)
        player.set_muted(preferences.muted)
        self._held = False
        player.open(self._services.feature)
        self._feed(opening_error="", state=player.state)

    def show_cards(self, cards: Sequence[Note]) -> None:
        """Cards come at these times."""
        self._feed(cards=Track(cards))

    def show_draft(self, note: EditionNote | None, language: str) -> None:
        """This note is being written."""
        self._feed(draft=note, draft_language=language)

    @Slot()
    def toggle(self) -> None:
        """Pause or go on."""
        if self._player:
            self._player.toggle()

    @Slot()
    def pause(self) -> None:
        """Hold the picture."""
        if self._player and self._inputs.state.wants_to_play:
            self._player.pause()

    @Slot()
    def play(self) -> None:
        """Go on."""
        if self._player and not self.props.playing:
            self._player.play()

    @Slot(int)
    def seek(self, position_ms: int) -> None:
        """Go to a moment."""
        if self._player:
            self._player.seek(position_ms)

    @Slot(int)
    def step(self, delta_ms: int) -> None:
        """Go so far from here."""
        if self._player:
            self._player.step(delta_ms)

    @Slot(bool)
    def step_frame(self, forward: bool) -> None:
        """The next or the previous frame."""
        if self._player:
            self._player.step_frame(forward=forward)

    @Slot(int)
    def set_volume(self, percent: int) -> None:
        """Loudness; remembered."""
        if self._player:
            self._player.set_volume(percent)
            self._services.preferences.change(volume=self._player.state.volume)

    @Slot()
    def toggle_mute(self) -> None:
        """Silence, or sound again; remembered."""
        if self._player:
            self._player.set_muted(not self._player.state.muted)
            self._services.preferences.change(muted=self._player.state.muted)

    @Slot(str)
    def choose_subtitles(self, tag: str) -> None:
        """Subtitles in a language; empty for none."""
        if self._player:
            self._player.set_subtitles(tag or None)

    @Slot()
    def leave(self) -> None:
        """Let go of libmpv; a second time does nothing."""
        player, self._player = self._player, None
        if player:
            player.stateChanged.disconnect(self._follow)
            player.cuesChanged.disconnect(self._follow)
            player.close()
            self._left.append(player)
            self.playerChanged.emit()

    @Slot()
    def _follow(self) -> None:
        if self._player:
            if not self._held and self._player.state.status is Status.PLAYING:
                self._held = True
                self._player.pause()
            self._feed(state=self._player.state)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_watch(self._inputs))
