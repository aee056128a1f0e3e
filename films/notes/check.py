"""Can these notes be read in their time, and do they keep the film's secrets? Errors, and what is doubtful."""

from collections.abc import Sequence

from films.findings import Finding, NotesReport
from films.notes.dialogue import Dialogue
from films.notes.horizon import told_from_ms
from films.notes.reading import MIN_MS, PACE, TOO_FAST, characters, is_wide, note_ms, speed_cps
from films.notes.track import Note, NoteTrack
from films.subtitles import Cue
from films.webvtt_text import clock

NARROW_BODY = 84
"""Two lines of 42 characters."""
WIDE_BODY = 32
"""Two lines of 16 characters."""


def check_notes(
    track: NoteTrack, subtitles: Sequence[Cue] | None, subtitles_language: str | None = None
) -> NotesReport:
    """What is wrong or doubtful about the notes, beside the subtitles shown with them (none: not looked at).

    The subtitles are in the notes' language unless another is named.

    The codes are ``reading-speed``, ``too-short``, ``overlap``, ``spoiler``, ``no-alt``, ``length``, ``subtitles``,
    ``missing-source`` and ``anchor``; the path of a finding is the note's id.
    """
    errors: list[Finding] = []
    warnings: list[Finding] = []
    dialogue = None if subtitles is None else Dialogue(subtitles, subtitles_language or track.language)
    told = told_from_ms(track)
    cards = [note for note in track.notes if note.place == "card"]
    for note in track.notes:
        if note.start_ms < told[note.id]:
            errors.append(_spoiler(note, told[note.id]))
        if note.image and not note.alt.strip():
            errors.append(Finding("no-alt", f"{note.id} does not say what its picture {note.image} shows.", note.id))
        _check_text(note, track.language, warnings)
    for note in cards:
        _check_speed(note, track.language, errors, warnings)
        _check_anchor(note, warnings)
        if dialogue is not None:
            _check_subtitles(note, dialogue, track.language, warnings)
    for earlier, later in _collisions(cards):
        errors.append(
            Finding(
                "overlap",
                f"{later.id} starts at {clock(later.start_ms)}, while {earlier.id} is still on screen "
                f"until {clock(earlier.end_ms)}.",
                later.id,
            )
        )
    return NotesReport(tuple(errors), tuple(warnings))


def missing_translations(tracks: Sequence[NoteTrack]) -> dict[str, tuple[str, ...]]:
    """By language, the ids of the notes that other languages have and this one lacks; languages that lack none too."""
    every = {note.id: note.moment_ms for track in reversed(tracks) for note in track.notes}
    own: dict[str, set[str]] = {}
    for track in tracks:
        own.setdefault(track.language, set()).update(note.id for note in track.notes)
    return {
        language: tuple(sorted(every.keys() - names, key=lambda name: (every[name], name)))
        for language, names in own.items()
    }


def _collisions(notes: Sequence[Note]) -> list[tuple[Note, Note]]:
    found = []
    longest: Note | None = None
    for note in notes:
        if longest is not None and note.start_ms < longest.end_ms:
            found.append((longest, note))
        if longest is None or note.end_ms > longest.end_ms:
            longest = note
    return found


def _spoiler(note: Note, told_ms: int) -> Finding:
    return Finding(
        "spoiler",
        f"{note.id} gives away at {clock(note.start_ms)} what the film tells at {clock(told_ms)}: "
        "show it later, or leave that out.",
        note.id,
    )


def _check_speed(note: Note, language: str, errors: list[Finding], warnings: list[Finding]) -> None:
    duration_ms, template = note.end_ms - note.start_ms, speed_cps(language) * PACE[note.depth]
    speed = characters(note) * 1000 / duration_ms
    if duration_ms < MIN_MS:
        errors.append(Finding("too-short", f"{note.id} is on screen for only {duration_ms / 1000:.1f} s.", note.id))
    elif duration_ms < note_ms(note, language):
        (errors if speed > template * TOO_FAST else warnings).append(
            Finding(
                "reading-speed",
                f"{note.id} asks for {speed:.0f} characters a second, {template:.0f} can be read: "
                f"it needs {note_ms(note, language) / 1000:.1f} s instead of {duration_ms / 1000:.1f} s.",
                note.id,
            )
        )


def _check_text(note: Note, language: str, warnings: list[Finding]) -> None:
    limit, length = WIDE_BODY if is_wide(language) else NARROW_BODY, len(note.body.replace("\n", " "))
    if length > limit:
        warnings.append(
            Finding("length", f"{note.id} has a text of {length} characters; two lines hold {limit}.", note.id)
        )
    if not note.sources:
        warnings.append(Finding("missing-source", f"{note.id} names no source.", note.id))


def _check_anchor(note: Note, warnings: list[Finding]) -> None:
    if note.anchor_ms is not None and not note.start_ms - 10_000 <= note.anchor_ms <= note.end_ms:
        warnings.append(
            Finding("anchor", f"{note.id} explains {clock(note.anchor_ms)}, far from when it is shown.", note.id)
        )


def _check_subtitles(note: Note, dialogue: Dialogue, language: str, warnings: list[Finding]) -> None:
    given_ms, alone_ms = note.end_ms - note.start_ms, note_ms(note, language)
    both_ms = alone_ms + dialogue.read_ms(note.start_ms, note.end_ms)
    if alone_ms <= given_ms < both_ms:
        warnings.append(
            Finding(
                "subtitles",
                f"{note.id} can be read alone, but not with the subtitles beside it: "
                f"both need {both_ms / 1000:.1f} s, there are {given_ms / 1000:.1f} s.",
                note.id,
            )
        )
