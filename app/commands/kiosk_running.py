"""``main.py kiosk`` itself and what surrounds it: settings, PINs, the status page, the bundle for support."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from collections.abc import Iterator

    from kiosk import DayReport


def add(steps: "_SubParsersAction[argparse.ArgumentParser]", parents: list[argparse.ArgumentParser]) -> None:
    """Add the steps."""
    settings = steps.add_parser("settings", parents=parents, help="what this machine runs by itself")
    settings.add_argument("--door", metavar="GATE", help="open this gate's door; empty for none")
    settings.add_argument("--room", action="append", metavar="ROOM", help="run this room's shows; may be repeated")
    settings.add_argument("--foyer", choices=("yes", "no"), help="show posters and the day's programme")
    settings.add_argument("--foyer-look", choices=("dark", "light", "system"), help="the foyer's colours")
    settings.add_argument("--board", choices=("yes", "no"), help="show the preflight")
    settings.add_argument("--screens", metavar="HH:MM-HH:MM", help="when screens are on; empty for always")
    settings.add_argument("--power-off", metavar="HH:MM", help="when the machine goes off; empty for never")
    settings.add_argument("--status-port", type=int, metavar="PORT", help="where the LAN sees how it is; 0 for nowhere")
    settings.set_defaults(handler=handle_settings)
    pin = steps.add_parser("pin", parents=parents, help="staff's PINs: without one, anybody can close the windows")
    pin.add_argument("act", choices=("set", "check"), help="both ask for the digits")
    pin.add_argument("--role", choices=("operator", "manager"), default="manager", help="whose PIN")
    pin.add_argument("--staff", default="", metavar="NAME", help="one person's own, by name in the audit chain")
    pin.set_defaults(handler=handle_pin)
    status = steps.add_parser("status", parents=parents, help="tell the LAN how this venue is, read-only")
    status.add_argument("--once", action="store_true", help="say it here, and stop")
    status.set_defaults(handler=handle_status)
    bundle = steps.add_parser("bundle", parents=parents, help="one zip for support: no keys, no persons")
    bundle.add_argument("out", type=Path, metavar="FILE.zip", help="where to")
    bundle.set_defaults(handler=handle_bundle)
    report = steps.add_parser(
        "report", parents=parents, help="the day's report: who came, what was taken, as PDF or CSV"
    )
    report.add_argument("out", nargs="?", type=Path, metavar="FILE.pdf", help="where to; without it, CSV is said here")
    report.add_argument("--day", default="", metavar="YYYY-MM-DD", help="in the programme's zone; by default today")
    report.add_argument("--language", default="en", metavar="TAG", help="en or zh-Hans")
    report.set_defaults(handler=handle_report)
    handbook = steps.add_parser("handbook", parents=parents, help="one printed page for each job, as PDF")
    handbook.add_argument("out", type=Path, metavar="DIR", help="where to")
    handbook.add_argument("--language", default="en", metavar="TAG", help="en or zh-Hans")
    handbook.set_defaults(handler=handle_handbook)


def handle_run(options: argparse.Namespace, _console: Console) -> int:
    """Run the venue until it is stopped: 0 stopped, or closed by staff."""
    from app import logs
    from app.commands.kiosk import venue_folder
    from app.venue_supervisor import run_venue

    paths = Paths.of_this_user(options.home)
    logs.set_up(paths.logs, verbose=options.verbose)
    return run_venue(venue_folder(options), options.home)


def handle_settings(options: argparse.Namespace, console: Console) -> int:
    """Change what is named, and say what holds."""
    from app.commands.kiosk import venue_folder
    from core.records import to_plain
    from kiosk import read_settings, write_settings

    folder = venue_folder(options)
    before = settings = read_settings(folder)
    if options.door is not None:
        settings = replace(settings, door=options.door)
    if options.room is not None:
        settings = replace(settings, rooms=tuple(room for room in options.room if room))
    if options.foyer_look is not None:
        settings = replace(settings, foyer_look=options.foyer_look)
    for name in ("foyer", "board"):
        if getattr(options, name):
            settings = replace(settings, **{name: getattr(options, name) == "yes"})
    if options.screens is not None:
        on, _, off = options.screens.partition("-")
        settings = replace(settings, screens_on=on, screens_off=off)
    if options.power_off is not None:
        settings = replace(settings, power_off=options.power_off)
    if options.status_port is not None:
        settings = replace(settings, status_port=options.status_port)
    if options.copies is not None:
        settings = replace(settings, copies=str(options.copies))
    if settings != before:
        write_settings(folder, settings)
    plain = to_plain(settings)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass
    console.result(dict(plain), "\n".join(f"{name}: {value}" for name, value in plain.items() if name != "type"))
    return 0


def handle_pin(options: argparse.Namespace, console: Console) -> int:
    """Set or check a PIN, read from standard input: 0 it is set or right, 1 it is not right."""
    from app.commands.kiosk import venue_folder
    from core import CinemaError, Code
    from kiosk import Role, StaffPins

    pins, role = StaffPins(venue_folder(options), window="command"), Role(options.role)
    if options.act == "set" and not pins.there:
        if role is not Role.MANAGER:
            raise CinemaError(Code.WRONG_USE, "The manager's PIN comes first: kiosk pin set --role manager")
        pins.choose(role, _asked("New PIN: "), options.staff)
        console.result({"role": role}, "The manager's PIN is set.")
        return 0
    needed = Role.MANAGER if options.act == "set" else role
    answer = pins.check(_asked(f"PIN of the {needed}: "))
    if answer.role is None or not answer.role.covers(needed):
        wait = f" Wait {answer.wait_s} s." if answer.wait_s else f" Tries left: {answer.left}."
        console.result({"role": answer.role, "wait_s": answer.wait_s, "left": answer.left}, "Not right." + wait)
        return 1
    if options.act == "set":
        pins.choose(role, _asked(f"New PIN of the {role}: "), options.staff)
    console.result({"role": role}, f"The {role}'s PIN is {'set' if options.act == 'set' else 'right'}.")
    return 0


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(prompt).strip()
    return sys.stdin.readline().strip()


def handle_status(options: argparse.Namespace, console: Console) -> int:
    """Serve the status page until stopped, or say the status once."""
    from app.commands.kiosk import venue_folder
    from app.venue_status import StatusServer, status_of
    from kiosk import read_settings

    folder = venue_folder(options)
    if options.once:
        said = status_of(folder)
        console.result(said, "\n".join(f"{name}: {value}" for name, value in said.items()))
        return 0
    settings = read_settings(folder)
    with StatusServer(folder, settings.status_host, settings.status_port) as server:
        address = f"http://{settings.status_host}:{server.server_address[1]}/"
        console.result({"ready": address}, f"{address}?token=… with the token in {folder / 'status-token'}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def handle_bundle(options: argparse.Namespace, console: Console) -> int:
    """Write the bundle."""
    from app.commands.kiosk import venue_folder
    from app.support import venue_parts, write_report

    out = write_report(options.out, Paths.of_this_user(options.home), parts=venue_parts(venue_folder(options)))
    console.result({"file": str(out)}, f"{out} holds no keys and no persons; read it before you send it.")
    return 0


def handle_report(options: argparse.Namespace, console: Console) -> int:
    """Report the day."""
    from datetime import date

    from app.commands.kiosk import as_csv, venue_folder
    from app.venue_show import programme_of
    from core import CinemaError, Code
    from core.records import to_plain
    from kiosk import LedgerView, day_report, today

    folder = venue_folder(options)
    view = LedgerView(folder)
    programme = programme_of(view)
    try:
        day = date.fromisoformat(options.day) if options.day else today(programme, view.time().now)
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "A day is written as in 2026-10-09.") from error
    if options.out is None:
        report = day_report(folder, programme, day)
        said: dict[str, object] = {"report": to_plain(report)}
        console.result(said, as_csv(("what", "name", "detail", "people", "minor"), _day_rows(report)))
        return 0
    from app.application import windowless
    from app.venue_report import write_day
    from ui.fonts import name_families

    windowless()
    name_families()
    report = write_day(folder, day, options.language, options.out)
    console.result({"report": to_plain(report), "file": str(options.out)}, str(options.out))
    return 0


def _day_rows(report: "DayReport") -> "Iterator[tuple[object, ...]]":
    for line in report.doors:
        yield "admissions", line.screening, "", line.people, ""
    for screening, people in report.sold.items():
        yield "sold", screening, "", people, ""
    for till in report.takings:
        yield "taken", till.method, till.currency, till.people, till.minor
    for verdict, count in report.refused.items():
        yield "refused", verdict, "", count, ""
    for play in report.shows:
        yield "show", play.screening, play.outcome, "", ""
    yield "ledger", report.chain.seq, report.chain.hash, "", ""


def handle_handbook(options: argparse.Namespace, console: Console) -> int:
    """Write the handbook's pages."""
    from app.application import windowless
    from ui.fonts import name_families
    from ui.guide import HANDBOOK, book
    from ui.guide.paper import sheet

    windowless()
    name_families()
    options.out.mkdir(parents=True, exist_ok=True)
    files = []
    for page in book(HANDBOOK, options.language):
        files.append(options.out / f"{page.id}.pdf")
        files[-1].write_bytes(sheet(page, options.language))
    console.result({"files": [str(file) for file in files]}, "\n".join(map(str, files)))
    return 0
