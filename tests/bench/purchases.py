"""Purchases a second: the service's own functions, beside a peer that does the same in C in the same run.

Usage: python tests/bench/purchases.py [postgresql|sqlite] [--seconds S] [--processes N] [--threads N] [--profile]

A purchase is an order, a voucher and a ticket, in two transactions. The peer of PostgreSQL is pgbench running the
statements that one purchase was seen to make, with as many connections; it draws its ids in one statement more. On
SQLite there is no peer, only the rate that is promised. Prints JSON; exit 1 below 0.6 x pgbench or 1,500 a second.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from foyer import account, buy, empty_database, furnish, open_till, voucher
from sqlalchemy import event, text

from boxoffice.service.database import Database
from boxoffice.service.prepared import _Written
from boxoffice.service.strongroom import digest
from boxoffice.service.vouchers import tidy_voucher
from tests.boxoffice.postgresql import programs

LEAST_RATIO = 0.6
LEAST_SQLITE = 1500.0
BUYERS = 60_000


def sell(
    url: str, folder: Path, first: int, threads: int, began: float, seconds: float, profile: bool
) -> tuple[int, list[float]]:
    """Sell from ``began`` (Unix time) for so long to the buyers from ``first`` on; how many, and how long each took."""
    database, orders = open_till(url, folder)
    numbers = iter(range(first, first + BUYERS))
    took: list[float] = []

    def till(_: int) -> None:
        while time.time() < began + seconds:
            start = time.perf_counter()
            buy(orders, next(numbers))
            took.append(time.perf_counter() - start)

    for warm in range(3):
        buy(orders, first + BUYERS + warm)
    time.sleep(max(0.0, began - time.time()))
    if profile:
        import cProfile
        import pstats

        watch = cProfile.Profile()
        watch.runcall(till, 0)
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(45)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(till, range(threads)))
    database.close()
    return len(took), took


def statements_of_a_purchase(url: str, folder: Path, number: int) -> list[tuple[str, dict[str, Any]]]:
    """What the driver is told, transaction by transaction."""
    database, orders = open_till(url, folder)
    buy(orders, number)
    seen: list[tuple[str, dict[str, Any]]] = []
    engine = database._engine
    event.listen(engine, "begin", lambda _connection: seen.append(("BEGIN", {})))
    event.listen(engine, "commit", lambda _connection: seen.append(("COMMIT", {})))
    run = _Written.run

    def heard(written: _Written, cursor: Any, given: Any) -> Any:
        seen.append((written.text, written.values(given)))
        return run(written, cursor, given)

    with patch.object(_Written, "run", heard):
        buy(orders, number + 1)
    database.close()
    return seen


def bucket(number: int) -> str:
    """Where the buyer's wrong vouchers are counted."""
    return hashlib.sha256(f"voucher:{account(number)}".encode()).hexdigest()


def as_pgbench(statements: list[tuple[str, dict[str, Any]]], number: int, buyers: int) -> str:
    """The same for any buyer, with ids of its own."""
    names = {account(number): ":account", digest(tidy_voucher(voucher(number))): ":voucher", bucket(number): ":bucket"}
    fresh: list[str] = []

    def written(value: Any) -> str:
        if isinstance(value, str) and value not in names and re.fullmatch(r"[0-9a-f]{32}|[0-9a-f-]{36}", value):
            fresh.append(f"gen_random_uuid()::text AS fresh{len(fresh)}")
            names[value] = f":fresh{len(fresh) - 1}"
        if isinstance(value, str) and value in names:
            return names[value]
        if hasattr(value, "obj"):
            value = json.dumps(value.obj)
        if value is None or isinstance(value, bool | int):
            return {type(None): "NULL", bool: str(value).lower()}.get(type(value), str(value))
        return "'" + str(value).replace("'", "''") + "'"

    lines = []
    for said, given in statements:
        one = re.sub(r"%\((\w+)\)s", lambda found, given=given: written(given[found[1]]), said)
        lines.append(" ".join(one.split()) + ";")
    ids = "'buyer-' || lpad(n::text, 8, '0') AS account, encode(sha256(('BENCH' || lpad(n::text, 8, '0'))::bytea), 'hex') AS voucher, encode(sha256(('voucher' || chr(58) || 'buyer-' || lpad(n::text, 8, '0'))::bytea), 'hex') AS bucket"
    draw = f"SELECT {', '.join([ids, *fresh])} FROM (SELECT nextval('drawn') + {buyers} AS n) AS drawn \\gset"
    return "\n".join([draw, *lines]) + "\n"


def pgbench(url: str, script: str, connections: int, seconds: int) -> float:
    """Purchases a second of the script."""
    socket_dir, name = url.partition("host=")[2], url.partition("?")[0].rpartition("/")[2]
    folder = programs()
    assert folder is not None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        asked = ["-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(seconds), "-f", file.name]
        done = subprocess.run(
            [folder / "pgbench", "-h", socket_dir, "-U", "postgres", *asked, name],
            check=True,
            capture_output=True,
            text=True,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None
    return float(found[1])


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    processes = options.processes or (2 if options.database == "postgresql" else 1)
    with empty_database(options.database) as (url, folder):
        furnish(url, buyers=(processes + 1) * 2 * BUYERS)
        began = time.time() + 4
        work = [
            (url, folder, 2 * n * BUYERS, options.threads, began, options.seconds, options.profile)
            for n in range(processes)
        ]
        with get_context("spawn").Pool(processes) as pool:
            done = pool.starmap(sell, work)
        sold, took = sum(count for count, _ in done), sorted(one for _, times in done for one in times)
        result: dict[str, Any] = {
            "database": options.database,
            "purchases_per_s": round(sold / options.seconds, 1),
            "p50_ms": round(took[len(took) // 2] * 1000, 1),
            "p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
            "processes": processes,
            "threads_each": options.threads,
        }
        if options.database == "sqlite":
            good = result["purchases_per_s"] >= LEAST_SQLITE
        else:
            number = 2 * processes * BUYERS
            seen = statements_of_a_purchase(url, folder, number)
            database = Database(url)
            with database.write() as session:
                session.execute(text("CREATE SEQUENCE drawn"))
            database.close()
            script = as_pgbench(seen, number + 1, number + 10)
            peer = pgbench(url, script, processes * options.threads, options.seconds)
            ratio = result["purchases_per_s"] / peer
            print(script, file=sys.stderr) if options.profile else None
            result |= {"statements": len(seen), "pgbench_per_s": round(peer, 1), "ratio": round(ratio, 3)}
            good = ratio >= LEAST_RATIO
        print(json.dumps(result | {"good": good}, indent=1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
