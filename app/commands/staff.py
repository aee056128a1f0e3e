"""``main.py staff``: who may use the box office's console."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.serve import config_of
from app.console import Console

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its step."""
    parser = subparsers.add_parser("staff", parents=[common], help="who may use the box office's console")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    adding = steps.add_parser("add", parents=[common], help="give an account a role")
    adding.add_argument("email", help="the account's e-mail address")
    roles = ("operator", "festival", "finance", "support")
    adding.add_argument("--role", required=True, choices=roles, help="what they may do (docs/console.md)")
    adding.add_argument("--database", metavar="URL", help="SQLAlchemy URL; by default SQLite in the data folder")
    adding.add_argument("--data", type=Path, metavar="DIR", help="where the service keeps its things")
    adding.set_defaults(handler=handle_add)


def handle_add(options: argparse.Namespace, console: Console) -> int:
    """Give an account a role."""
    from boxoffice.service import add_staff
    from boxoffice.service.console.roles import Role

    add_staff(config_of(options), options.email, Role(options.role))
    console.result({"role": options.role}, f"The account is {options.role} now.")
    return 0
