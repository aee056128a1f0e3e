"""``main.py screens``: every screen as a picture, for looking at."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("screens", parents=[common], help="render every screen to PNG files")
    parser.add_argument("-o", "--out", type=Path, default=Path("artifacts/screens"), metavar="DIR", help="where to")
    parser.add_argument(
        "--language",
        action="append",
        metavar="TAG",
        help="all by default; en-XA is English with accents, longer by 40 %%",
    )
    parser.add_argument("--size", type=size, action="append", metavar="WxH", help="1280x720 by default")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixel ratio, for example 2")
    parser.add_argument("--look", action="append", choices=("dark", "light"), help="dark by default; may be repeated")
    parser.set_defaults(handler=handle)


def size(text: str) -> tuple[int, int]:
    """``1280x720``. Raises `argparse.ArgumentTypeError`."""
    width, _, height = text.partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit() and int(width) * int(height)):
        msg = f"{text!r} is no size such as 1280x720"
        raise argparse.ArgumentTypeError(msg)
    return int(width), int(height)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Render the screens and list the files."""
    from app import __version__
    from core import LANGUAGES
    from ui.gallery import take_screens
    from ui.translator import PSEUDO

    languages = options.language or list(LANGUAGES)
    unknown = set(languages) - {*LANGUAGES, PSEUDO}
    if unknown:
        known = ", ".join(LANGUAGES)
        raise CinemaError(Code.WRONG_USE, f"There is no interface in {', '.join(unknown)}; there is {known}.")
    files = take_screens(
        options.out, languages, options.size or [(1280, 720)], __version__, options.scale, options.look or ["dark"]
    )
    console.result({"screens": [str(file) for file in files]}, "\n".join(map(str, files)))
    return 0
