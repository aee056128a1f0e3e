"""The parser of the WebVTT specification (https://www.w3.org/TR/webvtt1/#parsing), rule by rule; our own cases."""

import time

import pytest

from core import CinemaError, Code
from films.webvtt_text import Dropped, Place, RawCue, plain_lines, plain_text, read_track

CUE = "00:01.000 --> 00:02.000\n"


def cues(text: str) -> list[tuple[str, int, int, str]]:
    track = read_track(text.encode(), Code.NOTES_MALFORMED)
    return [(cue.id, cue.start_ms, cue.end_ms, "\n".join(cue.lines)) for cue in track.cues]


def dropped(text: str) -> list[tuple[int, int, str]]:
    track = read_track(text.encode(), Code.NOTES_MALFORMED)
    return [(item.place.line, item.place.column, item.why) for item in track.dropped]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # The signature and the header block.
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT - a title\n\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\ttabbed\n\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\nKind: metadata\nLanguage: en\n\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\nnot an id\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT", []),
        ("WEBVTT\n\n\n\n", []),
        # Line ends, and NUL.
        ("WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\na\r\n", [("", 1000, 2000, "a")]),
        ("WEBVTT\r\r00:01.000 --> 00:02.000\ra\rb\r", [("", 1000, 2000, "a\nb")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\0b", [("", 1000, 2000, "a\ufffdb")]),
        # Times.
        ("WEBVTT\n\n00:00:01.000 --> 99:00:02.000\nlater than any film", []),
        ("WEBVTT\n\n1:00:01.000 --> 01:00:02.000\nfew digits", [("", 3_601_000, 3_602_000, "few digits")]),
        ("WEBVTT\n\n0000:00:01.000-->00:02.000\nno space", [("", 1000, 2000, "no space")]),
        ("WEBVTT\n\n \t00:01.000\t --> \f00:02.000\nspace", [("", 1000, 2000, "space")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000align:start\nsettings at once", [("", 1000, 2000, "settings at once")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 line:x size:200% huh\nbad settings", [("", 1000, 2000, "bad settings")]),
        ("WEBVTT\n\n00:60.000 --> 00:61.000\nx", []),
        ("WEBVTT\n\n60:01.000 --> 61:02.000\nx", []),
        ("WEBVTT\n\n0:01.000 --> 0:02.000\nx", []),
        ("WEBVTT\n\n00:1.000 --> 00:02.000\nx", []),
        ("WEBVTT\n\n00:01.00 --> 00:02.000\nx", []),
        ("WEBVTT\n\n00:01.0000 --> 00:02.000\nx", []),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nx", []),
        ("WEBVTT\n\n-00:01.000 --> 00:02.000\nbefore the film", []),
        ("WEBVTT\n\n00:01.000 --> \nx", []),
        ("WEBVTT\n\n٠٠:٠١.٠٠٠ --> ٠٠:٠٢.٠٠٠\nother digits", []),
        # Ids.
        ("WEBVTT\n\nan id\n00:01.000 --> 00:02.000\na", [("an id", 1000, 2000, "a")]),
        ("WEBVTT\n\ntwo\nlines\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\n\nsame\n00:01.000 --> 00:02.000\na\n\nsame\n00:03.000 --> 00:04.000\nb",
         [("same", 1000, 2000, "a"), ("same", 3000, 4000, "b")]),
        # Where a cue ends.
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb", [("", 1000, 2000, "a"), ("", 3000, 4000, "b")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n00:03.000 --> 00:04.000\nb", [("", 1000, 2000, ""), ("", 3000, 4000, "b")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n \nb", [("", 1000, 2000, "a\n \nb")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nb", [("", 1000, 2000, "a")]),
        ("WEBVTT\n\nbad --> times\na\n00:03.000 --> 00:04.000\nb", [("", 3000, 4000, "b")]),
        # Order.
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nlast\n\n00:01.000 --> 00:02.000\nfirst",
         [("", 1000, 2000, "first"), ("", 5000, 6000, "last")]),
        # What is not a cue.
        ("WEBVTT\n\nNOTE a\nb\n\nSTYLE\n::cue{}\n\nREGION\nid:x\n\n00:01.000 --> 00:02.000\na", [("", 1000, 2000, "a")]),
        ("WEBVTT\n\nNOTE\n00:01.000 --> 00:02.000\nan id like any", [("NOTE", 1000, 2000, "an id like any")]),
    ],
)  # fmt: skip
def test_a_file_is_read_as_the_specification_says(text: str, found: list[tuple[str, int, int, str]]) -> None:
    assert cues(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WEBVTT\n\n00:01,000 --> 00:02.000\nx", [(3, 1, "bad-start")]),
        ("WEBVTT\n\n-00:01.000 --> 00:02.000\nx", [(3, 1, "bad-start")]),
        ("WEBVTT\n\nid\n  00:01.000 - --> 00:02.000\nx", [(4, 13, "no-arrow")]),
        ("WEBVTT\n\n00:01.000 --> later\nx", [(3, 15, "bad-end")]),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx", [(3, 15, "backward")]),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nx", [(3, 15, "backward")]),
        ("WEBVTT\n\n00:02.000 --> 999999999999:00:02.000\nx", [(3, 15, "too-late")]),
        ("WEBVTT\r\n\r\nsome text\r\nand more\r\n\r\n00:02.000 --> 00:02.000\r\nx", [(3, 1, "no-times"), (6, 15, "backward")]),
        ("WEBVTT\n\nNOTE fine\n\nSTYLE\nx\n\nREGION \nx\n\nid\n" + CUE + "x", [(5, 1, "style"), (8, 1, "style")]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told_with_its_line_and_column(text: str, found: list[tuple[int, int, str]]) -> None:
    assert dropped(text) == found


def test_a_cue_knows_the_line_of_its_times() -> None:
    text = "WEBVTT\n\n\nNOTE {\n}\n\na\n00:01.000 --> 00:02.000\nx\n\n00:03.000 --> 00:04.000\ny"
    track = read_track(text.encode(), Code.NOTES_MALFORMED)
    assert [cue.line for cue in track.cues] == [8, 11]
    assert [(comment.text, comment.place) for comment in track.comments] == [("{\n}", Place(4, 6))]


def test_tags_over_several_lines_and_references_become_plain_lines() -> None:
    assert plain_lines("<v\nLin><c.custom>A &amp;\n B</c>&lt;i&gt;") == ["A &", "B<i>"]
    assert plain_text("&lrm;<b>&nbsp;x<") == "\u200e\xa0x"


def test_letters_of_every_direction_stay_in_their_order() -> None:
    arabic = "مهرجان الفوانيس \u2067123\u2069 فانوس"
    assert cues(f"WEBVTT\n\n{CUE}{arabic}")[0][3] == arabic


def test_a_hundred_thousand_cues_are_refused_at_once_and_so_is_a_cue_of_a_megabyte() -> None:
    many = b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 100_000
    huge = b"WEBVTT\n\n" + CUE.encode() + b"x" * (1 << 20)
    begin = time.process_time()
    with pytest.raises(CinemaError, match="more than 20000 cues"):
        read_track(many, Code.NOTES_MALFORMED)
    with pytest.raises(CinemaError, match="Line 4, column 1 begins a cue of more than 4000 characters"):
        read_track(huge, Code.NOTES_MALFORMED)
    assert time.process_time() - begin < 5


def test_what_is_not_utf_8_is_told_with_line_and_column() -> None:
    with pytest.raises(CinemaError) as caught:
        read_track("WEBVTT\r\n\r\nx灯笼".encode() + b"\xff", Code.NOTES_MALFORMED)
    assert caught.value.details == {"line": 3, "column": 4}


def test_thousands_of_dropped_blocks_are_told_in_part() -> None:
    track = read_track(b"WEBVTT\n\n" + b"x --> y\n\n" * 5000, Code.NOTES_MALFORMED)
    assert (track.cues, len(track.dropped)) == ((), 1000)
    assert track.dropped[0] == Dropped(Place(3, 1), "bad-start")


def test_overlapping_cues_are_all_there() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:09.000\na\n\n00:01.000 --> 00:02.000\nb"
    assert [cue.lines for cue in read_track(text.encode(), Code.NOTES_MALFORMED).cues] == [("b",), ("a",)]
    assert isinstance(read_track(text.encode(), Code.NOTES_MALFORMED).cues[0], RawCue)
