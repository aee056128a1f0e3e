import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import Cancel, CinemaError, Code, no_progress
from films import (
    FULL_LADDER,
    ExtraSound,
    MasterOptions,
    SigningKey,
    TrustedKeys,
    check_package,
    decrypt_segment,
    dump_manifest,
    ffmpeg_path,
    load_manifest,
    master,
    package_summary,
    parse_subtitles,
    parse_thumbnails,
    read_keys,
    verify_manifest,
)
from films.mastering.ladder import fit_ladder
from films.mastering.texts import read_subtitle_files

OptionsFor = Callable[..., MasterOptions]


@pytest.fixture(scope="module")
def playable(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with its key files put where the playlists name them."""
    folder = tmp_path_factory.mktemp("playable") / "lantern"
    shutil.copytree(made.folder, folder)
    (folder / "keys").mkdir()
    for key_id, key in read_keys(made.keys).items():
        (folder / "keys" / f"{key_id}.key").write_bytes(key)
    return folder


def frames_of(playlist: Path) -> list[tuple[int, str]]:
    """Presentation number and picture hash of each frame that plain ffmpeg plays."""
    answer = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-allowed_extensions",
            "ALL",
            "-i",
            str(playlist),
            "-map",
            "0:v:0",
            "-f",
            "framemd5",
            "-",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stderr == ""
    rows = [line.split(",") for line in answer.stdout.splitlines() if not line.startswith("#")]
    return [(int(row[2]), row[5].strip()) for row in rows]


def test_the_package_holds_what_its_manifest_says(made: Any) -> None:
    summary = package_summary(made.manifest)
    assert [item["size"] for item in summary["video"]] == ["160x90", "96x54", "64x36"]  # type: ignore[attr-defined]
    assert (summary["running_time_ms"], summary["encrypted"], summary["keys"]) == (8000, True, 8)
    assert (summary["subtitles"], summary["notes"], summary["shots"]) == (["en", "zh-Hans", "en-x-sdh"], ["en"], 1)
    assert made.manifest.shots_ms == (5000,)
    assert made.manifest.audio[0].audio.loudness_lufs == pytest.approx(-21.8, abs=1)
    data = (made.folder / "manifest.json").read_bytes()
    assert verify_manifest(data, (made.folder / "manifest.jws").read_bytes(), made.trusted) == made.manifest


def test_all_renditions_are_cut_at_the_same_times_and_sound_follows(made: Any) -> None:
    cuts = [[segment.duration_ms for segment in rendition.segments] for rendition in made.manifest.video]
    assert cuts == [[2000] * 4] * 3
    assert [abs(segment.duration_ms - 2000) < 25 for segment in made.manifest.audio[0].segments] == [True] * 4


def make(*arguments: str) -> None:
    subprocess.run([ffmpeg_path(), "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)


@pytest.fixture(scope="module")
def many_sounds(source_film: Path, options_for: OptionsFor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose own sound is 5.1, with an English one, a commentary that ends early, and a description."""
    folder = tmp_path_factory.mktemp("sounds")
    film = folder / "surround.mov"
    surround = "pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0"
    make("-i", str(source_film), "-af", surround, "-c:v", "copy", "-c:a", "pcm_s16le", str(film))
    for name, seconds, channels in (("en", 8, 2), ("talk", 3, 1), ("described", 8, 2)):
        tone = f"sine=330:r=44100:d={seconds}"
        make("-f", "lavfi", "-i", tone, "-ac", str(channels), str(folder / f"{name}.wav"))
    sounds = (
        ExtraSound("en", "main", folder / "en.wav"),
        ExtraSound("en", "commentary", folder / "talk.wav"),
        ExtraSound("zh", "description", folder / "described.wav"),
    )
    master(film, folder / "package", options_for(sounds=sounds, clear=True), no_progress, Cancel())
    return folder / "package"


def test_a_film_may_have_many_sounds_all_as_long_as_the_picture(many_sounds: Path, signing_key: SigningKey) -> None:
    manifest = load_manifest((many_sounds / "manifest.json").read_bytes())
    assert [(item.id, item.language, item.role, item.audio and item.audio.channels) for item in manifest.audio] == [
        ("zh", "zh", "main", 2),
        ("zh-51", "zh", "main", 6),
        ("en", "en", "main", 2),
        ("en-commentary", "en", "commentary", 2),
        ("zh-description", "zh", "description", 2),
    ]
    lengths = [sum(segment.duration_ms for segment in item.segments) for item in manifest.audio]
    assert all(abs(length - 8000) <= 25 for length in lengths)
    assert [bool(item.audio and item.audio.loudness_lufs) for item in manifest.audio] == [True, *[False] * 4]
    report = check_package(many_sounds, TrustedKeys.of(signing_key.public_jwk), None, no_progress, Cancel())
    assert report.ok, report.errors


def test_a_plain_player_hears_each_sound(many_sounds: Path) -> None:
    def loudest(name: str, second: int) -> float:
        playlist = many_sounds / f"audio/{name}/index.m3u8"
        measure = ("-af", f"atrim={second}:{second + 1},volumedetect", "-f", "null", "-")
        answer = subprocess.run(
            [ffmpeg_path(), "-hide_banner", "-i", str(playlist), *measure],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return float(re.findall(r"max_volume: (-?[\d.]+|-inf) dB", answer.stderr)[0])

    assert loudest("en-commentary", 1) > -30
    assert loudest("en-commentary", 5) < -80
    assert loudest("zh-51", 5) > -30


def test_two_sounds_of_one_kind_are_refused_before_anything_is_made(
    source_film: Path, options_for: OptionsFor, tmp_path: Path
) -> None:
    twin = ExtraSound("zh", "main", source_film)
    with pytest.raises(CinemaError) as caught:
        master(source_film, tmp_path / "p", options_for(sounds=(twin,)), no_progress, Cancel())
    assert caught.value.code is Code.WRONG_USE
    silent = ExtraSound("en", "main", tmp_path / "silent.txt")
    silent.file.write_text("hush", encoding="utf-8")
    with pytest.raises(CinemaError) as caught:
        master(source_film, tmp_path / "p", options_for(sounds=(silent,)), no_progress, Cancel())
    assert caught.value.code is Code.SOURCE_UNREADABLE
    assert not (tmp_path / "p.part").exists()


def test_keys_rotate_and_are_kept_for_their_owner_alone_and_outside_the_package(made: Any) -> None:
    keys = read_keys(made.keys)
    assert keys.keys() == made.manifest.key_ids
    assert {len(key) for key in keys.values()} == {16}
    assert len(set(keys.values())) == 8
    for rendition in (*made.manifest.video, *made.manifest.audio):
        first, second, third, _ = (segment.key_id for segment in rendition.segments)
        assert first == second != third
    assert stat.S_IMODE(made.keys.stat().st_mode) == 0o600
    everything = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert not [key for key in keys.values() if key in everything or key.hex().encode() in everything]
    ivs = [segment.iv for rendition in made.manifest.video for segment in rendition.segments]
    assert len(set(ivs)) == len(ivs)


def test_a_plain_player_shows_every_frame_from_the_first(playable: Path) -> None:
    for rendition in ("2k", "720p", "360p"):
        frames = frames_of(playable / "video" / rendition / "index.m3u8")
        assert [number for number, _ in frames] == list(range(192))
        assert len({picture for _, picture in frames[:120]}) > 100
    assert len(frames_of(playable / "hls.m3u8")) == 192


def test_every_segment_starts_with_a_picture_of_its_own(made: Any, tmp_path: Path) -> None:
    keys = read_keys(made.keys)
    rendition = made.manifest.video[0]
    for segment in rendition.segments:
        data = (made.folder / segment.file.path).read_bytes()
        clear = decrypt_segment(data, keys[segment.key_id], bytes.fromhex(segment.iv))
        path = tmp_path / "one.mp4"
        path.write_bytes((made.folder / rendition.init.path).read_bytes() + clear)
        answer = subprocess.run(
            [
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v",
                "-show_entries",
                "frame=pict_type",
                "-of",
                "csv=p=0",
                str(path),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.split()[0].startswith("I")
        assert len(answer.stdout.split()) == 48


def test_mpv_plays_the_package_to_its_end(playable: Path) -> None:
    answer = subprocess.run(
        [
            "mpv",
            "--no-config",
            "--vo=null",
            "--ao=null",
            "--ao-null-untimed=yes",
            "--untimed",
            "--msg-level=all=warn",
            "--demuxer-lavf-o=allowed_extensions=ALL",
            str(playable / "hls.m3u8"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (answer.returncode, re.findall("(?i)error|failed", answer.stdout + answer.stderr)) == (0, [])


def test_a_plain_player_reads_the_subtitles(playable: Path) -> None:
    text = (playable / "hls.m3u8").read_text()
    assert 'LANGUAGE="zh-Hans"' in text
    answer = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(playable / "subtitles" / "zh-Hans.vtt"), "-f", "srt", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "谁点的灯" in answer.stdout


def test_subtitles_for_those_who_do_not_hear_are_told_apart(made: Any, playable: Path) -> None:
    lines = (playable / "hls.m3u8").read_text().splitlines()
    named = [line for line in lines if 'LANGUAGE="en"' in line and "TYPE=SUBTITLES" in line]
    assert ["describes-music-and-sound" in line for line in named] == [False, True]
    assert (playable / "subtitles" / "en.sdh.m3u8").is_file()
    assert b"[wind]" in (made.folder / "subtitles" / "en.sdh.vtt").read_bytes()
    twice = replace(made.manifest, subtitles=(made.manifest.subtitles[2],) * 2)
    with pytest.raises(CinemaError):
        load_manifest(dump_manifest(twice))
    loud = replace(made.manifest, notes=(replace(made.manifest.notes[0], role="sdh"),))
    with pytest.raises(CinemaError):
        load_manifest(dump_manifest(loud))


def test_subtitles_that_were_timed_to_a_stream_are_on_the_film_s_own_time(tmp_path: Path) -> None:
    cue = "00:20.000 --> 00:21.000\nhere\n"
    for stamp in (
        "MPEGTS:900000,LOCAL:00:00:00.000",
        "MPEGTS:183003,LOCAL:00:00:00.000",
        "MPEGTS:0,LOCAL:00:00:00.000",
    ):
        file = tmp_path / "en.vtt"
        file.write_text(f"WEBVTT\nX-TIMESTAMP-MAP={stamp}\n\n{cue}", encoding="ascii")
        (text,) = read_subtitle_files({"en": file})
        assert b"X-TIMESTAMP-MAP" not in text.data
        assert [cue.start_ms for cue in parse_subtitles(text.data)] == [20_000]


def test_thumbnails_cover_the_film_second_by_second(made: Any) -> None:
    thumbnails = parse_thumbnails((made.folder / "thumbs" / "thumbs.vtt").read_bytes())
    assert [item.start_ms for item in thumbnails] == list(range(0, 8000, 1000))
    assert thumbnails[-1].end_ms == 8000
    assert {item.sheet for item in thumbnails} == {"01.jpg"}


def test_a_trailer_is_clear_and_leaves_no_key_file(
    source_film: Path, tmp_path: Path, options_for: OptionsFor, made: Any
) -> None:
    out = tmp_path / "trailer"
    options = options_for(kind="trailer", clear=True, subtitles={}, sdh={}, notes={}, poster=None, backdrop=None)
    manifest = master(source_film, out, options, no_progress, Cancel())
    assert manifest.key_ids == frozenset()
    assert [path.name for path in tmp_path.iterdir()] == ["trailer"]
    assert check_package(out, made.trusted, None, no_progress, Cancel()).ok
    assert len(frames_of(out / "hls.m3u8")) == 192


def test_a_drawn_film_is_mastered_without_a_file_between(
    tmp_path: Path, options_for: OptionsFor, made: Any, slides: Any
) -> None:
    film = slides()
    seen: list[tuple[float, str]] = []
    manifest = master(film, tmp_path / "drawn", options_for(notes={}), lambda *step: seen.append(step), Cancel())
    assert film.drawn == list(range(96))
    assert (manifest.running_time_ms, manifest.audio, manifest.shots_ms) == (4000, (), (1000, 2000, 3000))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert list(dict.fromkeys(stage for _, stage in seen)) == ["encode", "thumbs", "encrypt", "sign"]
    keys = read_keys(tmp_path / "drawn.keys.json")
    assert check_package(tmp_path / "drawn", made.trusted, keys, no_progress, Cancel()).ok


def test_broadcast_rates_stay_what_they_are(tmp_path: Path, options_for: OptionsFor, slides: Any) -> None:
    film = slides(fps_num=24000, fps_den=1001, frame_count=144)
    manifest = master(film, tmp_path / "film", options_for(), no_progress, Cancel())
    facts = manifest.video[0].video
    assert facts is not None
    assert (facts.fps_num, facts.fps_den) == (24000, 1001)
    assert [segment.duration_ms for segment in manifest.video[0].segments] == [2002, 2002, 2002]


def sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    return [(step.rung.id, step.width, step.height) for step in fit_ladder(FULL_LADDER, width, height)]


def test_the_ladder_keeps_the_shape_and_never_enlarges() -> None:
    assert sizes(2048, 1080) == [
        ("2k", 2048, 1080),
        ("1080p", 1920, 1012),
        ("720p", 1280, 676),
        ("540p", 960, 506),
        ("360p", 640, 338),
    ]
    assert sizes(2048, 858)[0] == ("2k", 2048, 858)
    assert sizes(1998, 1080)[0] == ("2k", 1998, 1080)
    assert sizes(4096, 2160)[0] == ("2k", 2048, 1080)
    assert sizes(1920, 1080)[0] == ("1080p", 1920, 1080)
    assert sizes(160, 90) == [("360p", 160, 90)]


def test_the_manifest_on_disk_is_the_one_returned(made: Any) -> None:
    assert load_manifest((made.folder / "manifest.json").read_bytes()) == made.manifest


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"package_id": "../x"}, Code.WRONG_USE),
        ({"language": "not a language"}, Code.WRONG_USE),
        ({"names": {}}, Code.WRONG_USE),
        ({"segment_ms": 1}, Code.WRONG_USE),
        ({"ladder": ()}, Code.WRONG_USE),
        ({"subtitles": {"en": Path("nowhere.vtt")}}, Code.FILE_MISSING),
        ({"subtitles": {"en": Path(__file__)}}, Code.SUBTITLES_MALFORMED),
        ({"notes": {"en": Path(__file__)}}, Code.NOTES_MALFORMED),
        ({"poster": Path("nowhere.jpg")}, Code.FILE_MISSING),
        ({"poster": Path(__file__)}, Code.SOURCE_UNREADABLE),
    ],
)
def test_wrong_orders_are_refused_and_leave_no_package(
    tmp_path: Path, options_for: OptionsFor, slides: Any, changes: dict[str, object], code: Code
) -> None:
    with pytest.raises(CinemaError) as caught:
        master(slides(frame_count=24), tmp_path / "film", options_for(**changes), no_progress, Cancel())
    assert caught.value.code is code
    assert not (tmp_path / "film").exists()
    assert not (tmp_path / "film.keys.json").exists()


def test_a_source_that_is_no_film_is_refused(tmp_path: Path, options_for: OptionsFor, texts: Path) -> None:
    for source, code in ((tmp_path / "none.mp4", Code.FILE_MISSING), (texts / "en.vtt", Code.SOURCE_UNREADABLE)):
        with pytest.raises(CinemaError) as caught:
            master(source, tmp_path / "film", options_for(), no_progress, Cancel())
        assert caught.value.code is code


def test_a_playlist_as_a_source_reaches_for_nothing(tmp_path: Path, options_for: OptionsFor) -> None:
    source = tmp_path / "film.m3u8"
    source.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://192.0.2.1/x.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(CinemaError) as caught:
        master(source, tmp_path / "film", options_for(), no_progress, Cancel())
    assert caught.value.code is Code.SOURCE_UNREADABLE


def bars_of(playlist: Path, count: int) -> list[tuple[int, int, int]]:
    """The colours in the middle of so many bars side by side, as a screen for BT.709 shows them."""
    width, height = 160, 90
    look = f"scale={width}:{height}:in_color_matrix=bt709:in_range=tv:flags=accurate_rnd,format=rgb24"
    answer = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", str(playlist), "-frames:v", "1", "-vf", look, "-f", "rawvideo", "-"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    row = answer.stdout[width * 3 * (height // 2) :]
    places = [(2 * bar + 1) * width // (2 * count) for bar in range(count)]
    return [(row[place * 3], row[place * 3 + 1], row[place * 3 + 2]) for place in places]


def tags_of(playlist: Path) -> dict[str, str]:
    names = "color_range,color_space,color_transfer,color_primaries"
    answer = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            f"stream={names}",
            "-of",
            "default=nk=0:nw=1",
            str(playlist),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(line.split("=") for line in answer.stdout.splitlines())


BT709_TAGS = {"color_range": "tv", "color_space": "bt709", "color_transfer": "bt709", "color_primaries": "bt709"}


def test_a_film_in_hdr_is_mapped_once_for_screens_that_are_not(
    hdr_film: Any, tmp_path: Path, options_for: OptionsFor
) -> None:
    manifest = master(hdr_film.file, tmp_path / "film", options_for(clear=True), no_progress, Cancel())
    assert [item.video and item.video.colour for item in manifest.video] == ["bt709"] * 3
    for rendition in manifest.video:
        playlist = tmp_path / "film/video" / rendition.id / "index.m3u8"
        assert tags_of(playlist) == BT709_TAGS
    assert hdr_film.unlike(bars_of(tmp_path / "film/video/2k/index.m3u8", len(hdr_film.wanted)), by=6) == []


def test_a_wide_gamut_without_hdr_is_brought_home_too(tmp_path: Path, options_for: OptionsFor) -> None:
    film = tmp_path / "wide.mkv"
    tags = "setparams=color_primaries=bt2020:color_trc=bt2020-10:colorspace=bt2020nc:range=tv"
    red = "scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le"
    # BT.709's red in BT.2020, by the square root that is near enough to both curves.
    make("-f", "lavfi", "-i", "color=0xd24a2e:s=160x90:r=24:d=1", "-vf", f"{red},{tags}", "-c:v", "ffv1", str(film))
    master(film, tmp_path / "film", options_for(clear=True), no_progress, Cancel())
    (seen,) = bars_of(tmp_path / "film/video/2k/index.m3u8", 1)
    assert seen[0] >= 235
    assert max(seen[1:]) <= 60
    assert tags_of(tmp_path / "film/video/2k/index.m3u8") == BT709_TAGS


def test_a_film_for_ordinary_screens_keeps_its_colours_and_says_so(made: Any, playable: Path) -> None:
    assert [tags_of(playable / f"video/{item.id}/index.m3u8") for item in made.manifest.video] == [BT709_TAGS] * 3
