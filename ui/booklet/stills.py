"""The pictures beside the notes: a film's thumbnails, cut out of their sheets."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from films import Thumbnail

Stills = Callable[[int], QImage | None]
"""The picture at a film time in milliseconds, where there is one."""
JPEG_QUALITY = 88


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


def as_jpeg(picture: QImage) -> bytes:
    """The picture as JPEG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    return bytes(data.data())
