"""``main.py kiosk``: the venue, each of its steps also for scripts."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("kiosk", parents=[common], help="run a venue")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    place = place_arguments()
    audit = steps.add_parser("audit", parents=[common, place], help="verify the ledger: its chain and its signatures")
    audit.add_argument("--file", type=Path, metavar="FILE", help="audit this copy of the ledger instead")
    audit.set_defaults(handler=handle_audit)


def place_arguments() -> argparse.ArgumentParser:
    """Where a venue keeps its things."""
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--data", type=Path, metavar="DIR", help="the venue's ledger, programme and films")
    return place


def venue_folder(options: argparse.Namespace) -> Path:
    """The venue's folder."""
    return Path(options.data or Paths.of_this_user(options.home).venue)


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
