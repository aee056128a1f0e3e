"""The film's time as a picture: cuts, how much the subtitles take, cards in their slots, marks that found none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Slot

from films import EditionNote, FilmFacts, Proofread
from ui.preferences import PreferencesStore
from ui.props import showing
from ui.workbench.watch import moment

SPANS_MS = (0, 1_200_000, 300_000, 60_000, 20_000)
"""How much of the film is seen at once; 0 for all of it."""
MARGIN = 10
"""One part in so many of what is seen stays before a moment that is sought."""
TICKS_MS = (1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000)
MOST_TICKS = 12


@dataclass(frozen=True)
class TimelineInputs:
    """What the picture is drawn from."""

    facts: FilmFacts = field(default_factory=FilmFacts)
    duration_ms: int = 0
    span: int = 0
    """Which of `SPANS_MS`."""
    begin_ms: int = 0
    notes: tuple[EditionNote, ...] = ()
    selected: str = ""
    proof: Proofread | None = None


@dataclass(frozen=True)
class TimelineProps:
    """What QML draws, all of it in milliseconds, and only what is within what is seen."""

    duration: int
    begin: int
    end: int
    whole: bool
    cuts: tuple[object, ...]
    load: tuple[object, ...]
    """Begin, end and share of the reader's time, one after the other; shares above 1 are more than can be read."""
    cards: tuple[object, ...]
    marks: tuple[object, ...]
    """Moments of all notes, with how they stand: ``card``, ``left`` or ``draft``."""
    ticks: tuple[object, ...]


def derive_timeline(inputs: TimelineInputs) -> TimelineProps:
    """Nothing outside what is seen is handed over."""
    duration = max(1, inputs.duration_ms)
    begin, end = seen(inputs)
    proof, facts = inputs.proof, inputs.facts
    shown = proof.schedule.slots if proof else {}
    left = {item.note.id for item in proof.schedule.left} if proof else set()
    numbers = {note.id: number for number, note in enumerate(inputs.notes, 1)}
    load = [part for part in (proof.load if proof else ()) if part[0] < end and part[1] > begin]
    return TimelineProps(
        duration=duration,
        begin=begin,
        end=end,
        whole=SPANS_MS[inputs.span] == 0,
        cuts=tuple(at for at in facts.shots_ms if begin <= at < end),
        load=tuple(value for part in load for value in part),
        cards=tuple(
            {
                "id": card.id,
                "number": numbers[card.id],
                "from": card.start_ms,
                "to": card.end_ms,
                "title": card.title,
                "time": moment(card.start_ms),
                "selected": card.id == inputs.selected,
            }
            for card in (proof.cards if proof else ())
            if card.id in numbers and card.start_ms < end and card.end_ms > begin
        ),
        marks=tuple(
            {
                "id": note.id,
                "number": numbers[note.id],
                "at": note.at_ms,
                "time": moment(note.at_ms),
                "is": "card" if note.id in shown else "left" if note.id in left else "draft",
                "selected": note.id == inputs.selected,
            }
            for note in inputs.notes
            if begin <= note.at_ms < end
        ),
        ticks=ticks(begin, end),
    )


def seen(inputs: TimelineInputs) -> tuple[int, int]:
    """From where to where the picture goes, within the film."""
    duration, span = max(1, inputs.duration_ms), SPANS_MS[inputs.span]
    if span == 0 or span >= duration:
        return 0, duration
    begin = min(max(0, inputs.begin_ms), duration - span)
    return begin, begin + span


def ticks(begin_ms: int, end_ms: int) -> tuple[object, ...]:
    """Round moments, not too many."""
    step = next((step for step in TICKS_MS if (end_ms - begin_ms) / step <= MOST_TICKS), TICKS_MS[-1])
    first = -(-begin_ms // step) * step
    return tuple({"at": at, "text": _round(at)} for at in range(first, end_ms, step))


def _round(at_ms: int) -> str:
    minutes, seconds = divmod(at_ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"


class TimelineViewModel(showing(TimelineProps)):  # type: ignore[misc]
    """Turns its pages with the film; how much is seen at once is remembered."""

    def __init__(self, preferences: PreferencesStore) -> None:
        span = preferences.current.workbench_span
        self._inputs = TimelineInputs(span=span if 0 <= span < len(SPANS_MS) else 0)
        super().__init__(derive_timeline(self._inputs))
        self._preferences = preferences
        self._position_ms = 0

    def show_notes(self, notes: Sequence[EditionNote], selected: str, proof: Proofread | None) -> None:
        """The edition as it is, and as it was compiled last."""
        self._feed(notes=tuple(notes), selected=selected, proof=proof)

    def show_film(self, facts: FilmFacts, duration_ms: int) -> None:
        """What is known of the film."""
        if (facts, duration_ms) != (self._inputs.facts, self._inputs.duration_ms):
            self._feed(facts=facts, duration_ms=duration_ms)

    def follow(self, position_ms: int) -> None:
        """The film is here: it stays within what is seen."""
        self._position_ms = position_ms
        begin, end = self.props.begin, self.props.end
        if not begin <= position_ms < end:
            self._feed(begin_ms=position_ms - (end - begin) // MARGIN)

    @Slot(bool)
    def zoom(self, closer: bool) -> None:
        """See less of the film, or more, around where it is."""
        span = min(len(SPANS_MS) - 1, max(0, self._inputs.span + (1 if closer else -1)))
        while closer and span < len(SPANS_MS) - 1 and SPANS_MS[span] >= self._inputs.duration_ms > 0:
            span += 1
        while not closer and SPANS_MS[span] >= self._inputs.duration_ms > 0:
            span = 0
        self._preferences.change(workbench_span=span)
        self._feed(span=span, begin_ms=self._position_ms - SPANS_MS[span] // 2)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_timeline(self._inputs))
