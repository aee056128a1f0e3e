import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Cancel, CinemaError, Code, no_progress
from films import (
    PackageReport,
    SigningKey,
    TrustedKeys,
    all_files,
    check_package,
    dump_manifest,
    keys_path,
    read_keys,
    sign_manifest,
    write_keys,
)
from films.boxes import BoxError, read_init, read_segment


def codes(report: PackageReport) -> set[str]:
    return {finding.code for finding in report.errors}


@pytest.fixture
def copy(made: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.folder, tmp_path / "copy"))


@pytest.fixture
def check(made: Any) -> Callable[[Path], PackageReport]:
    keys = read_keys(made.keys)
    return lambda folder: check_package(folder, made.trusted, keys, no_progress, Cancel())


def test_a_fresh_package_is_right_in_every_respect(made: Any, check: Callable[[Path], PackageReport]) -> None:
    report = check(made.folder)
    assert (report.errors, [finding.code for finding in report.warnings]) == ((), [])
    assert {finding.code for finding in report.good} == {
        "signature",
        "alignment",
        "keys",
        "files",
        "subtitles",
        "notes",
        "thumbnails",
        "segments",
    }


def test_without_keys_the_hashes_are_checked_and_that_is_said(made: Any) -> None:
    report = check_package(made.folder, made.trusted, None, no_progress, Cancel())
    assert (report.errors, [finding.code for finding in report.warnings]) == ((), ["not-decrypted"])


def test_a_flipped_bit_is_found_in_every_file_wherever_it_is(
    made: Any, copy: Path, check: Callable[[Path], PackageReport]
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same places each time
    for path in sorted(copy.rglob("*")):
        if not path.is_file():
            continue
        whole = path.read_bytes()
        for position in {0, len(whole) - 1, chance.randrange(len(whole))}:
            spoilt = bytearray(whole)
            spoilt[position] ^= 1 << chance.randrange(8)
            path.write_bytes(spoilt)
            report = check_package(copy, made.trusted, None, no_progress, Cancel())
            name = path.relative_to(copy).as_posix()
            assert not report.ok, (name, position)
            assert name in {finding.path for finding in report.errors}
        path.write_bytes(whole)
    assert check(copy).ok


def test_missing_short_and_extra_files_are_each_named(copy: Path, check: Callable[[Path], PackageReport]) -> None:
    (copy / "video/2k/00002.m4s").unlink()
    short = copy / "video/360p/00001.m4s"
    short.write_bytes(short.read_bytes()[:-16])
    (copy / "extra.txt").write_text("hello")
    report = check(copy)
    assert {(finding.code, finding.path) for finding in report.errors} == {
        ("missing", "video/2k/00002.m4s"),
        ("size", "video/360p/00001.m4s"),
        ("extra", "extra.txt"),
    }


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as on POSIX")
def test_links_and_pipes_are_refused_and_never_followed(copy: Path, check: Callable[[Path], PackageReport]) -> None:
    target = copy / "poster/poster.jpg"
    aside = copy.with_name("aside.jpg")
    target.rename(aside)
    target.symlink_to(aside)
    os.mkfifo(copy / "pipe")
    (copy / "loop").symlink_to(copy)
    report = check(copy)
    assert {(finding.code, finding.path) for finding in report.errors} == {
        ("not-a-file", "poster/poster.jpg"),
        ("not-a-file", "pipe"),
        ("not-a-file", "loop"),
        ("missing", "poster/poster.jpg"),
    }


def test_swapped_segments_are_found(copy: Path, check: Callable[[Path], PackageReport]) -> None:
    one, two = copy / "video/2k/00001.m4s", copy / "video/2k/00002.m4s"
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)
    assert codes(check(copy)) <= {"size", "hash"}
    assert len(check(copy).errors) == 2


def test_a_stranger_s_signature_and_none_are_errors(made: Any, copy: Path) -> None:
    stranger = TrustedKeys.of(SigningKey.generate().public_jwk)
    assert codes(check_package(copy, stranger, None, no_progress, Cancel())) == {"signature"}
    (copy / "manifest.jws").unlink()
    assert codes(check_package(copy, made.trusted, None, no_progress, Cancel())) == {"signature"}


def test_a_signed_package_may_still_be_wrong_inside(
    made: Any, copy: Path, signing_key: SigningKey, check: Callable[[Path], PackageReport]
) -> None:
    data = dump_manifest(made.manifest).replace(b'"width":160', b'"width":162').replace(b"avc3.42", b"avc3.64", 1)
    (copy / "manifest.json").write_bytes(data)
    (copy / "manifest.jws").write_bytes(sign_manifest(data, signing_key))
    assert codes(check(copy)) == {"picture-size", "codecs"}


def test_renditions_that_count_time_differently_are_an_error(
    made: Any, copy: Path, signing_key: SigningKey, check: Callable[[Path], PackageReport]
) -> None:
    path = copy / "video/360p/init.mp4"
    data = bytearray(path.read_bytes())
    timescale = data.index(b"mdhd") + 16
    data[timescale : timescale + 4] = (int.from_bytes(data[timescale : timescale + 4], "big") * 2).to_bytes(4, "big")
    path.write_bytes(data)
    before, after = made.manifest.video[2].init.sha256, hashlib.sha256(data).hexdigest()
    manifest = (copy / "manifest.json").read_bytes().replace(before.encode(), after.encode())
    (copy / "manifest.json").write_bytes(manifest)
    (copy / "manifest.jws").write_bytes(sign_manifest(manifest, signing_key))
    assert "timescale" in codes(check(copy))


def test_wrong_and_missing_keys_are_told_apart(made: Any) -> None:
    keys = read_keys(made.keys)
    name = min(keys)
    wrong = check_package(made.folder, made.trusted, {**keys, name: bytes(16)}, no_progress, Cancel())
    assert codes(wrong) <= {"decrypt", "boxes", "clear-size"}
    assert len(wrong.errors) == 2
    missing = check_package(
        made.folder, made.trusted, {key: value for key, value in keys.items() if key != name}, no_progress, Cancel()
    )
    assert codes(missing) == {"key-missing"}


@pytest.mark.parametrize("data", [b"", b"{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b"x" * 9_000_000])
def test_a_spoilt_manifest_is_a_finding_not_a_crash(
    copy: Path, data: bytes, check: Callable[[Path], PackageReport]
) -> None:
    (copy / "manifest.json").write_bytes(data)
    assert codes(check(copy)) == {"signature", "manifest"}


def test_no_folder_is_an_error_of_its_own(tmp_path: Path, check: Callable[[Path], PackageReport]) -> None:
    with pytest.raises(CinemaError) as caught:
        check(tmp_path / "nowhere")
    assert caught.value.code is Code.FILE_MISSING
    assert codes(check(tmp_path)) == {"manifest"}


def test_checking_can_be_stopped(made: Any) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CinemaError) as caught:
        check_package(made.folder, made.trusted, None, no_progress, cancel)
    assert caught.value.code is Code.CANCELLED


def test_boxes_cut_anywhere_are_refused_or_read_but_never_break(made: Any) -> None:
    keys = read_keys(made.keys)
    segment = made.manifest.video[0].segments[0]
    from films import decrypt_segment

    clear = decrypt_segment(
        (made.folder / segment.file.path).read_bytes(), keys[segment.key_id], bytes.fromhex(segment.iv)
    )
    init = (made.folder / made.manifest.video[0].init.path).read_bytes()
    chance = random.Random(3)  # noqa: S311 - the same places each time
    for read, data in ((read_segment, clear), (read_init, init)):
        read(data)
        for _ in range(400):
            spoilt = bytearray(data[: chance.randrange(len(data))] if chance.random() < 0.5 else data)
            for _ in range(3):
                if spoilt:
                    spoilt[chance.randrange(min(len(spoilt), 1200))] = chance.randrange(256)
            try:
                read(bytes(spoilt))
            except BoxError:
                continue


def test_avi_and_matroska_bytes_are_no_segments() -> None:
    for data in (b"RIFF\x00\x00\x00\x00AVI LIST", b"\x1a\x45\xdf\xa3" + bytes(40), b"<svg/>", b""):
        with pytest.raises(BoxError):
            read_segment(data)


def test_key_files_refuse_what_is_no_key(tmp_path: Path) -> None:
    path = keys_path(tmp_path / "film")
    write_keys(path, "film", {"key-1": bytes(range(16))})
    assert read_keys(path) == {"key-1": bytes(range(16))}
    for data in (
        b"",
        b"{}",
        b'{"package_id":"x","keys":{"a":"AAAA"}}',
        b'{"package_id":"x","keys":{"../a":"AAAAAAAAAAAAAAAAAAAAAA"}}',
    ):
        path.write_bytes(data)
        with pytest.raises(CinemaError) as caught:
            read_keys(path)
        assert caught.value.code is Code.KEY_MALFORMED


def test_every_listed_file_counts(made: Any) -> None:
    listed = {file.path for file in all_files(made.manifest)} | {"manifest.json", "manifest.jws"}
    assert listed == {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
