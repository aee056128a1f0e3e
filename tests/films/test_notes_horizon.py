import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from core import Words
from films import (
    Commentator,
    GlossaryEntry,
    Note,
    NoteChoice,
    NoteTrack,
    Reveal,
    chosen_notes,
    compile_notes,
    holds,
    kept_back,
    known,
    make_booklet,
)
from films.notes.horizon import told_from_ms

LIN = Commentator("lin", {"en": "Lin Mei"}, {"en": "Folklorist"})
NAMES: Words = {"en": "Lantern"}
FILM_MS = 60_000
SECRETS = ("ghost bride", "THE MOON", "幽灵新娘")


def note(note_id: str, at_ms: int, **changes: object) -> Note:
    made = Note(note_id, at_ms, at_ms + 3000, "lin", "custom", "Riddles", "Guess it and keep it.")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@st.composite
def tracks(draw: st.DrawFn) -> NoteTrack:
    made = []
    for index in range(draw(st.integers(1, 6))):
        secret, place = draw(st.sampled_from(SECRETS)), draw(st.integers(0, 5))
        told = secret.lower().replace(" ", draw(st.sampled_from(["\n", " ", "\u3000"])))
        changes: dict[str, object] = {
            "title": f"On {told}" if place == 0 else "Riddles",
            "body": f"It is the {told}." if place == 1 else "Guess it.",
            "glossary": (GlossaryEntry("term", told if place == 2 else "", "", told if place == 3 else "x"),),
            "sources": (f"A study of {told}",) if place == 4 else (),
            "reveals": draw(st.none() | st.builds(Reveal, st.just(secret), st.integers(0, 59_000))),
            "anchor_ms": draw(st.none() | st.integers(0, 50_000)),
        }
        made.append(note(f"n{index}", draw(st.integers(0, 50_000)), **changes))
    made.sort(key=lambda item: (item.start_ms, item.end_ms))
    return NoteTrack("en", (LIN,), tuple(made))


def secrets_of(track: NoteTrack) -> list[tuple[str, int]]:
    """What each reveal says, and the latest moment at which the film tells something with these words."""
    return [(item.reveals.what, item.reveals.at_ms) for item in track.notes if item.reveals]


def tells(item: Note, what: str) -> bool:
    words = [item.title, item.body, *item.sources, *(text for entry in item.glossary for text in vars(entry).values())]
    return any("".join(what.lower().split()) in "".join(text.lower().split()) for text in words)


@given(track=tracks(), at_ms=st.integers(0, FILM_MS))
@settings(max_examples=60)
def test_no_card_panel_search_glossary_or_booklet_says_what_the_film_has_not_told(track: NoteTrack, at_ms: int) -> None:
    untold = [what for what, told_ms in secrets_of(track) if told_ms > at_ms]
    (kept,) = kept_back([track])
    compiled = compile_notes(track, [], [], FILM_MS).track
    cards = [
        item
        for safe in (kept, compiled)
        for item in chosen_notes(safe.notes, NoteChoice(more_time_percent=100))
        if item.place == "card" and item.start_ms <= at_ms < item.end_ms
    ]
    panel = [item for safe in (track, kept, compiled) for item in known(safe, at_ms).notes]
    found = [item for what in untold for item in known(kept, at_ms).search(what)]
    booklet = make_booklet([track], NAMES, told_until_ms=at_ms)
    printed = [item for entry in booklet.entries for _, item in entry.faces]
    for what in untold:
        assert not any(tells(item, what) for item in (*cards, *panel, *found, *printed))
        assert not any(
            what.lower() in text.lower() for entry in known(track, at_ms).glossary for text in vars(entry).values()
        )
        assert not any(what.lower() in item.meaning.lower() for term in booklet.terms for _, item in term.meanings)


@given(tracks())
@settings(max_examples=40)
def test_keeping_back_loses_no_note_and_does_nothing_twice(track: NoteTrack) -> None:
    (kept,) = kept_back([track])
    assert {item.id for item in kept.notes} == {item.id for item in track.notes}
    assert kept_back([kept]) == (kept,)
    told = told_from_ms(track)
    assert all(item.start_ms >= told[item.id] for item in kept.notes)


def test_a_secret_is_found_over_line_breaks_widths_and_in_sources() -> None:
    owner = note("owner", 40_000, reveals=Reveal("Ghost bride", 40_000))
    others = [note("a", 0, body="the ghost\nbride"), note("b", 0, sources=("Ｇｈｏｓｔ brides of old",)), note("c", 0)]
    assert told_from_ms(NoteTrack("en", (LIN,), (*others, owner))) == {
        "a": 40_000,
        "b": 40_000,
        "c": 0,
        "owner": 40_000,
    }


def test_what_one_language_keeps_back_the_others_keep_back_as_well() -> None:
    english = NoteTrack("en", (LIN,), (note("n", 1000, reveals=Reveal("riddles", 2000)),))
    chinese = NoteTrack("zh-Hans", (LIN,), (note("n", 1000, title="灯谜"), note("m", 1500)))
    kept = kept_back([english, chinese])
    assert [(item.id, item.start_ms, item.end_ms, item.place) for item in kept[1].notes] == [
        ("m", 1500, 4500, "card"),
        ("n", 2000, 4000, "card"),
    ]
    late = dataclasses.replace(english, notes=(note("n", 1000, reveals=Reveal("riddles", 9000)),))
    assert [(item.start_ms, item.place) for item in kept_back([late])[0].notes] == [(9000, "pause")]


def test_a_search_takes_no_notice_of_case_and_accents() -> None:
    found = note("n", 0, glossary=(GlossaryEntry("riddle", "灯谜", "dēngmí", "a puzzle"),))
    assert holds(found, "DENGMI riddles")
    assert holds(found, "灯谜")
    assert holds(found, "")
    assert not holds(found, "dengmi rabbit")
