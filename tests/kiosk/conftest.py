"""What the venue's tests share: a clock that is set, a small disk, and a folder's ledger."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.ledger import Ledger
from tests.kiosk.venue import RESERVE, OpenLedger, SetClocks


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture
def open_ledger(tmp_path: Path, clocks: SetClocks) -> Iterator[OpenLedger]:
    """Opens the ledger of ``venue``; what is still open is closed at the end."""
    with ExitStack() as stack:

        def opened(folder: Path = tmp_path / "venue", copies: Path | None = None) -> Ledger:
            ledger = Ledger.open(folder, clocks=clocks, copies=copies, reserve_bytes=RESERVE)
            stack.callback(ledger.close)
            return ledger

        yield opened


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
