"""Redundant variants of a foreign stream: the same renditions once more, elsewhere (RFC 8216 6.2.4)."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core import Cancel, CinemaError, Code
from player.hls import Media, Variant
from player.presentation import Fetch, Piece, Received

Read = Callable[[str], Media]


@dataclass(frozen=True)
class Rendition:
    """One rendition as it is played, and the playlists at ``others`` that hold the same."""

    media: Media
    others: tuple[str, ...]


def alike(variants: Iterable[Variant]) -> list[list[Variant]]:
    """The variants, each with those that say the same of themselves and lie elsewhere; in their order."""
    by_url = {variant.url: variant for variant in reversed(list(variants))}
    groups: dict[object, list[Variant]] = {}
    for variant in reversed(by_url.values()):
        said = (variant.bandwidth_bps, variant.width, variant.height, variant.frames_per_s, variant.codecs)
        groups.setdefault(said if variant.bandwidth_bps else variant.url, []).append(variant)
    return list(groups.values())


class Spares:
    """A `Fetch` for the parts of what is played, from the ``place``-th other playlist of each rendition.

    The playlists are read when a part is first asked for here. Thread-safe.
    """

    def __init__(self, renditions: Iterable[Rendition], place: int, read: Read, fetch: Fetch) -> None:
        self._renditions = [rendition for rendition in renditions if place < len(rendition.others)]
        self._place = place
        self._read = read
        self._fetch = fetch
        self._lock = threading.Lock()
        self._other: dict[str, str] | None = None

    def __call__(self, path: str, expected_size: int | None, cancel: Cancel, received: Received) -> bytes:
        """The bytes of the part that stands for ``path``. Raises `CinemaError`; not-found where none does."""
        other = self._addresses().get(path)
        if other is None:
            raise CinemaError(Code.NOT_FOUND, "The part of the film lies at no other place.")
        return self._fetch(other, expected_size, cancel, received)

    def _addresses(self) -> dict[str, str]:
        with self._lock:
            if self._other is None:
                found: dict[str, str] = {}
                for rendition in self._renditions:
                    found |= _pairs(rendition.media, self._read(rendition.others[self._place]))
                self._other = found
            return self._other


def _pairs(media: Media, other: Media) -> dict[str, str]:
    """The address of every part in ``other`` by that in ``media``; none unless both are cut and locked alike."""

    def shape(found: Media) -> list[tuple[object, ...]]:
        parts: list[Piece | None] = [found.init, *found.pieces]
        return [(part.duration_ms, part.key_id, part.iv) if part else () for part in parts]

    if shape(media) != shape(other):
        return {}
    pairs = {one.path: two.path for one, two in zip(media.pieces, other.pieces, strict=True)}
    if media.init and other.init:
        pairs[media.init.path] = other.init.path
    return pairs
