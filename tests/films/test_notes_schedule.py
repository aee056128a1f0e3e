import dataclasses
import itertools
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from films import Commentator, Cue, Note, NoteTrack, check_notes, compile_notes, dump_notes, parse_notes
from films.notes.dialogue import LONGEST_MS, Dialogue
from films.notes.horizon import told_from_ms
from films.notes.reading import note_ms
from films.notes.schedule import EARLY_MS, LATE_MS, REST_MS, SNAP_MS, Schedule, Slot, best_slots, slots_of
from films.notes.track import Reveal

LIN = Commentator("lin", {"en": "Lin Mei"}, {"en": "Folklorist"})
FILM_MS = 60_000

DEPTHS = st.sampled_from(["essential", "more", "deep"])


def note(note_id: str, at_ms: int, **changes: object) -> Note:
    made = Note(note_id, at_ms, at_ms + 3000, "lin", "custom", "Riddles", "Guess it and keep it.", sources=("A book",))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def compiled(*notes: Note, subtitles: Sequence[Cue] = (), shots: Sequence[int] = (), language: str = "en") -> Schedule:
    return compile_notes(NoteTrack(language, (LIN,), notes), subtitles, shots, FILM_MS)


def shown(schedule: Schedule) -> dict[str, tuple[int, int]]:
    return {name: (slot.start_ms, slot.end_ms) for name, slot in schedule.slots.items()}


@st.composite
def notes(draw: st.DrawFn, most: int = 5) -> tuple[Note, ...]:
    made = []
    for index in range(draw(st.integers(0, most))):
        at_ms = draw(st.integers(0, 40_000))
        reveal = draw(st.none() | st.integers(0, 59_000))
        made.append(
            note(
                f"n{index}",
                at_ms,
                body="x" * draw(st.integers(1, 160)),
                depth=draw(DEPTHS),
                anchor_ms=draw(st.none() | st.integers(0, 59_000)),
                reveals=None if reveal is None else Reveal(f"secret {index}", reveal),
            )
        )
    return tuple(made)


@st.composite
def dialogues(draw: st.DrawFn) -> tuple[Cue, ...]:
    cues = []
    for index in range(draw(st.integers(0, 12))):
        start_ms = draw(st.integers(0, 58_000))
        cues.append(
            Cue(str(index), start_ms, start_ms + draw(st.integers(200, 5000)), ("y" * draw(st.integers(1, 80)),))
        )
    return tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))


SHOTS = st.lists(st.integers(0, FILM_MS), max_size=12)


def test_a_note_alone_stands_at_its_moment_for_longer_than_it_takes_to_read() -> None:
    lone, long = note("n", 10_000), note("n", 10_000, body="x" * 84)
    assert shown(compiled(lone)) == {"n": (10_000, 13_000)}
    assert shown(compiled(long)) == {"n": (10_000, 10_000 + note_ms(long, "en") * 140 // 100)}


def test_a_card_lingers_only_where_nothing_else_needs_the_time() -> None:
    lone = note("n", 10_000)
    tight_ms = 10_000 + note_ms(lone, "en")
    assert shown(compiled(lone, subtitles=[Cue("1", tight_ms + 300, tight_ms + 1300, ("a" * 99,))]))["n"] == (
        10_000,
        tight_ms + 300,
    )
    assert shown(compiled(lone, shots=[10_000, tight_ms + 200]))["n"] == (10_000, tight_ms + 200)


def test_a_card_is_still_there_when_its_moment_comes() -> None:
    schedule = compiled(note("n", 10_000, title="a", body="b"), shots=[8_500])
    start_ms, end_ms = shown(schedule)["n"]
    assert start_ms <= 10_000 <= end_ms


def test_a_note_comes_with_the_shot_that_it_explains() -> None:
    assert shown(compiled(note("n", 10_000), shots=[10_300]))["n"][0] == 10_300


def test_a_note_stays_longer_while_somebody_speaks() -> None:
    lone = note("n", 10_000)
    lone = note("n", 10_000, body="x" * 50)
    spoken = [Cue("1", 0, 59_000, ("a" * 500,))]
    start_ms, end_ms = shown(compiled(lone, subtitles=spoken))["n"]
    assert end_ms - start_ms == pytest.approx(1.4 * note_ms(lone, "en") / (1 - 500 / 17 / 59), abs=2)


def test_a_note_waits_for_the_end_of_what_is_said_too_fast() -> None:
    spoken = [Cue("1", 9_000, 14_000, ("a" * 200,))]
    assert shown(compiled(note("n", 10_000), subtitles=spoken))["n"][0] == 14_000


def test_of_two_notes_for_one_moment_both_find_room_one_after_the_other() -> None:
    slots = shown(compiled(note("a", 10_000), note("b", 10_000)))
    assert slots["b"][0] >= slots["a"][1] + REST_MS


def test_the_more_essential_note_is_shown_where_only_one_can_be() -> None:
    rivals = [note("deep", 10_000, depth="deep", body="x" * 150), note("must", 10_001, body="x" * 150)]
    spoken = [Cue("1", 0, 9_000, ("a" * 400,)), Cue("2", 21_000, 59_000, ("a" * 3000,))]
    schedule = compiled(*rivals, subtitles=spoken)
    assert set(schedule.slots) == {"must"}
    assert [(left.note.id, left.why) for left in schedule.left] == [("deep", "crowded")]


def test_no_note_tells_what_the_film_tells_later() -> None:
    early = note("n", 10_000, reveals=Reveal("the bride is a ghost", 18_000))
    assert shown(compiled(early))["n"][0] == 18_000
    never = compiled(dataclasses.replace(early, reveals=Reveal("the bride is a ghost", 50_000)))
    assert [left.why for left in never.left] == ["reveal"]
    assert never.track.notes[0].start_ms == 50_000


def test_a_note_that_says_what_another_one_reveals_waits_as_well() -> None:
    owner = note("owner", 40_000, reveals=Reveal("Ghost bride", 40_000))
    other = note("other", 25_000, body="Like every ghost bride.")
    assert shown(compiled(owner, other))["other"][0] >= 40_000


@pytest.mark.parametrize(
    ("changes", "subtitles", "why"),
    [
        ({"body": "x" * 400}, [], "too-long"),
        ({"anchor_ms": 59_500, "body": "x" * 80}, [], "film-end"),
        ({}, [Cue("1", 0, 59_000, ("a" * 3000,))], "dialogue"),
        ({"reveals": Reveal("x", 55_000)}, [], "reveal"),
    ],
)
def test_what_is_not_shown_says_why_and_is_kept_for_the_pause(
    changes: dict[str, object], subtitles: list[Cue], why: str
) -> None:
    schedule = compiled(note("n", 10_000, **changes), subtitles=subtitles)
    assert [left.why for left in schedule.left] == [why]
    assert [(kept.id, kept.place) for kept in schedule.track.notes] == [("n", "pause")]


@given(notes=notes(), subtitles=dialogues(), shots=SHOTS)
def test_every_schedule_keeps_every_rule(notes: tuple[Note, ...], subtitles: tuple[Cue, ...], shots: list[int]) -> None:
    schedule = compiled(*notes, subtitles=subtitles, shots=shots)
    dialogue, told = Dialogue(subtitles, "en"), told_from_ms(schedule.track)
    assert {item.id for item in schedule.track.notes} == {item.id for item in notes}
    assert {left.note.id for left in schedule.left} == {item.id for item in notes} - schedule.slots.keys()
    cards = [item for item in schedule.track.notes if item.place == "card"]
    assert {item.id for item in cards} == schedule.slots.keys()
    for card in cards:
        moment = next(item.moment_ms for item in notes if item.id == card.id)
        assert max(0, moment - EARLY_MS, told[card.id]) <= card.start_ms <= moment + LATE_MS
        assert moment <= card.end_ms <= FILM_MS
        assert card.end_ms - card.start_ms <= LONGEST_MS
        spare_ms = card.end_ms - card.start_ms - dialogue.read_ms(card.start_ms, card.end_ms)
        assert spare_ms >= note_ms(card, "en") - 1
        assert not any(begin < card.end_ms and card.start_ms < end for begin, end in dialogue.peaks)
        for cut in shots:
            assert all(abs(at - cut) >= SNAP_MS or at in shots for at in (card.start_ms, card.end_ms))
    assert all(later.start_ms >= earlier.end_ms + REST_MS for earlier, later in itertools.pairwise(cards))
    report = check_notes(schedule.track, subtitles)
    assert report.ok
    assert not {"reading-speed", "subtitles"} & {finding.code for finding in report.warnings}


@given(notes=notes(), subtitles=dialogues(), shots=SHOTS, seed=st.randoms(use_true_random=False))
def test_the_same_notes_have_the_same_schedule_in_whatever_order_they_come(
    notes: tuple[Note, ...], subtitles: tuple[Cue, ...], shots: list[int], seed: Random
) -> None:
    mixed = list(notes)
    seed.shuffle(mixed)
    assert compiled(*notes, subtitles=subtitles, shots=shots) == compiled(*mixed, subtitles=subtitles, shots=shots)


@given(notes=notes(most=3), subtitles=dialogues(), shots=st.lists(st.integers(0, FILM_MS), max_size=4))
@settings(deadline=None)
def test_no_other_choice_of_slots_is_worth_more(
    notes: tuple[Note, ...], subtitles: tuple[Cue, ...], shots: list[int]
) -> None:
    track = NoteTrack("en", (LIN,), notes)
    told, dialogue = told_from_ms(track), Dialogue(subtitles, "en")
    ordered = sorted(notes, key=lambda item: (item.moment_ms, item.id))
    cuts = sorted(set(shots))
    found = [slots_of(item, "en", told[item.id], dialogue, cuts, FILM_MS)[::7] for item in ordered]
    best = max(map(_worth, itertools.product(*((None, *slots) for slots in found))), default=0)
    assert _best_worth(found) == best


def _worth(choice: tuple[Slot | None, ...]) -> int:
    chosen = [slot for slot in choice if slot]
    apart = all(later.start_ms >= earlier.end_ms + REST_MS for earlier, later in itertools.pairwise(chosen))
    return sum(slot.worth for slot in chosen) if apart else -1


def _best_worth(found: Sequence[Sequence[Slot]]) -> int:
    chosen, worth = best_slots(found)
    assert _worth(tuple(chosen)) == worth
    return worth


def test_a_compiled_track_is_a_notes_file_like_any_other() -> None:
    schedule = compiled(note("a", 10_000), note("b", 11_000, body="x" * 400, reveals=Reveal("x", 12_000)))
    assert parse_notes(dump_notes(schedule.track)) == schedule.track


@given(notes=notes(most=3), subtitles=dialogues(), shots=SHOTS)
def test_compiling_again_finds_as_good_a_schedule(
    notes: tuple[Note, ...], subtitles: tuple[Cue, ...], shots: list[int]
) -> None:
    anchored = tuple(dataclasses.replace(item, anchor_ms=item.moment_ms) for item in notes)
    once = compiled(*anchored, subtitles=subtitles, shots=shots)
    assert compiled(*once.track.notes, subtitles=subtitles, shots=shots).slots == once.slots
