"""The W3C reading of a WebVTT file, through webvtt-py: bounded, and never an exception of the library's own."""

import html
import itertools
import re
from dataclasses import dataclass

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from core import CinemaError, Code

LIMIT_BYTES = 4 << 20
MAX_CUES = 20_000
MAX_CUE_CHARACTERS = 4_000
MAX_TIME_MS = 48 * 3_600_000

STAMP = "X-TIMESTAMP-MAP="

_TIME = r"(?:\d{1,4}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMINGS = re.compile(rf"[ \t\f]*{_TIME}[ \t\f]*-->[ \t\f]*{_TIME}(?:[ \t\f]|$)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_TAG = re.compile(r"<[^>]*>?")


@dataclass(frozen=True)
class RawCue:
    """One cue as the file has it: the payload still holds its tags and character references."""

    id: str
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class RawTrack:
    """The cues of a file in order of time, and the comments that stand before the first of them."""

    cues: tuple[RawCue, ...]
    comments: tuple[str, ...]
    stamp: tuple[int, int] | None = None
    """A cue time in milliseconds and the MPEG-2 timestamp (90 kHz) it stands for (RFC 8216 3.5)."""


def read_track(data: bytes, code: Code) -> RawTrack:
    """Read a WebVTT file (https://www.w3.org/TR/webvtt1/), dropping what its parser drops.

    Raises `CinemaError` with ``code`` if the file is too large, not UTF-8 or no WebVTT at all.
    """
    if len(data) > LIMIT_BYTES:
        raise CinemaError(code, f"The WebVTT file is larger than {LIMIT_BYTES >> 20} MiB.")
    try:
        text = data.decode("utf-8-sig").replace("\0", "\ufffd")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CinemaError(code, f"Line {line} is not UTF-8; save the file as UTF-8.", {"line": line}) from error
    if not re.match(r"WEBVTT(?:[ \t\r\n]|$)", text):
        raise CinemaError(code, "This is no WebVTT file: its first line must be WEBVTT.", {"line": 1})
    lines = [
        line if "-->" not in line or _TIMINGS.match(line) else "-->"  # the W3C parser drops a cue with such timings
        for line in _LINE_END.split(text)
    ]
    if sum("-->" in line for line in lines) > MAX_CUES:
        raise CinemaError(code, f"The WebVTT file has more than {MAX_CUES} cues.")
    try:
        parsed = webvtt.WebVTT.from_string("\n".join(lines))
    except (MalformedFileError, MalformedCaptionError) as error:
        raise CinemaError(code, f"The WebVTT file cannot be read: {error}.") from error
    cues = [cue for caption in parsed.captions if (cue := _cue(caption))]
    for cue in cues:
        if sum(map(len, cue.lines)) > MAX_CUE_CHARACTERS:
            raise CinemaError(code, f"The cue at {clock(cue.start_ms)} is longer than {MAX_CUE_CHARACTERS} characters.")
    cues.sort(key=lambda cue: (cue.start_ms, cue.end_ms))
    comments = parsed.header_comments or ([] if parsed.captions else parsed.footer_comments)
    return RawTrack(tuple(cues), tuple(comments), _stamp(lines))


def plain_text(payload: str) -> str:
    """A cue's payload without tags, its character references resolved."""
    return html.unescape(_TAG.sub("", payload)).strip()


def escape(text: str) -> str:
    """``text`` so that it stands as itself in a cue's payload."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(time_ms: int) -> str:
    """``time_ms`` as WebVTT writes it, ``hh:mm:ss.mmm``."""
    seconds, ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def parse_clock(text: str) -> int | None:
    """Milliseconds of a WebVTT time, or none."""
    if not re.fullmatch(_TIME, text):
        return None
    *hours, minutes, seconds = text.split(":")
    return (int(hours[0]) * 60 if hours else 0) * 60_000 + int(minutes) * 60_000 + int(seconds.replace(".", ""))


def _stamp(lines: list[str]) -> tuple[int, int] | None:
    """Of the header, which ends with the first empty line; a malformed one counts for nothing."""
    for line in itertools.takewhile(str.strip, lines):
        if line.startswith(STAMP):
            parts = dict(part.strip().partition(":")[::2] for part in line.removeprefix(STAMP).split(","))
            local_ms, ticks = parse_clock(parts.get("LOCAL", "")), parts.get("MPEGTS", "")
            if local_ms is not None and re.fullmatch(r"[0-9]{1,10}", ticks):
                return local_ms, int(ticks)
    return None


def _cue(caption: webvtt.Caption) -> RawCue | None:
    start_ms, end_ms = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
    if not start_ms < end_ms <= MAX_TIME_MS:
        return None
    return RawCue(caption.identifier or "", start_ms, end_ms, tuple(caption.lines))
