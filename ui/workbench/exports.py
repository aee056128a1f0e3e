"""What leaves the workbench: for each language the notes, the notes with their times, and the report."""

from pathlib import Path

from core import Cancel, CinemaError, Code
from core.whole_file import write_whole
from films import Edition, FilmFacts, dump_notes, proofread


def write_exports(edition: Edition, film: FilmFacts, name: str, folder: Path, cancel: Cancel) -> int:
    """Write them into a folder and say how many files they are. What reviewers said stays here.

    Raises `CinemaError` (file-unreadable, disk-full, cancelled).
    """
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for language in edition.languages:
            found = proofread(edition, language, film, cancel)
            files = {
                f"{language}.vtt": dump_notes(edition.track(language)),
                f"{language}.compiled.vtt": dump_notes(found.schedule.track),
                f"{language}.report.html": found.proof.as_page(name).encode(),
            }
            for file, data in files.items():
                write_whole(folder / file, data)
                count += 1
    except OSError as error:
        raise CinemaError(
            Code.FILE_UNREADABLE, f"{folder} cannot be written ({error.strerror}); make room, then export again."
        ) from error
    return count
