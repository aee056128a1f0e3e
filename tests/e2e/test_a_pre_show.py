"""A whole evening's show, filmed from the screen: it begins on its second, and nothing shows between two films."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from boxoffice.rules import time_text
from kiosk import Screening, ShowItem
from tests.e2e.showing import Venue, make_film, number_in, shows

AREA, SMALL, RATE = (0, 40, 1280, 720), (96, 54), 20
PLAYLIST = (
    ShowItem("countdown", 3000),
    ShowItem("slide", 2000, file="sponsor.png"),
    ShowItem("video", 4000, file="sponsor.mp4"),
    ShowItem("feature", 8000, package="paper-moon"),
    ShowItem("intermission", 2000),
    ShowItem("credits", 2000),
    ShowItem("ballot", 2000),
)
ORANGE = (230, 120, 20)


@pytest.fixture
def venue(screen: dict[str, str], tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "home", screen)
    venue.home.mkdir()
    yield venue
    venue.close()


def filmed(venue: Venue, out: Path) -> "subprocess.Popen[bytes]":
    """Film the screen, small, as somebody in front of it would see it."""
    left, top, width, height = AREA
    grab = ["-f", "x11grab", "-framerate", str(RATE), "-video_size", f"{width}x{height}"]
    scale = ["-vf", f"scale={SMALL[0]}:{SMALL[1]}:flags=neighbor", "-f", "rawvideo", "-pix_fmt", "rgb24", str(out)]
    command = ["ffmpeg", "-v", "error", "-y", *grab, "-i", f"{venue.screen['DISPLAY']}+{left},{top}", *scale]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def pictures(file: Path) -> list[Image.Image]:
    data, size = file.read_bytes(), SMALL[0] * SMALL[1] * 3
    return [Image.frombytes("RGB", SMALL, data[at : at + size]) for at in range(0, len(data) - size + 1, size)]


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_a_pre_show_a_film_and_a_ballot_follow_each_other_without_a_gap(venue: Venue, tmp_path: Path) -> None:
    package = make_film(tmp_path / "films", 8)
    make_film(tmp_path / "sponsors", 4, package="sponsor")
    now = datetime.now(UTC).replace(microsecond=0)
    start = now + timedelta(seconds=20)
    names = {"en": "Paper Moon", "zh-Hans": "纸月亮"}
    venue.prepare(package, Screening("friday", 1, "one", names, time_text(now), time_text(start), PLAYLIST))
    slides = venue.folder / "slides"
    slides.mkdir()
    Image.new("RGB", (640, 360), ORANGE).save(slides / "sponsor.png")
    (tmp_path / "sponsors" / "sponsor.mp4").rename(slides / "sponsor.mp4")
    venue.start()
    venue.until(lambda: venue.state and venue.state.phase in ("ready", "doors"), 60)
    camera = filmed(venue, tmp_path / "filmed")
    try:
        venue.until(lambda: venue.state and venue.state.phase == "done", 90)
    finally:
        camera.communicate(b"q", 20)
    venue.close()
    assert "Traceback" not in venue.said()

    told = shows(venue)
    started = next(record for record in told if record.facts["what"] == "started")
    assert int(str(started.facts["late_ms"])) <= 100
    assert [record.facts["kind"] for record in told if record.facts["what"] == "item"] == [
        item.kind for item in PLAYLIST
    ]

    seen = pictures(tmp_path / "filmed")
    numbers = [number_in(picture) for picture in seen]
    centre = [picture.getpixel((SMALL[0] // 2, SMALL[1] // 2)) for picture in seen]
    slide = [at for at, colour in enumerate(centre) if isinstance(colour, tuple) and max(abs(a - b) for a, b in zip(colour, ORANGE, strict=True)) < 12]  # fmt: skip
    assert slide
    films = [at for at, number in enumerate(numbers) if number >= 0 and at > slide[-1]]
    assert films
    second = next(at for at in films[1:] if numbers[at] < 24 and max(numbers[films[0] : at]) > 80)
    last = max(at for at in films if at < second)
    figures = {
        "slide_s": len(slide) / RATE,
        "slide_to_video": films[0] - slide[-1] - 1,
        "video_to_feature": second - last - 1,
        "first_frame": numbers[films[0]],
        "feature_first": numbers[second],
        "seen": len(seen),
        "video_last": max(numbers[films[0] : second]),
        "feature_last": max(numbers[second:]),
    }
    (tmp_path / "figures").write_text(str(figures))  # kept by pytest, for whoever wants to know
    assert abs(figures["slide_s"] - 2) <= 0.3, figures
    assert figures["slide_to_video"] <= 2, figures
    assert figures["video_to_feature"] == 0, figures
    assert figures["video_last"] >= 4 * 24 - 4, figures
    assert figures["feature_last"] >= 8 * 24 - 4, figures
