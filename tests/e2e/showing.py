"""A venue with a real show: a film whose frames carry their number, its licence, slides, a programme of this minute."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from boxoffice.rules import Licence, LicensedTicket, time_text, write_licence
from core import Cancel, no_progress
from films import Cue, MasterOptions, Rung, dump_subtitles, ffmpeg_path, keys_path, master, read_keys
from kiosk import (
    Gate,
    Ledger,
    OperatorFiles,
    Programme,
    Room,
    Screening,
    ShowState,
    ingest,
    kept_state,
    library_of,
    licence_key,
    operators,
    take_licence,
    trust,
    write_programme,
)
from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Kind, Record, read_record
from kiosk.show_orders import put_order
from tests.kiosk.venue import OPERATOR, PROGRAMME

ROOT = Path(__file__).resolve().parents[2]
FPS, BITS = 24, 12


def make_film(folder: Path, seconds: int, *, package: str = "paper-moon") -> Path:
    """A package of grey pictures that say their number, with a tone, and English subtitles all along."""
    folder.mkdir(parents=True, exist_ok=True)
    source, width, height = folder / f"{package}.mp4", 480, 270
    command = [
        *(ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}"),
        *("-r", str(FPS), "-i", "-", "-f", "lavfi", "-i", f"sine=330:d={seconds}", "-shortest"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(source)),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as pipe:
        for number in range(seconds * FPS):
            pipe.write(_frame(number, width, height))
    assert process.wait() == 0
    words = folder / f"{package}.vtt"
    words.write_bytes(dump_subtitles([Cue("1", 0, seconds * 1000 - 100, ("Who lit it?",))]))
    options = MasterOptions(
        package_id=package, title_id=package, names={"en": package.replace("-", " ").title(), "zh-Hans": "纸月亮"},
        signing_key=OPERATOR, ladder=(Rung("2k", 480, 270, 1500, preset="ultrafast"),), segment_ms=2000, subtitles={"en": words},
    )  # fmt: skip
    master(source, folder / "packages" / package, options, no_progress, Cancel())
    return folder / "packages" / package


def _frame(number: int, width: int, height: int) -> bytes:
    picture = np.full((height, width), 96, np.uint8)
    block, band = width // BITS, height // 3
    for bit in range(BITS):
        picture[:band, bit * block : (bit + 1) * block] = 235 if number >> bit & 1 else 16
    return picture.tobytes()


def number_in(image: Image.Image) -> int:
    """The frame's number in a picture of a screen, or -1 where no film is on it."""
    grey = image.convert("L")
    lower = grey.getpixel((image.width // 2, int(image.height * 0.75)))
    if not isinstance(lower, int) or not 75 < lower < 125:
        return -1
    block = image.width / BITS
    lights = [grey.getpixel((int((bit + 0.5) * block), image.height // 6)) for bit in range(BITS)]
    return sum(1 << bit for bit, light in enumerate(lights) if isinstance(light, int) and light > 125)


@dataclass
class Venue:
    """A venue's folder, and the process that shows."""

    home: Path
    screen: dict[str, str]
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.home / "data" / "venue"

    def tell(self, order: str) -> None:
        """As an operator does from elsewhere."""
        put_order(self.folder, "one", order)

    @property
    def state(self) -> ShowState | None:
        return kept_state(self.folder, "one")

    def prepare(self, package: Path, screening: Screening, screen: str = "") -> None:
        """Enrol, take in, import."""
        self.folder.mkdir(parents=True, exist_ok=True)
        trust(self.folder, OPERATOR.public_jwk)
        report = ingest(package, library_of(self.folder), operators(self.folder), no_progress, Cancel())
        assert report.folder is not None, report
        with closing(Ledger.open(self.folder, reserve_bytes=1 << 16)) as ledger:
            OperatorFiles(self.folder, ledger).take_programme(
                write_programme(self.programme(screening, screen), OPERATOR)
            )
            take_licence(self.folder, ledger, self.licence(package, report.folder))

    def programme(self, screening: Screening, screen: str) -> Programme:
        return replace(
            PROGRAMME,
            issued=time_text(datetime.now(UTC) - timedelta(minutes=1)),
            rooms=(Room("one", {"en": "Room 1", "zh-Hans": "一号厅"}, 100, screen),),
            gates=(Gate(0, "A", ("one",)),),
            screenings=(screening,),
        )

    def run(self, *arguments: str, given: str = "", status: int = 0) -> list[dict[str, object]]:
        """One step of the kiosk, as a script runs it."""
        command = [sys.executable, "main.py", "--home", str(self.home), "kiosk", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def licence(self, package: Path, kept: Path) -> str:
        """For this device, from yesterday for four days."""
        manifest = (kept / "manifest.json").read_bytes()
        content = read_keys(keys_path(package))
        start, end = (time_text(datetime.now(UTC) + timedelta(days=days)) for days in (-1, 3))
        ticket = LicensedTicket(
            "t", "p", package.name, start, None, start, end, "UTC", 1, 1, 1, 0, "", seek=False, stills=False
        )
        digest = hashlib.sha256(manifest).hexdigest()
        plain = Licence(1, "l", 1, start, start, end, "", package.name, digest, {}, ticket)
        public = licence_key(self.folder).public_key().public_bytes_raw()
        return write_licence(plain, content, public, OPERATOR)

    def start(self, *more: str) -> "subprocess.Popen[str]":
        """Show, as the supervisor starts it."""
        return self._start("show", "--hwdec", "no", "--verbose", *more)

    def start_all(self) -> "subprocess.Popen[str]":
        """What the venue's settings name, under its supervisor."""
        return self._start()

    def _start(self, *step: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "main.py", "--home", str(self.home), "kiosk", *step]
        environment = {
            **self.screen, "QT_QUICK_BACKEND": "software", "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(self.home),
        }  # fmt: skip
        with (self.home / f"said-{len(self.processes)}.txt").open("w") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True
            )
        self.processes.append(process)
        return process

    def said(self) -> str:
        return "\n".join(file.read_text() for file in sorted(self.home.glob("said-*.txt")))

    def grabbed(self, area: tuple[int, int, int, int]) -> Image.Image:
        """A piece of the X server's screen: left, top, width, height."""
        left, top, width, height = area
        grab = ["-f", "x11grab", "-video_size", f"{width}x{height}", "-i", f"{self.screen['DISPLAY']}+{left},{top}"]
        file = self.home / "grab.png"
        subprocess.run(["ffmpeg", "-v", "error", "-y", *grab, "-frames:v", "1", str(file)], check=True)
        with Image.open(file) as image:
            return image.convert("RGB")

    def until(self, holds: Callable[[], object], seconds: float = 40) -> float:
        """Wait for something; the moment at which it was seen."""
        deadline = time.monotonic() + seconds
        while not holds():
            dead = [
                process.returncode for process in self.processes if process.poll() not in (None, -signal.SIGKILL, 0)
            ]
            assert not dead, self.said()
            assert time.monotonic() < deadline, f"it never came true\n{self.state}\n{self.said()}"
            time.sleep(0.05)
        return time.time()

    def close(self) -> None:
        """End what still runs."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait(5)


def shows(venue: Venue) -> list[Record]:
    """What its ledger says of the shows; it may be in use."""
    with looking_into(venue.folder / "ledger.sqlite3") as db:
        return [record for _, data, _ in records_of(db) if (record := read_record(data)).kind is Kind.SHOW]
