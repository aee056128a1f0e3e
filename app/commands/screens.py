"""``main.py screens``: every screen as a picture, for looking at."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("screens", parents=[common], help="render every screen to PNG files")
    parser.add_argument("-o", "--out", type=Path, default=Path("artifacts/screens"), metavar="DIR")
    parser.add_argument("--language", action="append", metavar="TAG", help="en and zh-Hans by default")
    parser.add_argument("--size", action="append", metavar="WxH", help="1280x720 by default")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixel ratio, for example 2")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Render the screens and list the files."""
    from app import __version__
    from ui.gallery import take_screens

    sizes = [(int(width), int(height)) for width, height in (size.split("x") for size in options.size or ["1280x720"])]
    files = take_screens(options.out, options.language or ["en", "zh-Hans"], sizes, __version__, options.scale)
    console.result({"screens": [str(file) for file in files]}, "\n".join(map(str, files)))
    return 0
