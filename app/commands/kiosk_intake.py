"""``main.py kiosk ingest`` and ``licence``: films and what lets them be played, from every road."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LICENCE_LIMIT = 1 << 20


def add(steps: "_SubParsersAction[argparse.ArgumentParser]", parents: list[argparse.ArgumentParser]) -> None:
    """Add the steps."""
    ingest = steps.add_parser("ingest", parents=parents, help="take a film package into the library")
    ingest.add_argument("package", metavar="DIR|URL", help="the package's folder, on a stick, a share, or a mirror")
    ingest.set_defaults(handler=handle_ingest)
    licence = steps.add_parser("licence", parents=parents, help="take a film's licence for this device")
    licence.add_argument("file", metavar="FILE", help="- reads the text of a licence's QR code from standard input")
    licence.set_defaults(handler=handle_licence)
    licences = steps.add_parser("licences", parents=parents, help="how the licences stand, in colour and word")
    licences.set_defaults(handler=handle_licences)


def handle_ingest(options: argparse.Namespace, console: Console) -> int:
    """Take a package: 0 it is in the library, 1 it is wrong."""
    from app.commands.kiosk import venue_folder
    from app.commands.package import findings_said
    from core import Cancel
    from kiosk import ingest, ingest_from_network, is_address, library_of, operators

    folder = venue_folder(options)
    into = (library_of(folder), operators(folder), console.progress, Cancel())
    if is_address(options.package):
        report = ingest_from_network(options.package, *into)
    else:
        report = ingest(Path(options.package), *into)
    said, lines = findings_said(report.report)
    verdict = (
        f"{report.package_id} is in the library: {report.copied_bytes >> 20} MiB copied, "
        f"{report.kept_bytes >> 20} MiB were there."
        if report.folder
        else f"{report.package_id} was not taken: {len(report.report.errors)} errors."
    )
    console.result(
        {
            "ok": report.folder is not None,
            "package_id": report.package_id,
            "folder": report.folder.name if report.folder else None,
            "copied_bytes": report.copied_bytes,
            "kept_bytes": report.kept_bytes,
            **said,
        },
        "\n".join([*lines, verdict]),
    )
    return 0 if report.folder else 1


def _text_of(named: str) -> str:
    """A licence's text: a file's, or what a scanner types, which ends with a line."""
    if named == "-":
        return sys.stdin.readline(LICENCE_LIMIT).strip()
    return Path(named).read_text(encoding="latin-1")


def handle_licence(options: argparse.Namespace, console: Console) -> int:
    """Take a licence: 0 kept, 1 refused."""
    from app.commands.kiosk import venue_folder
    from core import CinemaError, Code
    from kiosk import Ledger, put_down, take_licence

    text = _text_of(options.file)
    folder = venue_folder(options)
    try:
        with closing(Ledger.open(folder, copies=options.copies)) as ledger:
            licence = take_licence(folder, ledger, text)
    except CinemaError as error:
        if error.code is Code.LEDGER_IN_USE:
            put_down(folder, "licence", text)
            console.result(
                {"put_down": True}, "The venue is open: it takes the licence within half a minute, if it may."
            )
            return 0
        if error.code not in (Code.LICENCE_REFUSED, Code.PROGRAMME_REFUSED):
            raise
        console.error(error)
        return 1
    console.result(
        {"package": licence.package, "seq": licence.seq, "from": licence.nbf, "until": licence.exp},
        f"{licence.package} may be played from {licence.nbf} until {licence.exp}.",
    )
    return 0


def handle_licences(options: argparse.Namespace, console: Console) -> int:
    """Say how each licence stands: 0 all are good, or not yet; 1 one is red."""
    from app.commands.kiosk import venue_folder
    from kiosk import Colour, LedgerView, licence_facts, standings

    folder = venue_folder(options)
    found = standings(licence_facts(folder), LedgerView(folder).time().now)
    lines = [
        f"{item.colour.upper():<6} {item.package}: {item.word.replace('-', ' ')}, "
        f"{item.not_before:%Y-%m-%d %H:%M} to {item.expires:%Y-%m-%d %H:%M} UTC"
        for item in found
    ]
    said = [
        {
            "package": item.package,
            "colour": item.colour,
            "word": item.word,
            "from": item.not_before.isoformat(),
            "until": item.expires.isoformat(),
        }
        for item in found
    ]
    console.result(
        {"licences": said}, "\n".join(lines) or "There are no licences yet; take one with: kiosk licence FILE"
    )
    return int(any(item.colour is Colour.RED for item in found))
