"""The player's page: a projection of the player's state and of the feature that is open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from boxoffice.client import Ticket
from core import CinemaError, Code, pick_language
from films import SDH_SUBTAG, Note
from films.notes.booklet import flowing
from player import Conditions, Diagnostics, PlayerState, Quality, Status, Track, chapter_from, chapter_starts
from ui.captions import FIRST, SECOND, CaptionStyle, card
from ui.formats import clock, language_name
from ui.note_pictures import coming_picture, picture_address, read_note_picture
from ui.props import showing
from ui.viewer.cards import Card
from ui.viewer.notes import NotesViewModel, author_card, people_of
from ui.viewer.pace import PaceViewModel
from ui.viewer.services import Services
from ui.viewer.sound import SoundViewModel

if TYPE_CHECKING:
    from player import Feature, Player
    from ui.viewer.viewing import Report, Viewing

REPORT_MS = 10_000
NEAR_MS = 20_000
"""A note without room is shown to whoever pauses so soon after its moment."""
HDR = {"pq": " · HDR (PQ) → SDR", "hlg": " · HDR (HLG) → SDR"}

Interval = tuple[int, int]
NOTHING_SENT: tuple[int, tuple[Interval, ...]] = (-1, ())


@dataclass(frozen=True)
class PlayerInputs:
    """What the page is made of."""

    name: str = ""
    language: str = "en"
    feature: "Feature | None" = None
    trailer: bool = False
    state: PlayerState = field(default_factory=PlayerState)
    notes: Track[Note] = field(default_factory=Track)
    opening_error: str = ""
    reasons: tuple[Card, ...] = ()
    caption_scale: float = 1.0
    captions: CaptionStyle = FIRST
    second_captions: CaptionStyle = SECOND


@dataclass(frozen=True)
class PlayerProps:
    """What QML shows."""

    name: str
    status: str
    waits: str
    """For what a picture that does not move is waited for: opening, gathering, reconnecting or starved; or nothing."""
    gathered: float
    """The share of what is gathered that is here; negative where nothing is gathered."""
    error: str
    reasons: tuple[object, ...]
    trailer: bool
    wants_to_play: bool
    position: int
    duration: int
    buffered: int
    position_text: str
    remaining_text: str
    seek_allowed: bool
    volume: int
    muted: bool
    subtitle_text: str
    second_text: str
    note: object
    coming_picture: str
    """Of the next card, so that it is there when the card is; empty for none."""
    note_marks: tuple[object, ...]
    notes_so_far: tuple[object, ...]
    subtitle_language: str
    second_language: str
    subtitle_choices: tuple[object, ...]
    mark: str
    seen: tuple[object, ...]
    chapters: tuple[object, ...]
    """Their beginnings as shares of the film, without the first."""
    diagnostics: tuple[object, ...]
    resumed_at: str
    caption_scale: float
    captions: object
    second_captions: object


@dataclass(frozen=True)
class FilmCard:
    """What of the page follows from the film alone: made once, not for every frame."""

    of: tuple[object, ...]
    """What it was made from."""
    notes: tuple[Card, ...]
    note_marks: tuple[float, ...]
    beginnings: tuple[int, ...]
    """Of the chapters, in milliseconds."""
    chapters: tuple[float, ...]
    subtitle_choices: tuple[Card, ...]


def film_card(inputs: PlayerInputs, known: FilmCard | None = None) -> FilmCard:
    """The card of the film that is open; ``known`` where nothing has changed of it."""
    feature, length_ms, within = inputs.feature, inputs.state.duration_ms, inputs.language
    of = (feature, inputs.notes, length_ms, within)
    if known and known.of == of:
        return known
    cues = inputs.notes.cues if feature else ()
    beginnings = chapter_starts(feature.shots_ms, length_ms) if feature else ()
    return FilmCard(
        of=of,
        notes=tuple(note_card(note, feature, within, inputs.state.notes_language or "") for note in cues),
        note_marks=tuple(note.start_ms / length_ms for note in cues if length_ms),
        beginnings=beginnings,
        chapters=tuple(begin / length_ms for begin in beginnings[1:] if length_ms),
        subtitle_choices=_choices(feature.subtitles if feature else (), within),
    )


def derive_player(inputs: PlayerInputs, film: FilmCard) -> PlayerProps:
    """Notes are listed only up to where the viewer is: what comes later would give the film away."""
    state, feature = inputs.state, inputs.feature
    failed = inputs.opening_error or (state.error or "" if state.status is Status.FAILED else "")
    return PlayerProps(
        name=inputs.name,
        status="failed" if failed else state.status if feature else "opening",
        waits="" if failed else waits(state) if feature else "opening",
        gathered=-1.0 if state.gathered_percent is None else state.gathered_percent / 100,
        error=failed,
        reasons=inputs.reasons,
        trailer=inputs.trailer,
        wants_to_play=state.wants_to_play and state.status is not Status.ENDED,
        position=state.position_ms,
        duration=state.duration_ms,
        buffered=state.buffered_ms,
        position_text=clock(state.position_ms),
        remaining_text=clock(state.duration_ms - state.position_ms),
        seek_allowed=feature is not None and feature.seek_allowed,
        volume=state.volume,
        muted=state.muted,
        subtitle_text="\n".join(state.subtitle_lines),
        second_text="\n".join(state.second_lines),
        note=note_card(note, feature, inputs.language) if (note := state.note or note_of_pause(inputs)) else None,
        coming_picture=coming_picture(inputs.notes, state.position_ms, feature.pictures) if feature else "",
        note_marks=film.note_marks,
        notes_so_far=film.notes[: inputs.notes.begun(state.position_ms)],
        subtitle_language=state.subtitle_language or "",
        second_language=state.second_language or "",
        subtitle_choices=film.subtitle_choices,
        mark=feature.mark if feature else "",
        seen=seen_shares(state),
        chapters=film.chapters,
        diagnostics=diagnostic_lines(state.diagnostics, state.buffered_ms - state.position_ms),
        resumed_at=clock(feature.start_ms) if feature and feature.start_ms else "",
        caption_scale=inputs.caption_scale,
        captions=card(inputs.captions),
        second_captions=card(inputs.second_captions),
    )


def waits(state: PlayerState) -> str:
    """What an open film waits for, if it does."""
    if state.status is Status.RECONNECTING:
        return "reconnecting"
    if state.gathered_percent is not None:
        return "gathering"
    if state.status is Status.OPENING:
        return "opening"
    return "starved" if state.starved and state.status is Status.PLAYING else ""


def note_of_pause(inputs: PlayerInputs) -> Note | None:
    """While the film rests: the note nearest before, of those that found no room over the picture."""
    state = inputs.state
    if state.wants_to_play or state.status in (Status.ENDED, Status.FAILED):
        return None
    begun = inputs.notes.cues[: inputs.notes.begun(state.position_ms)]
    near = (note for note in reversed(begun) if note.start_ms > state.position_ms - NEAR_MS)
    return next((note for note in near if note.place == "pause"), None)


def drawable(mark: str) -> bool:
    """Whether somebody could read it on a picture."""
    return mark.isascii() and mark.isalnum()


def _mark_missing() -> CinemaError:
    return CinemaError(Code.MARK_MISSING, "The mark of this showing cannot be drawn; the film was not shown.")


def seen_shares(state: PlayerState) -> tuple[Card, ...]:
    """What the viewer has truly seen, as shares of the film; in steps that are worth drawing."""
    if not state.duration_ms:
        return ()
    return tuple(
        {"from": round(start / state.duration_ms, 3), "to": round(end / state.duration_ms, 3)}
        for start, end in state.seen
    )


def note_card(note: Note, feature: "Feature | None" = None, language: str = "en", own: str = "") -> Card:
    """A note as a card and the panel show it; ``own`` is the language that it is in."""
    people = people_of(feature.notes.values()) if feature else {}
    by = people.get(note.commentator)
    pictures = feature.pictures if feature else {}
    return {
        "id": note.id,
        "topic": note.topic,
        "title": note.title,
        "body": note.body,
        "flowing": flowing(note.body, own),
        "start": note.start_ms,
        "by": note.commentator,
        "author": author_card(by, pictures, language) if by else None,
        "several": len(people) > 1,
        "picture": picture_address(pictures, note.image),
        "alt": note.alt,
        "time": clock(note.start_ms),
        "sources": "; ".join(note.sources),
        "glossary": [
            {"term": entry.term, "hanzi": entry.hanzi, "pinyin": entry.pinyin, "meaning": entry.meaning}
            for entry in note.glossary
        ],
    }


def diagnostic_lines(facts: Diagnostics, ahead_ms: int = 0) -> tuple[Card, ...]:
    """Names (codes for QML's words) and values of what is measured; ``ahead_ms`` of film are in memory."""
    return (
        {
            "name": "picture",
            "value": f"{facts.width} x {facts.height} · {facts.fps:g} fps · {facts.video_codec}"
            + HDR.get(facts.gamma, ""),
        },
        {"name": "sound", "value": facts.audio_codec},
        {"name": "drawing", "value": facts.drawing},
        {"name": "decoding", "value": f"hwdec {facts.hwdec}", "code": facts.decoding},
        {"name": "rendition", "value": f"{facts.rendition} · {facts.bitrate_bps / 1e6:.1f} Mbit/s"},
        {"name": "line", "value": f"{facts.throughput_bps / 1e6:.1f} Mbit/s"},
        {"name": "buffer", "value": f"{max(0, ahead_ms) // 1000} s"},
        {"name": "frames", "value": f"{facts.frames_shown} · {facts.frames_dropped}"},
        {"name": "stalls", "value": f"{facts.stalls} · {facts.stall_ms} ms"},
        {"name": "outages", "value": str(facts.outages)},
        {"name": "libmpv", "value": f"{facts.mpv_version} · FFmpeg {facts.ffmpeg_version}"},
    )


def _choices(languages: Sequence[str] | object, within: str) -> tuple[Card, ...]:
    return tuple(
        {
            "value": tag,
            "text": language_name(tag.removesuffix(SDH_SUBTAG), within),
            "sdh": tag.endswith(SDH_SUBTAG),
        }
        for tag in languages  # type: ignore[attr-defined]
    )


class PlayerPageViewModel(showing(PlayerProps)):  # type: ignore[misc]
    """Plays one viewing at a time and reports how far it came; ``left`` is called when the viewer leaves."""

    playerChanged = Signal()
    stillKept = Signal(str, str)
    """Why a still was not kept, or empty; and where it lies."""

    def __init__(self, services: Services, left: Callable[[], None], reported: Callable[[Ticket], None]) -> None:
        self._inputs = PlayerInputs()
        self._showing = 0
        """Counts films, whose sprite sheets all have the same names."""
        self._film = film_card(self._inputs)
        super().__init__(derive_player(self._inputs, self._film))
        self._sound = SoundViewModel(services)
        self._pace = PaceViewModel(self.pause)
        self._notes = NotesViewModel(services, self._notes_changed)
        for part in (self._sound, self._pace, self._notes):
            part.setParent(self)
        self._services = services
        self._left = left
        self._reported = reported
        self._player: Player | None = None
        self._ticketed = False
        self._report: Report | None = None
        self._sent: tuple[int, tuple[Interval, ...]] = NOTHING_SENT
        self._again: Callable[[], None] | None = None
        self._screen_height: int | None = None
        self._mark_drawn: bool | None = None
        """Whether the page has laid the mark out; none where no page shows the film."""
        self._timer = QTimer(self, interval=REPORT_MS)
        self._timer.timeout.connect(self.report)

    def _get_player(self) -> "Player | None":
        return self._player

    player = Property(QObject, _get_player, notify=playerChanged)
    sound = Property(QObject, lambda self: self._sound, constant=True)
    pace = Property(QObject, lambda self: self._pace, constant=True)
    notes = Property(QObject, lambda self: self._notes, constant=True)

    def prepare(self, name: str, *, trailer: bool, again: Callable[[], None]) -> None:
        """Show that something is being opened; ``again`` repeats the attempt after a failure."""
        self._again = again
        preferences = self._services.preferences.current
        self._feed(
            name=name,
            language=self._services.language,
            feature=None,
            trailer=trailer,
            opening_error="",
            reasons=(),
            caption_scale=preferences.caption_scale,
            captions=preferences.captions,
            second_captions=preferences.second_captions,
        )

    def begin(self, viewing: "Viewing") -> None:
        """Play it. Raises `CinemaError` where there is no libmpv, or where its mark cannot be drawn over it."""
        feature, preferences = viewing.feature, self._services.preferences.current
        self._showing += 1
        self._feed(feature=feature)
        if viewing.play and (self._mark_drawn is False or not drawable(feature.mark)):
            self._feed(feature=None)
            raise _mark_missing()
        player = self._ensure_player()
        self._ticketed = viewing.play is not None
        self._report, self._sent = viewing.report, NOTHING_SENT
        language = self._services.language
        subtitles = pick_language(list(feature.subtitles), preferences.subtitle_language or language)
        player.set_volume(preferences.volume)
        player.set_muted(preferences.muted)
        self._set_conditions()
        player.open(feature, sound=self._sound.wanted(feature.presentation.audio))
        self._sound.begin(player, viewing.play.package.id if viewing.play else "")
        self._pace.begin(player)
        player.set_subtitles(subtitles if preferences.subtitles_on else None)
        player.set_second_subtitles(self._second_of(feature, preferences.second_subtitle_language))
        self._notes.begin(player, self._inputs.name, viewing.play.ticket_id if viewing.play else "")
        self._feed(state=player.state)
        if viewing.report:
            self._timer.start()

    def fail(self, error: CinemaError, reasons: tuple[Card, ...] = ()) -> None:
        """Say why it could not be opened."""
        self._feed(opening_error=error.code, reasons=reasons)

    def measured(self) -> Mapping[str, object]:
        """Figures of what plays or played last, without saying what it was."""
        state = self._player.state if self._player else PlayerState()
        return {
            "status": state.status,
            "error": state.error,
            "position_ms": state.position_ms,
            "duration_ms": state.duration_ms,
            "quality": self._services.quality,
            "metered": self._services.metered(),
            **asdict(state.diagnostics),
        }

    @Slot(int)
    def set_screen_height(self, pixels: int) -> None:
        """The height of the screen that shows the film: nothing taller is fetched for it."""
        self._screen_height = pixels or None
        self._set_conditions()

    @Slot(bool)
    def mark_drawn(self, drawn: bool) -> None:
        """Whether the page has laid out the mark of the film that is open: without it a ticket's film is not shown."""
        self._mark_drawn = drawn
        if self._ticketed and self._inputs.feature and not drawn:
            self.close_viewing()
            self.fail(_mark_missing())

    def _set_conditions(self) -> None:
        quality = self._services.quality
        wish = Quality(quality) if quality in tuple(Quality) else Quality.AUTO
        if self._player:
            self._player.set_conditions(Conditions(self._screen_height, wish))

    def relabel(self) -> None:
        """Show the same in the language and size that hold now."""
        self._set_conditions()
        self._sound.relabel()
        self._notes.relabel()
        preferences = self._services.preferences.current
        self._feed(
            language=self._services.language,
            caption_scale=preferences.caption_scale,
            captions=preferences.captions,
            second_captions=preferences.second_captions,
        )

    @Slot()
    def toggle(self) -> None:
        """Pause or go on."""
        if self._player:
            self._player.toggle()
            self.report()

    @Slot()
    def pause(self) -> None:
        """Hold the picture."""
        if self._player and self._inputs.state.wants_to_play:
            self.toggle()

    @Slot(bool)
    def step_frame(self, forward: bool) -> None:
        """The next or the previous frame, where the house rules allow it."""
        if self._player:
            self._player.step_frame(forward=forward)

    @Slot()
    def keep_still(self) -> None:
        """Write the frame on screen to a file, where the house rules allow it; ``stillKept`` says how it went."""
        write = self._player.still() if self._player else None
        if write is None:
            self.stillKept.emit("refused", "")
            return
        folder, name = self._services.pictures, self._inputs.name
        self._services.jobs.run(
            lambda _cancel: write(folder, name),
            lambda path: self.stillKept.emit("", path.parent.name + "/" + path.name),
            lambda error: self.stillKept.emit(error.code, ""),
        )

    @Slot(int)
    def seek(self, position_ms: int) -> None:
        """Go to a film time, where the house rules allow it."""
        if self._player:
            self._player.seek(position_ms)

    @Slot(int)
    def step(self, delta_ms: int) -> None:
        """Seek by so much from here."""
        if self._player:
            self._player.step(delta_ms)

    @Slot(int)
    def set_volume(self, percent: int) -> None:
        """Loudness, 0 to 100, remembered."""
        if self._player:
            self._player.set_volume(percent)
            self._player.set_muted(False)
            self._services.preferences.change(volume=self._player.state.volume, muted=False)

    @Slot()
    def toggle_mute(self) -> None:
        """Silence or sound, remembered."""
        if self._player:
            self._player.set_muted(not self._player.state.muted)
            self._services.preferences.change(muted=self._player.state.muted)

    @Slot(str)
    def choose_subtitles(self, tag: str) -> None:
        """Subtitles in a language; empty for none. Remembered."""
        if self._player:
            self._player.set_subtitles(tag or None)
            changes: dict[str, object] = {"subtitles_on": bool(tag)}
            self._services.preferences.change(**changes, **({"subtitle_language": tag} if tag else {}))

    @Slot(str)
    def choose_second_subtitles(self, tag: str) -> None:
        """A second line of subtitles in another language; empty for none. Remembered."""
        feature = self._inputs.feature
        if self._player and feature:
            self._services.preferences.change(second_subtitle_language=tag or None)
            self._player.set_second_subtitles(self._second_of(feature, tag))

    @staticmethod
    def _second_of(feature: "Feature", tag: str | None) -> str | None:
        return tag if tag in feature.subtitles else None

    @Slot()
    def toggle_subtitles(self) -> None:
        """Subtitles off, or on in the language that fits."""
        feature = self._inputs.feature
        if feature:
            wanted = self._services.preferences.current.subtitle_language or self._services.language
            on = self._inputs.state.subtitle_language is not None
            self.choose_subtitles("" if on else pick_language(list(feature.subtitles), wanted) or "")

    @Slot()
    def next_subtitles(self) -> None:
        """The next subtitle language, then none."""
        tags = ["", *(self._inputs.feature.subtitles if self._inputs.feature else ())]
        now = self._inputs.state.subtitle_language or ""
        self.choose_subtitles(tags[(tags.index(now) + 1) % len(tags)] if now in tags else "")

    @Slot(float)
    def scale_captions(self, factor: float) -> None:
        """Larger or smaller subtitles and notes, remembered."""
        scale = min(2.0, max(0.75, round(self._services.preferences.current.caption_scale * factor, 2)))
        self._services.preferences.change(caption_scale=scale)
        self._feed(caption_scale=scale)

    @Slot(int, result="QVariant")
    def thumbnail_at(self, position_ms: int) -> Card | None:
        """Where the picture of a film time lies in its sprite sheet."""
        feature = self._inputs.feature
        found = next(
            (item for item in (feature.thumbnails if feature else ()) if item.start_ms <= position_ms < item.end_ms),
            None,
        )
        if found is None:
            return None
        return {
            "sheet": f"{self._showing}:{found.sheet}",
            "x": found.x,
            "y": found.y,
            "width": found.width,
            "height": found.height,
            "time": clock(position_ms),
        }

    def sheet(self, path: str) -> bytes:
        """A sprite sheet of the open feature, on a worker. Raises `CinemaError` where it is not open any more."""
        showing, _, name = path.partition(":")
        feature = self._inputs.feature
        if feature is None or showing != str(self._showing):
            raise CinemaError(Code.NOT_FOUND, "The film of this picture is not open.")
        return feature.sheet(name)

    def note_picture(self, address: str) -> bytes:
        """A picture of the notes of the open feature, on a worker. Raises `CinemaError`."""
        return read_note_picture(address, [self._inputs.feature])

    @Slot(bool)
    def leap(self, forward: bool) -> None:
        """To the next chapter, or back to this one's beginning and then the one before."""
        found = chapter_from(self._film.beginnings, self._inputs.state.position_ms, forward=forward)
        if found is not None:
            self.seek(found)

    @Slot()
    def start_over(self) -> None:
        """From the beginning, where the house rules allow it."""
        self.seek(0)

    @Slot()
    def try_again(self) -> None:
        """Repeat the attempt that failed."""
        if self._again:
            self._again()

    @Slot()
    def leave(self) -> None:
        """Stop and go back."""
        self.close_viewing()
        self._mark_drawn = None
        self._left()

    def close_viewing(self) -> None:
        """Report how far it came, and stop."""
        self.report()
        self._timer.stop()
        if self._player:
            self._player.stop()
        self._report = None

    @Slot()
    def report(self) -> None:
        """Tell the box office where the viewer is and what was truly shown; what is lost now is told next time."""
        report, state = self._report, self._inputs.state
        if (
            report is None
            or state.status in (Status.IDLE, Status.OPENING)
            or (state.position_ms, state.seen) == self._sent
        ):
            return
        self._sent = (state.position_ms, state.seen)
        position = 0 if state.status is Status.ENDED else state.position_ms
        self._services.jobs.run(
            lambda _cancel: report(position, state.seen, state.shown_ms), self._told, self._not_reported
        )

    def close(self) -> None:
        """Take the player down."""
        self.close_viewing()
        player, self._player = self._player, None
        if player:
            player.close()
            self.playerChanged.emit()

    def _told(self, ticket: Ticket | None) -> None:
        if ticket is not None:
            self._reported(ticket)

    def _not_reported(self, _error: CinemaError) -> None:
        self._sent = NOTHING_SENT

    def _ensure_player(self) -> "Player":
        if self._player is None:
            self._player = self._services.player()
            self._player.stateChanged.connect(self._state_changed)
            self._player.cuesChanged.connect(self._state_changed)
            self.playerChanged.emit()
        return self._player

    def _notes_changed(self) -> None:
        if self._player:
            self._feed(notes=self._player.notes)

    @Slot()
    def _state_changed(self) -> None:
        if self._player and self._inputs.feature:
            ended = self._player.state.status is Status.ENDED and self._inputs.state.status is not Status.ENDED
            self._feed(state=self._player.state)
            self._sound.follow(self._player.state)
            self._pace.follow()
            if self._player.state.hardware_failed and self._services.preferences.current.hardware_decoding:
                self._services.preferences.change(hardware_decoding=False)
            if ended:
                self.report()

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self._film = film_card(self._inputs, self._film)
        self.show(derive_player(self._inputs, self._film))
