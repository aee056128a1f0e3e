"""``main.py demo``: the viewer on its own box office with demo films, nothing to configure."""

import argparse
from typing import TYPE_CHECKING

from app.commands.viewer import arguments
from app.console import Console
from app.paths import Paths
from core import Cancel

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", parents=[common], help="the cinema with demo films, nothing to configure")
    arguments(parser)
    parser.add_argument("--prepare-only", action="store_true", help="make the demo films and stop")
    parser.add_argument(
        "--quality", choices=("full", "quick"), default="full", help="quick: small and short films, for a fast look"
    )
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Make the demo films once, start their box office, and open the cinema on it."""
    from app import demo, logs

    paths = Paths.of_this_user(options.home)
    logs.set_up(paths.logs, verbose=options.verbose)
    films = demo.prepare_films(paths, options.quality, console, Cancel())
    if options.prepare_only:
        console.result(
            {"films": [str(film.feature) for film in films]}, "\n".join(f"made: {film.feature}" for film in films)
        )
        return 0
    from app.viewer import run_viewer

    return run_viewer(
        paths,
        box_office=demo.box_office(paths, options.quality),
        drawing=options.drawing,
        hardware_decoding=options.hwdec != "no",
        verbose=options.verbose,
        profile=f"demo-{options.quality}",
        link=options.open,
    )
