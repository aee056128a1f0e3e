"""A room's show for both of its windows: what the audience sees, and what its operator needs to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import Property, QObject, Slot

from core import pick
from films import Note
from kiosk import Alarm, Mode, Phase, Programme, Running, Show, ShowItem, Slide
from kiosk import show_events as events
from kiosk.show import BEFORE, UNDER_WAY
from ui.formats import Formats, clock
from ui.note_pictures import coming_picture, picture_address
from ui.props import showing

DRAWN = ("slide", "countdown", "intermission", "credits", "ballot")


@dataclass(frozen=True)
class ShowInputs:
    """What the windows are made of."""

    formats: Formats
    programme: Programme
    show: Show | None = None
    now: datetime | None = None
    shown: ShowItem | None = None
    """What is on the stage, which may still be the item before."""
    position_ms: int = 0
    front: int = -1
    volume: int = 100
    muted: bool = False
    level: int = 0
    """Of the sound, 0 to 100."""
    subtitles: str = ""
    second: str = ""
    note: Note | None = None
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Of the notes of the film on the stage, as `Feature.pictures`."""
    coming_picture: str = ""
    standby: str = ""
    """How another machine is whose show this one follows: ``following``, ``silent``, or empty."""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of packages, by language."""
    alarms: tuple[Alarm, ...] = ()
    report: str = ""
    """The day's: empty, writing, written or failed."""
    report_file: str = ""


@dataclass(frozen=True)
class ShowProps:
    """What QML shows. ``scene`` is black, film, one of the drawn items' kinds, or a slide of the operator's."""

    scene: str = "black"
    picture: str = ""
    """A slide's file."""
    front: int = -1
    count: int = 0
    """Seconds to the end of a countdown or an intermission."""
    subtitle_text: str = ""
    second_text: str = ""
    note: object = None
    coming_picture: str = ""
    """Of the next card, so that it is there when the card is."""
    films: tuple[str, ...] = ()
    """The screening's name in the language of the interface, and in another."""
    festival: str = ""
    room: str = ""
    phase: str = ""
    mode: str = ""
    starts: str = ""
    until_start: str = ""
    item: str = ""
    item_name: str = ""
    place: int = 0
    items: int = 0
    position: str = ""
    item_left: str = ""
    left: str = ""
    ends: str = ""
    progress: float = 0.0
    next_item: str = ""
    next_name: str = ""
    playlist: tuple[object, ...] = ()
    """Every item: ``kind``, ``name``, ``length``, and ``state``: past, now or coming."""
    slide: str = ""
    volume: int = 100
    muted: bool = False
    level: int = 0
    alarms: tuple[str, ...] = ()
    screen: bool = True
    standby: str = ""
    can_go: bool = False
    can_hold: bool = False
    can_release: bool = False
    can_skip: bool = False
    can_emergency: bool = False
    can_clear: bool = False
    can_cancel: bool = False
    report: str = ""
    report_file: str = ""


def derive_show(inputs: ShowInputs) -> ShowProps:
    """Both windows from one state."""
    show, formats = inputs.show, inputs.formats
    if show is None:
        return ShowProps(
            festival=pick(inputs.programme.names, formats.language), alarms=tuple(map(str, inputs.alarms)),
            standby=inputs.standby, volume=inputs.volume, muted=inputs.muted,
            report=inputs.report, report_file=inputs.report_file,
        )  # fmt: skip
    plan = show.screening
    playlist, phase = plan.playlist, show.phase
    coming = playlist[show.place + 1] if show.place + 1 < len(playlist) else None
    if phase in BEFORE:
        coming = playlist[0]
    left_ms = show.left_ms
    position_ms = show.position_ms if phase in UNDER_WAY else 0
    on_time = inputs.now is not None and phase in BEFORE
    until_ms = round((plan.start_at - inputs.now).total_seconds() * 1000) if on_time and inputs.now else 0
    held, going = phase is Phase.HELD, phase in UNDER_WAY
    emergency, here = show.slide is Slide.EMERGENCY, not inputs.standby
    return ShowProps(
        scene=_scene(inputs, show),
        picture=_picture(inputs, show),
        front=inputs.front,
        count=max(0, -(-(_duration(inputs) - inputs.position_ms) // 1000)),
        subtitle_text=inputs.subtitles,
        second_text=inputs.second,
        note=_card(inputs.note, inputs.pictures),
        coming_picture=inputs.coming_picture,
        films=_names(plan.names, formats.language),
        festival=pick(inputs.programme.names, formats.language),
        room=pick(inputs.programme.room[plan.room].names, formats.language),
        phase=str(phase),
        mode=str(show.mode),
        starts=formats.moment(plan.start_at),
        until_start=clock(max(0, until_ms)) if on_time else "",
        item=show.item.kind if going else "",
        item_name=_name(inputs, show.item) if going else "",
        place=show.place + 1,
        items=len(playlist),
        position=clock(position_ms),
        item_left=clock(max(0, show.item.duration_ms - position_ms)) if going else "",
        left=clock(left_ms),
        progress=min(1.0, position_ms / show.item.duration_ms) if show.item.duration_ms and going else 0.0,
        next_item=coming.kind if coming else "",
        next_name=_name(inputs, coming) if coming else "",
        playlist=tuple(
            {
                "kind": item.kind,
                "name": _name(inputs, item),
                "length": clock(item.duration_ms) if item.duration_ms else "",
                "state": "coming" if not going or place > show.place else "now" if place == show.place else "past",
            }
            for place, item in enumerate(playlist)
        ),
        slide=str(show.slide),
        volume=inputs.volume,
        muted=inputs.muted,
        level=inputs.level,
        alarms=tuple(map(str, show.alarms)),
        screen=show.screen,
        standby=inputs.standby,
        report=inputs.report,
        report_file=inputs.report_file,
        can_go=here and phase in BEFORE and not (show.go and show.mode is not Mode.MANUAL),
        can_hold=here and phase is Phase.PLAYING,
        can_release=here and held and not emergency,
        can_skip=here and going and not emergency,
        can_emergency=here and (phase in BEFORE or going) and not emergency,
        can_clear=here and emergency,
        can_cancel=here and (phase in BEFORE or going),
    )


def _scene(inputs: ShowInputs, show: Show) -> str:
    """The audience sees no word of trouble but that it goes on soon; on a machine that follows it sees nothing."""
    if inputs.standby:
        return "black"
    if show.slide is not Slide.NONE:
        return str(show.slide)
    seen = (*UNDER_WAY, Phase.HANDED_OVER)
    if show.phase is Phase.INTERRUPTED or inputs.shown is None or show.phase not in seen:
        return "black"
    return inputs.shown.kind if inputs.shown.kind in DRAWN else "film" if inputs.front >= 0 else "black"


def _picture(inputs: ShowInputs, show: Show) -> str:
    shown = inputs.shown
    return shown.file if show.slide is Slide.NONE and shown and shown.kind in DRAWN else ""


def _name(inputs: ShowInputs, item: ShowItem) -> str:
    names = inputs.names.get(item.package, {})
    return pick(names, inputs.formats.language) or item.package or item.file


def _duration(inputs: ShowInputs) -> int:
    return inputs.shown.duration_ms if inputs.shown else 0


def _names(names: Mapping[str, str], language: str) -> tuple[str, ...]:
    first = pick(names, language)
    other = pick(names, "en" if language.startswith("zh") else "zh-Hans")
    return (first, other) if other != first else (first,)


def _card(note: Note | None, pictures: Mapping[str, str]) -> object:
    if note is None:
        return None
    return {
        "topic": note.topic,
        "title": note.title,
        "body": note.body,
        "picture": picture_address(pictures, note.image),
        "alt": note.alt,
    }


class ShowViewModel(showing(ShowProps)):  # type: ignore[misc]
    """Shows one `Running`, and tells it what the operator wants."""

    def __init__(
        self,
        running: Running,
        formats: Formats,
        also: Callable[[str, str], str] = lambda _context, text: text,
        level: Callable[[], int] = lambda: 0,
        take: Callable[[], object] = bool,
        notes_screen: str = "",
        write: Callable[[], None] = lambda: None,
    ) -> None:
        """``also`` gives a text in the audience's other language; ``write`` writes the day's report."""
        self._write, self._report, self._report_file = write, "", ""
        self._notes_screen = notes_screen
        self._running, self._formats, self._level, self._take = running, formats, level, take
        self._also = also
        self._stage = running.stage
        self._volume, self._muted = 100, False
        self._standby = ""
        super().__init__(self._derive())
        running.changed.connect(self.look)
        self._stage.changed.connect(self.look)
        self._stage.moved.connect(self.look)
        for player in self._stage.players:
            player.cuesChanged.connect(self.look)

    first = Property(QObject, lambda self: self._stage.players[0], constant=True)
    second = Property(QObject, lambda self: self._stage.players[1], constant=True)
    notesScreen = Property(str, lambda self: self._notes_screen, constant=True)

    @Slot(str, str, result=str)
    def also(self, context: str, text: str) -> str:
        """A text of the interface in the audience's other language."""
        return self._also(context, text)

    @Slot()
    def look(self) -> None:
        """See what holds now."""
        self.show(self._derive())

    def follow(self, how: str) -> None:
        """How the other machine is, whose show this one follows."""
        if how != self._standby:
            self._standby = how
            self.look()

    @Slot()
    def go(self) -> None:
        """Begin, or let it begin at its time."""
        self._running.tell(events.Go(self._running.now))

    @Slot()
    def toggle(self) -> None:
        """Hold, or go on."""
        if self.props.can_release:
            self._running.tell(events.Release())
        elif self.props.can_hold:
            self._running.tell(events.Hold())
        elif self.props.can_go:
            self.go()

    @Slot()
    def intermission(self) -> None:
        """Hold with the slide of an intermission."""
        self._running.tell(events.Hold(Slide.INTERMISSION))

    @Slot()
    def skip(self) -> None:
        """Go on to the next item."""
        self._running.tell(events.Skip())

    @Slot()
    def emergency(self) -> None:
        """Stop, and show the way out."""
        self._running.tell(events.Hold(Slide.EMERGENCY))

    @Slot()
    def all_clear(self) -> None:
        """The emergency is over."""
        self._running.tell(events.AllClear())

    @Slot(str)
    def cancel(self, reason: str) -> None:
        """It does not take place, or ends here."""
        self._running.tell(events.Cancel(reason))

    @Slot(str)
    def set_mode(self, mode: str) -> None:
        """What it does by itself."""
        self._running.tell(events.ModeSet(Mode(mode)))

    @Slot()
    def seen(self) -> None:
        """The alarms were seen."""
        self._running.tell(events.Seen())

    @Slot()
    def take_over(self) -> None:
        """Go on with the other machine's show here."""
        self._take()

    @Slot()
    def write_report(self) -> None:
        """Put the day's report on the disk."""
        if self._report != "writing":
            self.reported("writing")
            self._write()

    def reported(self, how: str, file: str = "") -> None:
        """How writing it goes."""
        self._report, self._report_file = how, file
        self.look()

    def obey(self, order: str) -> None:
        """Do what an operator ordered from elsewhere."""
        acts: dict[str, Callable[[], None]] = {
            "go": self.go,
            "hold": lambda: self._running.tell(events.Hold()),
            "release": lambda: self._running.tell(events.Release()),
            "intermission": self.intermission,
            "skip": self.skip,
            "emergency": self.emergency,
            "all-clear": self.all_clear,
            "take-over": self.take_over,
            "report": self.write_report,
        }
        acts[order]()

    @Slot(int)
    def set_volume(self, percent: int) -> None:
        """Loudness, 0 to 100."""
        self._volume = min(100, max(0, percent))
        self._sound()

    @Slot()
    def toggle_muted(self) -> None:
        """Silence, and back."""
        self._muted = not self._muted
        self._sound()

    def _sound(self) -> None:
        for player in self._stage.players:
            player.set_volume(self._volume)
            player.set_muted(self._muted)
        self.look()

    def _derive(self) -> ShowProps:
        stage, running = self._stage, self._running
        live = stage.live
        words = live.state if live else None
        pictures = live.feature.pictures if live and live.feature else {}
        return derive_show(
            ShowInputs(
                self._formats,
                running.programme,
                running.show,
                running.now,
                stage.item,
                stage.position_ms,
                stage.front,
                self._volume,
                self._muted,
                self._level(),
                "\n".join(words.subtitle_lines) if words else "",
                "\n".join(words.second_lines) if words else "",
                words.note if words else None,
                pictures,
                coming_picture(live.notes, words.position_ms, pictures) if live and words and pictures else "",
                self._standby,
                running.names,
                report=self._report,
                report_file=self._report_file,
            )
        )
