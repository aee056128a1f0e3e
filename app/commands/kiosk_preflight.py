"""``main.py kiosk preflight``: which screening will fail first, when, why, and what helps."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from kiosk import PreflightReport


def add(
    steps: "_SubParsersAction[argparse.ArgumentParser]", parents: list[argparse.ArgumentParser]
) -> argparse.ArgumentParser:
    """Add the step."""
    flight = steps.add_parser("preflight", parents=parents, help="which screening will fail, when and why")
    flight.add_argument("--quick", action="store_true", help="do not read the films through")
    flight.add_argument("--decode", action="store_true", help="decode 30 s from three places of every film as well")
    flight.add_argument("--page", type=Path, metavar="FILE", help="write it as a page too, for wall and printer")
    flight.add_argument("--last", action="store_true", help="check nothing: tell what was found last")
    flight.add_argument("--window", action="store_true", help="show what was found last in a window, and follow it")
    flight.add_argument("--windowed", action="store_true", help="with --window: do not fill the screen")
    flight.set_defaults(handler=handle)
    return flight


def handle(options: argparse.Namespace, console: Console) -> int:
    """Run the programme ahead: 0 nothing will fail, 1 something will."""
    from app.commands.kiosk import venue_folder
    from app.venue_preflight import check_venue, run_board
    from core import Cancel, CinemaError, Code
    from core.whole_file import write_whole
    from kiosk import Light, kept_report

    folder = venue_folder(options)
    if options.window:
        paths = Paths.of_this_user(options.home)
        return run_board(paths, folder, options.copies, full=not options.windowed, verbose=options.verbose)
    if options.last:
        report = kept_report(folder)
        if report is None:
            raise CinemaError(Code.FILE_MISSING, "Nothing was checked yet; run: kiosk preflight")
    else:
        report = check_venue(
            folder,
            options.copies,
            console.progress,
            Cancel(),
            hashing=not options.quick or options.decode,
            decoding=options.decode,
        )
    if options.page:
        from ui.venue_pages import readiness_page

        write_whole(options.page, readiness_page(report, ("en", "zh-Hans")).encode())
    console.result(_said(report), "\n".join(_lines(report)))
    return 1 if report.light is Light.RED else 0


def _said(report: "PreflightReport") -> dict[str, object]:
    first = report.first_failure
    return {
        "light": report.light,
        "at": report.at,
        "screenings": report.screenings,
        "first_failure": first.screening if first else None,
        "findings": [
            {
                "light": line.light,
                "trouble": line.trouble,
                "screening": line.screening,
                "at": line.at,
                "about": dict(line.about),
            }
            for line in report.lines
        ],
    }


def _lines(report: "PreflightReport") -> list[str]:
    from boxoffice.rules import moment_of
    from kiosk import Trouble
    from ui.trouble_words import trouble_words

    zone, lines = ZoneInfo(report.zone), []
    for line in report.lines:
        why, fix = (words.format(**line.about) for words in trouble_words("en")[Trouble(line.trouble)])
        at = moment_of(line.at).astimezone(zone)
        lines.append(f"{line.light.upper():<5} {at:%Y-%m-%d %H:%M}  {line.screening}: {why}; {fix}")
    first = report.first_failure
    if first:
        at = moment_of(first.at).astimezone(zone)
        lines.append(f"The first screening that will fail is {first.screening}, at {at:%Y-%m-%d %H:%M}.")
    else:
        lines.append(f"None of {report.screenings} screenings will fail.")
    return lines
