"""The still part of a package: subtitles, notes, thumbnails, posters."""

from collections.abc import Mapping

from core import CinemaError
from films.findings import Findings
from films.manifest import Manifest, TextTrack
from films.notes import NoteTrack, check_notes, parse_notes
from films.notes.pictures import without_pictures
from films.picture_files import picture_fault
from films.subtitles import Cue, parse_subtitles
from films.thumbnails import parse_thumbnails

_JPEG = b"\xff\xd8\xff"
_JPEG_END = b"\xff\xd9"


def check_picture(path: str, data: bytes, findings: Findings) -> None:
    """A poster or a sheet must be a whole JPEG."""
    if not data.startswith(_JPEG) or _JPEG_END not in data[-64:]:
        findings.error("picture", "This is no JPEG picture, or a part of one.", path)


def check_notes_picture(path: str, data: bytes, findings: Findings) -> None:
    """What notes show must be a picture by its own bytes, and one that can be drawn."""
    fault = picture_fault(data)
    if fault:
        findings.error("picture", f"This picture {fault}.", path)


def check_texts(manifest: Manifest, texts: Mapping[str, bytes], findings: Findings) -> None:
    """Read every text track that is there (``texts`` by path) and compare it with the manifest."""
    subtitles = {
        track.tag: cues for track in manifest.subtitles if (cues := _subtitles(track, manifest, texts, findings))
    }
    if manifest.subtitles and len(subtitles) == len(manifest.subtitles):
        findings.good("subtitles", f"Subtitles can be read: {', '.join(subtitles)}.")
    elif not manifest.subtitles and manifest.kind == "feature":
        findings.warning("no-subtitles", "The film has no subtitles.")
    notes = [track for track in manifest.notes if _notes(track, manifest, texts, subtitles, findings)]
    if manifest.notes and len(notes) == len(manifest.notes):
        findings.good("notes", f"Notes can be read: {', '.join(track.language for track in notes)}.")
    _thumbnails(manifest, texts, findings)
    names = {file.path.rpartition("/")[2] for file in manifest.posters}
    lacking = [name for name in ("poster.jpg", "backdrop.jpg") if name not in names]
    if lacking and manifest.kind == "feature":
        findings.warning("no-poster", f"The film lacks {' and '.join(lacking)}.")


def _subtitles(track: TextTrack, manifest: Manifest, texts: Mapping[str, bytes], findings: Findings) -> tuple[Cue, ...]:
    path = track.file.path
    if path not in texts:
        return ()
    try:
        cues = parse_subtitles(texts[path])
    except CinemaError as error:
        findings.error("subtitles", error.message, path)
        return ()
    if not cues:
        findings.warning("subtitles-empty", "These subtitles hold no cue.", path)
    elif cues[-1].start_ms >= manifest.running_time_ms:
        findings.warning("subtitles-late", "Some subtitles come after the film's end.", path)
    return cues


def _notes(
    track: TextTrack,
    manifest: Manifest,
    texts: Mapping[str, bytes],
    subtitles: Mapping[str, tuple[Cue, ...]],
    findings: Findings,
) -> NoteTrack | None:
    path = track.file.path
    if path not in texts:
        return None
    try:
        notes = parse_notes(texts[path])
    except CinemaError as error:
        findings.error("notes", error.message, path)
        return None
    if notes.language.lower() != track.language.lower():
        findings.error("notes", f"These notes are in {notes.language}, the manifest says {track.language}.", path)
    known = {person.id for person in manifest.commentators}
    if any(note.commentator not in known for note in notes.notes):
        findings.error("notes", "These notes are by somebody the manifest does not name.", path)
    if any(note.start_ms >= manifest.running_time_ms for note in notes.notes):
        findings.warning("notes-late", "Some notes come after the film's end.", path)
    report = check_notes(notes, subtitles.get(track.language))
    names = {file.path.rpartition("/")[2] for file in manifest.pictures}
    for finding in (*report.errors, *report.warnings, *without_pictures(notes, names)):
        findings.warning(f"notes-{finding.code}", finding.message, path)
    return notes


def _thumbnails(manifest: Manifest, texts: Mapping[str, bytes], findings: Findings) -> None:
    if manifest.thumbnails is None:
        findings.warning("no-thumbnails", "The film has no thumbnails.")
        return
    path = manifest.thumbnails.map.path
    if path not in texts:
        return
    try:
        places = parse_thumbnails(texts[path])
    except CinemaError as error:
        findings.error("thumbnails", error.message, path)
        return
    sheets = {file.path.rpartition("/")[2] for file in manifest.thumbnails.sheets}
    unknown = sorted({place.sheet for place in places} - sheets)
    if unknown:
        findings.error("thumbnails", f"The thumbnails name {unknown[0]}, which is not in the manifest.", path)
    elif not places or places[0].start_ms != 0 or places[-1].end_ms < manifest.running_time_ms:
        findings.warning("thumbnails-short", "The thumbnails do not cover the whole film.", path)
    else:
        findings.good("thumbnails", f"The thumbnails cover the film ({len(places)}).")
