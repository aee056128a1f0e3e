"""What leaves the workbench: for each language notes, notes with their times, a table and the report; and pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core import Cancel, CinemaError, Code
from core.whole_file import write_whole
from films import (
    Edition,
    FilmFacts,
    NoteTrack,
    dump_notes,
    dump_table,
    named_pictures,
    picture_fault,
    proofread,
    without_pictures,
)
from ui.workbench.pictures import ReadPicture


@dataclass(frozen=True)
class Exported:
    """How many files were written, and the names of pictures that the notes name and that are not there."""

    count: int
    missing: tuple[str, ...] = ()


def write_exports(
    edition: Edition, film: FilmFacts, name: str, folder: Path, cancel: Cancel, picture: ReadPicture
) -> Exported:
    """Write them into a folder. What reviewers said stays here.

    Raises `CinemaError` (file-unreadable, disk-full, cancelled).
    """
    tracks = {language: edition.track(language) for language in edition.languages}
    pictures, missing = _pictures(tracks.values(), picture)
    files: dict[str, bytes] = dict(pictures)
    for language, track in tracks.items():
        found = proofread(edition, language, film, cancel)
        said = (*found.proof.report.warnings, *without_pictures(track, pictures))
        proof = replace(found.proof, report=replace(found.proof.report, warnings=said))
        files |= {
            f"{language}.vtt": dump_notes(track),
            f"{language}.compiled.vtt": dump_notes(found.schedule.track),
            f"{language}.csv": dump_table(edition, language),
            f"{language}.report.html": proof.as_page(name).encode(),
        }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            cancel.check()
            write_whole(folder / file, data)
    except OSError as error:
        raise CinemaError(
            Code.FILE_UNREADABLE, f"{folder} cannot be written ({error.strerror}); make room, then export again."
        ) from error
    return Exported(len(files), missing)


def _pictures(tracks: Iterable[NoteTrack], picture: ReadPicture) -> tuple[dict[str, bytes], tuple[str, ...]]:
    found: dict[str, bytes] = {}
    missing = []
    for name in dict.fromkeys(name for track in tracks for name, _ in named_pictures(track)):
        try:
            data = picture(name)
        except CinemaError:
            data = b""
        if picture_fault(data):
            missing.append(name)
        else:
            found[name] = data
    return found, tuple(missing)
