"""One module a command: its arguments, and what it does. Heavy imports happen when a command runs."""

from app.commands import demo, doctor, master, notes, orders, package, play, screens, serve, viewer

COMMANDS = (viewer, demo, play, serve, master, package, notes, doctor, screens, orders)

__all__ = ["COMMANDS"]
