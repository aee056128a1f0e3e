"""Decisions a second on one core: may this ticket be watched here and now, and may one be sold?

Usage: python tests/bench/rules.py [--seconds S]

Tickets of every state and offers of a title with forty avails, at moments before, in and after their windows. Prints
JSON; exit 1 below 20,000 of either a second. The peer in the same run is what any answer over HTTP costs besides: one
JSON document of the ticket's facts, read and written.
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from boxoffice.rules import Avail, DeviceFacts, SaleTerms, TicketFacts, admit, offer_for, ticket_state  # noqa: E402
from core import Money  # noqa: E402

LEAST = 20_000
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
DAY = timedelta(days=1)
BATCH = 1000


def tickets() -> list[TicketFacts]:
    """One of every kind."""
    terms = SaleTerms(NOW - DAY, NOW + 40 * DAY, "Europe/Berlin", 2_592_000, 172_800)
    device = DeviceFacts("key", "Sofa")
    return [
        TicketFacts("mei", NOW - bought * DAY, terms, 5_400_000, started, bound, seen, refunded)
        for bought, started, bound, seen, refunded in itertools.product(
            (0, 3, 40), (None, NOW - DAY, NOW - 5 * DAY), (None, device), (0, 5_000_000), (None, NOW)
        )
    ]


def avails() -> list[Avail]:
    """A title sold in forty territories, each with its own window."""
    codes = [f"{first}{second}" for first in "ABCDE" for second in "CDEFGHIL"]
    wall = NOW.replace(tzinfo=None)
    return [
        Avail(frozenset((code,)), wall - DAY, wall + (10 + n) * DAY, "Europe/Berlin", Money(690, "EUR"), None, 2_592_000, 172_800)
        for n, code in enumerate(codes)
    ]  # fmt: skip


def rate(seconds: float, work: Callable[[], object]) -> float:
    """How often a second."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(BATCH):
            work()
        done += BATCH
    return done / (seconds + time.perf_counter() - end)


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    seconds = parser.parse_args().seconds
    every: Iterator[TicketFacts] = itertools.cycle(tickets())
    moments = itertools.cycle([NOW - 3 * DAY, NOW, NOW + 20 * DAY, NOW + 60 * DAY])
    places, sold = itertools.cycle(["AC", "DF", "EL", "US"]), avails()
    document = json.dumps(
        {"owner": "mei", "bought": NOW.isoformat(), "running_time_ms": 5_400_000, "seen": [[0, 5_000]] * 20}
    )

    def ticket() -> None:
        one, now = next(every), next(moments)
        admit(one, "mei", "key", now)
        ticket_state(one, now)

    found = {
        "admissions_per_s": round(rate(seconds, ticket)),
        "offers_per_s": round(rate(seconds, lambda: offer_for(sold, next(places), next(moments)))),
        "json_per_s": round(rate(seconds, lambda: json.dumps(json.loads(document)))),
    }
    good = min(found["admissions_per_s"], found["offers_per_s"]) >= LEAST
    print(json.dumps(found | {"good": good}, indent=1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
