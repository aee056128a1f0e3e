"""The pages in a real Chromium, driven by WebDriver (W3C): its rules on form targets decide whether sign-in ends."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from boxoffice.service import add_staff
from boxoffice.service.console.roles import Role
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import PASSWORD

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_S = 30


class Browser:
    def __init__(self, driver: str, chromium: str, profile: Path) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.driver = driver
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                     "--disable-dev-shm-usage", "--window-size=1280,720", f"--user-data-dir={profile}"]  # fmt: skip
        options = {"binary": chromium, "args": arguments}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self.session = f"{driver}/session/{self.ask('POST', f'{driver}/session', wanted)['sessionId']}"

    def ask(self, method: str, url: str, document: object = None) -> Any:
        answer = self.http.request(method, url, json=document, timeout=PATIENCE_S)
        assert answer.ok, answer.text[:300]
        return answer.json()["value"]

    def open(self, url: str) -> None:
        self.ask("POST", f"{self.session}/url", {"url": url})

    def says(self, selector: str, words: str) -> None:
        """Waits for them: the page before may still be up when the next one is asked for."""
        script = f"return document.querySelector({json.dumps(selector)})?.innerText === {json.dumps(words)}"
        deadline = time.monotonic() + PATIENCE_S
        while not self.ask("POST", f"{self.session}/execute/sync", {"script": script, "args": []}):
            assert time.monotonic() < deadline, f"{selector} never said {words}"

    def type(self, selector: str, text: str) -> None:
        self.ask("POST", f"{self._find(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        self.ask("POST", f"{self._find(selector)}/click", {})

    def set(self, selector: str, value: str) -> None:
        """Fills in what is typed differently in every locale, as a date."""
        self._find(selector)
        script = f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}"
        self.ask("POST", f"{self.session}/execute/sync", {"script": script, "args": []})

    def text(self, selector: str) -> str:
        return str(self.ask("GET", f"{self._find(selector)}/text"))

    def _find(self, selector: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.ask("POST", f"{self.session}/elements", {"using": "css selector", "value": selector})
            if found:
                return f"{self.session}/element/{found[0][ELEMENT]}"
            assert time.monotonic() < deadline, f"the page never showed {selector}"

    def close(self) -> None:
        self.ask("DELETE", self.session)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("no chromium and chromedriver on this system: the pages were not driven in a real browser")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([chromedriver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(port):
            assert process.poll() is None, "chromedriver ended at once"
            assert time.monotonic() < deadline, "chromedriver does not answer"
        browser = Browser(f"http://127.0.0.1:{port}", chromium, tmp_path / "profile")
        try:
            yield browser
        finally:
            browser.close()
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@pytest.fixture
def listener() -> Iterator[tuple[str, "Queue[str]"]]:
    heard: Queue[str] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.put(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>heard</title><h1>heard</h1>")

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.mark.e2e
def test_a_newcomer_signs_in_and_pays_in_a_real_browser(
    office: Any, browser: Browser, listener: tuple[str, "Queue[str]"]
) -> None:
    home, heard = listener
    query = office.device().authorize_query("v" * 43, redirect_uri=f"{home}/callback", prompt="create")
    browser.open(f"{office.base_url}/oauth/authorize?{urlencode(query)}")
    browser.type("input[name=name]", "Mei")
    browser.type("input[name=email]", "mei@example.org")
    browser.type("input[name=password]", "lantern-festival")
    browser.click("button[value=create]")
    answer = parse_qs(urlsplit(heard.get(timeout=PATIENCE_S)).query)
    assert (answer["state"], answer["iss"]) == (["state-1"], [office.base_url])
    assert answer["code"]

    viewer = office.device().sign_in("mei@example.org")
    browser.open(viewer.order().json()["checkout_url"])
    browser.click("form[action$='/pay'] button")
    browser.click("button[value=approve]")
    browser.says("h1", "Done, go back to Smart Cinema")
    assert len(viewer.tickets()) == 1


@pytest.mark.e2e
def test_an_operator_s_day_in_a_real_browser(office: Any, browser: Browser) -> None:
    viewer = office.newcomer()
    order = viewer.buy()
    person = office.newcomer()
    add_staff(office.config, person.email, Role.OPERATOR)

    browser.open(f"{office.base_url}/console")
    browser.type("input[name=email]", person.email)
    browser.type("input[name=password]", PASSWORD)
    browser.click("main form button")
    browser.says("h1", "Overview")
    assert "€6.90" in browser.text("dl")

    browser.open(f"{office.base_url}/console/avails/of/paper-moon")
    soon = (office.clock.now() + timedelta(hours=2)).replace(tzinfo=None, microsecond=0).isoformat()
    browser.set("input[name=end]", soon)
    browser.click("section.card button")
    browser.says("h1", "What this would change")
    assert "cuts off 1 sold ticket" in browser.text(".sums")
    browser.click("button[value=accept]")
    browser.says("h1", "Avails")
    browser.click("form[action*='/undo/'] button")
    browser.says("h2 + p.quiet", "No change yet. Each one can be undone here.")

    browser.open(f"{office.base_url}/console/find")
    browser.type("input[name=wanted]", order["id"])
    browser.type("input[name=reason]", "The viewer asked for it")
    browser.click("form.narrow button")
    browser.says("#state", "ticket issued")
    browser.type("input[name=reason]", "No subtitles")
    browser.click("button[value=ask]")
    browser.says("#sure", "Give back €6.90?")
    browser.click("button[value=give]")
    browser.says("#state", "refunded")

    browser.open(f"{office.base_url}/console/vouchers")
    browser.type("input[name=count]", "3")
    browser.click("form.narrow button")
    deadline = time.monotonic() + PATIENCE_S
    while ask(office.config.database_url, "SELECT count(*) FROM voucher") != (3,):  # the answer is a file, not a page
        assert time.monotonic() < deadline
    browser.open(f"{office.base_url}/console/vouchers")
    browser.says("tbody td:nth-of-type(2)", "3")

    browser.open(f"{office.base_url}/console/changes")
    told = browser.text("tbody")
    for what in ("vouchers made", "refund", "No subtitles", "search for a person", "avails changed"):
        assert what in told
    assert told.count("avails changed") == 2
