"""One module a command: its arguments, and what it does. Heavy imports happen when a command runs."""

from app.commands import demo, doctor, master, notes, package, play, screens, serve, staff, viewer

COMMANDS = (viewer, demo, play, serve, master, package, notes, doctor, screens, staff)

__all__ = ["COMMANDS"]
