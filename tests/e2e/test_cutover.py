"""Two machines, each with a screen, a library and a licence of its own: the second goes on with the first's show."""

import re
import shutil
import signal
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import time_text
from kiosk import Screening, ShowItem
from kiosk.records import read_record
from tests.e2e.showing import FPS, Venue, make_film, number_in

FULL = (0, 0, 1280, 800)
PICTURE = (0, 40, 1280, 720)


def told(venue: Venue) -> list[dict[str, object]]:
    (file,) = (venue.folder / "shows").glob("*.journal")
    return [
        {**read_record(line).facts, "at": read_record(line).at} for line in file.read_bytes().splitlines(keepends=True)
    ]


def free_place() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.e2e
@pytest.mark.timeout(180)
def test_a_second_machine_takes_over_at_the_same_frame_and_the_first_goes_on_when_that_dies(
    screen: dict[str, str], second_screen: dict[str, str], tmp_path: Path
) -> None:
    began = time.monotonic()
    package = make_film(tmp_path / "films", 40)
    slack = max(1.0, (time.monotonic() - began) / 3) ** 2
    """How much longer a busy machine is given to be up in time."""
    first, second = Venue(tmp_path / "first", screen), Venue(tmp_path / "second", second_screen)
    now = datetime.now(UTC).replace(microsecond=0)
    start = now + timedelta(seconds=round(8 * slack))
    playlist = (ShowItem("feature", 40_000, package="paper-moon"),)
    show = Screening(
        "friday", 1, "one", {"en": "Paper Moon"}, time_text(now), time_text(start), playlist, subtitles=("en",)
    )
    place, back = free_place(), free_place()
    try:
        for venue in (first, second):
            venue.home.mkdir()
            venue.prepare(package, show)
        first.start("--serve", place)
        first.until((first.folder / "cutover.secret").exists)
        shutil.copy(first.folder / "cutover.secret", second.folder / "cutover.secret")
        second.start("--follow", place, "--serve", back)
        first.until(lambda: first.state and first.state.phase == "playing")
        first.until(lambda: number_in(first.grabbed(PICTURE)) >= 2 * FPS)
        assert number_in(second.grabbed(PICTURE)) == -1, "a machine that follows shows nothing"

        second.tell("take-over")
        first.until(lambda: first.state and first.state.phase == "handed-over")
        second.until(lambda: number_in(second.grabbed(PICTURE)) >= 0)
        stood = number_in(first.grabbed(PICTURE))
        over, on = told(first)[-1], next(line for line in told(second) if line["what"] == "taken-over")
        assert over["what"] == "handed-over"
        assert round(int(str(over["position_ms"])) * FPS / 1000) == stood, "the first stands at the frame that it told"
        frame = int(str(next(line["position_ms"] for line in told(second) if line["what"] == "resumed")))
        assert frame == over["position_ms"]
        assert on["exact"] is True
        assert number_in(second.grabbed(PICTURE)) >= stood
        assert [file.stem for file in (first.folder / "shows").glob("*.journal")] == [
            file.stem for file in (second.folder / "shows").glob("*.journal")
        ], "one show, by one name"
        state = second.state
        assert state
        assert re.fullmatch(r"friday-\d{8}T\d{6}Z", state.showing)
        first.processes[0].send_signal(signal.SIGTERM)
        assert first.processes[0].wait(20) == 0
        seen = number_in(second.grabbed(PICTURE))
        second.until(lambda: number_in(second.grabbed(PICTURE)) > seen + FPS // 2)

        first.start("--follow", back, "--take-over-after", "2")
        first.until(lambda: "following" in first.said())
        second.processes[0].kill()
        stood = second.state
        first.until(lambda: number_in(first.grabbed(PICTURE)) >= 0)
        on = next(line for line in reversed(told(first)) if line["what"] == "taken-over")
        assert on["exact"] is False
        frame = int(str(next(line["position_ms"] for line in reversed(told(first)) if line["what"] == "resumed")))
        assert stood
        assert stood.position_ms - 500 <= frame <= stood.position_ms + 6000, "what was last heard of it may be older"
    finally:
        first.close()
        second.close()
    assert "Traceback" not in first.said() + second.said()
