import hashlib
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core import Cancel, no_progress
from films import (
    SigningKey,
    TrustedKeys,
    check_notes,
    check_package,
    load_manifest,
    missing_translations,
    parse_notes,
    parse_subtitles,
    read_keys,
)
from films.demo import FILMS, DemoFilm, make_demo
from films.demo.film import Reel, opening
from films.demo.mixing import loudness_lufs
from films.demo.words import EDITORS, LANGUAGES

EVERY_FILM = pytest.mark.parametrize("film", FILMS, ids=lambda film: film.id)

HASHES = """
import hashlib
from films.demo import FILMS
print("".join(hashlib.sha256(f.frames("quick").still(t).tobytes()).hexdigest() for f in FILMS for t in (1000, 17_000)))
"""


@EVERY_FILM
def test_the_texts_parse_and_every_note_checks_clean(film: DemoFilm, tmp_path: Path) -> None:
    subtitles, notes = film.write_texts(tmp_path)
    ids = []
    for language in notes:
        beside = language if language in LANGUAGES else "zh-Hans" if language == "zh-Hant" else "en"
        cues = parse_subtitles(subtitles[beside].read_bytes())
        track = parse_notes(notes[language].read_bytes())
        report = check_notes(track, cues, beside)
        assert (language, report.errors, report.warnings) == (language, (), ())
        assert 10 <= len(cues) <= 18
        assert 6 <= len(track.notes) <= 9
        assert track.language == language
        assert all(note.sources and note.glossary and note.commentator == EDITORS.id for note in track.notes)
        assert all(note.end_ms - note.start_ms >= 4000 for note in track.notes)
        limit = 42 if language[:2] not in ("zh", "ko") else 16
        assert all(len(line) <= limit for note in track.notes for line in note.body.split("\n"))
        assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(cues))
        ids.append([note.id for note in track.notes])
    assert all(found == ids[0] for found in ids)


def test_the_first_films_notes_are_in_seven_languages_each_in_its_own_words(tmp_path: Path) -> None:
    _, files = FILMS[0].write_texts(tmp_path)
    tracks = [parse_notes(file.read_bytes()) for file in files.values()]
    assert [track.language for track in tracks] == ["en", "zh-Hans", "zh-Hant", "es", "it", "ko", "fr"]
    assert all(missing == () for missing in missing_translations(tracks).values())
    for name in (note.id for note in tracks[0].notes):
        bodies = {note.body for track in tracks for note in track.notes if note.id == name}
        assert len(bodies) == len(tracks)
    assert all(set(person.name) == {track.language for track in tracks} for person in tracks[0].commentators)
    traditional, simplified = ("".join(note.body for note in tracks[index].notes) for index in (2, 1))
    assert not set("節謎諧團圓長實開問為") & set(simplified)
    assert not set("节谜谐团圆长实开问为") & set(traditional)


@EVERY_FILM
def test_no_note_stays_across_a_hard_cut_but_the_last_of_its_scene(film: DemoFilm) -> None:
    for remark in film.remarks:
        assert not [cut for cut in film.shots_ms if remark.start_ms < cut < remark.end_ms], remark.id


def test_the_answer_of_the_old_tale_is_told_after_the_film_has_told_it() -> None:
    wedding = FILMS[1]
    told_ms = next(line.end_ms for line in wedding.lines if line.en == "Only that mouse.")
    assert next(remark for remark in wedding.remarks if remark.id == "old-tale").start_ms >= told_ms


@EVERY_FILM
def test_hard_cuts_are_where_they_are_said_to_be(film: DemoFilm) -> None:
    reel = film.frames("quick")
    assert reel.duration_ms == 20_000
    frames = [np.frombuffer(frame, np.uint8)[::97].astype(np.int16) for frame in reel.frames()]
    assert len(frames) == reel.frame_count == 480
    change = np.array([np.abs(later - earlier).mean() for earlier, later in pairwise(frames)])
    cuts = [round(cut * 24 / 1000) - 1 for cut in film.shots_ms if cut < 20_000]
    found = sorted(int(index) for index in np.argsort(change)[-len(cuts) :])
    assert found == cuts
    assert change.min() > 0


@EVERY_FILM
def test_the_film_runs_for_about_a_minute_at_full_size(film: DemoFilm) -> None:
    reel, trailer = film.frames(), film.trailer_frames()
    assert (reel.width, reel.height, reel.fps_num, reel.fps_den) == (2048, 1080, 24, 1)
    assert 40_000 <= reel.duration_ms <= 90_000
    assert 12_000 <= trailer.duration_ms <= 20_000
    assert all(shot.duration_ms * 24 % 1000 == 0 for shot in (*film.shots, *film.trailer_shots))


@EVERY_FILM
def test_the_sound_is_neither_silent_nor_clipped(film: DemoFilm, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    film.write_sound(path, "quick")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 48_000, 2)
        assert file.getnframes() == 20 * 48_000
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).T / 32768
    assert -21 < loudness_lufs(samples) < -19
    assert np.abs(samples).max() < 0.9


def test_the_same_frames_are_drawn_by_another_process() -> None:
    here = "".join(
        hashlib.sha256(film.frames("quick").still(at_ms).tobytes()).hexdigest()
        for film in FILMS
        for at_ms in (1000, 17_000)
    )
    there = subprocess.run([sys.executable, "-c", HASHES], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_another_cut_has_another_fingerprint() -> None:
    film = FILMS[0]
    whole = film.frames("quick")
    shorter = Reel(whole.name, opening(film.shots, 10_000), whole.width, whole.height)
    assert whole.fingerprint == film.frames("quick").fingerprint
    assert len({whole.fingerprint, shorter.fingerprint, film.frames("full").fingerprint}) == 3


@EVERY_FILM
def test_posters_have_their_sizes(film: DemoFilm, tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    poster, backdrop = film.write_posters(tmp_path)
    for path, size in ((poster, (1200, 1800)), (backdrop, (1920, 1080))):
        with pillow.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", size)


def test_the_quick_demo_is_mastered_passes_the_check_and_is_found_again(tmp_path: Path) -> None:
    key = SigningKey.load_or_create(tmp_path / "signing.pem")
    shares: list[float] = []
    made = make_demo(tmp_path / "films", key, lambda share, _stage: shares.append(share), Cancel(), "quick")
    assert [packages.film for packages in made] == list(FILMS)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    trusted = TrustedKeys.of(key.public_jwk)
    for packages in made:
        keys = read_keys(packages.feature.with_name(f"{packages.feature.name}.keys.json"))
        for folder, held in ((packages.feature, keys), (packages.trailer, None)):
            report = check_package(folder, trusted, held, no_progress, Cancel())
            assert (report.errors, report.warnings) == ((), ())
        manifest = load_manifest((packages.feature / "manifest.json").read_bytes())
        assert len(manifest.key_ids) > 1
        assert manifest.shots_ms == tuple(cut for cut in packages.film.shots_ms if cut < 20_000)
        assert not load_manifest((packages.trailer / "manifest.json").read_bytes()).key_ids
    stamp = (made[0].feature / "manifest.json").stat().st_mtime_ns
    again = make_demo(tmp_path / "films", key, no_progress, Cancel(), "quick")
    assert again == made
    assert (made[0].feature / "manifest.json").stat().st_mtime_ns == stamp
