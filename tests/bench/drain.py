"""Stops in the middle of a rush: replicas of the service are replaced while people buy, and no order may be lost.

Usage: python tests/bench/drain.py [--workers N] [--buyers N] [--seconds S] [--stops N]

`main.py serve` with its workers on PostgreSQL, and buyers over HTTP with keys of their own, each of whom orders a ticket
and pays by voucher, again and again. The service is stopped and started anew while they do. A buyer whose line fails
says how: nobody listened (refused), the line ended before an answer began (cut), or in the middle of one (torn). Then
the buyer asks again with the same key. In the end every answer that anybody got is looked for in the database.

Prints JSON. Exit 1 where an answered order or ticket is not there, where one wish made two, or where a request that was
taken got no answer: one whose work is in the database although its line was cut.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from foyer import ROOT, TITLE, TOGETHER, account, empty_database, furnish
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import func, insert, select

from boxoffice.service.database import Database
from boxoffice.service.strongroom import digest
from boxoffice.service.tables import (
    AccessRow,
    FamilyRow,
    IdempotencyRow,
    OrderRow,
    TicketRow,
    VoucherRow,
    VoucherUseRow,
)
from boxoffice.service.vouchers import tidy_voucher
from tests.boxoffice.service.stripe_emulators import free_port

PATIENCE_S = 30


class Buyer:
    """A person with a device: one line to the box office, opened anew whenever it ended."""

    def __init__(self, number: int, port: int) -> None:
        self.number, self.port = number, port
        self.key = ECKey.generate_key("P-256")
        self.token = secrets.token_urlsafe(32)
        self.line: http.client.HTTPConnection | None = None
        self.failed: Counter[str] = Counter()
        self.cut: list[str] = []
        """Keys of wishes whose line was cut or torn."""
        self.bought: list[tuple[str, str, str]] = []
        """Key, order and voucher of what was answered as bought."""
        self.waited: list[float] = []

    def ask(self, path: str, document: dict[str, str], **headers: str) -> tuple[int, dict[str, Any]]:
        """Raises `ConnectionRefusedError`, or `OSError` and `HTTPException` where the line ended."""
        ath = base64.urlsafe_b64encode(hashlib.sha256(self.token.encode()).digest()).rstrip(b"=").decode()
        claims = {"htm": "POST", "htu": f"http://127.0.0.1:{self.port}{path}", "iat": int(time.time())}
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        proof = jws.serialize_compact(
            head, json.dumps({**claims, "ath": ath, "jti": secrets.token_urlsafe(16)}), self.key
        )
        sent = {"Authorization": f"DPoP {self.token}", "DPoP": proof, "Content-Type": "application/json", **headers}
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            self.line.connect()
        self.line.request("POST", path, json.dumps(document), sent)
        answer = self.line.getresponse()
        said = answer.read()
        if answer.will_close:
            self._hang_up()
        return answer.status, json.loads(said)

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def insist(
        self, key: str, path: str, document: dict[str, str], until: float, **headers: str
    ) -> dict[str, Any] | None:
        """Ask until it is answered; none where time is over."""
        began = time.monotonic()
        while time.monotonic() < until + PATIENCE_S:
            fresh = self.line is None
            try:
                status, said = self.ask(path, document, **headers)
            except ConnectionRefusedError:
                self.failed["refused"] += 1
            except http.client.IncompleteRead:
                self.failed["torn"] += 1
                self.cut.append(key)
            except (OSError, http.client.HTTPException):
                self.failed["cut, on a new line" if fresh else "cut, on a kept line"] += 1
                self.cut.append(key)
            else:
                if status < 300:
                    self.waited.append(time.monotonic() - began)
                    return said
                self.failed[str(status)] += 1
                if status not in {429, 503}:
                    raise RuntimeError(f"{path}: {status} {said}")
            self._hang_up()
            time.sleep(0.05)
        return None

    def buy(self, until: float, vouchers: list[str]) -> None:
        """Until the time is over."""
        while time.monotonic() < until and vouchers:
            key, code = str(uuid.uuid4()), vouchers.pop()
            wish = {"title_id": TITLE, "territory": "DE"}
            order = self.insist(key, "/v1/orders", wish, until, **{"Idempotency-Key": key})
            if order is None:
                return
            paid = self.insist(key, "/v1/vouchers/redeem", {"order_id": order["id"], "code": code}, until)
            if paid is None:
                return
            assert (paid["id"], paid["state"]) == (order["id"], "issued"), paid
            self.bought.append((key, order["id"], code))


class Replica:
    """`main.py serve`, as an operator starts it."""

    def __init__(self, url: str, folder: Path, port: int, workers: int) -> None:
        command = [sys.executable, "main.py", "--json", "serve", "--data", str(folder), "--port", str(port)]
        command += ["--workers", str(workers), "--drain-s", "10", "--json-lines"]
        with (folder / "log").open("a") as log:
            given = os.environ | {"SMART_CINEMA_DATABASE": url}
            self.process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        assert json.loads(self.process.stdout.readline())["ready"]

    def stop(self) -> tuple[int, float]:
        """Its exit status, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code, round(time.monotonic() - began, 2)


def let_in(url: str, buyers: list[Buyer], vouchers: int) -> list[str]:
    """Every buyer is signed in on a device; the codes of vouchers for all of them."""
    now, codes = datetime.now(UTC), [f"DRAIN{number:015d}" for number in range(vouchers)]
    database = Database(url)
    with database.write() as session:
        for buyer in buyers:
            family = str(uuid.uuid4())
            session.add(FamilyRow(id=family, account_id=account(buyer.number), scope="openid", thumbprint=buyer.key.thumbprint(), created=now))  # fmt: skip
            session.flush()
            session.add(AccessRow(digest=digest(buyer.token), family_id=family, expires=now + timedelta(hours=1)))
        rows = [{"digest": digest(tidy_voucher(code)), "title_id": TITLE, "created": now} for code in codes]
        for first in range(0, len(rows), TOGETHER):
            session.execute(insert(VoucherRow), rows[first : first + TOGETHER])
    database.close()
    return codes


def lost(url: str, buyers: list[Buyer]) -> dict[str, int]:
    """What the database holds against what was answered."""
    database = Database(url)
    with database.read() as session:
        named = dict(map(tuple, session.execute(select(IdempotencyRow.key, IdempotencyRow.order_id))))
        uses = {
            order: voucher for voucher, order in session.execute(select(VoucherUseRow.voucher, VoucherUseRow.order_id))
        }
        issued = set(session.scalars(select(OrderRow.id).where(OrderRow.state == "issued")))
        tickets = Counter(session.scalars(select(TicketRow.order_id)))
        orders = session.scalar(select(func.count()).select_from(OrderRow)) or 0
    database.close()
    bought = [one for buyer in buyers for one in buyer.bought]
    kept = sum(
        named.get(key) == order
        and order in issued
        and tickets[order] == 1
        and uses.get(order) == digest(tidy_voucher(code))
        for key, order, code in bought
    )
    return {
        "bought": len(bought),
        "answered_and_not_kept": len(bought) - kept,
        "orders": orders,
        "tickets_of_one_order": max(tickets.values(), default=0),
        "orders_without_a_ticket": orders - len(tickets),
    }


def main() -> int:
    """Measure."""
    options = argparse.ArgumentParser()
    for name, usual in (("workers", 2), ("buyers", 16), ("seconds", 30), ("stops", 3)):
        options.add_argument(f"--{name}", type=int, default=usual)
    given = options.parse_args()
    with empty_database("postgresql") as (url, _), TemporaryDirectory(prefix="drain-") as folder:
        furnish(url, buyers=given.buyers)
        port = free_port()
        buyers = [Buyer(number, port) for number in range(given.buyers)]
        vouchers = let_in(url, buyers, 40_000)
        replica, stops = Replica(url, Path(folder), port, given.workers), []
        until = time.monotonic() + given.seconds
        threads = [threading.Thread(target=buyer.buy, args=(until, vouchers)) for buyer in buyers]
        for thread in threads:
            thread.start()
        for _ in range(given.stops):
            time.sleep(given.seconds / (given.stops + 1))
            stops.append(replica.stop())
            replica = Replica(url, Path(folder), port, given.workers)
        for thread in threads:
            thread.join()
        stops.append(replica.stop())
        failed = sum((buyer.failed for buyer in buyers), Counter[str]())
        log = [json.loads(line) for line in (Path(folder) / "log").read_text().splitlines() if line.startswith("{")]
        answered = Counter(line["status"] for line in log if line.get("logger") == "boxoffice.service.access")
        waited = sorted(one for buyer in buyers for one in buyer.waited)
        told = lost(url, buyers)
        print(json.dumps({
            **told,
            "stops": stops,
            "failed": dict(failed),
            "answers_by_the_service": dict(answered),
            "answers_that_came": len(waited),
            "waited_p50_s": round(waited[len(waited) // 2], 3) if waited else None,
            "waited_max_s": round(waited[-1], 2) if waited else None,
        }, indent=1))  # fmt: skip
    whole = told["answered_and_not_kept"] == 0 and told["tickets_of_one_order"] <= 1
    return 0 if whole and answered[200] + answered[201] == len(waited) and not any(code for code, _ in stops) else 1


if __name__ == "__main__":
    sys.exit(main())
