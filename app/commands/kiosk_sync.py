"""``main.py kiosk``: belonging to a venue, handing in what happened, and what it adds up to."""

import argparse
import json
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from boxoffice.client import DeviceCodes
    from kiosk import FromPretix, Ledger, Sync, SyncReport

PATIENCE_S = 120
PRETIX_TOKEN = "SMART_CINEMA_PRETIX_TOKEN"  # noqa: S105 - the variable's name


def add(
    steps: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser, place: argparse.ArgumentParser
) -> None:
    """Add the steps."""
    sync = steps.add_parser("sync", parents=[common, place], help="hand in what happened, fetch what is new")
    road = sync.add_mutually_exclusive_group()
    road.add_argument("--stick", type=Path, metavar="DIR", help="write what waits as one file for the box office")
    road.add_argument("--receipt", type=Path, metavar="FILE", help="take the receipt for such a file")
    road.add_argument("--parked", action="store_true", help="show what the box office did not accept")
    road.add_argument("--again", action="store_true", help="hand in once more what it did not accept")
    sync.add_argument("--wait", type=float, default=PATIENCE_S, metavar="S", help="how long to try on a bad line")
    sync.set_defaults(handler=handle_sync)
    pretix = steps.add_parser("pretix", parents=[common, place], help="fetch tickets and revocations from pretix")
    pretix.add_argument("service", metavar="URL", help="pretix' address: https, or http on this machine")
    pretix.add_argument("organizer", metavar="ORGANIZER", help="its short name in the shop's address")
    pretix.add_argument("event", metavar="EVENT", help="its short name in the shop's address")
    pretix.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=f"holds a team's or device's API token (or set {PRETIX_TOKEN})",
    )
    pretix.add_argument("--any-version", action="store_true", help="read a pretix of a year that was not tried, too")
    pretix.set_defaults(handler=handle_pretix)
    takings = steps.add_parser("takings", parents=[common, place], help="shows, admissions and gross by title, as CSV")
    takings.add_argument("ledgers", nargs="*", type=Path, metavar="LEDGER", help="ledgers of other doors, too")
    takings.set_defaults(handler=handle_takings)
    doubles = steps.add_parser("doubles", parents=[common, place], help="tickets that let in too many, at any door")
    doubles.add_argument("ledgers", nargs="*", type=Path, metavar="LEDGER", help="ledgers of other doors")
    doubles.set_defaults(handler=handle_doubles)


def add_enrolment(enrol: argparse.ArgumentParser) -> None:
    """The arguments of enrolling at a box office."""
    enrol.add_argument("--service", metavar="URL", help="the box office that this device belongs to from now on")
    enrol.add_argument("--code", metavar="CODE", help="the code that its console shows; without it, sign in elsewhere")
    enrol.add_argument("--venue", metavar="ID", help="which venue, where the box office has several")
    enrol.add_argument("--name", default="kiosk", metavar="NAME", help="what staff call this device")
    enrol.add_argument("--certificate", type=Path, metavar="FILE", help="what a box office without a line gave")


def join(options: argparse.Namespace, folder: Path, ledger: "Ledger", console: Console) -> None:
    """Belong to a venue. Raises `CinemaError`: refused, sign-in-denied, sign-in-timed-out, programme-refused."""
    from boxoffice.client import Enrolment, VenueLine
    from core import Cancel, Code, SystemClock, base64url
    from core.strict_json import parse_object
    from kiosk import device_key, join, licence_key

    if options.certificate:
        said = parse_object(options.certificate.read_bytes(), 1 << 20, Code.WRONG_USE, "The certificate")
        key = said.get("key")
        given = Enrolment(
            str(said.get("certificate")), {k: str(v) for k, v in (key if isinstance(key, dict) else {}).items()}
        )
        join(folder, ledger, "", given)
        return

    def show(codes: "DeviceCodes") -> None:
        console.say(f"Open {codes.address} and enter {codes.user_code}; or open {codes.address_with_code}")

    x = ledger.public_jwk["x"]
    public = base64url.encode(licence_key(folder).public_key().public_bytes_raw())
    with closing(VenueLine(options.service, device_key(folder), SystemClock())) as line:
        if options.code:
            given = line.enrol_by_code(options.code, options.name, x, public, Cancel())
        else:
            given = line.enrol_by_staff(options.venue, options.name, x, public, show, Cancel())
        join(folder, ledger, line.origin, given)


def handle_sync(options: argparse.Namespace, console: Console) -> int:
    """Sync: 0 everything is there, 1 something was not accepted, 3 no line or not enrolled."""
    from app.commands.kiosk import venue_folder
    from core import CinemaError, Code
    from kiosk import Ledger, Sync, belongs

    folder = venue_folder(options)
    member = belongs(folder)
    with closing(Ledger.open(folder, copies=options.copies)) as ledger:
        sync = Sync(folder, ledger, member)
        if options.stick:
            file = sync.write_stick(options.stick)
            console.result(
                {"file": str(file) if file else None}, f"Take {file} to the box office." if file else "Nothing waits."
            )
            return 0
        if options.receipt:
            covered = sync.take_receipt(options.receipt.read_text(encoding="latin-1"))
            console.result({"covered": covered}, f"The box office has {covered} records by this receipt.")
            return 0
        if options.parked:
            found = sync.outbox.parked()
            text = "\n".join(f"{item.seq}: {item.status} {item.code}  {item.record.rstrip()}" for item in found)
            console.result({"parked": [asdict(item) for item in found]}, text or "Everything was accepted.")
            return 1 if found else 0
        if options.again:
            sync.outbox.try_parked_again()
        if not member.service:
            raise CinemaError(
                Code.SIGN_IN_NEEDED, "This device knows no address: enrol with --service, or use --stick."
            )
        report = _patiently(sync, member.service, folder, options.wait, console)
    console.result(asdict(report), _told(report))
    return 1 if report.counts.parked or report.refused else 0


def _patiently(sync: "Sync", service: str, folder: Path, wait_s: float, console: Console) -> "SyncReport":
    """Sync, again after a pause while the trouble may pass. Raises the last `CinemaError`."""
    from boxoffice.client import VenueLine
    from core import Cancel, CinemaError, SystemClock
    from kiosk import device_key, pause_s

    ends, failures = time.monotonic() + wait_s, 0
    with closing(VenueLine(service, device_key(folder), SystemClock())) as line:
        while True:
            try:
                return sync.run(line, console.progress, Cancel())
            except CinemaError as error:
                failures += 1
                pause = pause_s(failures)
                if not error.passing or time.monotonic() + pause > ends:
                    raise
                time.sleep(pause)


def _told(report: "SyncReport") -> str:
    lines = [f"{report.handed_in} records are at the box office now; {report.counts.waiting} wait."]
    lines += [f"New here: {what}." for what in report.taken]
    lines += [f"Not taken: {what}" for what in report.refused]
    if report.counts.parked:
        lines.append(f"{report.counts.parked} records were not accepted; see: kiosk sync --parked")
    if report.sent_again:
        lines.append(f"The box office had lost {report.sent_again} records; they are sent again.")
    if report.rolled_back:
        lines.append("The box office has records of this device that are not here: was its disk put back?")
    return "\n".join(lines)


def handle_pretix(options: argparse.Namespace, console: Console) -> int:
    """Fetch: 0 all is here, or put down for the open venue; 1 here, but the programme does not fit it."""
    from app.commands.kiosk import venue_folder
    from app.commands.serve import secret_of
    from app.venue_door import programme_of
    from boxoffice.client import PretixLine
    from boxoffice.rules import time_text
    from core import Cancel, CinemaError, Code
    from films import SigningKey
    from kiosk import Ledger, LedgerView, OperatorFiles, put_down, tickets_from_pretix, write_list

    token = secret_of(options.token_file, PRETIX_TOKEN)
    if not token:
        raise CinemaError(Code.WRONG_USE, f"pretix wants a token: --token-file FILE, or set {PRETIX_TOKEN}.")
    folder = venue_folder(options)
    view = LedgerView(folder)
    programme = programme_of(view.files)
    where = (options.service, options.organizer, options.event, token)
    with closing(PretixLine(*where, any_version=options.any_version)) as line:
        event = line.read(console.progress, Cancel())
    now, known = view.time().now, view.accepted("pretix")
    seq = max(int(now.timestamp() * 1000), known[0] + 1 if known else 1)
    found = tickets_from_pretix(event, programme, seq, time_text(now))
    text = write_list(found.tickets, SigningKey.load_or_create(folder / "device-key.pem"))
    open_now = False
    try:
        with closing(Ledger.open(folder, copies=options.copies)) as ledger:
            OperatorFiles(folder, ledger).take_pretix(text)
    except CinemaError as error:
        if error.code is not Code.LEDGER_IN_USE:
            raise
        put_down(folder, "pretix", text)
        open_now = True
    wrong = {"new_keys": found.new_keys, "unknown_sales": found.unknown_sales, "uncovered": found.uncovered}
    said = {"sold": len(found.tickets.sold), "revoked": len(found.tickets.revoked), "left_out": found.left_out}
    console.result({**said, **wrong, "put_down": open_now, "pretix": event.version}, _fetched(found, open_now=open_now))
    return int(any(wrong.values()))


def _fetched(found: "FromPretix", *, open_now: bool) -> str:
    tickets = found.tickets
    lines = [f"{len(tickets.sold)} tickets can be looked up here, {len(tickets.revoked)} are revoked or blocked."]
    if found.left_out:
        lines.append(f"{found.left_out} are for nothing in the programme, not paid, or not signed; they are left out.")
    lines += [f"The programme lacks pretix' key {key}; ask the operator for a new one." for key in found.new_keys]
    lines += [f"pretix does not have what the programme says it sells for {show}." for show in found.unknown_sales]
    lines += [f"pretix has no check-in list for {show}." for show in found.uncovered]
    if open_now:
        lines.append("The venue is open: the door takes it within half a minute.")
    return "\n".join(lines)


def handle_takings(options: argparse.Namespace, console: Console) -> int:
    """Say what it adds up to."""
    import csv
    import io

    from app.commands.kiosk import venue_folder
    from core import Money
    from kiosk import takings

    lines = takings([venue_folder(options) / "ledger.sqlite3", *options.ledgers])
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("title", "shows", "admissions", "currency", "gross", "tickets"))
    for line in lines:
        gross = f"{Money(line.minor, line.currency).decimal:f}" if line.currency else "0"
        table.writerow((line.title, line.shows, line.admissions, line.currency, gross, line.tickets))
    console.result({"titles": [asdict(line) for line in lines]}, out.getvalue().rstrip("\n"))
    return 0


def handle_doubles(options: argparse.Namespace, console: Console) -> int:
    """Say which tickets let in too many: 0 none did, 1 some."""
    from app.commands.kiosk import venue_folder
    from kiosk import double_admissions

    found = double_admissions([venue_folder(options) / "ledger.sqlite3", *options.ledgers])
    lines = [f"{one.ticket}: {one.people} instead of {one.party}" for one in found]
    for index, one in enumerate(found):
        times = (
            f"  {entered.at:%Y-%m-%d %H:%M:%S} UTC, door {entered.gate} ({entered.device}), {entered.people}"
            for entered in one.entered
        )
        lines[index] += "\n" + "\n".join(times)
    console.result(
        {"doubles": json.loads(json.dumps([asdict(one) for one in found], default=lambda moment: moment.isoformat()))},
        "\n".join(lines) or "No ticket let in more than it admits.",
    )
    return 1 if found else 0
