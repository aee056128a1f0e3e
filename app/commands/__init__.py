"""One module a command: its arguments, and what it does. Heavy imports happen when a command runs."""

from app.commands import (
    avails,
    demo,
    doctor,
    kiosk,
    master,
    notes,
    orders,
    package,
    play,
    report,
    screens,
    serve,
    staff,
    viewer,
)

COMMANDS = (viewer, demo, play, serve, master, package, notes, doctor, screens, orders, avails, report, staff, kiosk)

__all__ = ["COMMANDS"]
