"""Writes a day's report of a venue as PDF; where a theme's families are named (`ui.fonts`), on any thread."""

from datetime import date
from pathlib import Path

from app.venue_show import programme_of
from core import CinemaError, Code
from core.whole_file import write_whole
from kiosk import DayReport, LedgerView, day_report


def day_file(venue: Path, day: date) -> Path:
    """Where a window puts a day's report."""
    return venue / "reports" / f"{day.isoformat()}.pdf"


def write_day(venue: Path, day: date, language: str, out: Path) -> DayReport:
    """Write the report of ``day`` to ``out``. Raises `CinemaError`: as `day_report`, and file-unreadable."""
    from ui.kiosk.day_paper import day_pdf

    programme = programme_of(LedgerView(venue))
    report = day_report(venue, programme, day)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, day_pdf(report, programme, language))
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{out} cannot be written: {error.strerror}.") from error
    return report
