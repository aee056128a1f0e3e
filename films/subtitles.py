"""Dialogue subtitles: WebVTT behind a plain model, and SubRip for those who bring it."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from core import CinemaError, Code
from films.webvtt_text import LIMIT_BYTES, MAX_CUES, MAX_TIME_MS, clock, escape, plain_text, read_track

TICKS = 1 << 33
"""MPEG-2 timestamps begin anew after so many (ISO/IEC 13818-1)."""
TICKS_A_MS = 90


@dataclass(frozen=True)
class Cue:
    """What is said, from ``start_ms`` up to (not including) ``end_ms``: plain text, one item for each line."""

    id: str
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def parse_subtitles(data: bytes, film_start: int = 0) -> tuple[Cue, ...]:
    """The cues of a WebVTT file in order of time; cues that the W3C parser drops, or that are empty, are left out.

    Where the file ties its times to MPEG-2 timestamps (RFC 8216 3.5), ``film_start`` is the one of the first frame.
    Raises `CinemaError` (subtitles-malformed).
    """
    track = read_track(data, Code.SUBTITLES_MALFORMED)
    later_ms = 0
    if track.stamp is not None:
        local_ms, ticks = track.stamp
        later_ms = round(((ticks - film_start + TICKS // 2) % TICKS - TICKS // 2) / TICKS_A_MS) - local_ms
    cues = (
        Cue(
            cue.id,
            max(0, cue.start_ms + later_ms),
            cue.end_ms + later_ms,
            tuple(filter(None, map(plain_text, cue.lines))),
        )
        for cue in track.cues
    )
    return tuple(cue for cue in cues if cue.lines and cue.end_ms > 0)


def parse_subrip(data: bytes) -> tuple[Cue, ...]:
    """The cues of a SubRip file (UTF-8, or UTF-16 with its mark). Raises `CinemaError` (subtitles-malformed)."""
    if len(data) > LIMIT_BYTES:
        raise CinemaError(Code.SUBTITLES_MALFORMED, f"The SubRip file is larger than {LIMIT_BYTES >> 20} MiB.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding).lstrip("\r\n")
        captions = webvtt.WebVTT.from_buffer(io.StringIO(text), format="srt").captions
    except UnicodeDecodeError as error:
        raise CinemaError(Code.SUBTITLES_MALFORMED, "The SubRip file is not UTF-8; save it as UTF-8.") from error
    except (MalformedFileError, MalformedCaptionError) as error:
        raise CinemaError(Code.SUBTITLES_MALFORMED, "This is neither a WebVTT nor a SubRip file.") from error
    if len(captions) > MAX_CUES:
        raise CinemaError(Code.SUBTITLES_MALFORMED, f"The SubRip file has more than {MAX_CUES} cues.")
    _check_late(text, [caption.end_time.in_milliseconds() for caption in captions])
    cues = (
        Cue(
            "",
            caption.start_time.in_milliseconds(),
            caption.end_time.in_milliseconds(),
            tuple(filter(None, map(plain_text, caption.lines))),
        )
        for caption in captions
    )
    kept = [cue for cue in cues if cue.lines and cue.start_ms < cue.end_ms]
    return tuple(sorted(kept, key=lambda cue: (cue.start_ms, cue.end_ms)))


def _check_late(text: str, ends_ms: Iterable[int]) -> None:
    late_ms = next((end_ms for end_ms in ends_ms if end_ms > MAX_TIME_MS), None)
    if late_ms is None:
        return
    hours = f"{late_ms // 3_600_000}:"
    lines = ((number, line) for number, line in enumerate(text.splitlines(), 1) if "-->" in line)
    number = next((number for number, line in lines if line.partition("-->")[2].strip().startswith(hours)), 0)
    message = f"Line {number} ends after {MAX_TIME_MS // 3_600_000} hours, later than any film lasts: mend its times."
    raise CinemaError(Code.SUBTITLES_MALFORMED, message, {"line": number})


def dump_subtitles(cues: Iterable[Cue]) -> bytes:
    """The cues as a WebVTT file."""
    blocks = [
        "\n".join(
            [
                *([cue.id] if cue.id else []),
                f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}",
                *(escape(line) for line in cue.lines),
            ]
        )
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode("utf-8")
