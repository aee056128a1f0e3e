"""The pictures of notes for QML: addresses that tell one film's from another's, and what lies behind them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from core import CinemaError, Code
from films import picture_fault
from ui.picture_files import as_jpeg, as_png, decoded, disc_of

if TYPE_CHECKING:
    from films import Note
    from player import Feature, Track

NOTE, PORTRAIT = "note", "portrait"
OWN = "own"
LARGEST = 1_280
"""Pixels of a side; a card shows less."""
SOON_MS = 30_000
"""A card's picture is fetched so long before it."""
MARK = 16
"""So many letters of its hash tell a picture from others of the same name."""


def picture_address(pictures: Mapping[str, str], name: str, kind: str = NOTE) -> str:
    """What QML asks for: a note's picture, or a commentator's portrait; empty where the film does not bring it."""
    return f"{kind}:{pictures[name][:MARK]}:{name}" if name in pictures else ""


def own_address(name: str, kind: str = NOTE) -> str:
    """What QML asks for at the workbench, where pictures lie beside the edition; empty for no name."""
    return f"{kind}:{OWN}:{name}" if name else ""


def coming_picture(notes: "Track[Note]", position_ms: int, pictures: Mapping[str, str]) -> str:
    """The address of the next card's picture, where that comes soon; empty for none."""
    for note in notes.cues[notes.begun(position_ms) :]:
        if note.start_ms > position_ms + SOON_MS:
            break
        if note.image in pictures:
            return picture_address(pictures, note.image)
    return ""


def is_note_picture(address: str) -> bool:
    """Whether an address is of a note's picture or a portrait."""
    return address.startswith((f"{NOTE}:", f"{PORTRAIT}:"))


def read_note_picture(address: str, features: "Iterable[Feature | None]") -> bytes:
    """A picture of one of these films, on a worker. Raises `CinemaError` where it cannot be fetched or drawn."""
    _, mark, name = address.split(":", 2)
    for feature in features:
        if feature is not None and feature.pictures.get(name, "")[:MARK] == mark:
            return drawable(address, lambda: feature.picture(name))  # noqa: B023 - called at once
    raise CinemaError(Code.NOT_FOUND, "The film of this picture is not open.")


def read_own_picture(address: str, read: Callable[[str], bytes]) -> bytes:
    """A picture of an edition under work, on a worker. Raises `CinemaError`."""
    name = address.split(":", 2)[-1]
    return drawable(address, lambda: read(name))


def drawable(address: str, read: Callable[[], bytes]) -> bytes:
    """The picture behind an address as it is drawn. Raises `CinemaError` (file-unreadable), and what ``read`` does."""
    data = read()
    picture = decoded(data, LARGEST)
    if picture is None:
        fault = picture_fault(data) or "is broken"
        raise CinemaError(Code.FILE_UNREADABLE, f"A picture of the notes {fault}; all goes on without.")
    if address.startswith(PORTRAIT):
        return as_png(disc_of(picture))
    return as_png(picture) if picture.hasAlphaChannel() else as_jpeg(picture)
