"""Pictures of the preflight's window: a sample report in each of its colours."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize
from PySide6.QtQuick import QQuickWindow

from kiosk import LicenceLine, Light, PinAnswer, PreflightReport, ReportLine, Role, StaffPins, Trouble
from ui.gallery_pages import ImmediateJobs, Setting
from ui.kiosk import BoardServices, BoardViewModel, Guard
from ui.window import BOARD, Interface

NAMES = ({"en": "The Paper Moon", "zh-Hans": "纸月亮"}, {"en": "Lantern Street", "zh-Hans": "灯笼街"})
ROOMS = ({"en": "Room 1", "zh-Hans": "一号厅"}, {"en": "Room 2", "zh-Hans": "二号厅"})
EVENING, LATE = "2026-10-09T19:00:00Z", "2026-10-10T21:30:00Z"


class BoardScene:
    """The preflight's window in each of its states, one after the other."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from state to state, each in a window of its own."""
        for name, report in _reports().items():
            interface = self._setting.interface(lambda _path: b"", BOARD)

            def last(report: PreflightReport | None = report) -> PreflightReport | None:
                return report

            model = BoardViewModel(BoardServices(last, _no_check, ImmediateJobs(), self._setting.language))
            interface.open_with({"board": model, "startSize": QSize(*self._setting.size), "startFull": False})
            with TemporaryDirectory() as venue:
                guard = _asked(interface, Path(venue)) if name == "staff-pin" else None
                yield name, interface.window
                if guard:
                    guard.close()
            model.close()
            interface.close()
            model.deleteLater()

    def close(self) -> None:
        """Every window is closed by now."""


def _asked(interface: Interface, folder: Path) -> Guard:
    """The window after a wrong PIN, with two digits of the next."""
    guard = Guard(interface, StaffPins(folder), ImmediateJobs())
    guard.require(Role.MANAGER, guard.let_go)
    guard.pad._answered(PinAnswer(None, left=3))  # noqa: SLF001 - a state that takes three wrong tries
    for digit in "31":
        guard.pad.touch(digit)
    return guard


def _reports() -> dict[str, PreflightReport | None]:
    line = ReportLine(
        Trouble.LICENCE_ENDED, Light.RED, LATE, "b", NAMES[1], ROOMS[1], {"package": "lantern-street", "time": LATE}
    )
    red = (
        line,
        replace(line, trouble=Trouble.FILE_MISSING, about={"file": "sponsor.png"}),
        replace(line, trouble=Trouble.SUBTITLES_MISSING, about={"package": "lantern-street", "language": "de"}),
    )
    amber = (
        ReportLine(
            Trouble.LICENCE_SOON, Light.AMBER, EVENING, "a", NAMES[0], ROOMS[0], {"package": "paper-moon", "time": LATE}
        ),
        ReportLine(Trouble.REVOKED_STALE, Light.AMBER, EVENING, "a", NAMES[0], ROOMS[0], {}),
        ReportLine(Trouble.REVOKED_STALE, Light.AMBER, LATE, "b", NAMES[1], ROOMS[1], {}),
    )
    green = PreflightReport(
        type="sample",
        at="2026-10-09T17:58:00Z",
        boot="",
        fingerprint="",
        hashed=True,
        decoded=True,
        festival={"en": "Festival of Light", "zh-Hans": "光影节"},
        zone="UTC",
        screenings=24,
        next=EVENING,
        lines=(),
        licences=(
            LicenceLine("lantern-street", "red", "ended", LATE),
            LicenceLine("paper-moon", "yellow", "ends-soon", LATE),
            LicenceLine("river-of-ink", "grey", "not-yet", "2026-11-30T22:00:00Z"),
            LicenceLine("paper-moon-trailer", "green", "good", "2026-11-30T22:00:00Z"),
        ),
    )
    return {
        "preflight-none": None,
        "preflight-green": replace(green, licences=green.licences[2:]),
        "preflight-amber": replace(green, lines=amber),
        "preflight-red": replace(green, lines=(*red, *amber)),
        "staff-pin": replace(green, lines=amber),
    }


def _no_check(_progress: object, _cancel: object) -> PreflightReport:
    raise NotImplementedError
