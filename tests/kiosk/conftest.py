"""What the venue's tests share: a clock that is set, a small disk, and a folder's ledger."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import Cancel, no_progress
from films import Manifest, MasterOptions, SigningKey, TrustedKeys, master
from kiosk.ledger import Ledger
from tests.films.conftest import TINY_LADDER, Slides, options_for, signing_key, source_film, texts  # noqa: F401 - fixtures
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


@dataclass(frozen=True)
class Film:
    """A real package with what belongs to it."""

    folder: Path
    manifest: Manifest
    trusted: TrustedKeys
    signer: SigningKey


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory, texts: Path) -> Film:  # noqa: F811 - a fixture
    """Four seconds of grey with notes and their pictures, mastered and encrypted."""
    signer, folder = SigningKey.generate(), tmp_path_factory.mktemp("packages") / "paper-moon-feature"
    options = MasterOptions(
        package_id="paper-moon-feature",
        title_id="paper-moon",
        names={"en": "Paper Moon"},
        signing_key=signer,
        ladder=TINY_LADDER,
        segment_ms=1000,
        notes={"en": texts / "notes.vtt"},
        created="2026-01-02T03:04:05Z",
    )
    manifest = master(Slides(), folder, options, no_progress, Cancel())
    return Film(folder, manifest, TrustedKeys.of(signer.public_jwk), signer)


@pytest.fixture
def stick(film: Film, tmp_path: Path) -> Path:
    """A stick with the package on it."""
    return Path(shutil.copytree(film.folder, tmp_path / "stick"))
