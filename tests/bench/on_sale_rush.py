"""A premiere opens: 10,000 buyers ask for 500 places at once. 500 are sold, none twice, and nobody waits two seconds.

Usage: python tests/bench/on_sale_rush.py [postgresql|sqlite] [--buyers N] [--seats N] [--connections N]

The service's own functions, 32 at a time, in two processes on PostgreSQL and one on SQLite. Places come from the title's
``capacity``; the peer in the same run is the same rush for a title without one, so that the ratio says what a cap costs.
Prints JSON; exit 1 where too many or too few are sold, or the 99th percentile is 2 s or more; exit 2 where this version
knows no capacity.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from foyer import TITLE, buy, empty_database, furnish, open_till
from sqlalchemy import func, select, update

from boxoffice.service.database import Database
from boxoffice.service.tables import TicketRow, TitleRow
from core import CinemaError

LIMIT_S = 2.0


def rush(
    url: str, folder: Path, first: int, last: int, threads: int, began: float
) -> tuple[list[float], dict[str, int]]:
    """Everybody of these buyers tries once; how long each took, and how often what was answered."""
    database, orders = open_till(url, folder)
    numbers = iter(range(first, last))
    took: list[float] = []
    told: list[str] = []

    def buyer(_: int) -> None:
        for number in numbers:
            start = time.perf_counter()
            try:
                buy(orders, number)
                told.append("sold")
            except CinemaError as error:
                told.append(str(error.code))
            took.append(time.perf_counter() - start)

    time.sleep(max(0.0, began - time.time()))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(buyer, range(threads)))
    database.close()
    return took, {answer: told.count(answer) for answer in set(told)}


def measured(kind: str, buyers: int, seats: int | None, connections: int) -> dict[str, object]:
    """One rush, and what the database holds after it."""
    processes = 2 if kind == "postgresql" else 1
    with empty_database(kind) as (url, folder):
        furnish(url, buyers=buyers)
        database = Database(url)
        if seats is not None:
            with database.write() as session:
                session.execute(update(TitleRow).where(TitleRow.id == TITLE).values(capacity=seats))
        began = time.time() + 4
        share = buyers // processes
        work = [(url, folder, n * share, (n + 1) * share, connections // processes, began) for n in range(processes)]
        with get_context("spawn").Pool(processes) as pool:
            done = pool.starmap(rush, work)
        seconds = time.time() - began
        with database.read() as session:
            tickets = session.scalar(select(func.count()).select_from(TicketRow)) or 0
            holders = session.scalar(select(func.count(TicketRow.account_id.distinct()))) or 0
        database.close()
    took = sorted(one for times, _ in done for one in times)
    answers: dict[str, int] = {}
    for _, told in done:
        for answer, count in told.items():
            answers[answer] = answers.get(answer, 0) + count
    return {
        "tickets": tickets,
        "holders": holders,
        "answers": answers,
        "a_second": round(len(took) / seconds, 1),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
    }


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--buyers", type=int, default=10_000)
    parser.add_argument("--seats", type=int, default=500)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    free = measured(options.database, options.seats, None, options.connections)
    result: dict[str, object] = {"database": options.database, "without_capacity": free}
    if not hasattr(TitleRow, "capacity"):
        print(json.dumps(result | {"good": None, "why": "this version knows no capacity"}, indent=1))
        return 2
    capped = measured(options.database, options.buyers, options.seats, options.connections)
    sold_right = capped["tickets"] == capped["holders"] == options.seats
    good = sold_right and float(str(capped["p99_ms"])) < LIMIT_S * 1000
    ratio = round(float(str(capped["a_second"])) / float(str(free["a_second"])), 2)
    print(json.dumps(result | {"with_capacity": capped, "ratio": ratio, "good": good}, indent=1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
