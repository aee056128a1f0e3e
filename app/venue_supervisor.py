"""``main.py kiosk``: starts what the venue's settings name, and keeps it running.

The door holds the ledger, each room's show has a player, and none of them shares a process: whichever dies, the others
go on. This process draws nothing and plays nothing.
"""

import contextlib
import ctypes
import logging
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from app import heartbeat
from app.children import own_command
from app.screen_guardian import ScreenGuardian
from app.service_manager import ServiceManager
from core import CinemaError, Code
from core.file_lock import FileLock
from kiosk import (
    LedgerView,
    MachineClocks,
    Programme,
    VenueSettings,
    due,
    fingerprint_of,
    kept_report,
    power_off_at,
    read_settings,
    screens_on,
    supervision,
)
from kiosk.preflight_schedule import Reason

log = logging.getLogger(__name__)

TICK_S = 0.5
LOOK_S = 30.0
"""So often hours, preflight and settings are looked at."""
STOP_S = 10.0
SILENT = frozenset({"status"})
"""Those that have no window, and are not heard."""
TRY_AGAIN_S = 300.0


@dataclass
class Child:
    """One process of the venue."""

    command: tuple[str, ...]
    watched: supervision.Watched
    beat: Path
    process: "subprocess.Popen[bytes] | None" = None
    seen_ns: int = 0


@dataclass
class _Preflight:
    process: "subprocess.Popen[bytes] | None" = None
    not_before_s: float = field(default_factory=time.monotonic)


class Supervisor:
    """Runs until it is stopped, or until staff have closed everything."""

    def __init__(self, venue: Path, home: Path | None, settings: VenueSettings) -> None:
        self._venue, self._settings = venue, settings
        self._manager, self._guardian = ServiceManager(), ScreenGuardian(time.monotonic)
        self._beats = venue / "beats"
        self._common = ("--data", str(venue.absolute()), *(("--copies", settings.copies) if settings.copies else ()))
        self._home = ("--home", str(home)) if home else ()
        self.children = [
            Child(
                command,
                supervision.Watched(name, beats=name not in SILENT, since_s=time.monotonic()),
                self._beats / name,
            )
            for name, command in commands_of(settings).items()
        ]
        self._preflight = _Preflight()
        self._stopping = self._ready = False
        self._looked_s = self._told_s = -1e9
        self._boot = MachineClocks().read().boot

    def run(self) -> int:
        """0 where staff closed everything or it was stopped."""
        lock = FileLock(self._venue / "supervisor.lock")
        self._venue.mkdir(parents=True, exist_ok=True)
        if not lock.take():
            raise CinemaError(Code.LEDGER_IN_USE, "This venue is running already; stop it first.")
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        self._beats.mkdir(exist_ok=True)
        try:
            while not self._stopping and not self._all_left():
                self.tick(time.monotonic())
                time.sleep(TICK_S)
        finally:
            self._manager.tell("STOPPING=1")
            self._end_all()
            self._guardian.close()
            for number, handler in before.items():
                signal.signal(number, handler)
            lock.release()
        return 0

    def tick(self, now_s: float) -> None:
        """One look at every process."""
        for child in self.children:
            self._look_at(child, now_s)
        if now_s - self._looked_s >= LOOK_S:
            self._looked_s = now_s
            with contextlib.suppress(CinemaError, OSError):
                self._look_around(now_s)
        self._tell(now_s)

    def _look_at(self, child: Child, now_s: float) -> None:
        name = child.watched.name
        if child.process is not None and (status := child.process.poll()) is not None:
            child.process = None
            child.watched = supervision.ended(child.watched, status, now_s)
            log.warning("%s ended with status %d", name, status)
        with contextlib.suppress(OSError):
            beat_ns = child.beat.stat().st_mtime_ns
            if beat_ns != child.seen_ns and child.watched.running:
                child.seen_ns = beat_ns
                child.watched = supervision.heard(child.watched, now_s)
        what = supervision.act(child.watched, now_s)
        if what is supervision.Act.KILL and child.process is not None:
            log.error("%s is frozen and is killed", name)
            child.watched = supervision.killed(child.watched)
            child.process.kill()
            child.process.wait()
            child.process = None
            child.watched = supervision.ended(child.watched, -signal.SIGKILL, now_s)
        elif what is supervision.Act.START:
            child.process = self._start(child)
            child.watched = supervision.started(child.watched, now_s)

    def _start(self, child: Child) -> "subprocess.Popen[bytes]":
        with contextlib.suppress(OSError):
            child.seen_ns = child.beat.stat().st_mtime_ns
        environment = {**os.environ, heartbeat.VARIABLE: str(child.beat.absolute())}
        return self._run("kiosk", *child.command, *self._common, environment=environment)

    def _run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own program
            own_command(*arguments, *self._home),
            env=environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=_go_when_we_go if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs here
        )

    def _look_around(self, now_s: float) -> None:
        """What is due by the venue's own time."""
        view = LedgerView(self._venue)
        now, programme = view.time().now, view.files.programme()
        zone = ZoneInfo(programme.zone) if programme else ZoneInfo("UTC")
        self._guardian.tend(on=screens_on(self._settings, programme, now, zone))
        if programme is not None:
            self._fly(programme, now_s)
        if power_off_at(self._settings, programme, now, zone):
            log.warning("the machine goes off: it is the hour for it")
            subprocess.run(["systemctl", "poweroff"], check=False, timeout=10)  # noqa: S607 - the system's own

    def _fly(self, programme: Programme, now_s: float) -> None:
        """Run preflight where it is due, one at a time and out of the way of the film."""
        flight = self._preflight
        if flight.process is not None:
            status = flight.process.poll()
            if status is None:
                return
            flight.process = None
            flight.not_before_s = now_s + TRY_AGAIN_S if status not in (0, 1) else now_s
        if now_s < flight.not_before_s:
            return
        report = kept_report(self._venue)
        reason = due(
            programme,
            report.flown if report else None,
            LedgerView(self._venue).time().now,
            self._boot,
            fingerprint_of(self._venue),
            ZoneInfo(programme.zone),
        )
        if reason is None:
            return
        log.info("preflight runs: %s", reason)
        more = ("--decode",) if reason is Reason.DOORS else ()
        page = ("--page", str((self._venue / "preflight.html").absolute()))
        flight.process = self._run("kiosk", "preflight", *page, *more, *self._common)
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, flight.process.pid, 10)

    def _tell(self, now_s: float) -> None:
        """The service manager hears of us only while nobody here is silent."""
        watched = tuple(child.watched for child in self.children)
        if not self._ready and all(item.starts for item in watched):
            self._ready = True
            self._manager.tell("READY=1", f"STATUS={_status(watched)}")
        every = (self._manager.watchdog_s or 20.0) / 2
        if now_s - self._told_s >= every - TICK_S and supervision.well(watched, now_s):
            self._told_s = now_s
            self._manager.tell("WATCHDOG=1", f"STATUS={_status(watched)}")

    def _all_left(self) -> bool:
        return bool(self.children) and all(child.watched.left for child in self.children)

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        running += [self._preflight.process] if self._preflight.process is not None else []
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop(self, _signal: int, _frame: object) -> None:
        self._stopping = True


def commands_of(settings: VenueSettings) -> dict[str, tuple[str, ...]]:
    """The steps of ``kiosk`` that these settings name, by the process's name."""
    found: dict[str, tuple[str, ...]] = {}
    if settings.door:
        found["door"] = ("door", "--gate", settings.door)
    for room in settings.rooms:
        found[f"show-{room}"] = ("show", "--room", room)
    if settings.foyer:
        found["foyer"] = ("foyer",)
    if settings.board:
        found["board"] = ("preflight", "--window")
    if settings.status_port:
        found["status"] = ("status",)
    return {
        name: (*command, *shlex.split(settings.arguments.get(name.partition("-")[0], "")))
        for name, command in found.items()
    }


def run_venue(venue: Path, home: Path | None) -> int:
    """Run the venue. Raises `CinemaError`: file-unreadable, ledger-in-use, wrong-use where nothing is to be run."""
    settings = read_settings(venue)
    if not commands_of(settings):
        raise CinemaError(
            Code.WRONG_USE, f"{venue / 'venue.json'} names nothing to run; see: kiosk settings --door A --room one"
        )
    return Supervisor(venue, home, settings).run()


def _status(watched: tuple[supervision.Watched, ...]) -> str:
    return ", ".join(f"{item.name} {'runs' if item.running else 'is away'}" for item in watched)


def _go_when_we_go() -> None:
    """The child is ended with its parent, however that ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
