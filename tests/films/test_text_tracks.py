import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import CinemaError, Code
from films import (
    Cue,
    Thumbnail,
    dump_subtitles,
    dump_thumbnails,
    parse_subrip,
    parse_subtitles,
    parse_thumbnails,
)

LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40).map(str.strip)
CUES = st.lists(
    st.builds(
        lambda start, length, lines: Cue("", start, start + length, tuple(lines)),
        st.integers(0, 7_200_000),
        st.integers(1, 9_000),
        st.lists(LINES.filter(bool), min_size=1, max_size=3),
    ),
    max_size=8,
).map(lambda cues: tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))))


def vtt(*blocks: str) -> bytes:
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode()


@given(CUES)
def test_subtitles_come_back_as_they_were_written(cues: tuple[Cue, ...]) -> None:
    assert parse_subtitles(dump_subtitles(cues)) == cues


def test_tags_timestamps_and_references_become_plain_text() -> None:
    data = vtt("a\n00:01.000 --> 00:02.500 line:80%\n<v.loud Mei><i>Tom &amp; <c.x>Li</c></i> <00:01.500>&lt;3\n第二行")
    assert parse_subtitles(data) == (Cue("a", 1000, 2500, ("Tom & Li <3", "第二行")),)


@pytest.mark.parametrize(
    ("stamp", "film_start", "later_ms"),
    [
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0", 0, 0),
        ("X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000", 0, 10_000),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000", 900_000, 0),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:02.500,MPEGTS:900000", 810_000, -1_500),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:45000", (1 << 33) - 45_000, 1_000),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:8589889592", 45_000, -1_000),
        ("X-TIMESTAMP-MAP=LOCAL:nonsense,MPEGTS:900000", 0, 0),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:-5", 0, 0),
        ("X-TIMESTAMP-MAP=LOCAL:00:00:00.000", 0, 0),
        ("X-TIMESTAMP-MAP=", 0, 0),
        ("", 900_000, 0),
    ],
)
def test_cues_follow_the_timestamps_that_the_file_ties_them_to(stamp: str, film_start: int, later_ms: int) -> None:
    data = f"WEBVTT\n{stamp}\n\n00:20.000 --> 00:21.000\ntext\n".encode()
    (cue,) = parse_subtitles(data, film_start)
    assert (cue.start_ms, cue.end_ms) == (20_000 + later_ms, 21_000 + later_ms)


def test_what_would_be_on_screen_before_the_film_is_cut_off() -> None:
    data = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:10.000,MPEGTS:0\n\n00:01.000 --> 00:02.000\nlong ago\n\n"
    data += "00:09.000 --> 00:12.000\nnow\n"
    assert parse_subtitles(data.encode()) == (Cue("", 0, 2_000, ("now",)),)


def test_a_stamp_after_the_header_is_a_text_like_any_other() -> None:
    data = vtt("00:01.000 --> 00:02.000\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000")
    assert parse_subtitles(data)[0].start_ms == 1_000


@pytest.mark.parametrize(
    "block",
    [
        "0:0:01.000 --> 00:00:02.000\ntext",
        "00:01,000 --> 00:02,000\ntext",
        "00:61.000 --> 00:62.000\ntext",
        "00:02.000 --> 00:01.000\nbackwards",
        "00:01.000 --> 00:01.000\nnever on screen",
        "00:01.000 --> 00:02.0000\ntext",
        "00:01.000 -> 00:02.000\ntext",
        "-->\ntext",
        "9999:00:00.000 --> 9999:00:01.000\nnext year",
        "00:01.000 --> 00:02.000\n<i></i>",
        "NOTE nothing to see",
        "STYLE\n::cue { color: red }",
    ],
)
def test_what_the_w3c_parser_drops_is_dropped_and_the_rest_stays(block: str) -> None:
    assert parse_subtitles(vtt(block, "00:05.000 --> 00:06.000\nkept")) == (Cue("", 5000, 6000, ("kept",)),)


def test_a_byte_order_mark_and_every_line_end_are_accepted() -> None:
    for end in ("\n", "\r\n", "\r"):
        data = "\ufeff" + end.join(["WEBVTT - Title", "", "00:01.000 --> 00:02.000", "Hi", ""])
        assert parse_subtitles(data.encode()) == (Cue("", 1000, 2000, ("Hi",)),)


@pytest.mark.parametrize(
    "data", [b"", b"WEBVTTX\n", b"1\n00:00", "WEBVTT\n\n".encode("utf-16"), b"\x89PNG", b" WEBVTT"]
)
def test_other_files_are_not_subtitles(data: bytes) -> None:
    with pytest.raises(CinemaError) as caught:
        parse_subtitles(data)
    assert caught.value.code is Code.SUBTITLES_MALFORMED


def test_a_fault_names_its_line() -> None:
    with pytest.raises(CinemaError) as caught:
        parse_subtitles(b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\xfe\n")
    assert caught.value.details["line"] == 4


@pytest.mark.parametrize(
    "data",
    [
        b"WEBVTT\n" + b" " * (5 << 20),
        vtt(*["00:01.000 --> 00:02.000\nx"] * 20_001),
        vtt("00:01.000 --> 00:02.000\n" + "x" * 4_001),
    ],
    ids=["bytes", "cues", "characters"],
)
def test_subtitles_have_limits(data: bytes) -> None:
    with pytest.raises(CinemaError) as caught:
        parse_subtitles(data)
    assert caught.value.code is Code.SUBTITLES_MALFORMED


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: ("WEBVTT\n\n" + text).encode("utf-8", "replace")),
    )
)
def test_noise_never_breaks_the_reader(data: bytes) -> None:
    for parse in (parse_subtitles, parse_subrip, parse_thumbnails):
        with contextlib.suppress(CinemaError):
            parse(data)


def test_subrip_that_ends_later_than_any_film_is_refused_with_its_line() -> None:
    with pytest.raises(CinemaError, match="Line 6 ends after 48 hours") as refused:
        parse_subrip(b"1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 48:00:00,001\nb\n")
    assert (refused.value.code, refused.value.details["line"]) == (Code.SUBTITLES_MALFORMED, 6)


def test_subrip_in_utf_8_and_utf_16_is_read() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>灯</i>\r\nsecond\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nx\r\n"
    )
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert parse_subrip(data) == (Cue("", 1000, 2500, ("灯", "second")), Cue("", 3000, 4000, ("x",)))


def test_thumbnails_come_back_as_they_were_written() -> None:
    thumbnails = (Thumbnail(0, 1000, "01.jpg", 0, 0, 160, 90), Thumbnail(1000, 2000, "01.jpg", 160, 0, 160, 90))
    assert parse_thumbnails(dump_thumbnails(thumbnails)) == thumbnails


@pytest.mark.parametrize(
    "target",
    ["../01.jpg#xywh=0,0,1,1", "http://x/1.jpg#xywh=0,0,1,1", "01.jpg", "01.jpg#xywh=0,0,0,1", "01.jpg#xywh=-1,0,1,1"],
)
def test_thumbnails_point_into_sheets_beside_them_only(target: str) -> None:
    with pytest.raises(CinemaError) as caught:
        parse_thumbnails(vtt(f"00:00.000 --> 00:01.000\n{target}"))
    assert caught.value.code is Code.PACKAGE_MALFORMED
