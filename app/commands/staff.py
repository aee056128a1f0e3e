"""``main.py staff``: who may use the box office's console."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.serve import config_of
from app.console import Console

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("staff", parents=[common], help="who may use the box office's console")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    adding = steps.add_parser("add", parents=[common], help="give an account a role")
    adding.add_argument("email", help="the account's e-mail address")
    roles = ("operator", "festival", "finance", "support")
    adding.add_argument("--role", required=True, choices=roles, help="what they may do (docs/console.md)")
    removing = steps.add_parser("remove", parents=[common], help="take an account's role away and sign it out")
    removing.add_argument("email", help="the account's e-mail address")
    listing = steps.add_parser("list", parents=[common], help="who has a role")
    for step, handler in ((adding, handle_add), (removing, handle_remove), (listing, handle_list)):
        step.add_argument("--database", metavar="URL", help="SQLAlchemy URL; by default SQLite in the data folder")
        step.add_argument("--data", type=Path, metavar="DIR", help="where the service keeps its things")
        step.set_defaults(handler=handler)


def handle_add(options: argparse.Namespace, console: Console) -> int:
    """Give an account a role."""
    from boxoffice.service import add_staff
    from boxoffice.service.console.roles import Role

    add_staff(config_of(options), options.email, Role(options.role))
    console.result({"role": options.role}, f"The account is {options.role} now.")
    return 0


def handle_remove(options: argparse.Namespace, console: Console) -> int:
    """Take an account's role away."""
    from boxoffice.service import remove_staff

    remove_staff(config_of(options), options.email)
    console.result({"role": None}, "The account is no staff any more, and signed out of the console.")
    return 0


def handle_list(options: argparse.Namespace, console: Console) -> int:
    """Who has a role."""
    from boxoffice.service import list_staff

    found = list_staff(config_of(options))
    lines = [f"{email}  {role}" for email, role in found]
    console.result(
        {"staff": [{"email": email, "role": role} for email, role in found]}, "\n".join(lines) or "Nobody has a role."
    )
    return 0
