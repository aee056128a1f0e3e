"""What mastering writes, as the player takes it up."""

from typing import Any

from core import Cancel
from player import DirectoryOrigin, feature_of


def test_every_picture_of_the_seek_bar_can_be_read(made: Any) -> None:
    feature = feature_of(made.manifest, DirectoryOrigin(made.folder), lambda _key: b"", Cancel())
    assert feature.thumbnails
    for sheet in {place.sheet for place in feature.thumbnails}:
        assert feature.sheet(sheet).startswith(b"\xff\xd8")
