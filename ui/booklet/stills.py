"""The pictures beside the notes: a film's thumbnails, cut out of their sheets."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader

from films import Thumbnail
from films.notes.booklet import Entry

Stills = Callable[[int], QImage | None]
"""The picture at a film time in milliseconds, where there is one."""
Images = Callable[[str], QImage | None]
"""A note's own picture by its name, where it can be read."""
JPEG_QUALITY = 88
LARGEST = 1_600
"""Pixels a side; a larger picture is made smaller."""


def package_stills(thumbnails: Sequence[Thumbnail], sheet: Callable[[str], bytes]) -> Stills:
    """Pictures from sprite sheets; ``sheet`` reads one by its name. One that cannot be read leaves its notes bare."""

    @lru_cache(maxsize=4)
    def opened(name: str) -> QImage:
        try:
            return QImage.fromData(sheet(name))
        except OSError:
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


def folder_images(folder: Path) -> Images:
    """Pictures that lie beside a notes file. One that is missing or broken leaves its note to the film's still."""

    def image(name: str) -> QImage | None:
        reader = QImageReader(str(folder / name))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > LARGEST:
            reader.setScaledSize(size.scaled(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
        picture = reader.read()
        return None if picture.isNull() else picture

    return image


def picture_of(entry: Entry, stills: Stills, images: Images) -> QImage | None:
    """What stands beside a note: its own picture, or else the film at its moment."""
    own = images(entry.image) if entry.image else None
    return own or stills(entry.at_ms)


def as_jpeg(picture: QImage) -> bytes:
    """The picture as JPEG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    return bytes(data.data())
