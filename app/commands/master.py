"""``main.py master``: a film file becomes a film package."""

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
    parser = subparsers.add_parser("master", parents=[common], help="make a film package from a film file")
    parser.add_argument("film", type=Path, help="the film: any file that ffmpeg reads")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="the package to make")
    parser.add_argument("--title", action="append", default=[], metavar="LANG=NAME", help="a name, for example en=Home")
    parser.add_argument("--id", help="the title's id; by default the package folder's name")
    parser.add_argument("--subtitles", action="append", default=[], metavar="LANG=FILE", help="WebVTT or SRT")
    parser.add_argument(
        "--sdh", action="append", default=[], metavar="LANG=FILE", help="subtitles for the deaf and hard of hearing"
    )
    parser.add_argument("--notes", action="append", default=[], metavar="LANG=FILE", help="commentator notes, WebVTT")
    parser.add_argument("--poster", type=Path, metavar="JPG", help="2:3")
    parser.add_argument("--backdrop", type=Path, metavar="JPG", help="16:9")
    parser.add_argument("--language", default="zh", help="what is spoken (BCP 47)")
    parser.add_argument(
        "--sound", action="append", default=[], metavar="LANG=FILE", help="the film's sound in another language"
    )
    parser.add_argument("--commentary", action="append", default=[], metavar="LANG=FILE", help="a spoken commentary")
    parser.add_argument(
        "--description", action="append", default=[], metavar="LANG=FILE", help="audio description of the picture"
    )
    parser.add_argument("--kind", choices=("feature", "trailer"), default="feature", help="what it is")
    parser.add_argument("--clear", action="store_true", help="without encryption, for trailers")
    parser.add_argument("--key-rotation", type=float, default=600, metavar="S", help="seconds of film for each key")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Make the package; run again to resume one that was stopped."""
    from app import logs
    from core import Cancel
    from films import (
        ExtraSound,
        MasterOptions,
        SigningKey,
        SoundRole,
        master,
        package_summary,
        parse_notes,
        pictures_beside,
    )

    paths = Paths.of_this_user(options.home)
    logs.set_up(paths.logs, verbose=options.verbose)
    given: tuple[tuple[SoundRole, list[str]], ...] = (
        ("main", options.sound),
        ("commentary", options.commentary),
        ("description", options.description),
    )
    name = options.id or options.out.resolve().name
    manifest = master(
        options.film,
        options.out,
        MasterOptions(
            package_id=name,
            title_id=name,
            names=dict(_pair(item) for item in options.title) or {"en": name},
            kind=options.kind,
            clear=options.clear,
            language=options.language,
            sounds=tuple(
                ExtraSound(language, role, Path(file)) for role, files in given for language, file in map(_pair, files)
            ),
            key_rotation_ms=round(options.key_rotation * 1000),
            subtitles={language: Path(file) for language, file in map(_pair, options.subtitles)},
            sdh={language: Path(file) for language, file in map(_pair, options.sdh)},
            notes={language: Path(file) for language, file in map(_pair, options.notes)},
            poster=options.poster,
            backdrop=options.backdrop,
            signing_key=SigningKey.load_or_create(paths.signing_key),
        ),
        console.progress,
        Cancel(),
    )
    files = [Path(file) for _, file in map(_pair, options.notes)]
    left_out = [
        finding.message for file in files for finding in pictures_beside(file.parent, parse_notes(file.read_bytes()))[1]
    ]
    summary = package_summary(manifest) | {"left_out": left_out}
    made = f"Made {options.out}; its keys are in {options.out}.keys.json: keep them apart from it."
    console.result(summary, "\n".join([*(f"! {message}" for message in left_out), made]))
    return 0


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left or not right:
        raise CinemaError(Code.WRONG_USE, f"{text!r} is not LANG=VALUE.")
    return left, right
