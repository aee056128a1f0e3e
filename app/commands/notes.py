"""``main.py notes``: the commentator notes of a film."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LIMIT_BYTES = 16 << 20


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("notes", parents=[common], help="check commentator notes")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    check = steps.add_parser("check", parents=[common], help="can these notes be read in their time?")
    check.add_argument("notes", type=Path, metavar="F.vtt")
    check.add_argument("--subtitles", type=Path, metavar="F.vtt", help="subtitles that are on screen with them")
    check.set_defaults(handler=handle_check)


def read_text_track(path: Path) -> bytes:
    """The bytes of a text track, bounded. Raises `CinemaError` (file-missing, file-unreadable)."""
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise CinemaError(
                Code.FILE_UNREADABLE, f"{path} is larger than {LIMIT_BYTES >> 20} MiB; is it a WebVTT file?"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} cannot be read: {error.strerror}.") from error


def handle_check(options: argparse.Namespace, console: Console) -> int:
    """Check a notes file: 0 right, 1 wrong."""
    from films import check_notes, parse_notes, parse_subtitles

    track = parse_notes(read_text_track(options.notes))
    subtitles = parse_subtitles(read_text_track(options.subtitles)) if options.subtitles else None
    report = check_notes(track, subtitles)
    lines = [f"✗ {finding.message}" for finding in report.errors]
    lines += [f"! {finding.message}" for finding in report.warnings]
    lines.append(
        f"{len(track.notes)} notes in {track.language}: "
        + ("right." if not report.errors else f"{len(report.errors)} wrong.")
    )
    console.result(
        {
            "ok": not report.errors,
            "notes": len(track.notes),
            "language": track.language,
            "errors": [{"code": item.code, "message": item.message} for item in report.errors],
            "warnings": [{"code": item.code, "message": item.message} for item in report.warnings],
        },
        "\n".join(lines),
    )
    return 1 if report.errors else 0
