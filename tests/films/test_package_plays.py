"""What mastering writes, as the player takes it up."""

import threading
from typing import Any

import pytest

from core import Cancel, CinemaError, Code
from player import DirectoryOrigin, Received, feature_of


def test_every_picture_of_the_seek_bar_can_be_read(made: Any) -> None:
    feature = feature_of(made.manifest, DirectoryOrigin(made.folder), lambda _key: b"", Cancel())
    assert feature.thumbnails
    for sheet in {place.sheet for place in feature.thumbnails}:
        assert feature.sheet(sheet).startswith(b"\xff\xd8")


def test_pictures_of_notes_are_those_that_were_signed(made: Any) -> None:
    read = DirectoryOrigin(made.folder)
    spoiled: list[str] = []

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        data = read(path, size, cancel, received)
        return data[:-1] + b"x" if path in spoiled else data

    feature = feature_of(made.manifest, fetch, lambda _key: b"", Cancel())
    assert set(feature.pictures) == {"riddle.png", "lin.jpg"}
    assert feature.picture("riddle.png") == (made.folder / "notes/riddle.png").read_bytes()
    spoiled.append("notes/riddle.png")
    with pytest.raises(CinemaError) as changed:
        feature.picture("riddle.png")
    assert changed.value.code is Code.SEGMENT_CORRUPT


def test_the_texts_of_a_film_are_fetched_at_the_same_time(made: Any) -> None:
    read = DirectoryOrigin(made.folder)
    together = threading.Barrier(4)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        if not path.startswith("thumbs"):
            together.wait(10)
        return read(path, size, cancel, received)

    feature = feature_of(made.manifest, fetch, lambda _key: b"", Cancel())
    assert list(feature.subtitles) == ["en", "zh-Hans", "en-x-sdh"]
    assert feature.subtitles["en-x-sdh"][0].lines == ("[wind]",)
    assert not together.broken


def test_a_text_that_is_missing_is_an_error_with_its_code(made: Any) -> None:
    read = DirectoryOrigin(made.folder)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        return read("nowhere" if path.startswith("notes") else path, size, cancel, received)

    with pytest.raises(CinemaError) as missing:
        feature_of(made.manifest, fetch, lambda _key: b"", Cancel())
    assert missing.value.code is Code.FILE_MISSING


def test_a_text_that_was_changed_on_the_disk_is_not_shown(made: Any) -> None:
    read = DirectoryOrigin(made.folder)

    def fetch(path: str, size: int | None, cancel: Cancel, received: Received) -> bytes:
        data = read(path, size, cancel, received)
        return data.replace(b"lit", b"ate") if path.endswith("en.vtt") else data

    with pytest.raises(CinemaError) as changed:
        feature_of(made.manifest, fetch, lambda _key: b"", Cancel())
    assert changed.value.code is Code.SEGMENT_CORRUPT
