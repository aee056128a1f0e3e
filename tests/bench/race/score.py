"""What a play was worth: from the server's log which rendition each segment was shown in, from samples how it ran.

Every player is measured alike. Quality is the mean over the segments shown of ln(rate / lowest rate), the utility of
BOLA (Spiteri et al., 2016), rates being those of the whole rendition. A stall is half a second or more without the
film getting on; it costs that time less what the film then gained.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from race.ladder import SEGMENT_S, Part
from race.line import Request

STALL_S = 0.5
SLACK_S = 0.25
"""So much a coarse clock of a player may stray without a stall."""
SEGMENT = re.compile(r"/([^/]+)/([0-9]+)\.m4s")

Sample = tuple[float, float]
"""The system's clock and the place in the film, in seconds."""


@dataclass(frozen=True)
class Play:
    """What a player's child tells: when its first picture came (system clock; none where never), and samples."""

    first_frame: float | None
    samples: tuple[Sample, ...]
    notes: dict[str, object]


@dataclass(frozen=True)
class Score:
    """The figures of one play."""

    quality: float
    mean_kbps: float
    switches: int
    startup_ms: int
    stalls: int
    stall_ms: int
    fetched_bytes: int
    reached_s: float
    shown: str
    """The renditions segment by segment, 0 the best."""


def shown(requests: Sequence[Request], parts: Sequence[Part], ended: float, seconds: float) -> list[int]:
    """Which rendition (0 the best) each segment up to ``seconds`` was last wholly sent in before the end."""
    places = {part.name: place for place, part in enumerate(parts[:-1])}
    last: dict[int, int] = {}
    for request in sorted((request for request in requests if request.whole), key=lambda request: request.ended):
        found = SEGMENT.search(request.path)
        if found and found[1] in places and request.ended <= ended:
            last[int(found[2])] = places[found[1]]
    return [last[number] for number in sorted(last) if (number - 1) * SEGMENT_S < seconds]


def stalls(samples: Sequence[Sample]) -> tuple[int, float]:
    """How often and how long (seconds) the film stood still after its first picture."""
    count, total_s = 0, 0.0
    moving = [samples[0]] if samples else []
    for sample in samples:
        if sample[1] > moving[-1][1]:
            moving.append(sample)
    if samples and samples[-1] != moving[-1]:
        moving.append(samples[-1])
    for before, after in pairwise(moving):
        held_s = after[0] - before[0]
        if held_s >= STALL_S:
            lost_s = held_s - (after[1] - before[1])
            if lost_s > SLACK_S:
                count += 1
                total_s += lost_s
    return count, total_s


def score(play: Play, requests: Sequence[Request], parts: Sequence[Part], seconds: float) -> Score:
    """The figures of a play of the first ``seconds`` of the film."""
    began = requests[0].began if requests else 0.0
    first = play.first_frame
    samples = [sample for sample in play.samples if first is not None and sample[0] >= first]
    ended = samples[-1][0] if samples else began
    reached_s = min(seconds, samples[-1][1]) if samples else 0.0
    rates = [part.average_bps for part in parts[:-1]]
    chosen = shown(requests, parts, ended, reached_s)
    count, stalled_s = stalls(samples)
    return Score(
        quality=round(_mean([math.log(rates[place] / rates[-1]) for place in chosen]), 3),
        mean_kbps=round(_mean([rates[place] / 1000 for place in chosen])),
        switches=sum(before != after for before, after in pairwise(chosen)),
        startup_ms=round((first - began) * 1000) if first is not None else -1,
        stalls=count,
        stall_ms=round(stalled_s * 1000),
        fetched_bytes=sum(request.sent_bytes for request in requests),
        reached_s=round(reached_s, 1),
        shown="".join(map(str, chosen)),
    )


def totals(scores: Sequence[Score]) -> dict[str, float]:
    """Means of quality, rate and start-up, sums of the rest."""
    rows = [asdict(score) for score in scores]
    return {
        **{name: round(_mean([row[name] for row in rows]), 3) for name in ("quality", "mean_kbps", "startup_ms")},
        **{name: sum(row[name] for row in rows) for name in ("switches", "stalls", "stall_ms", "fetched_bytes")},
    }


def against(ours: dict[str, float], theirs: dict[str, float]) -> dict[str, float | None]:
    """Ours over theirs; none where theirs is nothing."""
    names = ("quality", "mean_kbps", "startup_ms", "switches", "stalls", "stall_ms", "fetched_bytes")
    return {name: round(ours[name] / theirs[name], 2) if theirs[name] else None for name in names}


def misses(ours: dict[str, float], theirs: dict[str, float]) -> list[str]:
    """What the target asks for and we do not reach."""
    reached = {
        "quality": ours["quality"] >= theirs["quality"],
        "stall_ms": ours["stall_ms"] <= 0.5 * theirs["stall_ms"],
        "startup_ms": ours["startup_ms"] <= theirs["startup_ms"],
        "switches": ours["switches"] <= theirs["switches"],
    }
    return [name for name, holds in reached.items() if not holds]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
