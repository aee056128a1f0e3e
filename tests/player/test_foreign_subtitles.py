"""Subtitles of a foreign stream stand on the frames that its own timestamps name (RFC 8216 3.5)."""

import functools
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from films import ffmpeg_path
from player import foreign_feature

FIRST, AFTER = 48, 72
LATER_S = 10


@pytest.fixture(scope="module", params=["mpegts", "fmp4", "fmp4 movflags=+frag_discont"])
def address(film: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The numbered film as a stream whose time begins at ten seconds, with subtitles beside it.

    Fragments say so by an empty edit before them, or by their own times.
    """
    kind, _, options = request.param.partition(" ")
    folder = tmp_path_factory.mktemp(kind)
    subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-i", str(film / "0.m3u8"), "-i", str(film / "1.m3u8"), "-c", "copy"),
            *("-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", str(LATER_S), "-t", "6"),
            *("-f", "hls", "-hls_segment_type", kind, "-hls_time", "2", "-hls_playlist_type", "vod"),
            *(("-hls_segment_options", options) if options else ()),
            "v.m3u8",
        ],
        cwd=folder,
        check=True,
    )
    (folder / "master.m3u8").write_text(
        "#EXTM3U\n"
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="stamped",LANGUAGE="en",URI="stamped.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="plain",LANGUAGE="de",URI="plain.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="broken",LANGUAGE="fr",URI="broken.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=512x288,SUBTITLES="s"\nv.m3u8\n',
        encoding="ascii",
    )
    for name in ("stamped", "plain", "broken"):
        parts = "".join(f"#EXTINF:2,\n{name}{part}.vtt\n" for part in (1, 2))
        (folder / f"{name}.m3u8").write_text(f"#EXTM3U\n{parts}#EXT-X-ENDLIST\n", encoding="ascii")
    # The stamp says: 01:00:00 of these cues is the tenth second of the stream, which is its first frame.
    stamp = f"X-TIMESTAMP-MAP=MPEGTS:{LATER_S * 90_000},LOCAL:01:00:00.000\n"
    (folder / "stamped1.vtt").write_text(f"WEBVTT\n{stamp}\n01:00:02.000 --> 01:00:02.500\nhere\n", encoding="ascii")
    (folder / "stamped2.vtt").write_text(f"WEBVTT\n{stamp}\n01:00:02.500 --> 01:00:03.000\nhere\n", encoding="ascii")
    (folder / "plain1.vtt").write_text("WEBVTT\n\n00:02.000 --> 00:03.000\nhere\n", encoding="ascii")
    (folder / "plain2.vtt").write_text("WEBVTT\n\n00:02.000 --> 00:03.000\nhere\n", encoding="ascii")
    (folder / "broken1.vtt").write_text("no subtitles", encoding="ascii")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object, **_more: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/master.m3u8"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_line_is_on_screen_with_the_frames_it_belongs_to(
    screening: Any, until: Callable[..., None], address: str, language: str
) -> None:
    feature = foreign_feature(address)
    assert {tag: len(cues) for tag, cues in feature.subtitles.items()} == {"en": 1, "de": 1}
    player = screening.player
    player.set_muted(True)
    player.open(replace(feature, start_ms=1_500))
    player.set_subtitles(language)
    seen: list[tuple[int, bool]] = []

    def looked() -> bool:
        if player.first_frame_ms is not None and screening.item.drawn_picture is not None:
            seen.append((screening.frame_number(), bool(player.state.subtitle_lines)))
        return bool(seen) and seen[-1][0] > AFTER + 12

    until(looked)
    shown = {number for number, lines in seen if lines}
    hidden = {number for number, lines in seen if not lines}
    assert {*range(FIRST + 1, AFTER - 1)} & hidden == set()
    assert shown <= {*range(FIRST - 1, AFTER + 1)}
    assert len(shown) > 15


def test_a_place_is_the_film_s_own_wherever_its_stream_begins(
    screening: Any, until: Callable[..., None], address: str
) -> None:
    player = screening.player
    player.set_muted(True)
    player.open(replace(foreign_feature(address), start_ms=1_000))
    until(lambda: player.first_frame_ms is not None and screening.frame_number() >= 24)
    assert abs(player.state.position_ms - screening.frame_number() * 1000 / 24) < 250
    player.pause()
    for place_s in (5, 0.5, 3):
        player.seek(round(place_s * 1000))
        until(lambda place_s=place_s: abs(screening.frame_number() - 24 * place_s) <= 1)
        assert player.state.position_ms == pytest.approx(place_s * 1000, abs=60)


def test_the_film_is_played_without_subtitles_that_are_missing(address: str) -> None:
    assert "fr" not in foreign_feature(address).subtitles
