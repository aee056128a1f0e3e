import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from films import DEPTHS, TOPICS, Note, NoteChoice, chosen_notes
from films.notes.schedule import REST_MS

CHOICES = st.builds(
    NoteChoice,
    st.sampled_from(DEPTHS),
    st.frozensets(st.sampled_from(TOPICS)),
    st.frozensets(st.sampled_from(["lin", "wu"])),
    st.integers(0, 200),
)


def note(number: int, start_ms: int, **changes: object) -> Note:
    made = Note(f"n{number}", start_ms, start_ms + 2000, "lin", "custom", "Riddles", "Guess it.")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@st.composite
def compiled(draw: st.DrawFn) -> tuple[Note, ...]:
    """Cards apart from each other, as the compiler leaves them, and notes for the pause anywhere."""
    notes, at_ms = [], 0
    for number in range(draw(st.integers(0, 8))):
        at_ms += draw(st.integers(REST_MS, 8000))
        who, topic = draw(st.sampled_from(["lin", "wu"])), draw(st.sampled_from(TOPICS))
        depth, place = draw(st.sampled_from(DEPTHS)), draw(st.sampled_from(["card", "card", "pause"]))
        notes.append(note(number, at_ms, commentator=who, topic=topic, depth=depth, place=place))
        at_ms += 2000 if place == "card" else 0
    return tuple(notes)


@given(compiled(), CHOICES)
def test_a_choice_holds_what_is_wanted_and_no_card_meets_the_next(notes: tuple[Note, ...], choice: NoteChoice) -> None:
    chosen = chosen_notes(notes, choice)
    assert [item.id for item in chosen] == [item.id for item in notes if choice.wants(item)]
    before = {item.id: item for item in notes}
    cards = [item for item in chosen if item.place == "card"]
    for card, following in zip(cards, [*cards[1:], None], strict=False):
        made = before[card.id]
        assert card.start_ms == made.start_ms
        assert (
            made.end_ms <= card.end_ms <= made.end_ms + (made.end_ms - made.start_ms) * choice.more_time_percent / 100
        )
        assert following is None or card.end_ms <= following.start_ms - REST_MS


def test_a_card_lingers_as_long_as_it_may() -> None:
    alone, before = note(1, 20_000), note(2, 16_500)
    longer = chosen_notes([alone, before], NoteChoice(more_time_percent=50))
    assert [(item.start_ms, item.end_ms) for item in longer] == [(16_500, 19_000), (20_000, 23_000)]


def test_everything_is_wanted_where_nothing_was_said() -> None:
    notes = (note(1, 0, depth="deep"), note(2, 9_000, topic="music"))
    assert chosen_notes(notes, NoteChoice()) == notes
