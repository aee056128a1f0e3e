import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import films.notes
from core import CinemaError, Code
from films import (
    DEPTHS,
    TOPICS,
    Commentator,
    Cue,
    GlossaryEntry,
    Note,
    NoteTrack,
    Reveal,
    check_notes,
    dump_notes,
    parse_notes,
    read_notes,
    together,
)
from films.notes.header import header_of
from films.notes.track import Margin
from films.safe_paths import is_safe_name

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


TITLES = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text.strip() == text)


@pytest.fixture(scope="module")
def schema() -> Any:
    """Made when a test asks: its library takes seconds to import, in every process that only collects."""
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    file = Path(films.notes.__file__).parent / "header.schema.json"
    return Draft202012Validator(json.loads(file.read_text(encoding="utf-8")))


LIN_DATA = {"id": "lin", "name": {"en": "Lin Mei"}, "role": {"en": "Folklorist"}}
PLACED = """WEBVTT

NOTE
{"format": "smart-cinema-notes/1",
 "language": "en",
 "licence": "",
 "commentators": [
   {"id": "lin",
    "name": {"en": "Lin Mei"},
    "role": {"en": "Folklorist"}
   }
 ],
 "notes": {"riddle": {"depth": "more",
                      "reveals": {"what": "x", "at": "00:05.000"}}}
}

riddle
00:01.000 --> 00:06.000
<v Lin Mei><c.custom>Riddles</c>
Guess it.
"""


@given(
    title=st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() and text.strip() == text),
    body=st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable() and text.strip() == text),
)
def test_notes_come_back_as_they_were_written(title: str, body: str) -> None:
    track = NoteTrack("en", (LIN,), (note(title=title, body=body, anchor_ms=10, depth="more"),), "CC BY 4.0")
    assert parse_notes(dump_notes(track)) == track


BODIES = TITLES.flatmap(lambda first: st.lists(TITLES, max_size=2).map(lambda more: "\n".join([first, *more])))
TIMES = st.integers(0, 170_000_000)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True).filter(is_safe_name)
ENTRIES = st.builds(GlossaryEntry, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
LINES = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), min_size=1, max_size=12)
MARGINS = st.lists(
    st.lists(LINES.filter(lambda line: "-->" not in line), min_size=1, max_size=3)
    .map("\n".join)
    .filter(lambda text: text.strip()),
    max_size=2,
)


@st.composite
def whole_tracks(draw: st.DrawFn) -> NoteTrack:
    made = []
    for name in draw(st.lists(NAMES, unique=True, max_size=4)):
        start_ms = draw(TIMES)
        made.append(
            Note(
                name,
                start_ms,
                start_ms + draw(st.integers(1, 60_000)),
                "lin",
                draw(st.sampled_from(TOPICS)),
                draw(TITLES),
                draw(BODIES),
                draw(st.none() | TIMES),
                draw(st.sampled_from(DEPTHS)),
                tuple(draw(st.lists(st.text(min_size=1, max_size=12), max_size=2))),
                tuple(draw(st.lists(ENTRIES, max_size=2))),
                draw(st.none() | st.builds(Reveal, st.text(min_size=1, max_size=9).filter(str.strip), TIMES)),
                draw(st.sampled_from(["card", "pause"])),
                draw(st.just("") | NAMES),
                draw(st.text(max_size=9)),
            )
        )
    made.sort(key=lambda note: (note.start_ms, note.end_ms))
    margin = [Margin(text, name) for name in [*(note.id for note in made), ""] for text in draw(MARGINS)]
    lin = dataclasses.replace(LIN, portrait=draw(st.just("") | NAMES))
    return NoteTrack("zh-Hans", (lin,), tuple(made), draw(st.text(max_size=9)), tuple(margin))


@given(whole_tracks())
@settings(max_examples=40)
def test_a_whole_track_comes_back_as_it_was_written_and_fits_the_schema(schema: Any, track: NoteTrack) -> None:
    data = dump_notes(track)
    assert parse_notes(data) == track
    assert dump_notes(parse_notes(data)) == data
    schema.validate(json.loads(json.dumps(header_of(track))))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "smart-cinema-notes/2"},
        {"language": "x"},
        {"licence": 4},
        {"surprise": 1},
        {"commentators": []},
        {"commentators": [LIN_DATA] * 17},
        {"commentators": [{**LIN_DATA, "id": "con"}]},
        {"commentators": [{**LIN_DATA, "id": "a b"}]},
        {"commentators": [{**LIN_DATA, "name": {}}]},
        {"commentators": [{**LIN_DATA, "role": {"en": ""}}]},
        {"commentators": [{**LIN_DATA, "portrait": "../x.jpg"}]},
        {"commentators": [{**LIN_DATA, "portrait": 1}]},
        {"commentators": [{**LIN_DATA, "shoe-size": 37}]},
        {"notes": []},
        {"notes": {"riddle": []}},
        {"notes": {"riddle": {"anchor": "1:2.3"}}},
        {"notes": {"riddle": {"depth": "abyss"}}},
        {"notes": {"riddle": {"place": "ceiling"}}},
        {"notes": {"riddle": {"image": "../x.jpg"}}},
        {"notes": {"riddle": {"alt": 1}}},
        {"notes": {"riddle": {"sources": [""]}}},
        {"notes": {"riddle": {"reveals": {"what": " ", "at": "00:01.000"}}}},
        {"notes": {"riddle": {"reveals": {"what": "x", "at": 1}}}},
        {"notes": {"riddle": {"glossary": [{"term": "x"}]}}},
        {"notes": {"riddle": {"glossary": [{"term": "x", "meaning": 1}]}}},
        {"notes": {"riddle": {"glossary": [{"term": "x", "meaning": "y", "more": "z"}]}}},
        {"notes": {"riddle": {"script": "x"}}},
    ],
)
def test_reader_and_schema_refuse_the_same(schema: Any, change: dict[str, object]) -> None:
    fault(notes_file({**HEADER, **change}))
    assert not schema.is_valid({**HEADER, **change})
    assert schema.is_valid(HEADER)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('"licence": ""', '"licence": 4', "4,\n"),
        ('"en",', '"x",', '"x"'),
        ('"id": "lin"', '"id": "../lin"', '"../lin"'),
        ('"depth": "more"', '"depth": "abyss"', '"abyss"'),
        ('"depth"', '"deepness"', '"more"'),
        ('"at": "00:05.000"', '"at": "5 s"', '"5 s"'),
        ('"riddle": {', '"ridle": {', '{"depth"'),
        ('"notes": {', '"notes" {', '{"riddle"'),
        ("<v Lin Mei>", "", "<c.custom>"),
        ("Lin Mei>", "Nobody>", "Nobody>"),
        ("custom", "gossip", "gossip"),
        ("<c.custom>", "", "Riddles</c>"),
        ("Riddles</c>", "</c>", "<v Lin Mei>"),
        ("Guess it.", "", "\nEND"),
        ("riddle\n00", "rid dle\n00", "rid dle\n"),
        ("riddle\n00", "00", "00:01.000 -->"),
    ],
)
def test_every_fault_is_told_with_its_line_and_column(old: str, new: str, at: str) -> None:
    text = PLACED.replace(old, new, 1)
    before = (text + "END").partition(at)[0].split("\n")
    line, column = len(before), len(before[-1]) + 1
    error = fault(text.encode())
    assert (error.details["line"], error.details["column"]) == (line, column)
    assert f"Line {line}, column {column}: " in error.message


def test_what_editors_wrote_between_the_notes_stays_where_it_was() -> None:
    text = PLACED.replace("NOTE\n{", "NOTE For Wu\n\nNOTE\n{").replace(
        "\nriddle\n", "\nNOTE\nIs it\n  true?\n\nriddle\n"
    )
    later = (
        '\nNOTE {"not": "the header"}\n\nearly\n00:00.200 --> 00:00.900\n<v lin><c.custom>A</c>\nb\n\nNOTE The end\n'
    )
    track = parse_notes((text + later).encode())
    assert track.margin == (
        Margin('{"not": "the header"}', "early"),
        Margin("For Wu", "riddle"),
        Margin("Is it\n  true?", "riddle"),
        Margin("The end"),
    )
    assert parse_notes(dump_notes(track)) == track
    shorter = dataclasses.replace(track, notes=track.notes[:1], margin=(Margin("a --> b\n\nc", "riddle"),))
    assert parse_notes(dump_notes(shorter)).margin == (Margin("a -- > b\nc"),)


def test_styles_and_regions_are_left_out_and_that_is_told() -> None:
    styled = PLACED.replace("\nriddle\n", "\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nriddle\n")
    track, dropped = read_notes(styled.encode())
    assert track == parse_notes(PLACED.encode())
    assert [item.message.partition(" begins")[0] for item in dropped] == [
        "Line 17, column 1",
        "Line 20, column 1",
    ]


def test_the_second_of_two_same_ids_is_told() -> None:
    twice = PLACED + "\nriddle\n00:09.000 --> 00:12.000\n<v lin><c.custom>A</c>\nb\n"
    assert (fault(twice.encode()).details["line"], fault(twice.encode()).details["note"]) == (22, "riddle")


def test_what_players_leave_out_is_told_and_the_rest_read() -> None:
    track, dropped = read_notes((PLACED + "\nlate\n00:09.000 --> 00:08.000\n<v lin><c.custom>A</c>\nb\n").encode())
    assert [read.id for read in track.notes] == ["riddle"]
    assert [(item.code, item.message) for item in dropped] == [
        ("dropped", "Line 23, column 15 ends the note before it begins: players leave it out.")
    ]


def test_markup_and_scripts_in_a_note_are_text() -> None:
    cue = CUE.replace("Guess it.", "&lt;script&gt;alert(1)&lt;/script&gt; <script>x</script> <img src=x onerror=y>")
    assert parse_notes(notes_file(HEADER, cue)).notes[0].body == "<script>alert(1)</script> x\nKeep it."


def test_commentators_of_one_language_come_together_and_their_ids_may_not_clash() -> None:
    mei = Commentator("mei", {"en": "Mei"}, {"en": "Musician"})
    one = NoteTrack("en", (LIN,), (note("a"), note("c", 9000, 12_000)), "CC BY 4.0")
    other = NoteTrack("en", (mei,), (note("b", 6000, 9000, commentator="mei"),), "CC0")
    both = together([one, other])
    assert [item.id for item in both.notes] == ["a", "b", "c"]
    assert (both.commentators, both.licence) == ((LIN, mei), "CC BY 4.0 · CC0")
    for clash in (dataclasses.replace(other, notes=(note("a"),)), dataclasses.replace(other, language="es")):
        with pytest.raises(CinemaError):
            together([one, clash])


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


def test_a_picture_is_described_for_those_who_do_not_see_it() -> None:
    assert codes(note(image="a.jpg")) == (["no-alt"], [])
    assert codes(note(image="a.jpg", alt="A lantern.")) == ([], [])


def test_an_anchor_far_away_is_doubtful() -> None:
    assert codes(note(anchor_ms=60_000)) == ([], ["anchor"])
