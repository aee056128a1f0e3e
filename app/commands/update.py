"""``main.py update``: newer versions, from the line or from a stick, put in place outside quiet times."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.updates import Updates


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("update", parents=[common], help="find, stage and install a newer version")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--from", dest="source", metavar="URL|DIR", help="a mirror, or a folder on a stick")
    find = steps.add_parser("check", parents=[common, place], help="is there a newer version?")
    find.set_defaults(handler=handle_check)
    stage = steps.add_parser("stage", parents=[common, place], help="fetch and verify it, change nothing yet")
    stage.set_defaults(handler=handle_stage)
    of_venue = argparse.ArgumentParser(add_help=False)
    of_venue.add_argument(
        "--venue", type=Path, metavar="DIR", help="whose screenings are quiet times; by default the venue in --home"
    )
    put = steps.add_parser("apply", parents=[common, of_venue], help="put in place what is staged; not in quiet times")
    put.add_argument("--in-spite-of-quiet-times", action="store_true", help="also where it should wait")
    put.set_defaults(handler=handle_apply)
    back = steps.add_parser("back", parents=[common], help="let the version before start again")
    back.set_defaults(handler=handle_back)
    quiet = steps.add_parser("quiet", parents=[common, of_venue], help="show or set when nothing is put in place")
    quiet.add_argument("--add", nargs=2, metavar=("BEGINS", "ENDS"), help="as 2026-09-01T00:00+02:00")
    quiet.add_argument("--clear", action="store_true", help="forget all that were set")
    quiet.set_defaults(handler=handle_quiet)


def handle_check(options: argparse.Namespace, console: Console) -> int:
    """Say whether there is a newer version, and whether it is staged."""
    release = _updates(options).find()
    said = {
        "current": __version__,
        "available": release.version if release else None,
        "length_bytes": release.length_bytes if release else 0,
        "staged": bool(release and release.staged),
    }
    words = f"Version {release.version} is there." if release else f"Version {__version__} is the newest."
    console.result(said, words)
    return 0


def handle_stage(options: argparse.Namespace, console: Console) -> int:
    """Fetch the newer version into the folder of updates."""
    release = _updates(options).stage()
    said = {"current": __version__, "staged": release.version if release else None}
    words = f"Version {release.version} is staged: update apply" if release else f"Version {__version__} is the newest."
    console.result(said, words)
    return 0


def handle_apply(options: argparse.Namespace, console: Console) -> int:
    """Put the staged version in place. Raises `CinemaError`: update-kept-back, update-refused, update-elsewhere."""
    from app.renewal import quiet_times
    from app.updates import installed, kept_back
    from core import CinemaError, Code

    paths = Paths.of_this_user(options.home)
    updates = _updates(options)
    release = updates.staged()
    if release is None or release.staged is None:
        console.result({"current": __version__, "applied": None}, "Nothing is staged: update stage")
        return 0
    until = None if options.in_spite_of_quiet_times else kept_back(datetime.now(UTC), quiet_times(paths, options.venue))
    if until is not None:
        raise CinemaError(
            Code.UPDATE_KEPT_BACK,
            f"Version {release.version} waits until {until:%Y-%m-%d %H:%M %Z}: nothing changes in quiet times.",
            {"until": until.isoformat()},
        )
    installation = installed()
    if installation is None:
        raise CinemaError(
            Code.UPDATE_ELSEWHERE,
            f"Version {release.version} is in {release.staged}; install it the way this copy was installed.",
        )
    installation.put_in_place(release.staged, release.version)
    updates.forget()
    console.result(
        {"current": __version__, "applied": release.version}, f"Version {release.version} starts from now on."
    )
    return 0


def handle_back(_options: argparse.Namespace, console: Console) -> int:
    """Go back to the version before. Raises `CinemaError`: update-elsewhere, file-missing."""
    from app.updates import installed
    from core import CinemaError, Code

    installation = installed()
    if installation is None:
        raise CinemaError(Code.UPDATE_ELSEWHERE, "This copy keeps no earlier version; use the way it was installed.")
    version = installation.go_back()
    console.result({"current": version}, f"Version {version} starts from now on.")
    return 0


def handle_quiet(options: argparse.Namespace, console: Console) -> int:
    """Show the quiet times, add one, or forget those that were set; a venue's screenings count by themselves."""
    from app.renewal import quiet_times
    from app.updates import QuietTime, read_quiet_times, write_quiet_times

    paths = Paths.of_this_user(options.home)
    if options.clear:
        write_quiet_times(paths.quiet_times, ())
    if options.add:
        write_quiet_times(paths.quiet_times, (*read_quiet_times(paths.quiet_times), QuietTime(*options.add)))
    times = quiet_times(paths, options.venue)
    console.result(
        {"quiet": [{"begins": time.begins, "ends": time.ends} for time in times]},
        "\n".join(f"{time.begins} – {time.ends}" for time in times) or "There are no quiet times.",
    )
    return 0


def _updates(options: argparse.Namespace) -> "Updates":
    from app.updates import Updates, update_source
    from app.updates.source import this_platform

    paths = Paths.of_this_user(options.home)
    source = update_source(getattr(options, "source", None))
    return Updates(paths.updates, source, this_platform(), __version__)
