"""Stage two: sprite thumbnails and the list of hard cuts, from the smallest rendition; and the posters."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core import Cancel, CinemaError, Code
from films.mastering.ladder import Step
from films.mastering.options import MasterOptions
from films.mastering.probe import SourceFacts
from films.mastering.process import run_ffmpeg
from films.thumbnails import Thumbnail, dump_thumbnails

COLUMNS = 5
ROWS = 5
THUMBNAIL_WIDTH = 240
CUT_SCORE = 10
"""ffmpeg's scdet score, 0 to 100, above which a change of picture counts as a cut."""
POSTER_LIMIT_BYTES = 16 << 20
_TIME = re.compile(r"lavfi\.scd\.time=(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Pictures:
    """What the stage leaves: how many sheets, and the times of the hard cuts."""

    sheets: int
    shots_ms: tuple[int, ...]


def thumbnail_every_ms(options: MasterOptions, duration_ms: int) -> int:
    """The time between thumbnails: as asked, else a second for shorts and up to ten for features."""
    return options.thumbnail_every_ms or min(10_000, max(1_000, duration_ms // 600_000 * 1_000))


def make_pictures(
    clear: Path,
    *,
    step: Step,
    facts: SourceFacts,
    options: MasterOptions,
    package: Path,
    progress: Callable[[float], None],
    cancel: Cancel,
) -> Pictures:
    """Write ``thumbs/`` below ``package``; ``step`` is the rendition that is looked at."""
    thumbs = package / "thumbs"
    every = thumbnail_every_ms(options, facts.duration_ms)
    width = min(THUMBNAIL_WIDTH, step.width)
    height = max(2, round(width * step.height / step.width / 2) * 2)
    shots_file = clear / "shots.txt"
    shots_file.unlink(missing_ok=True)
    small = (
        f"select='gte(t,selected_n*{every / 1000:.3f})',scale={width}:{height}:out_range=full,"
        f"format=yuvj420p,tile={COLUMNS}x{ROWS}"
    )
    graph = f"[0:v:0]{small}[t]"
    if options.shots_ms is None:
        graph = f"[0:v:0]split[a][b];[a]{small}[t];[b]{seen_cuts(shots_file.name)},nullsink"
    run_ffmpeg(
        [
            *("-nostdin", "-protocol_whitelist", "file", "-i", f"video/{step.rung.id}/index.m3u8"),
            *("-filter_complex", graph, "-map", "[t]", "-fps_mode", "passthrough", "-q:v", "4"),
            str(thumbs.absolute()).replace("%", "%%") + "/%02d.jpg",
        ],
        folder=clear,
        cancel=cancel,
        on_time=lambda time_ms: progress(min(1.0, time_ms / facts.duration_ms)),
    )
    sheets = len(list(thumbs.glob("*.jpg")))
    count = -(-facts.duration_ms // every)
    if not sheets or sheets < count // (COLUMNS * ROWS):
        raise CinemaError(Code.ENCODER_FAILED, "ffmpeg did not draw the thumbnails it was asked for.")
    places = [
        Thumbnail(
            index * every,
            min(facts.duration_ms, (index + 1) * every),
            f"{index // (COLUMNS * ROWS) + 1:02d}.jpg",
            index % COLUMNS * width,
            index // COLUMNS % ROWS * height,
            width,
            height,
        )
        for index in range(min(count, sheets * COLUMNS * ROWS))
    ]
    (thumbs / "thumbs.vtt").write_bytes(dump_thumbnails(places))
    if options.shots_ms is None:
        return Pictures(sheets, cut_times_ms(shots_file, facts.duration_ms))
    return Pictures(sheets, tuple(time for time in sorted(set(options.shots_ms)) if 0 <= time < facts.duration_ms))


def seen_cuts(file: str) -> str:
    """The filter that writes the hard cuts of a picture into a file beside it."""
    return f"scdet=threshold={CUT_SCORE},metadata=print:key=lavfi.scd.time:file={file}"


def cut_times_ms(found: Path, duration_ms: int) -> tuple[int, ...]:
    """The cuts that ffmpeg's ``scdet`` has written to a file, which is missing where it saw none."""
    times = _TIME.findall(found.read_text(encoding="utf-8")) if found.exists() else []
    return tuple(sorted({cut for time in times if 0 <= (cut := round(float(time) * 1000)) < duration_ms}))


def place_poster(source: Path, target: Path, cancel: Cancel) -> None:
    """Put a picture into the package as JPEG. Raises `CinemaError` (file-missing, source-unreadable)."""
    if not source.is_file():
        raise CinemaError(Code.FILE_MISSING, f"There is no picture {source}.")
    if source.stat().st_size > POSTER_LIMIT_BYTES:
        raise CinemaError(Code.SOURCE_UNREADABLE, f"{source} is larger than {POSTER_LIMIT_BYTES >> 20} MiB.")
    target.parent.mkdir(exist_ok=True)
    data = source.read_bytes()
    if data.startswith(b"\xff\xd8\xff"):
        target.write_bytes(data)
        return
    try:
        run_ffmpeg(
            [
                *("-nostdin", "-protocol_whitelist", "file", "-i", f"file:{source.resolve()}"),
                *("-frames:v", "1", "-vf", "scale=out_range=full,format=yuvj420p", "-q:v", "2", str(target)),
            ],
            folder=target.parent,
            cancel=cancel,
        )
    except CinemaError as error:
        if error.code is not Code.ENCODER_FAILED:
            raise
        raise CinemaError(Code.SOURCE_UNREADABLE, f"{source} is not a picture that can be read.") from error
