import hashlib
import io
import os
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core import Cancel, Cancelled, CinemaError, Code, no_progress
from core.records import to_plain
from core.strict_json import dump_json
from films import FORMAT, all_files, check_package, dump_manifest, sign_manifest
from kiosk.ingest import STAGING, IngestReport, ingest
from tests.kiosk.conftest import Film


def taken(film: Film, stick: Path, library: Path) -> IngestReport:
    return ingest(stick, library, film.trusted, no_progress, Cancel())


def codes(report: IngestReport) -> set[str]:
    return {finding.code for finding in report.report.errors}


def segment(film: Film, number: int = 0) -> str:
    return film.manifest.video[0].segments[number].file.path


def test_a_package_becomes_part_of_the_library_whole(film: Film, stick: Path, tmp_path: Path) -> None:
    report = taken(film, stick, tmp_path / "library")
    assert report.folder
    assert report.copied_bytes == sum(file.size_bytes for file in all_files(film.manifest))
    assert check_package(report.folder, film.trusted, None, no_progress, Cancel()).ok
    assert {item.code for item in report.report.good} >= {"signature", "files"}
    assert list((tmp_path / "library" / STAGING).iterdir()) == []


def test_the_pictures_of_notes_come_along_and_a_spoiled_one_is_refused(film: Film, stick: Path, tmp_path: Path) -> None:
    report = taken(film, stick, tmp_path / "library")
    assert report.folder
    assert [(report.folder / file.path).read_bytes() for file in film.manifest.pictures] == [
        (film.folder / f"notes/{name}").read_bytes() for name in ("lin.jpg", "riddle.png")
    ]
    (stick / "notes/riddle.png").write_bytes((stick / "notes/riddle.png").read_bytes()[:-1] + b"x")
    assert codes(taken(film, stick, tmp_path / "other")) == {"hash"}


def test_what_is_in_the_library_is_not_copied_again(film: Film, stick: Path, tmp_path: Path) -> None:
    first = taken(film, stick, tmp_path / "library")
    again = taken(film, stick, tmp_path / "library")
    assert (again.folder, again.copied_bytes) == (first.folder, 0)


def test_a_new_version_stands_beside_the_old_one(film: Film, stick: Path, tmp_path: Path) -> None:
    first = taken(film, stick, tmp_path / "library")
    data = dump_manifest(replace(film.manifest, created="2026-02-02T03:04:05Z"))
    (stick / "manifest.json").write_bytes(data)
    (stick / "manifest.jws").write_bytes(sign_manifest(data, film.signer))
    second = taken(film, stick, tmp_path / "library")
    assert first.folder
    assert second.folder
    assert first.folder != second.folder
    assert first.folder.is_dir()


@cache
def zip_bomb() -> bytes:
    """A quarter of a gigabyte of nothing, packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("film.ts", "w") as film,
    ):
        for _ in range(1 << 8):
            film.write(bytes(1 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda file: file.write_bytes(bytes(file.stat().st_size)), "hash"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "size"),
        (lambda file: os.truncate(file, 1 << 40), "size"),
        (lambda file: file.write_bytes(zip_bomb()), "size"),
        (lambda file: file.write_bytes(zip_bomb()[: file.stat().st_size].ljust(file.stat().st_size)), "hash"),
        (lambda file: file.unlink(), "missing"),
        (lambda file: (file.unlink(), file.symlink_to("/etc/passwd")), "missing"),
        (lambda file: subprocess.run(["sh", "-c", 'rm "$0" && mkfifo "$0"', str(file)], check=True), "missing"),
        (lambda file: (file.unlink(), file.mkdir()), "missing"),
    ],
)
def test_a_package_that_is_not_what_was_signed_is_refused_with_its_place(
    film: Film, stick: Path, tmp_path: Path, spoil: Callable[[Path], object], code: str
) -> None:
    spoil(stick / segment(film))
    report = taken(film, stick, tmp_path / "library")
    assert report.folder is None
    assert (code, segment(film)) in {(finding.code, finding.path) for finding in report.report.errors}
    assert [path.name for path in (tmp_path / "library").iterdir()] == [STAGING]


def test_a_folder_that_is_a_link_is_not_followed(film: Film, stick: Path, tmp_path: Path) -> None:
    shutil.move(stick / "video", tmp_path / "elsewhere")
    (stick / "video").symlink_to(tmp_path / "elsewhere")
    assert taken(film, stick, tmp_path / "library").folder is None


@pytest.mark.parametrize(
    "name",
    ["../up", "/etc/passwd", "C:\\up", "video/CON", "video/aux.m4s", "video/dot.", "video/é", "a/b/c/d/e/f/g", "video//x", ".hidden"],
)  # fmt: skip
def test_a_signed_name_that_leads_elsewhere_is_refused_before_anything_is_read(
    film: Film, stick: Path, tmp_path: Path, name: str
) -> None:
    plain = to_plain(film.manifest)
    assert isinstance(plain, dict)
    data = dump_json({"format": FORMAT, **plain}).replace(segment(film).encode(), name.replace("\\", "\\\\").encode())
    (stick / "manifest.json").write_bytes(data)
    (stick / "manifest.jws").write_bytes(sign_manifest(data, film.signer))
    with pytest.raises(CinemaError) as caught:
        taken(film, stick, tmp_path / "library")
    assert caught.value.code is Code.PACKAGE_MALFORMED
    assert not (tmp_path / "library").exists()


def test_files_of_others_beside_the_package_stay_behind_and_are_told(film: Film, stick: Path, tmp_path: Path) -> None:
    (stick / ".DS_Store").write_bytes(b"x")
    (stick / "film.ts").write_bytes(b"PK\x03\x04")
    (stick / "System Volume Information").mkdir()
    (stick / "link").symlink_to("/etc/passwd")
    os.mkfifo(stick / "pipe")
    report = taken(film, stick, tmp_path / "library")
    assert report.folder
    assert {finding.path for finding in report.report.warnings} >= {".DS_Store", "film.ts", "link", "pipe"}
    assert not (report.folder / ".DS_Store").exists()


def test_a_crowd_of_files_is_refused_before_any_is_read(film: Film, stick: Path, tmp_path: Path) -> None:
    crowd = stick / "crowd"
    crowd.mkdir()
    for number in range(10_001):
        os.close(os.open(crowd / f"{number}", os.O_CREAT))
    report = taken(film, stick, tmp_path / "library")
    assert (report.folder, report.copied_bytes, codes(report)) == (None, 0, {"crowded"})


MILLION = """
#include <stdio.h>
#include <unistd.h>
int main(int count, char **named) {
    char name[16];
    if (count < 3 || chdir(named[1])) return 1;
    for (int number = 0; number < 1000000; number++) {
        snprintf(name, sizeof name, "%d", number);
        if (link(named[2], name)) return 2;
    }
    return 0;
}
"""


def test_a_million_files_are_refused_as_fast_as_ten_thousand(film: Film, stick: Path, tmp_path: Path) -> None:
    crowd, program = stick / "crowd", tmp_path / "million"
    crowd.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "nr_inodes=1100000", "tmpfs", str(crowd)]
    if not shutil.which("cc") or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a million files take root and a C compiler")
    try:
        subprocess.run(["cc", "-x", "c", "-o", str(program), "-"], input=MILLION, text=True, check=True)
        (crowd / "first").touch()
        subprocess.run([str(program), str(crowd), "first"], check=True)
        began = time.monotonic()
        report = taken(film, stick, tmp_path / "library")
        assert time.monotonic() - began < 5
    finally:
        subprocess.run(["umount", "-l", str(crowd)], check=True)
    assert (report.folder, report.copied_bytes, codes(report)) == (None, 0, {"crowded"})


def test_nobody_s_package_is_taken(film: Film, stick: Path, tmp_path: Path) -> None:
    (stick / "manifest.jws").write_bytes(
        sign_manifest((stick / "manifest.json").read_bytes(), type(film.signer).generate())
    )
    with pytest.raises(CinemaError) as caught:
        taken(film, stick, tmp_path / "library")
    assert caught.value.code is Code.PACKAGE_UNSIGNED


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9])
def test_a_stick_that_is_pulled_is_gone_on_with(film: Film, stick: Path, tmp_path: Path, share: float) -> None:
    pulled = tmp_path / "pulled"

    def pull(done: float, _stage: str) -> None:
        if done >= share and stick.exists():
            stick.rename(pulled)

    with pytest.raises(CinemaError) as caught:
        ingest(stick, tmp_path / "library", film.trusted, pull, Cancel())
    assert caught.value.code is Code.FILE_UNREADABLE
    assert "try again" in caught.value.message
    pulled.rename(stick)
    report = taken(film, stick, tmp_path / "library")
    total = sum(file.size_bytes for file in all_files(film.manifest))
    assert report.folder
    assert report.kept_bytes > 0
    assert report.copied_bytes + report.kept_bytes == total


def test_what_an_earlier_try_left_torn_is_copied_again(film: Film, stick: Path, tmp_path: Path) -> None:
    cancel = Cancel()

    def stop(done: float, _stage: str) -> None:
        if done > 0.8:
            cancel.cancel()

    with pytest.raises(Cancelled):
        ingest(stick, tmp_path / "library", film.trusted, stop, cancel)
    (staged,) = (tmp_path / "library" / STAGING).iterdir()
    torn = staged / segment(film)
    torn.write_bytes(torn.read_bytes()[:-7] + b"garbage")
    report = taken(film, stick, tmp_path / "library")
    assert report.folder
    assert (
        hashlib.sha256((report.folder / segment(film)).read_bytes()).hexdigest()
        == film.manifest.video[0].segments[0].file.sha256
    )


def test_a_file_that_changes_while_the_package_is_copied_cannot_get_in(film: Film, stick: Path, tmp_path: Path) -> None:
    last = stick / all_files(film.manifest)[-1].path

    def change(_done: float, _stage: str) -> None:
        last.write_bytes(b"x" * last.stat().st_size)

    report = ingest(stick, tmp_path / "library", film.trusted, change, Cancel())
    assert report.folder is None
    assert codes(report) == {"hash"}


def test_a_disk_without_room_is_told_before_anything_is_copied(film: Film, stick: Path, small_disk: Path) -> None:
    with pytest.raises(CinemaError) as caught:
        taken(film, stick, small_disk / "library")
    assert caught.value.code is Code.DISK_FULL
