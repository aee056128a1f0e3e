"""Three players on the same changing line: ours, hls.js in Chromium, VLC. Who shows more, halts less, starts sooner?

Usage: python tests/bench/traces.py [--players ours,hls.js,vlc] [--seconds N] [--out FILE.json] TRACE...

A trace is a file of rows `seconds Mbit/s`; without any a few short lines made here are used. Prints JSON; exit 1 where
ours shows less than hls.js, halts more than half as long, starts later or changes the rendition more often. VLC is
shown beside them and not judged against: it buys its quality with halts.

Every answer waits for a round trip, and the first one of a connection for two, as over TCP.
One film (five renditions and a sound apart, CMAF segments of 4 s) is served to all. Ours is handed the list of parts
as from a package, read over the line; the others read playlists. Ours needs avc3 to switch; so that nothing hangs
on whether the others know that name, they get the same initialisation sections under avc1. Every segment is the same
file for all.
Start-up runs from the first request to the first picture. hls.js, Chromium, libvlc and ffmpeg come from the system and
a cache folder, never from here. Every player keeps the settings it comes with.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from race import browser, ladder, ours, vlc  # noqa: E402
from race.line import SYNTHETIC, Line, Trace, serve  # noqa: E402
from race.score import Play, Score, against, misses, score, totals  # noqa: E402

PLAYERS: dict[str, Callable[[str, float, float], Play]] = {"ours": ours.play, "hls.js": browser.play, "vlc": vlc.play}
LONGEST_S = ladder.SECONDS - ladder.SEGMENT_S
PATIENCE = 3
"""A play may take so many times its length."""


def measure(name: str, trace: Trace, options: argparse.Namespace) -> tuple[Score, dict[str, object]]:
    """One player on one line: its figures, and what else is worth keeping."""
    folder = options.cache / "ladder"
    parts = ladder.make(folder)
    line = Line(trace, folder, browser.pages(options.cache) if name == "hls.js" else {}, options.delay_ms / 1000)
    with serve(line) as url:
        play = PLAYERS[name](url, options.seconds, options.seconds * PATIENCE)
        requests = list(line.requests)
    began = line.began or 0.0
    log = [
        [
            round(request.began - began, 2),
            round(request.ended - began, 2),
            request.path,
            request.sent_bytes,
            request.whole,
        ]
        for request in requests
    ]
    samples = [[round(wall - began, 2), round(at_s, 2)] for wall, at_s in play.samples]
    return score(play, requests, parts, options.seconds), {"notes": play.notes, "requests": log, "samples": samples}


def options_of(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "smart-cinema-bench"
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("traces", nargs="*", type=Path, metavar="TRACE")
    parser.add_argument("--players", default=",".join(PLAYERS), type=lambda text: text.split(","))
    parser.add_argument("--seconds", default=60.0, type=float, help=f"of the film, at most {LONGEST_S}")
    parser.add_argument("--delay-ms", default=40.0, type=float, help="before every answer")
    parser.add_argument("--out", type=Path, help="keep requests and samples, too")
    parser.add_argument("--cache", default=cache, type=Path, help="where the film and hls.js are kept")
    found = parser.parse_args(arguments)
    if not set(found.players) <= set(PLAYERS) or not 0 < found.seconds <= LONGEST_S:
        parser.error("unknown player, or too long")
    return found


def main() -> int:
    options = options_of(sys.argv[1:])
    traces = [Trace.read(path) for path in options.traces] or list(SYNTHETIC)
    scores: dict[str, list[Score]] = {name: [] for name in options.players}
    table: list[dict[str, object]] = []
    kept: list[dict[str, object]] = []
    for trace in traces:
        for name in options.players:
            started = time.monotonic()
            figures, more = measure(name, trace, options)
            scores[name].append(figures)
            table.append({"trace": trace.name, "player": name, **asdict(figures)})
            kept.append({**table[-1], **more})
            sys.stderr.write(
                f"{json.dumps(table[-1])} {json.dumps(more['notes'])} {time.monotonic() - started:.0f} s\n"
            )
            if options.out:
                options.out.write_text(json.dumps(kept), encoding="utf-8")
    sums = {name: totals(found) for name, found in scores.items()}
    result: dict[str, object] = {"seconds": options.seconds, "plays": table, "totals": sums}
    missed: list[str] = []
    if "ours" in sums:
        result["ours_over"] = {name: against(sums["ours"], found) for name, found in sums.items() if name != "ours"}
        missed = misses(sums["ours"], sums["hls.js"]) if "hls.js" in sums else []
        result["missed"] = missed
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
