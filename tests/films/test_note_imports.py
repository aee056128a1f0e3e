"""Notes written elsewhere come in whole, and what is at fault is named with its line."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CinemaError, Code
from films.manifest import Commentator
from films.notes import dump_notes
from films.notes.editing import Bring, reduce
from films.notes.edition import Edition, EditionNote, Face
from films.notes.imports import KINDS, import_notes
from films.notes.tables import dump_table, parse_moment

LIN = Commentator("lin", {"en": "Lin"}, {"en": "Critic"})
EMPTY = Edition(("en",), (LIN,))

SRT = "1\n00:00:01,500 --> 00:00:04,000\nRiddles\nGuess <i>it</i>.\n\n2\n00:01:00,000 --> 00:01:02,000\nOnly a text.\n"
ASS = """[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.50,0:00:04.00,Default,Lin,0,0,0,,{\\i1}Riddles\\NGuess it, or not.
Comment: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,not shown
"""
CSV = """time;title;text;topic;depth;sources;id
0:00:01.5;Riddles;"Guess;
it.";custom;deep;Meng Hua Lu; riddle
62,25;;Only a text.;;;;
"""
VTT = "WEBVTT\n\nriddle\n00:01.500 --> 00:04.000\nRiddles\nGuess it.\n"


def brought(text: str, name: str) -> tuple[EditionNote, ...]:
    return import_notes(text.encode(), name, EMPTY, "en").edition.notes


def test_subrip_brings_titles_texts_and_moments() -> None:
    first, second = brought(SRT, "a.srt")
    assert (first.id, first.at_ms, first.face("en").title, first.face("en").body) == ("note-001", 1_500, "Riddles", "Guess it.")  # fmt: skip
    assert (second.id, second.at_ms, second.face("en").title, second.face("en").body) == ("note-002", 60_000, "", "Only a text.")  # fmt: skip


def test_substation_brings_what_is_said_and_not_its_comments() -> None:
    (note,) = brought(ASS, "a.ass")
    assert (note.at_ms, note.face("en").title, note.face("en").body) == (1_500, "Riddles", "Guess it, or not.")


def test_a_table_brings_everything_that_it_has_a_column_for() -> None:
    first, second = brought(CSV, "a.csv")
    assert (first.id, first.at_ms, first.topic, first.depth) == ("riddle", 1_500, "custom", "deep")
    assert (first.face("en").body, first.face("en").sources) == ("Guess;\nit.", "Meng Hua Lu")
    assert (second.id, second.at_ms) == ("note-001", 62_250)


def test_a_table_says_by_whom_a_note_is_and_brings_who_is_new() -> None:
    table = "time,text,commentator\n1,a,lin\n2,b,Lin\n3,c,Wu Ping\n4,d,Wu Ping\n5,e,\n"
    edition = import_notes(table.encode(), "a.csv", EMPTY, "en").edition
    assert [note.commentator for note in edition.notes] == ["lin", "lin", "author-1", "author-1", "lin"]
    assert edition.commentators[1].name == {"en": "Wu Ping"}
    assert [person.id for person in reduce(EMPTY, Bring(edition)).commentators] == ["lin", "author-1"]
    crowd = "time,text,commentator\n" + "".join(f"{n},x,Nobody {n}\n" for n in range(17))
    with pytest.raises(CinemaError, match="more than 16 commentators"):
        import_notes(crowd.encode(), "a.csv", EMPTY, "en")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12).map(str.strip)
FACES = st.builds(Face, st.just("en"), CELLS, CELLS, st.just(""), CELLS, CELLS, CELLS)
SOURCES = st.lists(CELLS.filter(lambda text: text and len(text.splitlines()) == 1), max_size=3)


@settings(max_examples=60, deadline=None)
@given(FACES, SOURCES, st.integers(0, 9_000_000), st.none() | st.integers(0, 9_000_000))
def test_what_is_exported_as_a_table_comes_back_whole(
    face: Face, sources: list[str], at_ms: int, told_ms: int | None
) -> None:
    face = replace(face, sources="\n".join(sources))
    note = EditionNote("a", at_ms, "lin", "music", "deep", told_ms, "a.jpg", () if face.empty else (face,))
    table = dump_table(replace(EMPTY, notes=(note,)), "en")
    assert import_notes(table, "a.csv", EMPTY, "en").edition.notes == (note,)
    cells = next(csv.reader(io.StringIO(table.decode("utf-8-sig").partition("\r\n")[2], newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_what_players_leave_out_stays_out_and_is_told() -> None:
    late = "\nSTYLE\nx\n\n48:00:00.000 --> 48:00:01.000\nToo late.\n"
    brought = import_notes((VTT + late).encode(), "a.vtt", EMPTY, "en")
    assert (len(brought.edition.notes), [item.message for item in brought.left_out]) == (
        1,
        ["Line 11, column 18 is later than any film lasts: players leave this note out."],
    )


def test_webvtt_subtitles_and_notes_files_come_in_and_meet_what_is_there() -> None:
    (note,) = brought(VTT, "a.vtt")
    assert (note.id, note.face("en").title) == ("riddle", "Riddles")
    edition = reduce(EMPTY, Bring(import_notes(VTT.encode(), "a.vtt", EMPTY, "en").edition))
    french = dump_notes(edition.track("en")).replace(b'"language": "en"', b'"language": "fr"')
    both = reduce(edition, Bring(import_notes(french, "b.vtt", edition, "en").edition))
    assert [face.language for face in both.notes[0].faces] == ["en", "fr"]
    assert both.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (SRT.replace("00:01:00,000 -->", "00:01:xx -->"), "a.srt", 7),
        (SRT.replace("00:01:02,000", "48:00:00,000"), "a.srt", 7),
        (ASS.replace("0:00:04.00", "99:00:00.00"), "a.ass", 6),
        (SRT.replace("00:01:00,000 -->", "60:00:00,000 -->"), "a.srt", 7),
        (ASS.replace("0:00:01.50", "99:00:00.00"), "a.ass", 6),
        ("hello", "a.srt", 1),
        (ASS.replace("0:00:04.00", "soon"), "a.ass", 6),
        (ASS.replace(",0,0,0,,{", ",{"), "a.ass", 6),
        (ASS.replace("not.", "{" * 4_000), "a.ass", 6),
        (ASS.replace("not.", "{\u2028" * 2_000), "a.ass", 6),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "{\n" * 2_001, "a.srt", 2_003),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "x\n00:01,0 --> 00:02,0\n" * 200, "a.srt", 366),
        ("[Events]\n", "a.ssa", 1),
        (CSV.replace("62,25", "later"), "a.csv", 4),
        (CSV.replace("custom", "weather"), "a.csv", 3),
        (CSV.replace("deep", "deeper"), "a.csv", 3),
        (CSV.replace(" riddle", "../x"), "a.csv", 3),
        ("time,text,told at\n1,x,soon\n", "a.csv", 2),
        ("time,text,image\n1,x,../x.jpg\n", "a.csv", 2),
        ("time,text\n172800,x\n", "a.csv", 2),
        ("name,words\n1,2\n", "a.csv", 1),
        ("", "a.csv", 1),
    ],
)
def test_what_is_at_fault_is_named_with_its_line(text: str, name: str, line: int) -> None:
    with pytest.raises(CinemaError) as refused:
        import_notes(text.encode(), name, EMPTY, "en")
    assert refused.value.code is Code.IMPORT_MALFORMED
    assert refused.value.details["line"] == line
    assert str(line) in refused.value.message or line == 1


def test_a_hundred_thousand_cues_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pysubs2.SSAFile.from_string")
    for text, name in (
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n", "a.srt"),
        (ASS.splitlines(keepends=True)[5], "a.ass"),
    ):
        with pytest.raises(CinemaError, match="more than 20000 cues"):
            import_notes((text * 30_000).encode(), name, EMPTY, "en")


def test_other_kinds_and_other_encodings_are_refused() -> None:
    for data, name in ((b"x", "a.docx"), (b"WEBVTT\n\n\xff", "a.vtt")):
        with pytest.raises(CinemaError):
            import_notes(data, name, EMPTY, "en")
    assert len(import_notes(SRT.encode("utf-16"), "a.srt", EMPTY, "en").edition.notes) == 2


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(KINDS), st.text(max_size=80) | st.text("0:1,.->\n[]Dialogue Format;\"'", max_size=80))
def test_whatever_the_file_holds_it_is_read_or_refused(kind: str, text: str) -> None:
    codes = {Code.IMPORT_MALFORMED, Code.NOTES_MALFORMED, Code.SUBTITLES_MALFORMED}
    refused = []
    try:
        import_notes(text.encode("utf-8", "ignore"), "a" + kind, EMPTY, "en")
    except CinemaError as error:
        refused.append(error.code)
    assert codes.issuperset(refused)


@pytest.mark.parametrize(
    ("text", "ms"),
    [("1:02:03.5", 3_723_500), ("02:03", 123_000), ("90:00", 5_400_000), ("12,25", 12_250), ("1:75:00", None), ("x", None), ("", None)],
)  # fmt: skip
def test_moments_are_read_as_people_write_them(text: str, ms: int | None) -> None:
    assert parse_moment(text) == ms
