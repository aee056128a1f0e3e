"""The W3C reading of a WebVTT file, line by line: bounded, and each thing with the place where it stands.

The parser is that of https://www.w3.org/TR/webvtt1/#parsing. Kept libraries read what it drops, drop what it reads,
and tell no positions.
"""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core import CinemaError, Code

LIMIT_BYTES = 4 << 20
MAX_CUES = 20_000
MAX_CUE_CHARACTERS = 4_000
MAX_TIME_MS = 48 * 3_600_000
MAX_DROPPED = 1_000
"""So many dropped blocks are told; the rest is dropped in silence."""

STAMP = "X-TIMESTAMP-MAP="
ARROW = "-->"

_TIME = re.compile(r"(?:([0-9]+):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})(?![0-9])")
_SPACE = re.compile(r"[ \t\f]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_TAG = re.compile(r"<[^>]*>?")

Why = Literal["no-times", "bad-start", "no-arrow", "bad-end", "backward", "too-late", "style"]


@dataclass(frozen=True)
class Place:
    """A place in a file; lines and columns (characters) count from 1."""

    line: int
    column: int = 1


@dataclass(frozen=True)
class RawCue:
    """One cue as the file has it: the payload still holds its tags and character references."""

    id: str
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    line: int = 0
    """Of its times; its payload begins on the next one."""


@dataclass(frozen=True)
class Comment:
    """What a ``NOTE`` block says, and where that begins."""

    text: str
    place: Place
    before: str | None = None
    """The id of the cue that it stands before in the file; none behind the last."""


@dataclass(frozen=True)
class Dropped:
    """A block that players leave out, and the place because of which they do; or a style or region, which we do."""

    place: Place
    why: Why


@dataclass(frozen=True)
class RawTrack:
    """The cues of a file in order of time, and its comments in the file's order."""

    cues: tuple[RawCue, ...]
    comments: tuple[Comment, ...]
    stamp: tuple[int, int] | None = None
    """A cue time in milliseconds and the MPEG-2 timestamp (90 kHz) it stands for (RFC 8216 3.5)."""
    dropped: tuple[Dropped, ...] = ()


def read_track(data: bytes, code: Code) -> RawTrack:
    """Read a WebVTT file, dropping what the W3C parser drops and what can never be on screen.

    Raises `CinemaError` with ``code`` if the file is too large, not UTF-8 or no WebVTT at all.
    """
    if len(data) > LIMIT_BYTES:
        raise CinemaError(code, f"The WebVTT file is larger than {LIMIT_BYTES >> 20} MiB.")
    try:
        text = data.decode("utf-8-sig").replace("\0", "\ufffd")
    except UnicodeDecodeError as error:
        *before, start = _LINE_END.split(data[: error.start].decode("utf-8-sig"))
        raise _refused(code, Place(len(before) + 1, len(start) + 1), "is not UTF-8; save the file as UTF-8") from error
    if not re.match(r"WEBVTT(?:[ \t\r\n]|$)", text):
        raise CinemaError(code, "This is no WebVTT file: its first line must be WEBVTT.", {"line": 1, "column": 1})
    lines = _LINE_END.split(text)
    if sum(ARROW in line for line in lines) > MAX_CUES:
        raise CinemaError(code, f"The WebVTT file has more than {MAX_CUES} cues.")
    cues: list[RawCue] = []
    comments: list[Comment] = []
    waiting: list[Comment] = []
    dropped: list[Dropped] = []
    for found in _blocks(lines):
        if isinstance(found, RawCue):
            if sum(map(len, found.lines)) > MAX_CUE_CHARACTERS:
                raise _refused(
                    code, Place(found.line + 1), f"begins a cue of more than {MAX_CUE_CHARACTERS} characters"
                )
            cues.append(found)
            comments += [replace(comment, before=found.id) for comment in waiting]
            waiting.clear()
        elif isinstance(found, Dropped):
            dropped.append(found)
        else:
            waiting.append(found)
    comments += waiting
    cues.sort(key=lambda cue: (cue.start_ms, cue.end_ms))
    return RawTrack(tuple(cues), tuple(comments), _stamp(lines), tuple(dropped[:MAX_DROPPED]))


def plain_text(payload: str) -> str:
    """A cue's payload without tags, its character references resolved."""
    return html.unescape(_TAG.sub("", payload)).strip()


def plain_lines(payload: str) -> list[str]:
    """As `plain_text`, line by line: a tag may go on over several."""
    return [line.strip() for line in html.unescape(_TAG.sub("", payload)).split("\n")]


def escape(text: str) -> str:
    """``text`` so that it stands as itself in a cue's payload."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(time_ms: int) -> str:
    """``time_ms`` as WebVTT writes it, ``hh:mm:ss.mmm``."""
    seconds, ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def parse_clock(text: str) -> int | None:
    """Milliseconds of a WebVTT time, or none."""
    found = _TIME.fullmatch(text)
    return _milliseconds(found) if found else None


def _blocks(lines: Sequence[str]) -> Iterator[RawCue | Comment | Dropped]:
    at = 1
    while at < len(lines) and lines[at] and ARROW not in lines[at]:
        at += 1
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        first = at
        times_at: int | None = None
        while at < len(lines) and lines[at]:
            if ARROW in lines[at]:
                if times_at is not None or at > first + 1:
                    break
                times_at = at
            at += 1
        if times_at is not None:
            yield _cue(lines, first, times_at, at)
        else:
            yield _text_block(lines, first, at)


def _cue(lines: Sequence[str], first: int, times_at: int, end: int) -> RawCue | Dropped:
    times = _times(lines[times_at])
    if not isinstance(times, tuple):
        return Dropped(Place(times_at + 1, times.column), times.why)
    name = lines[first] if times_at > first else ""
    return RawCue(name, *times, tuple(lines[times_at + 1 : end]), times_at + 1)


@dataclass(frozen=True)
class _Misfit:
    column: int
    why: Why


def _times(line: str) -> tuple[int, int] | _Misfit:
    """Start and end; whatever comes after them (settings) is not looked at."""
    at = _after_space(line, 0)
    start = _TIME.match(line, at)
    if not start:
        return _Misfit(at + 1, "bad-start")
    at = _after_space(line, start.end())
    if not line.startswith(ARROW, at):
        return _Misfit(at + 1, "no-arrow")
    at = _after_space(line, at + len(ARROW))
    end = _TIME.match(line, at)
    if not end:
        return _Misfit(at + 1, "bad-end")
    start_ms, end_ms = _milliseconds(start), _milliseconds(end)
    if end_ms <= start_ms:
        return _Misfit(at + 1, "backward")
    return (start_ms, end_ms) if end_ms <= MAX_TIME_MS else _Misfit(at + 1, "too-late")


def _after_space(line: str, at: int) -> int:
    space = _SPACE.match(line, at)
    return space.end() if space else at


def _text_block(lines: Sequence[str], first: int, end: int) -> Comment | Dropped:
    kind, _, rest = lines[first].partition(" ") if "\t" not in lines[first] else lines[first].partition("\t")
    if kind == "NOTE":
        if rest.strip():
            return Comment("\n".join([rest, *lines[first + 1 : end]]), Place(first + 1, len("NOTE ") + 1))
        return Comment("\n".join(lines[first + 1 : end]), Place(first + 2))
    why: Why = "style" if lines[first].rstrip(" \t\f") in ("STYLE", "REGION") else "no-times"
    return Dropped(Place(first + 1), why)


def _milliseconds(found: re.Match[str]) -> int:
    hours, minutes, seconds, ms = found.groups()
    whole = int(hours[-9:]) if hours else 0
    return ((whole * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(ms)


def _stamp(lines: Sequence[str]) -> tuple[int, int] | None:
    """Of the header, which ends with the first empty line; a malformed one counts for nothing."""
    for line in itertools.takewhile(str.strip, lines):
        if line.startswith(STAMP):
            parts = dict(part.strip().partition(":")[::2] for part in line.removeprefix(STAMP).split(","))
            local_ms, ticks = parse_clock(parts.get("LOCAL", "")), parts.get("MPEGTS", "")
            if local_ms is not None and re.fullmatch(r"[0-9]{1,10}", ticks):
                return local_ms, int(ticks)
    return None


def _refused(code: Code, place: Place, what: str) -> CinemaError:
    return CinemaError(
        code, f"Line {place.line}, column {place.column} {what}.", {"line": place.line, "column": place.column}
    )
