"""The player page on the real player and libmpv: what is on screen belongs to the frame that is on screen."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from films import Cue, NoteTrack, ffmpeg_path
from player import Player, local_feature
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.viewing import Viewing

FRAME_MS = 1000 / 24


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of grey at 24 frames a second."""
    path = tmp_path_factory.mktemp("film") / "grey.mp4"
    source = "color=c=gray:s=256x134:r=24:d=4"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


@pytest.fixture
def real(
    application: Any, services: Services, film: Path, jobs: Any, box_office: Any, sample: Any, monkeypatch: Any
) -> tuple[Any, Player]:
    assert application
    player = Player(drawing="software", hardware_decoding=False)
    track = NoteTrack("en", (), (sample.note("n1", 1_000, 2_000),))
    cues = {"en": (Cue("1", 500, 1_500, ("Wait for me!",)),)}
    feature = replace(local_feature(film), notes={"en": track}, subtitles=cues, mark="K7MQ2X")
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: Viewing(feature, sample.play()))
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell: Any = ShellViewModel(replace(services, player=lambda: player, pictures=film.parent / "stills"))
    shell.start()
    jobs.settle_all()
    return shell, player


def test_captions_and_card_come_and_go_with_their_frames(real: tuple[Any, Player], stage: Any, jobs: Any) -> None:
    shell, player = real
    window = stage(shell, 640, 400)
    seen: list[tuple[int, bool, bool]] = []
    page = shell.playerPage
    page.positionChanged.connect(
        lambda: seen.append((page.position, bool(window.named("Wait for me!")), page.note is not None))
    )
    shell.watch_ticket("t1")
    jobs.settle_all()
    window.until(lambda: page.position > 2_200, 20_000)
    assert page.status == "playing"
    assert len(seen) > 30
    for position, caption, note in seen:
        if all(abs(position - edge) > FRAME_MS for edge in (500, 1_000, 1_500, 2_000)):
            assert caption == (500 <= position < 1_500), position
            assert note == (1_000 <= position < 2_000), position
    window.press(Qt.Key.Key_Space)
    window.until(lambda: page.status == "paused")
    window.press(Qt.Key.Key_Home)
    window.until(lambda: page.position < 500)
    window.press(Qt.Key.Key_Escape)
    window.until(lambda: shell.page == "home")
    assert player.feature is None


def test_a_still_is_kept_and_its_place_is_said(
    real: tuple[Any, Player], stage: Any, jobs: Any, film: Path, sample: Any
) -> None:
    shell, player = real
    window = stage(shell, 640, 400)
    shell.watch_ticket("t1")
    jobs.settle_all()
    window.until(lambda: shell.playerPage.position > 200, 20_000)
    window.press(Qt.Key.Key_Space)
    window.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    jobs.settle_all()
    window.shows("Kept as stills/")
    (kept,) = (film.parent / "stills").glob("*.png")
    assert kept.name.startswith(sample.title().names["en"])
    player.feature.__dict__["stills_allowed"] = False
    window.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    window.shows("Pictures of this film are not to be kept")
    assert len(list((film.parent / "stills").iterdir())) == 1
