"""A spoken commentary, measured in the sound that comes out."""

import dataclasses
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.cli import run
from core import Cancel, Cancelled, CinemaError, Code, no_progress
from films import (
    ExtraSound,
    MasterOptions,
    NoteTrack,
    Reveal,
    dump_notes,
    ffmpeg_path,
    find_clips,
    load_manifest,
    master,
    speak_notes,
)
from films.mastering.commentary import DUCK_DB, envelope_of
from films.notes.speech import SpokenNote, place_clips
from tests.films.conftest import notes_track, run_ffmpeg

HZ = 48_000
FILM_HZ, VOICE_HZ = 440, 1_500


@pytest.fixture
def track() -> NoteTrack:
    (first,) = notes_track().notes
    later = dataclasses.replace(first, id="late", start_ms=5_000, end_ms=7_000, anchor_ms=None)
    return dataclasses.replace(notes_track(), notes=(first, later))


@pytest.fixture
def clips(tmp_path: Path, track: NoteTrack) -> dict[str, Path]:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name, length_s in (("riddle", 1.5), ("late", 1.0)):
        run_ffmpeg(
            "-f", "lavfi", "-i", f"sine={VOICE_HZ}:r=44100:d={length_s}", "-ac", "1", str(folder / f"{name}.wav")
        )
    return find_clips(folder, track)


def samples(path: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    command = [ffmpeg_path(), "-loglevel", "error", "-i", str(path), "-f", "f32le", "-ac", "2", "-ar", str(HZ), "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4").reshape(-1, 2)


def level_db(sound: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", from_ms: int, to_ms: int, pitch: int) -> float:
    """How loud one pitch is within a stretch."""
    part = sound[from_ms * HZ // 1000 : to_ms * HZ // 1000, 0].astype(np.float64)
    wave = np.exp(-2j * np.pi * pitch * np.arange(len(part)) / HZ)
    return float(20 * np.log10(2 * abs(np.mean(part * wave)) + 1e-9))


def test_each_clip_is_heard_at_its_note_s_time_and_the_film_steps_back_beneath_it(
    source_film: Path, track: NoteTrack, clips: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "commentary.flac"
    placed, unheard = speak_notes(source_film, track, clips, out, no_progress, Cancel())
    assert (placed, unheard) == ((SpokenNote("riddle", 1000, 2500), SpokenNote("late", 5000, 6000)), ())
    before, sound = samples(source_film), samples(out)
    assert abs(len(sound) / HZ - 8) < 0.05
    for begin, end in ((1000, 2500), (5000, 6000)):
        assert level_db(sound, begin + 50, end - 50, VOICE_HZ) > -25
        assert level_db(sound, begin - 250, begin - 10, VOICE_HZ) < -60
        assert level_db(sound, end + 10, end + 250, VOICE_HZ) < -60
        ducked = level_db(sound, begin + 50, end - 50, FILM_HZ) - level_db(before, begin + 50, end - 50, FILM_HZ)
        assert ducked == pytest.approx(DUCK_DB, abs=0.7)
    for begin, end in ((100, 600), (3_600, 4_600), (7_000, 7_800)):
        alone = level_db(sound, begin, end, FILM_HZ) - level_db(before, begin, end, FILM_HZ)
        assert alone == pytest.approx(0, abs=0.3)


def test_a_quiet_and_a_loud_recording_are_heard_alike(
    source_film: Path, track: NoteTrack, clips: dict[str, Path], tmp_path: Path
) -> None:
    for name, change in (("riddle", "-30dB"), ("late", "+12dB")):
        changed = tmp_path / f"{name}.wav"
        run_ffmpeg("-i", str(clips[name]), "-af", f"volume={change}", str(changed))
        clips[name] = changed
    out = tmp_path / "commentary.flac"
    speak_notes(source_film, track, clips, out, no_progress, Cancel())
    sound = samples(out)
    quiet, loud = (level_db(sound, at + 50, at + 950, VOICE_HZ) for at in (1_000, 5_000))
    assert quiet == pytest.approx(loud, abs=0.5)
    assert quiet - level_db(sound, 1_050, 1_950, FILM_HZ) > 10


def test_what_is_silent_stays_so(source_film: Path, track: NoteTrack, clips: dict[str, Path], tmp_path: Path) -> None:
    silent, out = tmp_path / "silent.wav", tmp_path / "commentary.flac"
    run_ffmpeg("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "1", str(silent))
    placed, _ = speak_notes(source_film, track, {**clips, "riddle": silent}, out, no_progress, Cancel())
    assert [item.id for item in placed] == ["riddle", "late"]
    assert level_db(samples(out), 1_050, 1_950, VOICE_HZ) < -60


def test_the_film_s_sound_moves_without_a_step() -> None:
    gain = envelope_of([SpokenNote("a", 2000, 3000), SpokenNote("b", 3500, 4000)], 8000)
    assert np.abs(np.diff(20 * np.log10(gain))).max() < 0.05
    assert (gain[0], gain[-1]) == (1, 1)
    assert gain[2500] == pytest.approx(10 ** (DUCK_DB / 20))


def test_two_clips_are_never_heard_at_once_and_none_before_the_film_tells_it(track: NoteTrack) -> None:
    first, later = track.notes
    secret = dataclasses.replace(later, start_ms=1_200, end_ms=3_000, reveals=Reveal("no such words", 4_000))
    both = dataclasses.replace(track, notes=(first, secret))
    placed, unheard = place_clips(both, {"riddle": 2_500, "late": 2_000}, 60_000)
    assert unheard == ()
    assert [item.id for item in placed] == ["riddle", "late"]
    assert placed[1].start_ms >= max(4_000, placed[0].end_ms)


def test_what_is_not_heard_says_why(track: NoteTrack) -> None:
    _, unheard = place_clips(track, {"riddle": 30_000}, 8_000)
    assert [(item.path, item.code) for item in unheard] == [("riddle", "no-room"), ("late", "no-clip")]


def test_the_command_says_where_each_note_is_and_can_be_mastered(
    source_film: Path, track: NoteTrack, clips: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, out = tmp_path / "notes.vtt", tmp_path / "voice.flac"
    notes.write_bytes(dump_notes(track))
    clips["late"].unlink()
    command = ["--json", "notes", "speak", str(notes), "--film", str(source_film)]
    assert run([*command, "--clips", str(clips["riddle"].parent), "--out", str(out)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in said["spoken"]] == ["riddle"]
    assert [(item["id"], item["code"]) for item in said["unheard"]] == [("late", "no-clip")]
    assert out.is_file()


def test_the_command_s_sound_is_a_track_of_the_package_beside_the_film_s_own(
    source_film: Path,
    track: NoteTrack,
    clips: dict[str, Path],
    options_for: Callable[..., MasterOptions],
    tmp_path: Path,
) -> None:
    notes, out, package = tmp_path / "notes.vtt", tmp_path / "voice.flac", tmp_path / "package"
    notes.write_bytes(dump_notes(track))
    command = ["notes", "speak", str(notes), "--film", str(source_film), "--clips", str(clips["late"].parent)]
    assert run([*command, "--out", str(out)]) == 0
    commentary = ExtraSound("en", "commentary", out)
    master(source_film, package, options_for(sounds=(commentary,), clear=True), no_progress, Cancel())
    manifest = load_manifest((package / "manifest.json").read_bytes())
    assert [(item.language, item.role) for item in manifest.audio] == [("zh", "main"), ("en", "commentary")]
    own, spoken = (samples(package / "audio" / item.id / "index.m3u8") for item in manifest.audio)
    for at in (1_100, 5_100):
        assert level_db(spoken, at, at + 800, VOICE_HZ) - level_db(own, at, at + 800, VOICE_HZ) > 30


def test_nothing_half_done_is_left(source_film: Path, track: NoteTrack, clips: dict[str, Path], tmp_path: Path) -> None:
    out, stop = tmp_path / "voice.flac", Cancel()
    stop.cancel()
    with pytest.raises(Cancelled):
        speak_notes(source_film, track, clips, out, no_progress, stop)
    clips["riddle"].write_bytes(b"no sound")
    with pytest.raises(CinemaError) as caught:
        speak_notes(source_film, track, clips, out, no_progress, Cancel())
    assert caught.value.code is Code.SOURCE_UNREADABLE
    with pytest.raises(CinemaError):
        find_clips(tmp_path / "nowhere", track)
    assert not [path for path in tmp_path.iterdir() if "voice" in path.name]
