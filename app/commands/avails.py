"""``main.py avails``: the industry's lists of avails in and out, and the last change taken back."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.serve import config_of, place_arguments
from app.console import Console
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    place = place_arguments()
    parser = subparsers.add_parser("avails", parents=[common], help="import, export and undo avails (EMA Avails, TOML)")
    parser.set_defaults(handler=lambda *_: parser.error("say import, export or undo"), database=None, data=None)
    steps = parser.add_subparsers(dest="step", metavar="STEP")
    take = steps.add_parser("import", parents=[common, place], help="take a .csv, .xlsx or .toml file")
    take.add_argument("file", type=Path, help="a .csv, .xlsx or .toml file")
    take.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    take.add_argument("--by", default=None, help="who changes it; by default the system's user")
    take.add_argument("--zone", action="append", default=[], metavar="TERRITORY=ZONE", help="a territory's time zone")
    take.set_defaults(handler=handle_import)
    give = steps.add_parser("export", parents=[common, place], help="write every title's avails")
    give.add_argument("--format", choices=("csv", "xlsx", "toml"), required=True, help="of the file")
    give.add_argument("--out", type=Path, help="by default standard output")
    give.set_defaults(handler=handle_export)
    undo = steps.add_parser("undo", parents=[common, place], help="take the last change back")
    undo.add_argument("--change", metavar="ID", help="another change than the last")
    undo.add_argument("--by", default=None, help="who changes it; by default the system's user")
    undo.set_defaults(handler=handle_undo)


def handle_import(options: argparse.Namespace, console: Console) -> int:
    """Show the difference and import."""
    from dataclasses import replace

    from boxoffice.service import import_avails, migrate

    pairs = [text.partition("=") for text in options.zone]
    if not all(name and zone for name, _, zone in pairs):
        raise CinemaError(Code.WRONG_USE, "A zone is named as US=America/Chicago.")
    config = replace(config_of(options), zones={name: zone for name, _, zone in pairs})
    migrate(config.database_url)
    told = import_avails(config, options.file, options.by or getpass.getuser(), dry_run=options.dry_run)
    console.result({**told.json(), "imported": not options.dry_run}, str(told))
    return 0


def handle_export(options: argparse.Namespace, console: Console) -> int:
    """Write a file."""
    from boxoffice.service import export_avails, migrate

    config = config_of(options)
    migrate(config.database_url)
    data = export_avails(config, options.format)
    if options.out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        options.out.write_bytes(data)
        console.result({"exported": str(options.out)}, f"Written to {options.out}")
    return 0


def handle_undo(options: argparse.Namespace, console: Console) -> int:
    """Take a change back."""
    from boxoffice.service import migrate, undo_avails

    config = config_of(options)
    migrate(config.database_url)
    told = undo_avails(config, options.by or getpass.getuser(), options.change)
    console.result({**told.json(), "undone": True}, str(told))
    return 0
