"""Pictures of notes and portraits: what may be one, and how packages carry them."""

import hashlib
import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import Cancel, CinemaError, Code, no_progress
from films import (
    FileRef,
    MasterOptions,
    NoteTrack,
    check_package,
    dump_manifest,
    dump_notes,
    is_picture_name,
    load_manifest,
    master,
    picture_fault,
    picture_name,
    pictures_beside,
)
from films.picture_files import LIMIT_BYTES, PictureFacts, picture_facts
from tests.films.conftest import pictured_track, run_ffmpeg


def png(width: int, height: int) -> bytes:
    """The head and the end of a PNG of that size."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    check = zlib.crc32(head).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + head + check + b"\0\0\0\0IEND\xaeB`\x82"


def test_a_picture_is_known_by_its_own_bytes(texts: Path) -> None:
    jpeg = (texts / "lin.jpg").read_bytes()
    assert picture_facts((texts / "riddle.png").read_bytes()) == PictureFacts("png", 40, 30)
    assert picture_facts(jpeg) == PictureFacts("jpeg", 32, 48)
    assert picture_fault(jpeg) == ""
    for data in (b"", b"GIF89a" + bytes(40), jpeg[:-40], jpeg[:20], b"<svg/>", b"\xff\xd8\xff\xd9", png(0, 5)):
        assert "no whole JPEG or PNG" in picture_fault(data)
    assert picture_fault(png(4_000, 4_000)) == ""
    assert "9000 x 10 pixels" in picture_fault(png(9_000, 10))
    assert "5000 x 5000 pixels" in picture_fault(png(5_000, 5_000))
    assert "larger than 4 MiB" in picture_fault(jpeg + bytes(LIMIT_BYTES))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Riddle.JPG", "riddle.jpg"),
        ("a lantern (2).png", "a-lantern-2.png"),
        ("灯笼.jpg", "picture.jpg"),
        ("CON.png", "picture-con.jpg"),
        ("no suffix", "no-suffix.jpg"),
    ],
)
def test_a_picture_from_elsewhere_gets_a_name_that_packages_may_use(given: str, kept: str) -> None:
    assert picture_name(given) == kept
    assert is_picture_name(kept)


def test_what_is_missing_or_no_picture_is_left_out_and_said(texts: Path, tmp_path: Path) -> None:
    shutil.copy(texts / "lin.jpg", tmp_path)
    (tmp_path / "riddle.png").write_text("<svg/>")
    found, said = pictures_beside(tmp_path, pictured_track())
    assert (list(found), [item.message for item in said]) == (
        ["lin.jpg"],
        ["The picture riddle.png of riddle is left out: it is no whole JPEG or PNG picture."],
    )
    (tmp_path / "riddle.png").unlink()
    assert [item.message for item in pictures_beside(tmp_path, pictured_track())[1]] == [
        "riddle has no picture riddle.png beside it."
    ]


def test_a_package_carries_the_pictures_and_its_check_looks_at_them(made: Any, tmp_path: Path) -> None:
    assert [file.path for file in made.manifest.pictures] == ["notes/lin.jpg", "notes/riddle.png"]
    assert made.manifest.commentators[0].portrait == "lin.jpg"
    copy = Path(shutil.copytree(made.folder, tmp_path / "copy"))
    text = b"no picture at all"
    (copy / "notes/riddle.png").write_bytes(text)
    false = FileRef("notes/riddle.png", len(text), hashlib.sha256(text).hexdigest())
    (copy / "notes/lin.jpg").unlink()
    data = dump_manifest(replace(made.manifest, pictures=(false,)))
    (copy / "manifest.json").write_bytes(data)
    report = check_package(copy, made.trusted, None, no_progress, Cancel())
    assert [(item.code, item.path) for item in report.errors if item.code == "picture"] == [("picture", false.path)]
    assert "lin has no picture lin.jpg beside it." in [item.message for item in report.warnings]


@pytest.mark.parametrize(
    "change",
    [{"path": "poster/riddle.png"}, {"path": "notes/riddle.svg"}, {"size_bytes": LIMIT_BYTES + 1}],
)
def test_a_manifest_lists_only_what_can_be_a_picture(made: Any, change: dict[str, Any]) -> None:
    pictures = (replace(made.manifest.pictures[0], **change),)
    with pytest.raises(CinemaError) as refused:
        load_manifest(dump_manifest(replace(made.manifest, pictures=pictures)))
    assert refused.value.code is Code.PACKAGE_MALFORMED


def test_two_pictures_of_one_name_are_refused_before_anything_is_encoded(
    texts: Path, tmp_path: Path, options_for: Callable[..., MasterOptions]
) -> None:
    run_ffmpeg("-f", "lavfi", "-i", "color=pink:s=40x30", "-frames:v", "1", str(tmp_path / "riddle.png"))
    track: NoteTrack = replace(pictured_track(), language="fr")
    (tmp_path / "fr.vtt").write_bytes(dump_notes(track))
    options = options_for(notes={"en": texts / "notes.vtt", "fr": tmp_path / "fr.vtt"})
    with pytest.raises(CinemaError, match=r"Two pictures of the notes are called riddle\.png"):
        master(texts / "poster.jpg", tmp_path / "out", options, no_progress, Cancel())
