"""The pictures beside the notes: a film's thumbnails, cut out of their sheets."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QImage

from core import CinemaError
from films import Thumbnail, is_picture_name
from films.notes.booklet import Entry
from films.picture_files import LIMIT_BYTES
from ui.picture_files import decoded

Stills = Callable[[int], QImage | None]
"""The picture at a film time in milliseconds, where there is one."""
Images = Callable[[str], QImage | None]
"""A note's own picture by its name, where it can be read."""
LARGEST = 1_600
"""Pixels a side; a larger picture is made smaller."""


def package_stills(thumbnails: Sequence[Thumbnail], sheet: Callable[[str], bytes]) -> Stills:
    """Pictures from sprite sheets; ``sheet`` reads one by its name. One that cannot be read leaves its notes bare."""

    @lru_cache(maxsize=4)
    def opened(name: str) -> QImage:
        try:
            return QImage.fromData(sheet(name))
        except (OSError, KeyError, CinemaError):
            return QImage()

    def still(at_ms: int) -> QImage | None:
        place = next((place for place in thumbnails if place.start_ms <= at_ms < place.end_ms), None)
        if place is None:
            return None
        cut = opened(place.sheet).copy(place.x, place.y, place.width, place.height)
        return None if cut.isNull() else cut

    return still


def no_images(_name: str) -> None:
    """Of notes without pictures of their own."""


def folder_images(*folders: Path) -> Images:
    """Pictures that lie beside notes files. One that is missing or broken leaves its note to the film's still."""

    def read(name: str) -> bytes:
        for folder in folders:
            if (folder / name).is_file():
                with (folder / name).open("rb") as file:
                    return file.read(LIMIT_BYTES + 1)
        return b""

    return _images(read)


def package_images(names: Collection[str], read: Callable[[str], bytes]) -> Images:
    """Pictures that a film package brings; as `folder_images` otherwise."""
    return _images(lambda name: read(name) if name in names else b"")


def _images(read: Callable[[str], bytes]) -> Images:
    def image(name: str) -> QImage | None:
        try:
            return decoded(read(name), LARGEST) if is_picture_name(name) else None
        except (OSError, CinemaError):
            return None

    return image


def picture_of(entry: Entry, stills: Stills, images: Images) -> QImage | None:
    """What stands beside a note: its own picture, or else the film at its moment."""
    own = images(entry.image) if entry.image else None
    return own or stills(entry.at_ms)
