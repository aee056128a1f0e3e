"""Faults 12, 15, 16, 22 and 23 on a running film: real servers, the real gateway, real libmpv."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filmstock
import pytest
from misbehaving import Site, drip, instead, short, status
from PySide6.QtCore import QElapsedTimer

from core import Code
from player import Conditions, Player, Status, foreign_feature

SECONDS = 24
MASTER = (
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="zh",LANGUAGE="zh",DEFAULT=YES,URI="288/1.m3u8"\n'
    + "".join(
        f'#EXT-X-STREAM-INF:BANDWIDTH={bps},RESOLUTION={width}x{height},CODECS="avc3.640028,mp4a.40.2",AUDIO="a"\n'
        f"{height}/0.m3u8\n"
        for width, height, bps in filmstock.LADDER
    )
)
FRAME_MS = 42


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three renditions and their sound, as HLS."""
    folder = tmp_path_factory.mktemp("site")
    filmstock.ladder(folder, SECONDS)
    (folder / "index.m3u8").write_text(MASTER, encoding="ascii")
    return folder


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    made = Site(folder)
    yield made
    made.close()


@pytest.fixture
def passed() -> Callable[[], float]:
    timer = QElapsedTimer()
    timer.start()
    return timer.elapsed


def fails_at(position_ms: int, player: Player, until: Any) -> Code:
    """Play until it fails, which is when everything before ``position_ms`` was shown and nothing after it."""
    until(lambda: player.state.status is Status.FAILED, 30)
    assert -4 * FRAME_MS <= player.state.position_ms - position_ms <= 0
    assert player.state.error is not None
    return player.state.error


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (status(404), Code.NOT_FOUND),
        (status(403, b"<html>no</html>"), Code.NOT_FOUND),
        (status(302, Location="http://films.example/x.m4s"), Code.REDIRECTED),
        (instead(b"<html>please sign in to this hotel's network</html>" + b" " * 600), Code.MEDIA_REFUSED),
        (instead(b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(600)), Code.MEDIA_REFUSED),
        (instead(b'<svg xmlns="http://www.w3.org/2000/svg"/>' + b" " * 600), Code.MEDIA_REFUSED),
    ],
    ids=["404", "403", "elsewhere", "a portal", "AVI", "SVG"],
)
def test_a_film_whose_server_will_not_give_it_ends_with_the_reason_and_the_next_one_plays(
    screening: Any, site: Site, until: Any, fault: Any, code: Code
) -> None:
    site.faults = {"0_3.m4s": fault, "0_4.m4s": fault}
    player: Player = screening.player
    player.open(foreign_feature(f"{site.url}/index.m3u8"), Conditions(trusted_bps=10**8))
    assert fails_at(6_000, player, until) is code
    assert max(count for path, count in site.asked.items() if path.endswith("0_3.m4s")) == 1
    site.faults = {}
    player.open(foreign_feature(f"{site.url}/index.m3u8"))
    until(lambda: player.state.position_ms > 7_000, 30)


@pytest.mark.parametrize(
    "fault", [status(500), status(503), status(429), short, drip], ids=["500", "503", "429", "short", "dripping"]
)
def test_a_server_with_a_passing_trouble_is_waited_for_without_a_storm(
    screening: Any, site: Site, until: Any, fault: Any, passed: Callable[[], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.origins.TIMEOUT_S", 1.0)
    site.faults = dict.fromkeys((f"0_{number}.m4s" for number in range(3, SECONDS)), fault)
    player: Player = screening.player
    player.open(foreign_feature(f"{site.url}/index.m3u8"))
    until(lambda: player.state.status is Status.RECONNECTING, 25)
    held_ms, since = player.state.position_ms, passed()
    until(lambda: passed() - since > 3_000)
    assert (player.state.status, player.state.position_ms) == (Status.RECONNECTING, held_ms)
    tries = sum(count for path, count in site.asked.items() if path.endswith("/0_3.m4s"))
    assert 2 <= tries <= 14
    site.faults = {}
    until(lambda: player.state.status is Status.PLAYING and player.state.position_ms > held_ms + 1_000, 25)
    assert player.state.diagnostics.stalls == 1


def test_a_line_that_is_gone_for_ten_seconds_is_waited_for_at_the_same_place(
    screening: Any, site: Site, until: Any, passed: Callable[[], float]
) -> None:
    player: Player = screening.player
    positions: list[int] = []
    statuses: set[Status] = set()

    def note() -> None:
        positions.append(player.state.position_ms)
        statuses.add(player.state.status)

    def hold(_handler: object, _whole: bytes) -> None:
        site.closing.wait(60)

    site.faults = dict.fromkeys((f"_{number}.m4s" for number in range(3, SECONDS)), hold)
    player.stateChanged.connect(note)
    player.open(foreign_feature(f"{site.url}/index.m3u8"))
    until(lambda: player.state.position_ms > 2_000, 20)
    site.closing.set()
    site.go()
    gone = passed()
    until(lambda: passed() - gone > 10_000)
    assert player.state.status is Status.RECONNECTING
    held_ms = player.state.position_ms
    assert held_ms > 4_000, "the picture went on from what was in memory"
    site.closing.clear()
    site.faults = {}
    site.come()
    until(lambda: player.state.position_ms > held_ms + 2_000, 20)
    steps = [later - earlier for earlier, later in itertools.pairwise(dict.fromkeys(positions))]
    assert min(steps) > 0, "nothing is shown twice"
    assert max(steps) < 4 * FRAME_MS, "nothing is left out"
    assert not statuses & {Status.ENDED, Status.FAILED}
    assert player.state.diagnostics.stalls == 1


def padded(site: Site) -> None:
    """Make every segment as long as its rendition's bandwidth says (a ``free`` box, ISO/IEC 14496-12 8.1.2)."""
    for _, height, bps in filmstock.LADDER:
        for path, data in site.files.items():
            if path.startswith(f"{height}/0_") and path.endswith(".m4s"):
                size = bps * filmstock.SEGMENT_S // 8 - len(data)
                site.files[path] = data + size.to_bytes(4, "big") + b"free" + bytes(size - 8)


def test_a_line_that_falls_to_a_tenth_costs_quality_and_no_stall(screening: Any, site: Site, until: Any) -> None:
    padded(site)
    site.bps = 9e6
    player: Player = screening.player
    player.open(foreign_feature(f"{site.url}/index.m3u8"), Conditions(trusted_bps=9_000_000))

    def heights() -> list[int]:
        return [int(path.split("/")[0]) for path in site.order if "/0_" in path]

    until(lambda: player.state.buffered_ms - player.state.position_ms > 4_000 and player.state.position_ms > 1_000, 20)
    assert heights()[-1] == 288
    before = len(heights())
    site.bps /= 10
    until(lambda: player.state.status is Status.ENDED, 60)
    assert set(heights()[before + 1 :][-4:]) == {144}
    facts = player.state.diagnostics
    assert (facts.stalls, facts.stall_ms) == (0, 0)


def doubled(site: Site) -> str:
    """Put everything at two places, and name every rendition twice."""
    for path, data in list(site.files.items()):
        site.files |= {f"one/{path}": data, f"two/{path}": data}
    lines = []
    for place in ("one", "two"):
        lines.append(f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{place}",NAME="zh",LANGUAGE="zh",URI="{place}/288/1.m3u8"')
        for width, height, bps in filmstock.LADDER:
            said = f'BANDWIDTH={bps},RESOLUTION={width}x{height},CODECS="avc3.640028,mp4a.40.2",AUDIO="{place}"'
            lines += [f"#EXT-X-STREAM-INF:{said}", f"{place}/{height}/0.m3u8"]
    site.files["twice.m3u8"] = "\n".join(["#EXTM3U", *lines, ""]).encode()
    return f"{site.url}/twice.m3u8"


def test_a_place_that_fails_while_the_film_runs_is_replaced_by_the_other_one(
    screening: Any, site: Site, until: Any
) -> None:
    url = doubled(site)
    player: Player = screening.player
    feature = foreign_feature(url)
    assert [stream.height for stream in feature.presentation.video] == [288, 216, 144]
    assert not any(path.startswith("two/") for path in site.asked), "what is not needed is not read"
    site.faults = {f"one/288/{stream}_{number}.": status(404) for stream in (0, 1) for number in range(3, SECONDS)}
    player.open(feature)
    until(lambda: player.state.status is Status.ENDED, 60)
    assert {"two/288/0_3.m4s", "two/288/1_3.m4s"} <= set(site.order)
    assert player.state.diagnostics.stalls == 0


@pytest.mark.parametrize("fault", [status(404), status(503), instead(b"<html>sign in</html>")])
def test_a_place_without_playlists_is_replaced_before_the_film_begins(site: Site, fault: Any) -> None:
    site.faults = {"one/": fault}
    url = doubled(site)
    feature = foreign_feature(url)
    assert {stream.pieces[0].path.split("/")[3] for stream in feature.presentation.video} == {"two"}
    assert feature.presentation.audio[0].pieces[0].path.startswith(f"{site.url}/two/")
    assert max(site.asked.values()) == 1


@pytest.mark.parametrize(
    ("data", "code", "most"),
    [(bytes(size), Code.KEY_MALFORMED, 1) for size in (0, 7, 15, 17, 1_000_000)]
    + [(b"<html><body>The key is not here.</body></html>", Code.KEY_MALFORMED, 1), (b"<html>hey</html>", None, 1)],
    ids=["0", "7", "15", "17", "a million", "HTML", "HTML of 16 bytes"],
)
def test_a_server_that_gives_no_key_is_asked_for_it_once(
    screening: Any, site: Site, until: Any, data: bytes, code: Code | None, most: int
) -> None:
    text = site.files["288/0.m3u8"].decode()
    head, _, rest = text.partition("#EXTINF")
    key = '#EXT-X-KEY:METHOD=AES-128,URI="k"\n'
    site.files["288/0.m3u8"] = f"{head}{key}#EXTINF{rest}".encode()
    site.files["288/k"] = data
    player: Player = screening.player
    player.open(foreign_feature(f"{site.url}/288/0.m3u8"))
    until(lambda: player.state.status is Status.FAILED, 20)
    assert player.state.error in ({code} if code else {Code.SEGMENT_CORRUPT, Code.MEDIA_REFUSED})
    assert site.asked["288/k"] == most
    assert player.state.diagnostics.frames_shown == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nindex.m3u8\n", Code.PLAYLIST_REFUSED),
        ("#EXTM3U\n" + "#EXTINF:4,\na.ts\n" * 60_000 + "#EXT-X-ENDLIST\n", Code.PLAYLIST_REFUSED),
        ("#EXTM3U\n#EXTINF:nan,\na.ts\n#EXT-X-ENDLIST\n", Code.PLAYLIST_REFUSED),
        ("<html>please sign in</html>", Code.PLAYLIST_REFUSED),
    ],
)
def test_a_hostile_playlist_is_refused_from_a_real_server_in_two_seconds(
    site: Site, text: str, code: Code, passed: Callable[[], float]
) -> None:
    from core import CinemaError

    site.files["index.m3u8"] = text.encode()
    with pytest.raises(CinemaError) as caught:
        foreign_feature(f"{site.url}/index.m3u8")
    assert (caught.value.code, passed() < 2_000, site.asked.total()) == (code, True, 1)
