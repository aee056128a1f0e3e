"""``main.py kiosk``: the venue, each of its steps also for scripts."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.commands import kiosk_intake, kiosk_preflight, kiosk_running, kiosk_sync
from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from collections.abc import Callable, Iterable, Sequence

    from kiosk import Door, DoorAnswer, Ledger, OperatorFiles, Programme, RevokedTickets, SoldTickets


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    place = place_arguments()
    parser = subparsers.add_parser("kiosk", parents=[common, place], help="run a venue, or one of its steps")
    parser.set_defaults(handler=kiosk_running.handle_run)
    steps = parser.add_subparsers(dest="step", metavar="STEP")
    enrol = steps.add_parser("enrol", parents=[common, place], help="trust an operator's key, and show this device's")
    enrol.add_argument("--operator", type=Path, metavar="JWK", help="the operator's public key, a file")
    kiosk_sync.add_enrolment(enrol)
    enrol.set_defaults(handler=handle_enrol)
    kiosk_sync.add(steps, common, place)
    kiosk_intake.add(steps, [common, place])
    kiosk_preflight.add(steps, [common, place])
    kiosk_running.add(steps, [common, place])
    clock = steps.add_parser("clock", parents=[common, place], help="what time it is here, and whether that is sure")
    clock.add_argument("--confirm", metavar="REASON", help="believe a clock that is ahead")
    clock.add_argument("--staff", default="", metavar="NAME", help="who does it")
    clock.set_defaults(handler=handle_clock)
    _add_programme(steps, common, place)
    _add_admit(steps, common, place)
    door = steps.add_parser("door", parents=[common, place], help="open a door's window, for scanner and screen")
    door.add_argument("--gate", required=True, help="the gate's name in the programme")
    door.add_argument("--lead", default="", metavar="[HOST:]PORT", help="answer the venue's other doors here")
    door.add_argument("--leader", default="", metavar="NAME@HOST:PORT", help="ask this door first")
    door.add_argument("--printer", default="", metavar="ADDRESS", help="receipt printer: HOST[:PORT] or a device file")
    door.add_argument("--camera", default="", metavar="NAME", help="read codes with this camera; default for the first")
    door.add_argument("--windowed", action="store_true", help="do not fill the screen")
    door.set_defaults(handler=handle_door)
    _add_show(steps, common, place)
    export = steps.add_parser("export", parents=[common, place], help="who came, by screening, as CSV")
    export.set_defaults(handler=handle_export)
    audit = steps.add_parser("audit", parents=[common, place], help="verify the ledger: its chain and its signatures")
    audit.add_argument("--file", type=Path, metavar="FILE", help="audit this copy of the ledger instead")
    audit.set_defaults(handler=handle_audit)


def _add_programme(
    steps: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser, place: argparse.ArgumentParser
) -> None:
    programme = steps.add_parser("programme", parents=[common], help="rooms, gates, screenings and lists of tickets")
    acts = programme.add_subparsers(dest="act", metavar="ACT", required=True)
    take = acts.add_parser("import", parents=[common, place], help="take what the operator signed")
    take.add_argument("file", type=Path, metavar="FILE", help="a file that the operator signed")
    take.add_argument("--kind", choices=("programme", "revoked", "sold"), default="programme", help="what the file is")
    take.set_defaults(handler=handle_import)
    show = acts.add_parser("show", parents=[common, place], help="the programme that counts")
    show.set_defaults(handler=handle_show)


def _add_admit(
    steps: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser, place: argparse.ArgumentParser
) -> None:
    admit = steps.add_parser("admit", parents=[common, place], help="let somebody in at a gate")
    admit.add_argument("code", help="what a ticket's code says; - reads one a line from standard input")
    admit.add_argument("--gate", required=True, help="the gate's name in the programme")
    admit.add_argument("--people", type=int, metavar="N", help="how many of the party; by default all that are left")
    admit.add_argument("--look-up", action="store_true", help="what is given is the reference printed below the code")
    admit.add_argument("--override", metavar="REASON", help="let in whom the rules refuse, where staff may")
    admit.add_argument("--staff", default="", metavar="NAME", help="who does it")
    admit.set_defaults(handler=handle_admit)
    sell = steps.add_parser("sell", parents=[common, place], help="sell a ticket to somebody who stands at a gate")
    sell.add_argument("--gate", required=True, help="the gate's name in the programme")
    sell.add_argument("--screening", default="", metavar="ID", help="which; by default the one people come to now")
    sell.add_argument("--price", type=int, default=1, metavar="N", help="which of its prices, from 1")
    sell.add_argument("--people", type=int, default=1, metavar="N", help="how many come in on it")
    sell.add_argument("--method", choices=("cash", "card"), default="cash", help="how it was paid")
    sell.add_argument("--staff", default="", metavar="NAME", help="who does it")
    sell.set_defaults(handler=handle_sell)


def _add_show(
    steps: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser, place: argparse.ArgumentParser
) -> None:
    show = steps.add_parser("show", parents=[common, place], help="run a room's shows, on the audience's screen")
    show.add_argument("--room", default="", help="the room's id in the programme; not needed where there is one only")
    show.add_argument(
        "--mode",
        choices=("automatic", "semi-automatic", "manual"),
        default="automatic",
        help="begin by itself, once an operator lets it, or item by item",
    )
    show.add_argument("--screen", default="", metavar="NAME", help="the audience's screen, if not the programme's")
    show.add_argument(
        "--notes-screen", default="", metavar="NAME", help="the notes' own screen, if not the programme's"
    )
    show.add_argument("--house", type=Path, metavar="FILE", help="hooks for lights and curtain, if not house.toml")
    show.add_argument("--serve", default="", metavar="HOST:PORT", help="let a second machine follow here")
    show.add_argument("--follow", default="", metavar="HOST:PORT", help="follow the machine that shows, ready to go on")
    show.add_argument("--secret", type=Path, metavar="FILE", help="what both know, if not cutover.secret; copy it over")
    show.add_argument("--take-over-after", type=float, default=0, metavar="S", help="go on after so much silence")
    show.add_argument("--windowed", action="store_true", help="do not fill the screens")
    show.add_argument("--drawing", choices=("auto", "gl", "software"), default="auto", help="how to draw the picture")
    show.add_argument("--hwdec", choices=("auto", "no"), default="auto", help="hardware decoding")
    show.set_defaults(handler=handle_show_room)
    foyer = steps.add_parser("foyer", parents=[common, place], help="posters, today's programme and trailers")
    foyer.add_argument("--screen", default="", metavar="NAME", help="which screen; by default the first")
    foyer.add_argument("--sound", action="store_true", help="let the trailers be heard")
    foyer.add_argument("--windowed", action="store_true", help="do not fill the screen")
    foyer.set_defaults(handler=handle_foyer)
    plays = steps.add_parser("plays", parents=[common, place], help="proof of play: what was shown when")
    plays.add_argument("--day", metavar="YYYY-MM-DD", help="only this day, in the programme's zone")
    plays.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        type=Path,
        metavar="LEDGER",
        help="another machine's ledger too",
    )
    plays.set_defaults(handler=handle_plays)
    tell = steps.add_parser("tell", parents=[common, place], help="tell a running show what to do")
    tell.add_argument("order", help="go, hold, release, intermission, skip, emergency, all-clear, take-over or report")
    tell.add_argument("--room", default="", help="the room's id in the programme; not needed where there is one only")
    tell.set_defaults(handler=handle_tell)
    over = steps.add_parser(
        "hand-over", parents=[common, place], help="a stopped show's place, to another machine by stick"
    )
    way = over.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, metavar="FILE", help="write where the show stands")
    way.add_argument("--from", dest="source", type=Path, metavar="FILE", help="go on from there with: kiosk show")
    over.add_argument("--room", default="", help="the room's id in the programme; not needed where there is one only")
    over.set_defaults(handler=handle_hand_over)


def place_arguments() -> argparse.ArgumentParser:
    """Where a venue keeps its things."""
    # Absent means "not said": a step's own parser must not undo what stood before the step.
    place = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    place.add_argument("--data", type=Path, metavar="DIR", help="the venue's ledger, programme and films")
    place.add_argument("--copies", type=Path, metavar="DIR", help="where the ledger is copied; best on another disk")
    return place


def venue_folder(options: argparse.Namespace) -> Path:
    """The venue's folder."""
    return Path(options.data or Paths.of_this_user(options.home).venue)


def handle_enrol(options: argparse.Namespace, console: Console) -> int:
    """Make the device's key, and trust the operator's."""
    from core import Code, base64url
    from core.strict_json import parse_object
    from kiosk import Ledger, licence_key, membership, operators, trust

    folder = venue_folder(options)
    if options.operator:
        jwk = parse_object(options.operator.read_bytes(), 4096, Code.WRONG_USE, "The operator's key")
        trust(folder, {name: str(value) for name, value in jwk.items()})
    with closing(Ledger.open(folder, copies=options.copies)) as ledger:
        if options.service or options.certificate:
            kiosk_sync.join(options, folder, ledger, console)
        member = membership(folder)
        known = sorted(operators(folder).key_ids)
        licences = base64url.encode(licence_key(folder).public_key().public_bytes_raw())
        lines = [f"This device: {ledger.device}", f"Its key for licences: {licences}"]
        lines += [f"Trusted operator: {key_id}" for key_id in known]
        said: dict[str, object] = {"device": ledger.public_jwk, "licence_key": licences, "operators": known}
        if member:
            lines.append(f"It is {member.certificate.name} of the venue {member.certificate.venue}.")
            said |= {"venue": member.certificate.venue, "name": member.certificate.name, "service": member.service}
        console.result(said, "\n".join(lines))
    return 0


def handle_clock(options: argparse.Namespace, console: Console) -> int:
    """Say what time it is: 0 that is sure, 1 it is not."""
    from boxoffice.rules import ClockState
    from core import CinemaError, Code
    from kiosk import Ledger

    if options.confirm is not None and not (options.confirm.strip() and options.staff.strip()):
        raise CinemaError(Code.WRONG_USE, "Who confirms the clock, and why? --confirm REASON --staff NAME")
    with closing(Ledger.open(venue_folder(options), copies=options.copies)) as ledger:
        if options.confirm is not None:
            ledger.confirm_clock(options.staff, options.confirm)
        time = ledger.time()
    console.result({"now": time.now.isoformat(), "clock": time.state}, f"{time.now:%Y-%m-%d %H:%M} UTC, {time.state}")
    return 0 if time.state is ClockState.GOOD else 1


def handle_import(options: argparse.Namespace, console: Console) -> int:
    """Take a signed file: 0 accepted or put down for the open venue, 1 refused."""
    from core import CinemaError, Code
    from kiosk import Ledger, OperatorFiles, put_down

    text = options.file.read_text(encoding="latin-1")
    folder = venue_folder(options)
    try:
        with closing(Ledger.open(folder, copies=options.copies)) as ledger:
            files = OperatorFiles(folder, ledger)
            takes: dict[str, Callable[[str], Programme | RevokedTickets | SoldTickets]] = {
                "programme": files.take_programme,
                "revoked": files.take_revoked,
                "sold": files.take_sold,
            }
            seq = takes[options.kind](text).seq
    except CinemaError as error:
        if error.code is Code.LEDGER_IN_USE:
            put_down(folder, options.kind, text)
            said = {"kind": options.kind, "put_down": True}
            console.result(said, "The venue is open: the door takes it within half a minute, if it may.")
            return 0
        if error.code is not Code.PROGRAMME_REFUSED:
            raise
        console.error(error)
        return 1
    console.result({"kind": options.kind, "seq": seq}, f"Number {seq} counts from now on.")
    return 0


def handle_show(options: argparse.Namespace, console: Console) -> int:
    """Say what is shown, when and where."""
    from core.records import to_plain
    from kiosk import Ledger

    with closing(Ledger.open(venue_folder(options), copies=options.copies)) as ledger:
        programme = _programme(options, ledger)[1]
    zone = ZoneInfo(programme.zone)
    lines = [f"Number {programme.seq} of {programme.issued}; times in {programme.zone}."]
    for item in sorted(programme.screenings, key=lambda item: item.start_at):
        start, end = (moment.astimezone(zone) for moment in (item.start_at, item.end_at))
        name = item.names.get("en") or next(iter(item.names.values()))
        lines.append(f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}  {item.room}  {name}  ({programme.capacity(item)} people)")
    console.result({"programme": to_plain(programme)}, "\n".join(lines))
    return 0


def handle_admit(options: argparse.Namespace, console: Console) -> int:
    """Let in: 0 where everybody was, 1 where somebody was refused."""
    from kiosk import Ledger, Light

    with closing(Ledger.open(venue_folder(options), copies=options.copies)) as ledger:
        door = _door(options, ledger)
        zone = ZoneInfo(door.programme.zone)

        def answered(code: str) -> bool:
            if options.look_up:
                answer = door.look_up(code, options.staff, options.people)
            elif options.override is not None:
                answer = door.override(code, options.staff, options.override, options.people)
            else:
                answer = door.scan(code, options.people)
            console.result(_said(answer), _sentence(answer, zone))
            return answer.light is Light.GREEN

        codes = (line.rstrip("\r\n") for line in sys.stdin) if options.code == "-" else (options.code,)
        good = [answered(code) for code in codes]
    return 0 if all(good) else 1


def handle_sell(options: argparse.Namespace, console: Console) -> int:
    """Sell at the door: 0 it is sold, 1 there are no places."""
    from core import CinemaError, Code, Money
    from kiosk import Ledger

    with closing(Ledger.open(venue_folder(options), copies=options.copies)) as ledger:
        door = _door(options, ledger)
        named = next((one for one in door.programme.screenings if one.id == options.screening), None)
        screening = named if options.screening else door.current()
        if screening is None:
            raise CinemaError(Code.WRONG_USE, "Nothing is on that could be sold; name a screening with --screening ID.")
        if not 1 <= options.price <= len(screening.prices) or options.people < 1:
            raise CinemaError(
                Code.WRONG_USE, f"This screening has {len(screening.prices)} prices; sell to one person at least."
            )
        sold = door.sell(screening, screening.prices[options.price - 1], options.people, options.method, options.staff)
        left = door.left(screening)
    said: dict[str, object] = {"screening": screening.id, "left": left, "sold": sold is not None}
    if sold is None:
        console.result(said, f"Not sold: {left} places are left.")
        return 1
    money = Money(sold.minor, sold.price.currency)
    said |= {"code": sold.code, "reference": sold.reference, "people": sold.people}
    said |= {"minor": money.minor, "currency": money.currency}
    console.result(said, f"{sold.code}\n{sold.reference}: {sold.people} people, {money.decimal:f} {money.currency}")
    return 0


def handle_door(options: argparse.Namespace, _console: Console) -> int:
    """Open a door's window."""
    from app.venue_door import DoorPlace, run_door

    place = DoorPlace(
        options.gate, options.lead, options.leader, options.printer, options.camera, full=not options.windowed
    )
    paths = Paths.of_this_user(options.home)
    return run_door(paths, venue_folder(options), options.copies, place, verbose=options.verbose)


def handle_show_room(options: argparse.Namespace, _console: Console) -> int:
    """Run a room's shows."""
    from app.venue_show import ShowOptions, run_show
    from kiosk import Mode

    chosen = ShowOptions(
        room=options.room,
        mode=Mode(options.mode),
        screen=options.screen,
        notes_screen=options.notes_screen,
        hooks=options.house,
        full=not options.windowed,
        drawing=options.drawing,
        hardware_decoding=options.hwdec != "no",
        serve=options.serve,
        follow=options.follow,
        secret=options.secret,
        take_after_s=options.take_over_after,
    )
    return run_show(Paths.of_this_user(options.home), venue_folder(options), chosen, verbose=options.verbose)


def handle_foyer(options: argparse.Namespace, _console: Console) -> int:
    """Show the foyer's window."""
    from app.venue_foyer import run_foyer

    return run_foyer(
        Paths.of_this_user(options.home),
        venue_folder(options),
        options.screen,
        full=not options.windowed,
        sound=options.sound,
        verbose=options.verbose,
    )


def handle_plays(options: argparse.Namespace, console: Console) -> int:
    """Say what was shown: one line a show, as CSV."""
    from app.venue_show import programme_of
    from core.records import to_plain
    from kiosk import LedgerView, attendance
    from kiosk.proof import plays

    folder = venue_folder(options)
    file = folder / "ledger.sqlite3"
    zone = ZoneInfo(programme_of(LedgerView(folder)).zone)
    found = [
        play
        for play in plays([file, *options.others])
        if not options.day or _day(play.started or play.ended, zone) == options.day
    ]
    people = {line.screening: line.people for line in attendance(file)}
    names = (
        "showing",
        "screening",
        "started",
        "late_ms",
        "ended",
        "outcome",
        "film",
        "sha256",
        "breaks",
        "stood_s",
        "people",
    )
    rows = [
        (
            *(play.showing, play.screening, play.started, play.late_ms, play.ended, play.outcome),
            *((play.feature.name, play.feature.sha256) if play.feature else ("", "")),
            *(len(play.breaks), play.stood_s, people.get(play.screening, 0)),
        )
        for play in found
    ]
    console.result({"plays": [to_plain(play) for play in found]}, as_csv(names, rows))
    return 0


def _day(text: str, zone: ZoneInfo) -> str:
    from datetime import datetime

    return datetime.fromisoformat(text).astimezone(zone).date().isoformat() if text else ""


def handle_tell(options: argparse.Namespace, console: Console) -> int:
    """Leave an order for the process that shows."""
    from app.venue_show import programme_of, room_of
    from kiosk import LedgerView
    from kiosk.show_orders import put_order

    folder = venue_folder(options)
    room = room_of(programme_of(LedgerView(folder)), options.room)
    put_order(folder, room, options.order)
    console.result({"room": room, "order": options.order}, f"The show in room {room} was told: {options.order}.")
    return 0


def handle_hand_over(options: argparse.Namespace, console: Console) -> int:
    """Write or take the place of a show that no process here shows."""
    from app.venue_show import alone_in, programme_of, room_of
    from core import CinemaError, Code
    from core.whole_file import write_whole
    from kiosk import LedgerView, keep_state, kept_state, show_from
    from kiosk.cutover import opened_state, sealed_state, shared_secret
    from kiosk.show_state import dump_state, parse_state

    folder = venue_folder(options)
    programme = programme_of(LedgerView(folder))
    room = room_of(programme, options.room)
    secret = shared_secret(folder / "cutover.secret")
    with alone_in(folder, room):
        state = parse_state(opened_state(options.source.read_bytes(), secret)) if options.source else None
        state = state or kept_state(folder, room)
        if state is None or state.room != room or show_from(state, programme) is None:
            raise CinemaError(Code.WRONG_USE, f"That is no show of room {room} in this machine's programme.")
        if options.source:
            keep_state(folder, state)
        else:
            write_whole(options.to, sealed_state(dump_state(state), secret))
    told = {"room": room, "showing": state.showing, "place": state.place, "position_ms": state.position_ms}
    minutes, seconds = divmod(state.position_ms // 1000, 60)
    console.result(told, f"{state.showing} stands at {minutes}:{seconds:02} of item {state.place + 1}.")
    return 0


def _programme(options: argparse.Namespace, ledger: "Ledger") -> "tuple[OperatorFiles, Programme]":
    from app.venue_door import programme_of
    from kiosk import OperatorFiles

    files = OperatorFiles(venue_folder(options), ledger)
    return files, programme_of(files)


def _door(options: argparse.Namespace, ledger: "Ledger") -> "Door":
    from kiosk import Company, Door, devices_of, sale_keys_of, seller_of

    folder = venue_folder(options)
    files, programme = _programme(options, ledger)
    seller = seller_of(folder)
    company = Company(None, seller, sale_keys_of(devices_of(folder, ledger), seller))
    return Door(ledger, programme, programme.gate(options.gate), files.revoked(), files.sold(), company)


def _said(answer: "DoorAnswer") -> dict[str, object]:
    return {
        "light": answer.light,
        "verdict": answer.verdict,
        "ticket": answer.ticket,
        "people": answer.people,
        "party": answer.party,
        "screening": answer.screening.id if answer.screening else None,
        "before": [
            {"at": before.at.isoformat(), "gate": before.gate, "people": before.people} for before in answer.before
        ],
        "at": answer.at.isoformat() if answer.at else None,
        "inside": answer.inside,
        "capacity": answer.capacity,
        "may_override": answer.may_override,
    }


def _sentence(answer: "DoorAnswer", zone: ZoneInfo) -> str:
    before = "".join(f"; {item.people} at {item.at.astimezone(zone):%H:%M}, door {item.gate}" for item in answer.before)
    at = f" ({answer.at.astimezone(zone):%Y-%m-%d %H:%M})" if answer.at else ""
    count = f", {answer.inside} of {answer.capacity} in" if answer.screening else ""
    people = f" {answer.people}" if answer.people else ""
    return f"{answer.light.upper()} {answer.verdict}{people}{at}{before}{count}"


def handle_export(options: argparse.Namespace, console: Console) -> int:
    """Say who came."""
    from core.records import to_plain
    from kiosk import attendance

    lines = attendance(venue_folder(options) / "ledger.sqlite3")
    names = ("screening", "people", "admissions", "overrides", "look_ups", "first", "last", "refused")
    rows = [
        (
            *(line.screening, line.people, line.admissions, line.overrides, line.look_ups, line.first, line.last),
            " ".join(f"{verdict}:{count}" for verdict, count in line.refused.items()),
        )
        for line in lines
    ]
    console.result({"screenings": [to_plain(line) for line in lines]}, as_csv(names, rows))
    return 0


def as_csv(names: "Sequence[str]", rows: "Iterable[Sequence[object]]") -> str:
    """A table for spreadsheets, its names first."""
    import csv
    import io

    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(names)
    table.writerows(rows)
    return out.getvalue().rstrip("\n")


def handle_audit(options: argparse.Namespace, console: Console) -> int:
    """Verify the ledger: 0 right, 1 wrong."""
    from core import CinemaError, Code
    from films import SigningKey, TrustedKeys
    from kiosk import audit

    folder = venue_folder(options)
    file = options.file or folder / "ledger.sqlite3"
    if not (folder / "device-key.pem").is_file():
        raise CinemaError(Code.FILE_MISSING, f"There is no venue in {folder}; name its folder with --data.")
    key = SigningKey.load_or_create(folder / "device-key.pem")
    report = audit(file, key.key_id, TrustedKeys.of(key.public_jwk))
    said = (
        f"{report.records} records, {report.people} people let in by {report.admissions} admissions, "
        f"signed up to record {report.signed_to}."
    )
    verdict = "The ledger is right." if report.ok else f"The ledger is wrong: {len(report.faults)} faults."
    console.result(
        {
            "ok": report.ok,
            "device": report.device,
            "records": report.records,
            "admissions": report.admissions,
            "people": report.people,
            "signed_to": report.signed_to,
            "faults": [{"code": item.code, "message": item.message, "path": item.path} for item in report.faults],
        },
        "\n".join([*(f"✗ {item.message}" for item in report.faults), said, verdict]),
    )
    return 0 if report.ok else 1
