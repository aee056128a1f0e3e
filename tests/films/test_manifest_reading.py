import dataclasses
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import CinemaError, Code
from films import FileRef, Manifest, Rendition, Segment, VideoFacts, dump_manifest, is_safe_path, load_manifest

HASH = "0" * 64


def segment(number: int, duration_ms: int = 4000) -> Segment:
    return Segment(FileRef(f"video/2k/{number:05d}.m4s", 112, HASH), duration_ms, "key-1", "0" * 32, 100)


PICTURE = Rendition(
    "2k",
    "avc1.64002a",
    9000,
    8000,
    FileRef("video/2k/init.mp4", 800, HASH),
    (segment(1), segment(2)),
    video=VideoFacts(2048, 1080, 24, 1, "bt709"),
)
MANIFEST = Manifest("lantern-1", "lantern", "feature", "2026-01-02T03:04:05Z", 8000, {"en": "Lantern"}, (PICTURE,), ())


def refused(data: bytes) -> CinemaError:
    with pytest.raises(CinemaError) as caught:
        load_manifest(data)
    assert caught.value.code is Code.PACKAGE_MALFORMED
    return caught.value


def test_a_manifest_comes_back_as_it_was_written() -> None:
    assert load_manifest(dump_manifest(MANIFEST)) == MANIFEST
    assert dump_manifest(load_manifest(dump_manifest(MANIFEST))) == dump_manifest(MANIFEST)


def test_the_package_needs_its_one_key() -> None:
    assert MANIFEST.key_ids == {"key-1"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xef\xbb\xbf" + dump_manifest(MANIFEST),
        dump_manifest(MANIFEST).decode().encode("utf-16"),
        dump_manifest(MANIFEST).decode().encode("utf-16-le"),
        dump_manifest(MANIFEST).replace(b'"kind"', b'"kind":"feature","kind"'),
        dump_manifest(MANIFEST).replace(b"8000,", b"NaN,"),
        dump_manifest(MANIFEST).replace(b"8000,", b"Infinity,"),
        dump_manifest(MANIFEST).replace(b"8000,", b"1e400,"),
        dump_manifest(MANIFEST).replace(b"8000,", b"8" * 5000 + b","),
        dump_manifest(MANIFEST).replace(b"8000,", b"8000.5,"),
        dump_manifest(MANIFEST).replace(b"8000,", b"true,"),
        dump_manifest(MANIFEST).replace(b"Lantern", b"\\ud800"),
        dump_manifest(MANIFEST).replace(b"Lantern", b"\xff"),
        dump_manifest(MANIFEST).replace(b"package/1", b"package/2"),
        dump_manifest(MANIFEST).replace(b'"kind"', b'"surprise":1,"kind"'),
        dump_manifest(MANIFEST).replace(b'"kind":"feature"', b'"kind":"advert"'),
        dump_manifest(MANIFEST).replace(b'"kind":"feature",', b""),
        b"[" * 10_000 + b"]" * 10_000,
        b'{"format":' + b"[" * 100_000,
        dump_manifest(MANIFEST) + b" " * 10_000_000,
    ],
    ids=lambda data: f"{data[:24]!r}-{len(data)}",
)
def test_what_is_no_manifest_is_refused_fast(data: bytes) -> None:
    started = time.perf_counter()
    refused(data)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "C:\\x",
        "c:/x",
        "a\\b",
        "CON",
        "con.txt",
        "video/NUL.m4s",
        "COM1",
        "a.",
        "a/.b",
        ".hidden",
        "a//b",
        "",
        "a/",
        "./a",
        "a b",
        "a\u0301",
        "é",
        "a\nb",
        "a\0b",
        "~root",
        "a:stream",
        "x" * 300,
        "a/b/c/d/e/f/g",
        "manifest.json",
        "MANIFEST.JWS",
    ],
)
def test_unsafe_paths_are_refused_by_name(path: str) -> None:
    with_path = dataclasses.replace(PICTURE, init=FileRef(path, 800, HASH))
    error = refused(dump_manifest(dataclasses.replace(MANIFEST, video=(with_path,))))
    assert "path" in error.message or "manifest." in error.message.lower()


@given(st.text(max_size=40))
def test_a_safe_path_stays_inside_and_is_plain(path: str) -> None:
    if is_safe_path(path):
        assert path.isascii()
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert not set(path) & set('\\:*?"<>|\0 ')


def change(**changes: object) -> Callable[[], Manifest]:
    return lambda: dataclasses.replace(MANIFEST, **changes)  # type: ignore[arg-type]


def change_segment(**changes: object) -> Callable[[], Manifest]:
    segments = (dataclasses.replace(segment(1), **changes), segment(2))  # type: ignore[arg-type]
    return lambda: dataclasses.replace(MANIFEST, video=(dataclasses.replace(PICTURE, segments=segments),))


@pytest.mark.parametrize(
    "make",
    [
        change(package_id="../x"),
        change(title_id=""),
        change(created="yesterday"),
        change(created="2026-13-02T03:04:05Z"),
        change(running_time_ms=0),
        change(running_time_ms=10**15),
        change(names={}),
        change(names={"not a tag": "x"}),
        change(video=()),
        change(video=(PICTURE, PICTURE)),
        change(shots_ms=(3, 2)),
        change(shots_ms=(9000,)),
        change(eidr="10.5240/what"),
        change(posters=(FileRef("VIDEO/2K/init.mp4", 1, HASH),)),
        change(posters=(FileRef("video/2k", 1, HASH),)),
        change(posters=(FileRef("poster/poster.jpg", 1 << 40, HASH),)),
        change(posters=(FileRef("poster/poster.jpg", 10, "F" * 64),)),
        change_segment(duration_ms=0),
        change_segment(duration_ms=-1),
        change_segment(iv=None),
        change_segment(iv="0" * 31),
        change_segment(key_id=None),
        change_segment(key_id="../key"),
        change_segment(clear_bytes=112),
    ],
)
def test_manifests_that_contradict_themselves_are_refused(make: Callable[[], Manifest]) -> None:
    refused(dump_manifest(make()))


def test_a_fault_names_its_place() -> None:
    document = json.loads(dump_manifest(MANIFEST))
    document["video"][0]["segments"][1]["duration_ms"] = "4000"
    error = refused(json.dumps(document).encode())
    assert error.details["where"] == "manifest.video[0].segments[1].duration_ms"


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_else(noise: bytes) -> None:
    refused(noise)
