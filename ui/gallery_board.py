"""Pictures of the preflight's window: a sample report in each of its colours."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize

from kiosk import LicenceLine, Light, PinAnswer, PreflightReport, ReportLine, Role, StaffPins, Trouble
from ui.gallery_pages import ImmediateJobs, settle
from ui.kiosk import BoardServices, BoardViewModel, Guard
from ui.window import BOARD, Interface

SETTLE_MS = 150
NAMES = ({"en": "The Paper Moon", "zh-Hans": "纸月亮"}, {"en": "Lantern Street", "zh-Hans": "灯笼街"})
ROOMS = ({"en": "Room 1", "zh-Hans": "一号厅"}, {"en": "Room 2", "zh-Hans": "二号厅"})
EVENING, LATE = "2026-10-09T19:00:00Z", "2026-10-10T21:30:00Z"


def take_board(out_dir: Path, language: str, size: tuple[int, int]) -> list[Path]:
    """The window in each of its states, as PNG files; their paths."""
    files = []
    for name, report in _reports().items():
        interface = Interface(lambda _path: b"", main=BOARD)
        interface.language.apply(language)

        def last(report: PreflightReport | None = report) -> PreflightReport | None:
            return report

        model = BoardViewModel(BoardServices(last, _no_check, ImmediateJobs(), language))
        interface.open_with({"board": model, "startSize": QSize(*size), "startFull": False})
        with TemporaryDirectory() as venue:
            guard = _asked(interface, Path(venue)) if name == "staff-pin" else None
            _settle()
        path = out_dir / f"{name}.{language}.{size[0]}x{size[1]}.png"
        interface.window.grabWindow().save(str(path))
        files.append(path)
        if guard:
            guard.close()
        model.close()
        interface.close()
        model.deleteLater()
    return files


def _settle() -> None:
    settle(SETTLE_MS)


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
