"""Two Stripes on loopback: npm's emulate (Checkout pages, signed notices) and localstripe (refunds, 3-D Secure).

Neither keeps idempotency keys or caps refunds, so what holds against them is our own doing.
"""

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[3]
INSTALLED = Path(sys.prefix) / "npm" / "emulate"
KEY = "sk_test_cinema"
SECRET = "whsec_cinema"
PATIENCE_S = 30

LOCALSTRIPE = """
import asyncio, sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda store: None  # it would write below /tmp, for every process the same file
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class Stripe:
    """A Stripe to speak to as its pages and its dashboard do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Authorization"] = f"Bearer {KEY}"

    def ask(self, method: str, path: str, **form: object) -> Any:
        answer = self.http.request(method, self.url + path, data=form, timeout=20)
        return answer.json() | {"http_status": answer.status_code}

    def pay(self, page: str) -> None:
        """What the pay button of a Checkout page does; the buyer never comes back."""
        paid = self.http.post(f"{page}/complete", allow_redirects=False, timeout=20)
        assert paid.status_code == 302, paid.text


@contextmanager
def running(command: list[str], url: str) -> Iterator[Stripe]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stripe = Stripe(url)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                stripe.http.get(f"{url}/v1/charges", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, process.stderr and process.stderr.read().decode()[-500:]
                assert time.monotonic() < deadline, f"{command[0]} does not answer"
                time.sleep(0.1)
        yield stripe
    finally:
        stripe.http.close()
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def emulate(notices: str | None) -> Iterator[Stripe]:
    node = shutil.which("node")
    if node is None or not (INSTALLED / "node_modules" / "emulate").is_dir():
        pytest.skip("npm's emulate is not installed (./cinema test does it where npm is): no Checkout page to pay on")
    webhook = {"url": notices, "events": ["checkout.session.completed"], "secret": SECRET}
    seed = {"stripe": {"webhooks": [webhook] if notices else []}}
    port = free_port()
    start = str(ROOT / "tests" / "npm" / "emulate" / "start.mjs")
    with running([node, start, str(INSTALLED), str(port), json.dumps(seed)], f"http://127.0.0.1:{port}") as stripe:
        yield stripe


@contextmanager
def localstripe(notices: str) -> Iterator[Stripe]:
    port = free_port()
    with running([sys.executable, "-c", LOCALSTRIPE, str(port)], f"http://127.0.0.1:{port}") as stripe:
        told = {"url": notices, "secret": SECRET}
        assert stripe.http.post(f"{stripe.url}/_config/webhooks/cinema", json=told, timeout=20).ok
        yield stripe


class Line:
    """The line to a Stripe: it can be ``down``, ``slow``, or ``lose`` the answer to what was done."""

    def __init__(self, stripe: Stripe) -> None:
        self.stripe = stripe
        self.fault: str | None = None
        self.asked: list[tuple[str, str, str | None]] = []
        self.bodies: list[str] = []
        line = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                line.pass_on(self)

            do_POST = do_GET  # noqa: N815 - http.server's name

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.slow_s = 3.0
        self.gate = threading.Event()
        """Closed, it keeps answers back that Stripe has given already."""
        self.gate.set()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        handler.close_connection = True
        fault = self.fault
        self.asked.append((handler.command, handler.path, handler.headers.get("Idempotency-Key")))
        self.bodies.append(body.decode())
        if fault == "down":
            return
        if fault == "slow":
            time.sleep(self.slow_s)
            return
        kept = {name: value for name, value in handler.headers.items() if name in ("Authorization", "Content-Type")}
        answer = self.stripe.http.request(
            handler.command, self.stripe.url + handler.path, data=body, headers=kept, timeout=20
        )
        self.gate.wait(PATIENCE_S)
        if fault == "lose" and handler.command == "POST":
            return
        handler.send_response(answer.status_code)
        handler.send_header("Content-Type", answer.headers["Content-Type"])
        handler.send_header("Content-Length", str(len(answer.content)))
        handler.end_headers()
        handler.wfile.write(answer.content)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


@contextmanager
def line_to(stripe: Stripe) -> Iterator[Line]:
    line = Line(stripe)
    try:
        yield line
    finally:
        line.close()
