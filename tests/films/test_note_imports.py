"""Notes written elsewhere come in whole, and what is at fault is named with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CinemaError, Code
from films.manifest import Commentator
from films.notes import dump_notes
from films.notes.editing import Bring, reduce
from films.notes.edition import Edition, EditionNote
from films.notes.imports import KINDS, import_notes, parse_moment

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
    return import_notes(text.encode(), name, EMPTY, "en").notes


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


def test_webvtt_subtitles_and_notes_files_come_in_and_meet_what_is_there() -> None:
    (note,) = brought(VTT, "a.vtt")
    assert (note.id, note.face("en").title) == ("riddle", "Riddles")
    edition = reduce(EMPTY, Bring(import_notes(VTT.encode(), "a.vtt", EMPTY, "en")))
    french = dump_notes(edition.track("en")).replace(b'"language": "en"', b'"language": "fr"')
    both = reduce(edition, Bring(import_notes(french, "b.vtt", edition, "en")))
    assert [face.language for face in both.notes[0].faces] == ["en", "fr"]
    assert both.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (SRT.replace("00:01:00,000 -->", "00:01:xx -->"), "a.srt", 7),
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


def test_other_kinds_and_other_encodings_are_refused() -> None:
    for data, name in ((b"x", "a.docx"), (b"WEBVTT\n\n\xff", "a.vtt")):
        with pytest.raises(CinemaError):
            import_notes(data, name, EMPTY, "en")
    assert len(import_notes(SRT.encode("utf-16"), "a.srt", EMPTY, "en").notes) == 2


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
