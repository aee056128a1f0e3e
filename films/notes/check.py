"""Can these notes be read in their time? Reading budgets, collisions, length, sources."""

from collections.abc import Sequence

from films.findings import Finding, NotesReport
from films.notes.track import Note, NoteTrack
from films.subtitles import Cue
from films.webvtt_text import clock

LATIN_CPS = 17
"""Characters a second that the subtitling trade takes as its template."""
HAN_CPS = 9
TOO_FAST = 1.2
"""Beyond this many times the template, a note is simply not read (20 characters a second for Latin scripts)."""
LATIN_BODY = 84
"""Two lines of 42 characters."""
HAN_BODY = 32
"""Two lines of 16 characters."""
MIN_MS = 1_500
_HAN_LANGUAGES = frozenset({"zh", "yue", "ja", "ko"})


def check_notes(track: NoteTrack, subtitles: Sequence[Cue] | None) -> NotesReport:
    """What is wrong or doubtful about the notes, beside the subtitles shown with them (none: not looked at).

    The codes are ``reading-speed``, ``too-short``, ``overlap``, ``length``, ``subtitles``, ``missing-source``
    and ``anchor``; the path of a finding is the note's id.
    """
    han = track.language.lower().split("-")[0] in _HAN_LANGUAGES
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for note in track.notes:
        _check_speed(note, han, errors, warnings)
        _check_text(note, han, warnings)
        if subtitles is not None:
            _check_subtitles(note, subtitles, han, warnings)
    for earlier, later in _collisions(track.notes):
        errors.append(
            Finding(
                "overlap",
                f"{later.id} starts at {clock(later.start_ms)}, while {earlier.id} is still on screen "
                f"until {clock(earlier.end_ms)}.",
                later.id,
            )
        )
    return NotesReport(tuple(errors), tuple(warnings))


def _collisions(notes: Sequence[Note]) -> list[tuple[Note, Note]]:
    found = []
    longest: Note | None = None
    for note in notes:
        if longest is not None and note.start_ms < longest.end_ms:
            found.append((longest, note))
        if longest is None or note.end_ms > longest.end_ms:
            longest = note
    return found


def _characters(note: Note) -> int:
    return len(note.title) + len(note.body.replace("\n", " "))


def _check_speed(note: Note, han: bool, errors: list[Finding], warnings: list[Finding]) -> None:
    duration_ms = note.end_ms - note.start_ms
    speed, template = _characters(note) * 1000 / duration_ms, HAN_CPS if han else LATIN_CPS
    if duration_ms < MIN_MS:
        errors.append(Finding("too-short", f"{note.id} is on screen for only {duration_ms / 1000:.1f} s.", note.id))
    elif speed > template:
        needed_s = _characters(note) / template
        (errors if speed > template * TOO_FAST else warnings).append(
            Finding(
                "reading-speed",
                f"{note.id} asks for {speed:.0f} characters a second, {template} can be read: "
                f"it needs {needed_s:.1f} s instead of {duration_ms / 1000:.1f} s.",
                note.id,
            )
        )


def _check_text(note: Note, han: bool, warnings: list[Finding]) -> None:
    limit, length = HAN_BODY if han else LATIN_BODY, len(note.body.replace("\n", " "))
    if length > limit:
        warnings.append(
            Finding("length", f"{note.id} has a text of {length} characters; two lines hold {limit}.", note.id)
        )
    if not note.sources:
        warnings.append(Finding("missing-source", f"{note.id} names no source.", note.id))
    if note.anchor_ms is not None and not note.start_ms - 10_000 <= note.anchor_ms <= note.end_ms:
        warnings.append(
            Finding("anchor", f"{note.id} explains {clock(note.anchor_ms)}, far from when it is shown.", note.id)
        )


def _check_subtitles(note: Note, subtitles: Sequence[Cue], han: bool, warnings: list[Finding]) -> None:
    template = HAN_CPS if han else LATIN_CPS
    beside = 0.0
    for cue in subtitles:
        shared_ms = min(cue.end_ms, note.end_ms) - max(cue.start_ms, note.start_ms)
        if shared_ms > 0:
            beside += sum(map(len, cue.lines)) * shared_ms / (cue.end_ms - cue.start_ms)
    needed_s, given_s = (_characters(note) + beside) / template, (note.end_ms - note.start_ms) / 1000
    if beside and needed_s > given_s and _characters(note) / template <= given_s:
        warnings.append(
            Finding(
                "subtitles",
                f"{note.id} can be read alone, but not with the subtitles beside it: "
                f"both need {needed_s:.1f} s, there are {given_s:.1f} s.",
                note.id,
            )
        )
