"""The pictures that a notes file names, of its notes and its commentators, as they lie beside it."""

from collections.abc import Collection, Iterator
from pathlib import Path

from films.findings import Finding
from films.notes.track import NoteTrack
from films.picture_files import LIMIT_BYTES, is_picture_name, picture_fault


def named_pictures(track: NoteTrack) -> Iterator[tuple[str, str]]:
    """Every picture that a track names, with whose it is: the id of a note or of a commentator."""
    yield from ((note.image, note.id) for note in track.notes if note.image)
    yield from ((person.portrait, person.id) for person in track.commentators if person.portrait)


def without_pictures(track: NoteTrack, names: Collection[str]) -> tuple[Finding, ...]:
    """What of a track names a picture that is not among those; it is shown without."""
    return tuple(
        Finding("image", f"{owner} has no picture {name} beside it.", owner)
        for name, owner in named_pictures(track)
        if name not in names
    )


def pictures_beside(folder: Path, track: NoteTrack) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The pictures of a track that lie in the folder of its file, and what is said of those that do not."""
    found: dict[str, bytes] = {}
    findings = []
    for name, owner in dict(named_pictures(track)).items():
        data = _read(folder / name)
        if data is None:
            findings.append(Finding("image", f"{owner} has no picture {name} beside it.", owner))
            continue
        fault = picture_fault(data) if is_picture_name(name) else "has a name that does not end in .jpg or .png"
        if fault:
            findings.append(Finding("image", f"The picture {name} of {owner} is left out: it {fault}.", owner))
        else:
            found[name] = data
    return found, tuple(findings)


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except OSError:
        return None
