"""``main.py workbench``: the commentator's desk."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("workbench", parents=[common], help="write commentator notes while watching a film")
    parser.add_argument("film", type=Path, metavar="FILM", help="a film package, or a film file")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="content keys; by default PACKAGE.keys.json if there")
    parser.add_argument(
        "--notes",
        type=Path,
        nargs="+",
        default=[],
        metavar="F.vtt",
        help="begin with these, one file a language; the edition is kept beside the first",
    )
    parser.add_argument(
        "--subtitles", action="append", default=[], metavar="LANG=FILE", help="of a film file: WebVTT or SRT"
    )
    parser.add_argument("--language", metavar="TAG", help="the language that new notes are written in")
    parser.set_defaults(handler=handle)


def _pair(text: str) -> tuple[str, Path]:
    language, _, file = text.partition("=")
    if not language or not file:
        raise CinemaError(Code.WRONG_USE, f"{text!r} names no language and file; write --subtitles en=film.en.vtt.")
    return language, Path(file)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Open the workbench: 0 all is saved, 1 the disk refused at the end and the journal holds it."""
    from app.workbench import run_workbench

    place, saved = run_workbench(
        Paths.of_this_user(options.home),
        options.film,
        options.keys,
        options.notes,
        options.language,
        dict(map(_pair, options.subtitles)),
        verbose=options.verbose,
    )
    told = f"The notes are in {place}." if saved else f"{place} could not be written; {place.name}.journal holds it."
    console.result({"edition": str(place), "saved": saved}, told)
    return 0 if saved else 1
