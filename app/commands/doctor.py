"""``main.py doctor``: is this machine, or this frozen build, able?"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction

MARKS = {"good": "✓", "weak": "!", "bad": "✗"}


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", parents=[common], help="what this machine can do, and what is missing")
    parser.add_argument("--bundle", type=Path, metavar="FILE.zip", help="write a report for support")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Examine everything; 1 when something that the cinema cannot do without is missing."""
    from app.doctor import examine

    if options.bundle:
        from app.support import write_report

        out = write_report(options.bundle, Paths.of_this_user(options.home))
        console.result({"bundle": str(out)}, f"Wrote {out}. Read it before you send it.")
        return 0
    findings = examine(Paths.of_this_user(options.home))
    ok = all(finding.state != "bad" for finding in findings)
    console.result(
        {
            "ok": ok,
            "findings": [
                {"name": item.name, "state": item.state, "found": item.found, "fix": item.fix} for item in findings
            ],
        },
        "\n".join(
            f"{MARKS[item.state]} {item.name:<18} {item.found}" + (f"\n  → {item.fix}" if item.fix else "")
            for item in findings
        ),
    )
    return 0 if ok else 1
