"""The catalogue of 2,000 titles over HTTP: how long an answer takes when so many are asked for a second.

Usage: python tests/bench/catalogue_load.py [postgresql|sqlite] [--seconds S] [--titles N] [--rate A_SECOND]

Time counts from when the request was due, so that one slow answer does not hide those behind it.

The peer in the same run is ``/healthz`` of the same service, which sends 15 bytes. Prints JSON; exit 1 where the 99th
percentile is 50 ms or more. A caller that says what it has (If-None-Match) is measured too.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from urllib.parse import urlsplit

from foyer import empty_database, furnish

from boxoffice.service import ServiceConfig, serve

LIMIT_MS = 50.0
CALLERS = 8


def ask(url: str, path: str, headers: dict[str, str], seconds: float, rate: float) -> tuple[list[float], int]:
    """How long each answer took in ms, and the size of one."""
    took: list[float] = []
    sizes: set[int] = set()

    began = time.perf_counter() + 0.1

    def caller(number: int) -> None:
        line = http.client.HTTPConnection(urlsplit(url).netloc)
        for turn in range(int(seconds * rate / CALLERS)):
            due = began + (turn * CALLERS + number) / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            line.request("GET", path, headers=headers)
            sizes.add(len(line.getresponse().read()))
            took.append((time.perf_counter() - due) * 1000)
        line.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(caller, range(CALLERS)))
    return sorted(took), max(sizes)


def figures(took: list[float], seconds: float) -> dict[str, float]:
    """Rate and percentiles."""
    at = {name: took[min(len(took) - 1, int(len(took) * share))] for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))}
    return {"a_second": round(len(took) / seconds, 1)} | {name: round(value, 1) for name, value in at.items()}


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", choices=("postgresql", "sqlite"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=40.0)
    parser.add_argument("--titles", type=int, default=2000)
    options = parser.parse_args()
    with empty_database(options.database) as (database_url, folder):
        furnish(database_url, buyers=1, titles=options.titles)
        ready, stop = threading.Event(), threading.Event()
        urls: list[str] = []
        config = ServiceConfig(folder, database_url, port=0)
        serving = threading.Thread(target=serve, args=(config, lambda url: (urls.append(url), ready.set()), stop))
        serving.start()
        ready.wait(20)
        line = http.client.HTTPConnection(urlsplit(urls[0]).netloc)
        start = time.perf_counter()
        line.request("GET", "/v1/catalogue?territory=DE")
        answer = line.getresponse()
        answer.read()
        first_ms = (time.perf_counter() - start) * 1000
        etag = answer.headers["ETag"]
        line.close()
        path, result = "/v1/catalogue?territory=DE", {"titles": options.titles, "first_ms": round(first_ms)}
        with get_context("spawn").Pool(1) as pool:
            for name, wanted, headers in (
                ("catalogue", path, {}),
                ("not_changed", path, {"If-None-Match": etag}),
                ("healthz", "/healthz", {}),
            ):
                took, size = pool.apply(ask, (urls[0], wanted, headers, options.seconds, options.rate))
                result[name] = figures(took, options.seconds) | {"bytes": size}
        stop.set()
        serving.join()
    result["good"] = result["catalogue"]["p99_ms"] < LIMIT_MS
    print(json.dumps(result, indent=1))
    return 0 if result["good"] else 1


if __name__ == "__main__":
    sys.exit(main())
