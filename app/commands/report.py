"""``main.py report`` and ``main.py settle``: what was taken, and whose it is."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.serve import config_of, place_arguments
from app.console import Console
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add both commands."""
    place = place_arguments()
    report = subparsers.add_parser("report", parents=[common, place], help="write the night's takings as files")
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the CSV, JSON and XML files go")
    report.add_argument("--zone", default="UTC", help="the reporting time zone")
    report.add_argument("--zone-of", action="append", default=[], metavar="TITLE=ZONE", help="a film's own")
    report.set_defaults(handler=handle_report, database=None, data=None)
    settle = subparsers.add_parser("settle", parents=[common, place], help="share what was reported among its holders")
    settle.add_argument("shares", type=Path, help="TOML: [[share]] title, holder, basis_points")
    settle.add_argument(
        "--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY", help="first day, included"
    )
    settle.add_argument(
        "--to", dest="last", type=date.fromisoformat, required=True, metavar="DAY", help="last day, included"
    )
    settle.set_defaults(handler=handle_settle, database=None, data=None)


def handle_report(options: argparse.Namespace, console: Console) -> int:
    """Report the night and write its files."""
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    from boxoffice.service import migrate
    from boxoffice.service.reports import FORMS, night_file, report_night

    zones = dict(text.partition("=")[::2] for text in options.zone_of)
    try:
        for zone in (options.zone, *zones.values()):
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise CinemaError(Code.WRONG_USE, "A zone is an IANA name such as Europe/Berlin.") from error
    config = replace(config_of(options), reporting_zone=options.zone, reporting_zones=zones)
    migrate(config.database_url)
    night = report_night(config)
    options.out.mkdir(parents=True, exist_ok=True)
    paths = [options.out / f"takings-{night}.{form}" for form in FORMS]
    for path, form in zip(paths, FORMS, strict=True):
        path.write_bytes(night_file(config, night, form))
    console.result({"night": night.isoformat(), "files": [str(path) for path in paths]}, "\n".join(map(str, paths)))
    return 0


def handle_settle(options: argparse.Namespace, console: Console) -> int:
    """Print what each holder gets."""
    from boxoffice.service import migrate
    from boxoffice.service.reports import settle

    config = config_of(options)
    migrate(config.database_url)
    lines = settle(config, options.shares, options.first, options.last)
    text = "\n".join(
        f"{one['holder']}: {one['amount']} {one['currency']} ({one['title']}, {one['territory']})" for one in lines
    )
    console.result({"lines": lines}, text or "Nothing was reported for these days.")
    return 0
