"""Preflight of a venue with 200 screenings and 40 films in its library, its films not read through: from the ledger's file
to the page. Beside it, the same with a programme of 20 screenings, to show what grows.

Usage: python tests/bench/preflight.py [--folder DIR]. Prints JSON; exit 1 over 10 s.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from boxoffice.rules import Licence, LicensedTicket, time_text, write_licence  # noqa: E402
from core import Cancel, no_progress  # noqa: E402
from films import MasterOptions, load_manifest, master, sign_manifest  # noqa: E402
from kiosk import (  # noqa: E402
    AcceptedFiles,
    Ledger,
    LedgerReader,
    MachineFacts,
    OperatorFiles,
    PreflightReport,
    Programme,
    Screening,
    ShowItem,
    fingerprint_of,
    gather,
    keep_report,
    licence_key,
    preflight,
    report_of,
    take_licence,
    trust,
    write_programme,
)
from kiosk.ingest import folder_name  # noqa: E402
from tests.films.conftest import TINY_LADDER, Slides  # noqa: E402
from tests.kiosk.venue import OPERATOR, PROGRAMME  # noqa: E402
from ui.venue_pages import readiness_page  # noqa: E402

SCREENINGS, FILMS, LIMIT_S = 200, 40, 10.0
SEGMENTS = 1_400
"""A feature of 95 minutes: as many entries a rendition as its manifest has."""


def stock(venue: Path, now: datetime) -> None:
    """A library of signed packages with manifests as long as a feature's, each licensed to this venue."""
    trust(venue, OPERATOR.public_jwk)
    options = MasterOptions(
        package_id="film-0",
        title_id="film",
        names={"en": "F"},
        signing_key=OPERATOR,
        ladder=TINY_LADDER,
        segment_ms=1000,
    )
    made = venue / "made"
    master(Slides(), made, options, no_progress, Cancel())
    data = (made / "manifest.json").read_bytes()
    plain = json.loads(data)
    for rendition in plain["video"]:
        segment = rendition["segments"][0]
        rendition["segments"] = [
            {**segment, "file": {**segment["file"], "path": f"video/{rendition['id']}/{number:05}.m4s"}}
            for number in range(SEGMENTS)
        ]
    key = licence_key(venue).public_key().public_bytes_raw()
    with closing(Ledger.open(venue)) as ledger:
        for number in range(FILMS):
            plain["package_id"] = f"film-{number}"
            plain["running_time_ms"] = sum(item["duration_ms"] for item in plain["video"][0]["segments"])
            data = json.dumps(plain).encode()
            folder = venue / "films" / folder_name(f"film-{number}", data)
            folder.mkdir(parents=True)
            (folder / "manifest.json").write_bytes(data)
            (folder / "manifest.jws").write_bytes(sign_manifest(data, OPERATOR))
            take_licence(venue, ledger, licence(data, key, now, f"film-{number}"))


def licence(manifest: bytes, device: bytes, now: datetime, package: str) -> str:
    """For three months."""
    start, end = time_text(now - timedelta(days=1)), time_text(now + timedelta(days=90))
    ticket = LicensedTicket("t", "p", "t", start, None, start, end, "UTC", 1, 1, 1, 0, "", seek=False, stills=False)
    plain = Licence(1, "l", 1, start, start, end, "", package, hashlib.sha256(manifest).hexdigest(), {}, ticket)
    return write_licence(plain, dict.fromkeys(load_manifest(manifest).key_ids, b"K" * 16), device, OPERATOR)


def programme(count: int, now: datetime, seq: int) -> Programme:
    """So many screenings in two rooms, of all films in turn."""
    shows = []
    for number in range(count):
        start = now + timedelta(hours=1 + 3 * (number // 2))
        shows.append(
            Screening(
                f"s{number}",
                number + 1,
                ("one", "two")[number % 2],
                {"en": f"Show {number}"},
                time_text(start - timedelta(minutes=20)),
                time_text(start),
                (ShowItem("feature", SEGMENTS * 1000, package=f"film-{number % FILMS}"),),
            )
        )
    return replace(PROGRAMME, seq=seq, issued=time_text(now), screenings=tuple(shows))


def fly(venue: Path) -> tuple[float, PreflightReport]:
    """From the ledger's file to the page, and how long it took."""
    began = time.perf_counter()
    ledger = LedgerReader(venue)
    found = AcceptedFiles(venue, ledger.accepted).programme()
    assert found
    facts = gather(venue, ledger, found, MachineFacts(), no_progress, Cancel(), hashing=False)
    report = report_of(
        preflight(found, facts), found, facts.now, "", fingerprint_of(venue), hashed=False, decoded=False
    )
    keep_report(venue, report)
    (venue / "preflight.html").write_text(readiness_page(report, ("en", "zh-Hans")), encoding="utf-8")
    return time.perf_counter() - began, report


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        venue = Path(name) / "venue"
        stock(venue, now)
        took: dict[int, float] = {}
        for seq, count in enumerate((SCREENINGS // 10, SCREENINGS), 1):
            with closing(Ledger.open(venue)) as ledger:
                OperatorFiles(venue, ledger).take_programme(write_programme(programme(count, now, seq), OPERATOR))
            took[count], report = min((fly(venue) for _ in range(3)), key=lambda found: found[0])
        troubles = sorted({line.trouble for line in report.lines if line.light == "red"})
        began = time.process_time()
        fly(venue)
        cpu_s = time.process_time() - began
    result = {"screenings": SCREENINGS, "films": FILMS, "s": round(took[SCREENINGS], 2), "cpu_s": round(cpu_s, 2)}
    print(json.dumps(result | {"tenth_s": round(took[SCREENINGS // 10], 2), "red": troubles}))
    return int(took[SCREENINGS] > LIMIT_S or bool(troubles))


if __name__ == "__main__":
    sys.exit(main())
