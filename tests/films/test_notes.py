import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import CinemaError, Code
from films import Commentator, Cue, Note, NoteTrack, check_notes, dump_notes, parse_notes

LIN = Commentator("lin", {"en": "Lin Mei"}, {"en": "Folklorist"})
HEADER = {
    "format": "smart-cinema-notes/1",
    "language": "en",
    "commentators": [{"id": "lin", "name": {"en": "Lin Mei"}, "role": {"en": "Folklorist"}}],
}
CUE = "riddle\n00:01.000 --> 00:06.000\n<v Lin Mei><c.custom>Riddles</c>\nGuess it.\nKeep it."


def notes_file(header: object = HEADER, *cues: str) -> bytes:
    return "\n\n".join(["WEBVTT", "NOTE\n" + json.dumps(header), *(cues or (CUE,)), ""]).encode()


def note(note_id: str = "n1", start_ms: int = 0, end_ms: int = 6000, **changes: object) -> Note:
    base = Note(note_id, start_ms, end_ms, "lin", "custom", "Riddles", "Guess it.", sources=("A book",))
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def codes(*notes: Note, language: str = "en", subtitles: list[Cue] | None = None) -> tuple[list[str], list[str]]:
    report = check_notes(NoteTrack(language, (LIN,), notes), subtitles)
    return [item.code for item in report.errors], [item.code for item in report.warnings]


def fault(data: bytes) -> CinemaError:
    with pytest.raises(CinemaError) as caught:
        parse_notes(data)
    assert caught.value.code is Code.NOTES_MALFORMED
    return caught.value


def test_a_note_has_its_commentator_topic_title_and_text() -> None:
    track = parse_notes(notes_file())
    assert (track.language, track.commentators) == ("en", (LIN,))
    assert track.notes == (Note("riddle", 1000, 6000, "lin", "custom", "Riddles", "Guess it.\nKeep it."),)


def test_the_header_adds_anchor_depth_sources_and_glossary() -> None:
    extras = {
        "anchor": "00:00:01.500",
        "depth": "deep",
        "sources": ["A book"],
        "glossary": [{"term": "riddle", "meaning": "a puzzle"}],
    }
    (read,) = parse_notes(notes_file({**HEADER, "notes": {"riddle": extras}})).notes
    assert (read.anchor_ms, read.depth, read.sources) == (1500, "deep", ("A book",))
    assert [(entry.term, entry.hanzi) for entry in read.glossary] == [("riddle", "")]


@given(
    title=st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() and text.strip() == text),
    body=st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable() and text.strip() == text),
)
def test_notes_come_back_as_they_were_written(title: str, body: str) -> None:
    track = NoteTrack("en", (LIN,), (note(title=title, body=body, anchor_ms=10, depth="more"),), "CC BY 4.0")
    assert parse_notes(dump_notes(track)) == track


@pytest.mark.parametrize(
    ("header", "cue"),
    [
        ({**HEADER, "format": "other"}, CUE),
        ({**HEADER, "language": 1}, CUE),
        ({**HEADER, "surprise": 1}, CUE),
        ({**HEADER, "commentators": []}, CUE),
        ({**HEADER, "commentators": [{"id": "../x", "name": {"en": "a"}, "role": {"en": "b"}}]}, CUE),
        ({**HEADER, "commentators": HEADER["commentators"] * 2}, CUE),  # type: ignore[operator]
        ({**HEADER, "notes": {"nobody": {}}}, CUE),
        ({**HEADER, "notes": {"riddle": {"anchor": "soon"}}}, CUE),
        ({**HEADER, "notes": {"riddle": {"depth": "abyss"}}}, CUE),
        ({**HEADER, "notes": {"riddle": {"sources": "a book"}}}, CUE),
        ({**HEADER, "notes": {"riddle": {"glossary": [{"term": "x"}]}}}, CUE),
        ({**HEADER, "notes": {"riddle": {"script": "x"}}}, CUE),
        (HEADER, CUE.replace("riddle\n", "")),
        (HEADER, CUE.replace("<v Lin Mei>", "")),
        (HEADER, CUE.replace("Lin Mei", "Nobody")),
        (HEADER, CUE.replace("custom", "gossip")),
        (HEADER, CUE.replace("\nGuess it.\nKeep it.", "")),
        (HEADER, CUE.replace("Riddles", "")),
        (HEADER, CUE + "\n\n" + CUE),
    ],
)
def test_faulty_notes_are_refused_with_what_is_wrong(header: object, cue: str) -> None:
    assert len(fault(notes_file(header, cue)).message) > 20


def test_a_fault_names_its_note() -> None:
    assert fault(notes_file(HEADER, CUE.replace("custom", "gossip"))).details["note"] == "riddle"


def test_notes_without_a_header_are_refused() -> None:
    fault(("WEBVTT\n\n" + CUE + "\n").encode())


@given(st.binary(max_size=300))
def test_noise_in_the_header_never_breaks_the_reader(noise: bytes) -> None:
    fault(b"WEBVTT\n\nNOTE\n{" + noise + b"\n\n" + CUE.encode())


def test_a_note_that_can_be_read_is_right() -> None:
    assert codes(note()) == ([], [])


def test_reading_speed_is_seventeen_characters_a_second_and_nine_in_chinese() -> None:
    assert codes(note(body="x" * 78, end_ms=4900)) == ([], ["reading-speed"])
    assert codes(note(body="x" * 78, end_ms=4000)) == (["reading-speed"], [])
    assert codes(note(body="字" * 30, end_ms=4500), language="zh-Hans") == ([], [])  # 37 characters in 4.5 s: 8.2
    assert codes(note(body="字" * 30, end_ms=3000), language="zh-Hans") == (["reading-speed"], [])


def test_two_notes_never_stand_together() -> None:
    later = note("n2", 5000, 11_000)
    assert codes(note(), later) == (["overlap"], [])
    assert codes(note(), note("n2", 6000, 12_000)) == ([], [])
    assert codes(note(end_ms=20_000), note("n2", 6000, 9000), note("n3", 12_000, 18_000)) == (
        ["overlap", "overlap"],
        [],
    )


def test_a_card_holds_two_lines() -> None:
    assert codes(note(body="x" * 85, end_ms=9000)) == ([], ["length"])
    assert codes(note(body="字" * 33, end_ms=9000), language="zh") == ([], ["length"])


def test_a_note_needs_a_source_and_time_on_screen() -> None:
    assert codes(note(sources=())) == ([], ["missing-source"])
    assert codes(note(title="a", body="b", end_ms=1000)) == (["too-short"], [])


def test_subtitles_beside_a_note_take_reading_time() -> None:
    busy = [Cue("", 0, 3000, ("x" * 60,)), Cue("", 3000, 6000, ("x" * 60,))]
    assert codes(note(), subtitles=busy) == ([], ["subtitles"])
    assert codes(note(), subtitles=[Cue("", 7000, 9000, ("x" * 90,))]) == ([], [])


def test_an_anchor_far_away_is_doubtful() -> None:
    assert codes(note(anchor_ms=60_000)) == ([], ["anchor"])
