"""Several processes on one database, started as an operator starts them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
import requests
from sqlalchemy import text

from boxoffice.service import ServiceConfig, publish
from boxoffice.service.database import Database
from core import CinemaError, SystemClock
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import Device, Till

ROOT = Path(__file__).parents[3]


class Running:
    """`main.py serve` with two workers on PostgreSQL."""

    def __init__(self, url: str, data: Path) -> None:
        self.clock = SystemClock()
        self.url = url
        self.log = data / "log"
        command = [sys.executable, "main.py", "--json", "serve", "--data", str(data), "--port", "0", "--workers", "2"]
        options = ["--json-lines", "--drain-s", "10"]
        given = os.environ | {"SMART_CINEMA_DATABASE": url}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=given, text=True, stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        self.base_url = json.loads(self.process.stdout.readline())["ready"]

    def workers(self) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                found += [child] if any("spawn_main" in word for word in child.cmdline()) else []
        return found

    def newcomer(self) -> Device:
        return Device(self, "Sofa").sign_in(f"{os.urandom(6).hex()}@example.org", create=True)  # type: ignore[arg-type]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def running(cluster: Any, template: str, tmp_path: Path, films_folder: Path) -> Iterator[Running]:
    with cluster.database(template) as url:
        publish(ServiceConfig(tmp_path, url), films_folder / "publication.toml")
        started = Running(url, tmp_path)
        try:
            yield started
        finally:
            if started.process.poll() is None:
                started.stop()


def test_what_one_worker_saw_the_others_know_until_all_stop_in_good_order(running: Running) -> None:
    viewer = running.newcomer()
    assert len(running.workers()) == 2

    path = "/v1/tickets"
    token = viewer.tokens["access_token"]
    proof = {"Authorization": f"DPoP {token}", "DPoP": viewer.proof("GET", path, token)}

    def replay(_: int) -> int:
        return requests.get(running.base_url + path, headers=proof, timeout=20).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(replay, range(24))) == [200] + [401] * 23

    order = viewer.order().json()
    waiting_path = f"/v1/orders/{order['id']}?wait_s=30&unless=draft"
    began = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(viewer.ask, "GET", waiting_path) for _ in range(6)]
        Till(running.base_url).pay(order["checkout_url"])
        assert {one.result().json()["state"] for one in waiting} <= {"pending", "issued"}
    assert time.monotonic() - began < 20

    figures = requests.get(running.base_url + "/metrics", timeout=20).text
    counted = re.search(r'boxoffice_requests_total\{method="GET",route="/v1/tickets",status="401"\} ([0-9.]+)', figures)
    assert counted is not None
    assert float(counted[1]) == 23
    assert "paper-moon" not in figures
    assert order["id"] not in figures
    proxied = requests.get(running.base_url + "/metrics", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=20)
    assert proxied.status_code == 404

    victim = running.workers()[0]
    victim.kill()
    deadline = time.monotonic() + 20
    while len(running.workers()) != 2 or victim.pid in {one.pid for one in running.workers()}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert viewer.ask("GET", path).status_code == 200

    other = viewer.order("coming-soon").json()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(viewer.ask, "GET", f"/v1/orders/{other['id']}?wait_s=30&unless=draft")
        while "boxoffice_requests_running 2.0" not in requests.get(running.base_url + "/metrics", timeout=20).text:
            assert time.monotonic() < deadline + 20
        began = time.monotonic()
        assert running.stop() == 0
        assert answer.result().json()["state"] == "draft"
        assert time.monotonic() - began < 8

    lines = [json.loads(line) for line in running.log.read_text().splitlines()]
    answers = [line for line in lines if line["logger"] == "boxoffice.service.access"]
    assert {"at", "level", "message", "request", "route", "status", "ms", "method"} <= answers[0].keys()
    assert len({line["request"] for line in answers}) == len(answers)
    text = running.log.read_text()
    assert not any(secret in text for secret in ("paper-moon", "coming-soon", token, "example.org"))


def test_a_service_is_ready_only_with_its_database_at_its_version(open_office: Callable[[], Any]) -> None:
    office = open_office()

    def asked(path: str) -> tuple[int, str]:
        answer = requests.get(office.base_url + path, timeout=20)
        return answer.status_code, answer.json()["status"]

    assert (asked("/healthz"), asked("/readyz")) == ((200, "ok"), (200, "ok"))
    ask(office.config.database_url, "UPDATE alembic_version SET version_num = '0001' RETURNING version_num")
    assert (asked("/healthz"), asked("/readyz")) == ((200, "ok"), (503, "database-at-another-version"))


def test_figures_are_for_the_token_where_there_is_one(open_office: Callable[..., Any]) -> None:
    office = open_office(metrics_token="lantern")

    def status(**headers: str) -> int:
        return requests.get(office.base_url + "/metrics", headers=headers, timeout=20).status_code

    assert (status(), status(Authorization="Bearer wrong"), status(Authorization="Bearer lantern")) == (404, 404, 200)


def test_a_request_id_of_the_proxy_is_kept_and_nonsense_is_not(office: Any) -> None:
    def told(given: str) -> str:
        answer = requests.get(office.base_url + "/healthz", headers={"X-Request-Id": given}, timeout=20)
        return answer.headers["X-Request-Id"]

    assert told("proxy-12345678") == "proxy-12345678"
    assert re.fullmatch("[0-9a-f]{32}", told("x y"))


def test_several_workers_take_postgresql(tmp_path: Path) -> None:
    with pytest.raises(CinemaError, match="PostgreSQL"):
        ServiceConfig(tmp_path, "sqlite:///cinema.sqlite3", workers=2)


def test_a_password_in_an_argument_is_refused(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "main.py",
        "--home",
        str(tmp_path),
        "serve",
        "migrate",
        "--database",
        "postgresql://a:hidden@b/c",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "hidden" not in done.stdout + done.stderr


def test_an_address_holds_its_password_back() -> None:
    config = ServiceConfig(Path(), "postgresql://a:hidden@b/c", metrics_token="hidden")
    assert "hidden" not in repr(config)
    assert "hidden" not in repr(SimpleNamespace(config=config))


def test_a_database_that_was_restarted_is_found_again(cluster: Any, template: str) -> None:
    with cluster.database(template) as url:
        database = Database(url)
        for _ in range(3):
            with database.read() as session:
                session.execute(text("SELECT 1"))
            ask(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
            )
            time.sleep(0.1)
        with database.write() as session:
            assert session.scalar(text("SELECT 1")) == 1
        database.close()
