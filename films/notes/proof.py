"""What the compiler did and why: for a terminal, for scripts, and as one page with a picture of the film's time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from films.findings import NotesReport
from films.notes.dialogue import LONGEST_MS, Dialogue
from films.notes.horizon import told_from_ms
from films.notes.reading import PACE, characters, is_wide_text, note_ms, speed_cps
from films.notes.schedule import Left, Schedule, Why
from films.notes.track import TOPICS, Note
from films.subtitles import Cue
from films.webvtt_text import clock

ROWS_MS = (60_000, 120_000, 300_000)
MANY_ROWS = 12
"""So much of the film is in one row of the picture: as little as makes not too many rows."""
ROW_WORDS = {60_000: ", a minute a row", 120_000: ", two minutes a row", 300_000: ", five minutes a row"}
SHORT_MS = 90_000
TITLE_FROM, LETTER = 60.0, 6.2
"""A card that is at least so wide has its title in it, cut to what fits; about the width of a letter."""
WIDTH, HEIGHT, MARGIN = 1200.0, 96.0, 8.0
"""Of a row, in the picture's own units."""
LOAD_TOP, LOAD_HEIGHT, FULL_LOAD = 62.0, 20.0, 1.5


@dataclass(frozen=True)
class Proof:
    """A schedule with what it was made from and what a check of it says."""

    schedule: Schedule
    report: NotesReport
    subtitles: Sequence[Cue]
    shots_ms: Sequence[int]
    duration_ms: int
    missing: tuple[str, ...] = ()
    """The ids of notes that other languages have and this one lacks."""
    subtitles_language: str | None = None
    """None where it is the notes' own."""

    def as_data(self) -> dict[str, object]:
        """Plain values for JSON; times in milliseconds."""
        track, slots = self.schedule.track, self.schedule.slots
        return {
            "language": track.language,
            "duration_ms": self.duration_ms,
            "worth": self.schedule.worth,
            "shown": len(slots),
            "notes": [
                {
                    "id": note.id,
                    "place": note.place,
                    "start_ms": note.start_ms,
                    "end_ms": note.end_ms,
                    "reading_ms": note_ms(note, track.language),
                    "subtitles_ms": slots[note.id].beside_ms if note.id in slots else 0,
                }
                for note in track.notes
            ],
            "left": [{"id": left.note.id, "why": left.why, "message": self.why(left)} for left in self.schedule.left],
            "missing_translations": list(self.missing),
            "errors": [{"code": item.code, "message": item.message} for item in self.report.errors],
            "warnings": [{"code": item.code, "message": item.message} for item in self.report.warnings],
        }

    def as_lines(self) -> list[str]:
        """A line a note, then what was left and why, then what is doubtful."""
        language, slots = self.schedule.track.language, self.schedule.slots
        lines = [
            f"  {clock(note.start_ms)} to {clock(note.end_ms)}  {note.id}"
            f"  ({note_ms(note, language) / 1000:.1f} s to read, {slots[note.id].beside_ms / 1000:.1f} s of subtitles)"
            for note in self.schedule.track.notes
            if note.id in slots
        ]
        lines += [f"→ {left.note.id}: {self.why(left)}" for left in self.schedule.left]
        lines += [f"! {name} is not translated into {language}." for name in self.missing]
        lines += [f"✗ {item.message}" for item in self.report.errors]
        lines += [f"! {item.message}" for item in self.report.warnings]
        return lines

    def as_page(self, title: str) -> str:
        """One HTML page that needs nothing beside itself."""
        return (
            _environment()
            .get_template("proof.html")
            .render(
                title=title,
                language=_language_name(self.schedule.track.language),
                proof=self,
                track=self.schedule.track,
                slots=self.schedule.slots,
                rows=self._rows(),
                topics=TOPICS,
                people={person.id: next(iter(person.name.values())) for person in self.schedule.track.commentators},
                clock=clock,
                needed_ms=lambda note: note_ms(note, self.schedule.track.language),
                rows_of=ROW_WORDS.get(self.row_ms, ""),
                width=WIDTH,
                height=HEIGHT,
            )
        )

    def why(self, left: Left) -> str:
        """In a sentence, why a note is for the pause, and what would bring it onto the screen."""
        note, language = left.note, self.schedule.track.language
        at, needed_s = clock(note.moment_ms), note_ms(note, language) / 1000
        room = int(LONGEST_MS / 1000 * speed_cps(language) * PACE[note.depth])
        reasons: dict[Why, str] = {
            "too-long": f"it takes {needed_s:.1f} s to read, a card stays {LONGEST_MS // 1000} s at most: "
            f"leave out {max(1, characters(note) - room)} characters, or split it.",
            "dialogue": f"too much is said around {at} for {needed_s:.1f} s of reading: shorten it, or move it.",
            "reveal": f"the film tells it only at {clock(self._told[note.id])}, too long after {at}: "
            "move its anchor there.",
            "film-end": f"the film ends before {needed_s:.1f} s of reading from {at} on: shorten it.",
            "crowded": f"other notes take the time around {at}: shorten them, or move an anchor.",
        }
        return reasons[left.why]

    @property
    def _told(self) -> dict[str, int]:
        return told_from_ms(self.schedule.track)

    @property
    def row_ms(self) -> int:
        """How much of the film is in one row of the picture; all of a short one."""
        if self.duration_ms <= SHORT_MS:
            return max(1, self.duration_ms)
        return next((row for row in ROWS_MS if self.duration_ms <= row * MANY_ROWS), ROWS_MS[-1])

    def _rows(self) -> list[dict[str, object]]:
        dialogue = Dialogue(self.subtitles, self.subtitles_language or self.schedule.track.language)
        numbers = {note.id: number for number, note in enumerate(self.schedule.track.notes, 1)}
        return [
            self._row(begin_ms, min(self.duration_ms, begin_ms + self.row_ms), dialogue, numbers)
            for begin_ms in range(0, self.duration_ms, self.row_ms)
        ]

    def _row(self, begin_ms: int, end_ms: int, dialogue: Dialogue, numbers: dict[str, int]) -> dict[str, object]:
        def x(at_ms: int) -> float:
            return round(
                MARGIN + (min(max(at_ms, begin_ms), end_ms) - begin_ms) * (WIDTH - 2 * MARGIN) / self.row_ms, 1
            )

        def within(note: Note) -> bool:
            return note.start_ms < end_ms and begin_ms < note.end_ms

        anchors = {left.note.id: left.note.moment_ms for left in self.schedule.left}
        return {
            "begin": clock(begin_ms)[:-4],
            "end": x(end_ms),
            "minutes": [
                (x(at_ms), clock(at_ms)[:-4])
                for at_ms in range(begin_ms, end_ms, 60_000 if self.row_ms > SHORT_MS else 15_000)
            ],
            "cuts": [x(at_ms) for at_ms in self.shots_ms if begin_ms <= at_ms < end_ms],
            "load": [
                {
                    "x": x(begin),
                    "width": round(x(end) - x(begin), 1),
                    "height": round(min(load, FULL_LOAD) / FULL_LOAD * LOAD_HEIGHT, 1),
                    "peak": load > 1,
                }
                for begin, end, load in dialogue.stretches(begin_ms, end_ms)
                if load > 0
            ],
            "load_floor": LOAD_TOP + LOAD_HEIGHT,
            "cards": [
                {
                    "note": note,
                    "number": numbers[note.id],
                    "x": x(note.start_ms),
                    "width": round(x(note.end_ms) - x(note.start_ms), 1),
                    "label": _label(numbers[note.id], note, x(note.end_ms) - x(note.start_ms)),
                    "moment": x(note.moment_ms) if begin_ms <= note.moment_ms < end_ms else None,
                }
                for note in self.schedule.track.notes
                if note.place == "card" and within(note)
            ],
            "left": [
                {"note": note, "number": numbers[note.id], "x": x(anchors[note.id])}
                for note in self.schedule.track.notes
                if note.id in anchors and begin_ms <= anchors[note.id] < end_ms
            ],
        }


def _label(number: int, note: Note, width: float) -> str:
    if width < TITLE_FROM:
        return str(number)
    room = int((width - TITLE_FROM / 2) / LETTER / (2 if is_wide_text(note.title) else 1))
    return f"{number} {note.title}" if len(note.title) <= room else f"{number} {note.title[: room - 1]}…"


def _language_name(tag: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
