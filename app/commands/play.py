"""``main.py play``: one thing, without a box office."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = subparsers.add_parser("play", parents=[common], help="play a film package, a file or an HLS address")
    parser.add_argument("what", metavar="URL|FILE|PACKAGE", help="an HLS address, a film file, or a film package")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="content keys; by default PACKAGE.keys.json if there")
    parser.add_argument("--notes", type=Path, metavar="F.vtt", help="commentator notes from this file")
    parser.add_argument(
        "--subtitles", default="", metavar="LANG", help="show subtitles in this language, or no; by default the first"
    )
    parser.add_argument("--second-subtitles", default="", metavar="LANG", help="and at the same time in this one")
    parser.add_argument("--quality", choices=("auto", "best", "saver"), default="auto", help="what the line may cost")
    parser.add_argument("--start", type=float, default=0, metavar="S", help="where to start")
    parser.add_argument("--duration", type=float, metavar="S", help="stop after this much film")
    parser.add_argument("--hidden", action="store_true", help="without a window; every frame is still drawn")
    parser.add_argument("--report", type=Path, metavar="OUT.json", help="write what was seen and measured")
    parser.add_argument("--drawing", choices=("auto", "gl", "software"), default="auto", help="how to draw the picture")
    parser.add_argument("--hwdec", choices=("auto", "no"), default="auto", help="hardware decoding")
    parser.set_defaults(handler=handle)


def handle(options: argparse.Namespace, console: Console) -> int:
    """Play it: 0 played, 1 playback failed (the report says why), 3 could not be opened."""
    from app import logs
    from app.features import open_feature
    from player import Quality, Wishes

    paths = Paths.of_this_user(options.home)
    logs.set_up(paths.logs, verbose=options.verbose)
    feature = open_feature(options, paths)
    wishes = Wishes(options.subtitles, options.second_subtitles, Quality(options.quality))
    if options.hidden:
        from player import play_hidden

        report = play_hidden(
            feature,
            duration_s=options.duration,
            drawing=options.drawing,
            hardware_decoding=options.hwdec != "no",
            wishes=wishes,
        )
    else:
        from app.viewer import play_in_window

        report = play_in_window(
            feature,
            paths,
            duration_s=options.duration,
            drawing=options.drawing,
            hardware_decoding=options.hwdec != "no",
            wishes=wishes,
        )
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    error = report.get("error")
    if isinstance(error, dict):
        console.result(report, f"smart-cinema: {error['message']} [{error['code']}]")
        return 1
    console.result(
        report,
        f"{report['frames_shown']} frames shown, {report['frames_dropped']} dropped, "
        f"first after {report['first_frame_ms']} ms, {report['stalls']} stalls",
    )
    return 0
