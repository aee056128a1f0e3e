"""One module a command: its arguments, and what it does. Heavy imports happen when a command runs."""

from importlib import import_module
from types import ModuleType

NAMES = (
    "demo",
    "play",
    "serve",
    "master",
    "package",
    "notes",
    "workbench",
    "doctor",
    "screens",
    "orders",
    "avails",
    "report",
    "staff",
    "kiosk",
    "update",
)
"""The command words; the viewer has none."""


def every() -> tuple[ModuleType, ...]:
    """The module of each command."""
    return tuple(import_module(f"app.commands.{name}") for name in NAMES)
