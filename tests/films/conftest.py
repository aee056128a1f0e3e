"""A small real film, and a package mastered from it once for all tests of this room."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from core import Cancel, no_progress
from films import (
    Commentator,
    Cue,
    GlossaryEntry,
    Manifest,
    MasterOptions,
    Note,
    NoteTrack,
    PixelFormat,
    Rung,
    SigningKey,
    TrustedKeys,
    dump_notes,
    dump_subtitles,
    ffmpeg_path,
    master,
)

TINY_LADDER = (
    Rung("2k", 160, 90, 1500, preset="ultrafast"),
    Rung("720p", 96, 54, 700, preset="ultrafast"),
    Rung("360p", 64, 36, 400, preset="ultrafast"),
)


@dataclass(frozen=True)
class Made:
    """A mastered package with what belongs to it."""

    folder: Path
    keys: Path
    manifest: Manifest
    trusted: TrustedKeys


@dataclass(frozen=True)
class Slides:
    """A drawn film: each second another grey."""

    frame_count: int = 96
    fps_num: int = 24
    fps_den: int = 1
    width: int = 160
    height: int = 90
    pixel_format: PixelFormat = "bgra"
    audio: Path | None = None
    fingerprint: str = "slides-1"
    drawn: list[int] = field(default_factory=list)

    def frames(self) -> Iterator[bytes]:
        for number in range(self.frame_count):
            self.drawn.append(number)
            yield bytes([(number // 24 * 60 + 30) % 256] * 3 + [255]) * (self.width * self.height)


def notes_track(language: str = "en") -> NoteTrack:
    return NoteTrack(
        language,
        (Commentator("lin", {"en": "Lin Mei", "zh-Hans": "林梅"}, {"en": "Folklorist"}),),
        (
            Note(
                "riddle",
                1000,
                6000,
                "lin",
                "custom",
                "Riddles on lanterns",
                "Guess it & keep the <strip>.",
                1500,
                "more",
                ("Dongjing Meng Hua Lu",),
                (GlossaryEntry("riddle", "灯谜", "dēngmí", "a puzzle"),),
            ),
        ),
        "CC BY 4.0",
    )


def pictured_track() -> NoteTrack:
    """The same with a picture and a portrait."""
    track = notes_track()
    notes = tuple(replace(note, image="riddle.png", alt="A lantern") for note in track.notes)
    return replace(track, notes=notes, commentators=(replace(track.commentators[0], portrait="lin.jpg"),))


def run_ffmpeg(*arguments: str) -> None:
    subprocess.run([ffmpeg_path(), "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)


@pytest.fixture(scope="session")
def source_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """8 s at 24 fps with sound and a hard cut after 5 s."""
    path = tmp_path_factory.mktemp("source") / "film.mp4"
    run_ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x90:r=24:d=5",
        "-f",
        "lavfi",
        "-i",
        "smptebars=s=160x90:r=24:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=440:r=48000:d=8",
        "-filter_complex",
        "[0:v][1:v]concat=n=2:v=1[v]",
        "-map",
        "[v]",
        "-map",
        "2:a",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        str(path),
    )
    return path


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "en.vtt").write_bytes(dump_subtitles([Cue("1", 500, 2500, ("Who lit it?",))]))
    (folder / "zh.srt").write_text("1\n00:00:00,500 --> 00:00:02,500\n谁点的灯？\n", encoding="utf-8")
    (folder / "en.sdh.srt").write_text(
        "1\n00:00:00,000 --> 00:00:00,400\n[wind]\n\n2\n00:00:00,500 --> 00:00:02,500\nAMEI: Who lit it?\n",
        encoding="utf-8",
    )
    (folder / "notes.vtt").write_bytes(dump_notes(pictured_track()))
    run_ffmpeg("-f", "lavfi", "-i", "color=green:s=40x30", "-frames:v", "1", str(folder / "riddle.png"))
    run_ffmpeg("-f", "lavfi", "-i", "color=gray:s=32x48", "-frames:v", "1", str(folder / "lin.jpg"))
    run_ffmpeg("-f", "lavfi", "-i", "color=red:s=40x60", "-frames:v", "1", str(folder / "poster.jpg"))
    run_ffmpeg("-f", "lavfi", "-i", "color=blue:s=64x36", "-frames:v", "1", str(folder / "backdrop.png"))
    return folder


@pytest.fixture(scope="session")
def options_for(signing_key: SigningKey, texts: Path) -> Callable[..., MasterOptions]:
    """Options for a tiny package, with changes."""

    def make(**changes: object) -> MasterOptions:
        values: dict[str, object] = {
            "package_id": "lantern-1",
            "title_id": "lantern",
            "names": {"en": "Lantern", "zh-Hans": "灯"},
            "signing_key": signing_key,
            "ladder": TINY_LADDER,
            "segment_ms": 2000,
            "key_rotation_ms": 4000,
            "subtitles": {"en": texts / "en.vtt", "zh-Hans": texts / "zh.srt"},
            "sdh": {"en": texts / "en.sdh.srt"},
            "notes": {"en": texts / "notes.vtt"},
            "poster": texts / "poster.jpg",
            "backdrop": texts / "backdrop.png",
            "created": "2026-01-02T03:04:05Z",
        }
        return MasterOptions(**{**values, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def made(
    tmp_path_factory: pytest.TempPathFactory,
    source_film: Path,
    signing_key: SigningKey,
    options_for: Callable[..., MasterOptions],
) -> Made:
    folder = tmp_path_factory.mktemp("packages") / "lantern"
    manifest = master(source_film, folder, options_for(), no_progress, Cancel())
    keys = folder.with_name("lantern.keys.json")
    return Made(folder, keys, manifest, TrustedKeys.of(signing_key.public_jwk))


@pytest.fixture(scope="session")
def slides() -> type[Slides]:
    """The class of drawn films."""
    return Slides
