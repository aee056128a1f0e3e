import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Cancel, CinemaError, Code, no_progress
from films import MasterOptions, check_package, ffmpeg_path, master, read_keys
from films.mastering import process

OptionsFor = Callable[..., MasterOptions]


class StopAt:
    """Cancels when progress reaches a stage, and remembers which stages were worked on."""

    def __init__(self, stage: str | None = None) -> None:
        self.cancel = Cancel()
        self.stages: list[str] = []
        self._stage = stage

    def __call__(self, _share: float, stage: str) -> None:
        self.stages.append(stage)
        if stage == self._stage:
            self.cancel.cancel()


def running_children() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.add(int(entry.name))
    return found


@pytest.mark.parametrize("stage", ["encode", "thumbs", "encrypt", "sign"])
def test_cancelled_work_resumes_where_it_stopped(
    stage: str, tmp_path: Path, options_for: OptionsFor, slides: Any, made: Any
) -> None:
    out, before = tmp_path / "film", running_children()
    stop = StopAt(stage)
    first = slides()
    with pytest.raises(CinemaError) as caught:
        master(first, out, options_for(), stop, stop.cancel)
    assert caught.value.code is Code.CANCELLED
    assert running_children() <= before
    assert not out.exists()
    assert not out.with_name("film.keys.json").exists()
    second, again = slides(), StopAt()
    master(second, out, options_for(), again, again.cancel)
    assert bool(second.drawn) == (stage == "encode")
    assert (again.stages[0] == "encode") == (stage == "encode")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["film", "film.keys.json"]
    keys = read_keys(tmp_path / "film.keys.json")
    assert check_package(out, made.trusted, keys, no_progress, Cancel()).ok


def test_work_from_another_source_or_other_options_is_not_kept(
    tmp_path: Path, options_for: OptionsFor, slides: Any
) -> None:
    out = tmp_path / "film"
    for film, options in (
        (slides(), options_for()),
        (slides(fingerprint="slides-2"), options_for()),
        (slides(fingerprint="slides-2"), options_for(segment_ms=1000)),
    ):
        stop = StopAt("sign")
        with pytest.raises(CinemaError):
            master(film, out, options, stop, stop.cancel)
        assert film.drawn


def test_a_package_that_is_there_is_never_overwritten(made: Any, options_for: OptionsFor, slides: Any) -> None:
    before = (made.folder / "manifest.json").read_bytes()
    with pytest.raises(CinemaError) as caught:
        master(slides(), made.folder, options_for(), no_progress, Cancel())
    assert caught.value.code is Code.WRONG_USE
    assert (made.folder / "manifest.json").read_bytes() == before


class Broken:
    """A drawn film whose artist fails."""

    def __init__(self, film: Any, error: BaseException | None) -> None:
        self._film, self._error = film, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._film, name)

    def frames(self) -> Iterator[bytes]:
        for index, frame in enumerate(self._film.frames()):
            if index == 30:
                if self._error:
                    raise self._error
                yield frame[:-1]
            yield frame


def test_a_drawing_that_fails_stops_the_encoder_too(tmp_path: Path, options_for: OptionsFor, slides: Any) -> None:
    before = running_children()
    film: Any = Broken(slides(), ZeroDivisionError("the artist"))
    with pytest.raises(ZeroDivisionError):
        master(film, tmp_path / "film", options_for(), no_progress, Cancel())
    assert running_children() <= before


def test_a_frame_of_the_wrong_size_is_refused(tmp_path: Path, options_for: OptionsFor, slides: Any) -> None:
    film: Any = Broken(slides(), None)
    with pytest.raises(CinemaError) as caught:
        master(film, tmp_path / "film", options_for(), no_progress, Cancel())
    assert caught.value.code is Code.SOURCE_UNREADABLE


def test_an_encoder_that_dies_is_an_error_with_its_last_words(
    tmp_path: Path, options_for: OptionsFor, slides: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho 'no such encoder' >&2\nexit 7\n")
    fake.chmod(0o755)
    monkeypatch.setenv("SMART_CINEMA_FFMPEG", str(fake))
    with pytest.raises(CinemaError) as caught:
        master(slides(), tmp_path / "film", options_for(), no_progress, Cancel())
    assert (caught.value.code, "no such encoder" in caught.value.message) == (Code.ENCODER_FAILED, True)


def test_a_missing_encoder_is_named(
    tmp_path: Path, options_for: OptionsFor, source_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMART_CINEMA_FFMPEG", str(tmp_path / "none"))
    with pytest.raises(CinemaError) as caught:
        master(source_film, tmp_path / "film", options_for(), no_progress, Cancel())
    assert caught.value.code is Code.ENCODER_MISSING


def test_an_ffmpeg_that_cannot_map_hdr_is_refused_before_anything_is_made(
    tmp_path: Path, options_for: OptionsFor, hdr_film: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ffmpeg_path()
    poor = tmp_path / "ffmpeg"
    poor.write_text(
        f'#!/bin/sh\ncase "$*" in *-filters*) "{real}" "$@" | grep -v zscale ;; *) exec "{real}" "$@" ;; esac\n'
    )
    poor.chmod(0o755)
    monkeypatch.setenv("SMART_CINEMA_FFMPEG", str(poor))
    with pytest.raises(CinemaError) as caught:
        master(hdr_film.file, tmp_path / "film", options_for(), no_progress, Cancel())
    assert (caught.value.code, "zscale" in caught.value.message) == (Code.ENCODER_MISSING, True)
    assert not (tmp_path / "film.part").exists()


LIMITED = """
import resource, sys
from pathlib import Path
from core import Cancel, CinemaError, no_progress
from films import MasterOptions, Rung, SigningKey, master
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
options = MasterOptions(
    "film", "film", {"en": "Film"}, SigningKey.generate(), segment_ms=2000,
    ladder=(Rung("360p", 160, 90, 1500, preset="ultrafast"),),
)
try:
    master(Path(sys.argv[1]), Path(sys.argv[2]), options, no_progress, Cancel())
except CinemaError as error:
    print(error.code, error.details.get("needed_bytes", 0) > 0)
else:
    print("made")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits as on Linux")
def test_a_full_disk_says_how_much_is_needed_and_a_rerun_finishes(source_film: Path, tmp_path: Path) -> None:
    out = tmp_path / "film"

    def run(limit_bytes: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", LIMITED, str(source_film), str(out), str(limit_bytes)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            cwd=Path(__file__).parents[2],
        ).stdout.strip()

    assert run(20_000) == "disk-full True"
    assert not out.exists()
    assert run(1 << 30) == "made"


def test_a_disk_that_fills_up_stops_the_work_while_all_is_whole(
    tmp_path: Path, options_for: OptionsFor, slides: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "RESERVE_BYTES", 1 << 60)
    with pytest.raises(CinemaError) as caught:
        master(slides(), tmp_path / "film", options_for(), no_progress, Cancel())
    assert caught.value.code is Code.DISK_FULL
    assert caught.value.details["free_bytes"]
    monkeypatch.undo()
    master(slides(), tmp_path / "film", options_for(), no_progress, Cancel())
