"""Closing the cinema is immediate whatever the network does."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def silent() -> Iterator[tuple[str, threading.Event]]:
    """A box office that takes every question and answers none; and whether it was asked."""
    asked = threading.Event()
    callers: list[socket.socket] = []

    def listen(line: socket.socket) -> None:
        while True:
            try:
                caller, _ = line.accept()
            except OSError:
                return
            callers.append(caller)
            if caller.recv(100):
                asked.set()

    with socket.create_server(("127.0.0.1", 0)) as line:
        thread = threading.Thread(target=listen, args=(line,))
        thread.start()
        yield f"http://127.0.0.1:{line.getsockname()[1]}", asked
        line.shutdown(socket.SHUT_RDWR)
        thread.join()
    for caller in callers:
        caller.close()


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="looks at an X server")
def test_a_box_office_that_says_nothing_keeps_no_closed_cinema_alive(
    screen: dict[str, str], silent: tuple[str, threading.Event], tmp_path: Path
) -> None:
    address, asked = silent
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "preferences.json").write_text('{"language": "en"}')
    command = [sys.executable, str(ROOT / "main.py"), "--home", str(tmp_path), "--drawing", "software"]
    with subprocess.Popen(
        [*command, "--box-office", address], cwd=ROOT, env=screen, stderr=subprocess.PIPE, text=True
    ) as program:
        assert asked.wait(30)
        program.send_signal(signal.SIGTERM)
        told = time.monotonic()
        _, errors = program.communicate(timeout=60)
    assert (program.returncode, "Traceback" in errors) == (0, False), errors
    assert time.monotonic() - told < 6
