"""``main.py``: the viewer."""

import argparse
from contextlib import nullcontext

from app.console import Console
from app.paths import Paths

LINK = "smartcinema:"
DEFAULT_BOX_OFFICE = "https://boxoffice.smart-cinema.example"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the viewer, which has no command word."""
    parser.add_argument("--box-office", metavar="URL", help="the box office to buy from")
    parser.add_argument(
        "--drawing", choices=("auto", "gl", "software"), default="auto", help="how the picture is drawn"
    )
    parser.add_argument("--hwdec", choices=("auto", "no"), default="auto", help="hardware decoding")
    parser.add_argument(
        "--open",
        metavar="LINK",
        default="",
        help=f"{LINK}home, {LINK}title/ID or {LINK}ticket/ID; a link without --open does the same",
    )


def handle(options: argparse.Namespace, _console: Console) -> int:
    """Open the cinema and return when its window closes. Raises `CinemaError` (wrong-use) before it opens."""
    if options.box_office:
        from boxoffice.client.origin import pinned_origin

        pinned_origin(options.box_office)
    from app.viewer import run_viewer

    return run_viewer(
        Paths.of_this_user(options.home),
        box_office=nullcontext(options.box_office or DEFAULT_BOX_OFFICE),
        drawing=options.drawing,
        hardware_decoding=options.hwdec != "no",
        verbose=options.verbose,
        link=options.open,
    )
