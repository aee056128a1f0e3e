"""Fault 62: what the sound goes to is pulled out in mid-film (a sound server of our own that is killed), and put back."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filmstock
import pytest

from player import Player, Status


class SoundServer:
    """A PulseAudio with one output, on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "pulse"
        self._home = folder / "home"
        self._home.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    def plug_in(self) -> None:
        line = f"module-native-protocol-unix socket={self.socket} auth-anonymous=1"
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm"),
                *("-L", "module-null-sink", "-L", line),
            ],
            env={"HOME": str(self._home), "XDG_RUNTIME_DIR": str(self._home), "PATH": "/usr/bin:/bin"},
            stderr=subprocess.DEVNULL,
        )

    def pull_out(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    if not shutil.which("pulseaudio"):
        pytest.skip("pulseaudio is missing: ./cinema test installs it where there is no other sound server")
    server = SoundServer(tmp_path)
    monkeypatch.setenv("PULSE_SERVER", f"unix:{server.socket}")
    server.plug_in()
    yield server
    server.pull_out()


def test_a_film_whose_sound_is_unplugged_goes_on_and_is_heard_again(
    sound: SoundServer, film: Path, until: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    until(sound.socket.exists)
    player: Player = request.getfixturevalue("screening").player

    def heard() -> Any:
        return player.engine.handle.current_ao

    player.open(filmstock.clear_feature(film))
    until(lambda: player.state.position_ms > 1000 and heard() == "pulse")
    stood = player.state.position_ms
    sound.pull_out()
    until(lambda: player.state.position_ms > stood + 3000)
    assert player.state.status is Status.PLAYING
    assert heard() != "pulse"
    sound.plug_in()
    until(lambda: heard() == "pulse", 30)
    stood = player.state.position_ms
    until(lambda: player.state.position_ms > stood + 2000)
    assert player.state.status is Status.PLAYING
