"""Editing notes: any sequence of commands can be taken back, and nothing is lost on the way through a file."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CinemaError, Code
from films.manifest import Commentator
from films.notes import editing, parse_notes
from films.notes.editing import Merge, Split, may_merge, reduce
from films.notes.edition import Comment, Edition, EditionNote, Face, edition_of, terms_of
from films.notes.edition_file import REDO, UNDO, base_line, dump_edition, parse_edition, replay, step_line
from films.notes.file import dump_notes
from films.notes.history import History, changed_note, next_note
from films.notes.track import TOPICS

LIN = Commentator("lin", {"en": "Lin Mei", "zh-Hans": "林梅"}, {"en": "Folklorist"})
START = Edition(("en", "zh-Hans"), (LIN,))

texts = st.text(max_size=30) | st.sampled_from(["", "a\n\nb", "x --> y & <c.z>", "灯谜\r\n元宵", "\ud800\0"])
ids = st.sampled_from(["one", "two", "three", "not an id!", "note-007"])
languages = st.sampled_from(["en", "zh-Hans", "fr", "no tag!"])
moments = st.integers(-5, 300_000)
commands = st.one_of(
    st.builds(editing.Mark, ids, moments, st.sampled_from(["lin", "nobody"])),
    st.builds(editing.Write, ids, languages, st.sampled_from(["title", "body", "sources", "terms", "gives_away"]), texts, st.booleans()),
    st.builds(editing.Choose, ids, st.just("topic"), st.sampled_from([*TOPICS, "weather"])),
    st.builds(editing.Choose, ids, st.just("depth"), st.sampled_from(["essential", "deep", "?"])),
    st.builds(editing.Choose, ids, st.just("image"), st.sampled_from(["", "a.jpg", "../a.jpg"])),
    st.builds(editing.Move, ids, moments, st.booleans()),
    st.builds(editing.Tell, ids, st.none() | moments, st.booleans()),
    st.builds(editing.Split, ids, ids, languages, st.integers(0, 40), moments),
    st.builds(editing.Merge, ids, ids),
    st.builds(editing.Remove, ids),
    st.builds(editing.Say, ids, st.builds(Comment, st.sampled_from(["c1", "c2"]), texts, texts, st.just("2026-01-01T00:00:00Z"))),
    st.builds(editing.Settle, ids, st.sampled_from(["c1", "c2"]), st.booleans()),
    st.builds(editing.AddLanguage, languages),
    st.builds(editing.DropLanguage, languages),
    st.builds(editing.License, texts),
    st.builds(editing.Introduce, st.builds(Commentator, st.sampled_from(["wu", "lin"]), st.just({"en": "Wu"}), st.just({"en": "Critic"}))),
    st.builds(editing.Bring, st.just(Edition(("fr",), (LIN,), (EditionNote("one", 9, "lin", faces=(Face("fr", "Énigmes", "…"),)),)))),
)  # fmt: skip
steps = st.lists(commands | st.sampled_from([UNDO, REDO]), max_size=25)


def stepped(history: History, step: editing.Command | str) -> History:
    return {UNDO: history.undone, REDO: history.redone}[step]() if isinstance(step, str) else history.done(step)


@settings(max_examples=60, deadline=None)
@given(st.lists(commands, max_size=25))
def test_undoing_any_sequence_gives_back_the_start_and_redoing_it_the_end(sequence: list[editing.Command]) -> None:
    history = History(START)
    for command in sequence:
        history = history.done(command)
    end, count = history.edition, len(history.past)
    for _ in range(count):
        history = history.undone()
    assert history.edition == START
    assert history.undone() is history
    for _ in range(count):
        history = history.redone()
    assert history.edition == end
    assert history.redone() is history


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_was_done_the_file_and_the_journal_hold_all_of_it(sequence: list[editing.Command | str]) -> None:
    history, journal, data = History(START), base_line(dump_edition(START)), dump_edition(START)
    for step in sequence:
        history = stepped(history, step)
        journal += step_line(step)
    assert parse_edition(dump_edition(history.edition)) == history.edition
    found = replay(data, journal, START)
    assert (found.history.edition, found.history.past, found.history.future) == (
        history.edition,
        history.past,
        history.future,
    )
    assert found.whole_bytes == len(journal)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_was_done_the_notes_can_be_exported_and_read_again(sequence: list[editing.Command | str]) -> None:
    history = History(START)
    for step in sequence:
        history = stepped(history, step)
    edition = history.edition
    assert list(edition.notes) == sorted(edition.notes, key=lambda note: (note.at_ms, note.id))
    for language in edition.languages:
        track = edition.track(language)
        if all(note.title.strip("\u200b") and note.body for note in track.notes):
            read = parse_notes(dump_notes(track))
            assert [(note.id, note.moment_ms) for note in read.notes] == [
                (note.id, note.moment_ms) for note in track.notes
            ]


def test_an_edition_of_tracks_gives_the_same_notes_back() -> None:
    edition = START
    for command in (
        editing.Mark("riddle", 4_000, "lin"),
        editing.Write("riddle", "en", "title", "Riddles & <lanterns>"),
        editing.Write("riddle", "en", "body", "Whoever guesses\nkeeps the strip."),
        editing.Write("riddle", "en", "sources", "Dongjing Meng Hua Lu\nMenglianglu"),
        editing.Write("riddle", "en", "terms", "riddle | 灯谜 | dēngmí | a puzzle\nlantern | a light"),
        editing.Write("riddle", "en", "gives_away", "the father returns"),
        editing.Write("riddle", "zh-Hans", "title", "灯谜"),
        editing.Write("riddle", "zh-Hans", "body", "猜中者得纸条。"),
        editing.Choose("riddle", "depth", "deep"),
        editing.Choose("riddle", "topic", "custom"),
        editing.Tell("riddle", 90_000),
        editing.License("CC BY 4.0"),
    ):
        edition = reduce(edition, command)
    tracks = {language: parse_notes(dump_notes(edition.track(language))) for language in edition.languages}
    note = tracks["en"].notes[0]
    assert (note.sources, note.glossary[1].meaning, note.reveals and note.reveals.at_ms) == (
        ("Dongjing Meng Hua Lu", "Menglianglu"),
        "a light",
        90_000,
    )
    again = edition_of(tracks)
    assert {language: again.track(language) for language in again.languages} == {
        language: edition.track(language) for language in edition.languages
    }


def test_typing_on_is_one_step_and_a_pause_begins_another() -> None:
    history = History(START).done(editing.Mark("one", 5, "lin"))
    for number, text in enumerate(("R", "Ri", "Rid")):
        history = history.done(editing.Write("one", "en", "title", text, joined=number > 0))
    history = history.done(editing.Write("one", "en", "title", "Riddles"))
    titles = []
    while history.past:
        titles.append(history.edition.notes[0].face("en").title)
        history = history.undone()
    assert titles == ["Riddles", "Rid", ""]


def two_notes() -> Edition:
    edition = reduce(START, editing.Mark("one", 1_000, "lin"))
    edition = reduce(edition, editing.Write("one", "en", "title", "Riddles"))
    edition = reduce(edition, editing.Write("one", "en", "body", "Guess it. Keep the strip."))
    edition = reduce(edition, editing.Write("one", "zh-Hans", "body", "猜吧。"))
    return reduce(edition, Split("one", "two", "en", 10, 9_000))


def test_a_split_note_can_be_merged_again_and_every_language_keeps_its_words() -> None:
    edition = two_notes()
    first, second = edition.notes
    assert (first.face("en").body, second.face("en").body) == ("Guess it.", "Keep the strip.")
    assert (second.at_ms, second.face("en").title, second.face("zh-Hans").empty) == (9_000, "Riddles", True)
    (merged,) = reduce(edition, Merge("two", "one")).notes
    assert merged.face("en").body == "Guess it.\nKeep the strip."
    assert merged.face("zh-Hans").body == "猜吧。"


def test_two_secrets_never_become_one_note() -> None:
    edition = two_notes()
    for note, secret in (("one", "the father returns"), ("two", "the shop burns")):
        edition = reduce(edition, editing.Write(note, "en", "gives_away", secret))
    assert not may_merge(edition, "two", "one")
    assert reduce(edition, Merge("two", "one")) is edition


def test_a_torn_journal_gives_what_stood_before_the_tear() -> None:
    data = dump_edition(START)
    lines = [step_line(editing.Mark(name, 10, "lin")) for name in ("one", "two")]
    whole = base_line(data) + lines[0]
    for length in range(len(lines[1])):
        found = replay(data, whole + lines[1][:length], START)
        assert ([note.id for note in found.history.edition.notes], found.whole_bytes) == (["one"], len(whole))
    spoiled = whole.replace(b"one", b"eno") + lines[1]
    assert replay(data, spoiled, START).history.edition == START


def test_a_journal_goes_on_from_the_file_that_was_saved_in_between() -> None:
    start = dump_edition(START)
    middle = reduce(START, editing.Mark("one", 10, "lin"))
    saved = dump_edition(middle)
    journal = base_line(start) + step_line(editing.Mark("one", 10, "lin")) + base_line(saved)
    journal += step_line(editing.Mark("two", 20, "lin"))
    for data, edition, steps in ((start, START, 2), (saved, middle, 1)):
        found = replay(data, journal, edition)
        assert [note.id for note in found.history.edition.notes] == ["one", "two"]
        assert (found.steps, found.stray) == (steps, False)
    other = dump_edition(replace(START, licence="another hand"))
    assert replay(other, journal, START).stray


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("edition/1", "edition/9"), "format"),
        (lambda text: text.replace('"at_ms": 1000', '"at_ms": "soon"'), "edition.notes[0].at_ms"),
        (lambda text: text.replace('"id": "two"', '"id": "one"'), "used twice"),
        (lambda text: text.replace('"at_ms": 9000', '"at_ms": 0'), "order"),
        (lambda text: text.replace('"commentator": "lin"', '"commentator": "x"'), "commentator"),
        (lambda text: text[:200], "not JSON"),
    ],
)
def test_a_spoiled_edition_is_refused_with_the_place(spoil: object, said: str) -> None:
    text = dump_edition(two_notes()).decode()
    with pytest.raises(CinemaError) as refused:
        parse_edition(spoil(text).encode())  # type: ignore[operator]
    assert refused.value.code is Code.NOTES_MALFORMED
    assert said in refused.value.message


def test_a_step_shows_the_note_that_it_is_about() -> None:
    edition = two_notes()
    assert changed_note(START, edition) == "one"
    assert changed_note(edition, reduce(edition, editing.Move("two", 9_500))) == "two"
    assert changed_note(edition, reduce(edition, editing.Remove("one"))) == "two"
    assert changed_note(edition, edition) is None
    assert next_note(edition, 1_000, forward=True) == "two"
    assert next_note(edition, 1_000, forward=False) is None


def test_terms_are_read_line_by_line_and_half_ones_are_counted() -> None:
    entries, wrong = terms_of("riddle | 灯谜 | dēngmí | a puzzle\nlantern | a light\n\nlonely\n| x")
    assert [(entry.term, entry.hanzi, entry.meaning) for entry in entries] == [
        ("riddle", "灯谜", "a puzzle"),
        ("lantern", "", "a light"),
    ]
    assert wrong == 2
