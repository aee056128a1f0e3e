"""npm's oidc-provider on loopback, which the OpenID Foundation has certified, and a person at its pages."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from tests.boxoffice.service.stripe_emulators import free_port

ROOT = Path(__file__).parents[2]
INSTALLED = Path(sys.prefix) / "npm" / "oidc-provider"
FORM = re.compile(r'<form[^>]*action="([^"]+)"(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@contextmanager
def certified_provider(web_redirect: str = "http://127.0.0.1:9/answer") -> Iterator[str]:
    """Its issuer, for as long as the block; ``web_redirect`` is where its confidential client may come back to."""
    node = shutil.which("node")
    if node is None or not (INSTALLED / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("npm's oidc-provider is not installed (./cinema test does it where npm is)")
    start = str(ROOT / "tests" / "npm" / "oidc-provider" / "start.mjs")
    process = subprocess.Popen(
        [node, start, str(INSTALLED), str(free_port()), web_redirect],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = iter(process.stdout.readline, "")
        issuer = next((line.strip() for line in told if line.startswith("http")), "")
        assert issuer, process.stderr and process.stderr.read()[-1000:]
        yield issuer
    finally:
        process.terminate()
        process.communicate(timeout=10)


class Person:
    """Somebody with a browser, who signs in as ``name`` and agrees to what is asked."""

    def __init__(self, name: str = "mei", *, agrees: bool = True) -> None:
        self.name = name
        self.agrees = agrees
        self.http = requests.Session()
        self.http.trust_env = False
        self.failed: Callable[[], object] = lambda: None
        """Told where a page is not what was expected, so that nobody waits for what will not come."""
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        """Begin in another thread, as the system's browser does."""
        thread = threading.Thread(target=self._walk, args=(address,))
        self._threads.append(thread)
        thread.start()
        return True

    def _walk(self, address: str) -> None:
        try:
            self.walk(address)
        except BaseException:
            self.failed()
            raise

    def walk(self, address: str) -> requests.Response:
        """Through the provider's pages to where they lead."""
        page = self.http.get(address, timeout=20)
        while 'name="prompt"' in page.text:
            if not self.agrees:
                found = re.search(r'href="([^"]+/abort)"', page.text)
                assert found, page.text
                return self.http.get(urljoin(page.url, unescape(found[1])), timeout=20)
            page = self.submit(page)
        return page

    def submit(self, page: requests.Response, **fields: str) -> requests.Response:
        """Fill the page's form in and send it."""
        form = FORM.search(page.text)
        assert form, page.text
        sent = {name: unescape(value) for name, value in HIDDEN.findall(form[2])}
        if 'name="login"' in form[2]:
            sent |= {"login": self.name, "password": "any"}
        return self.http.post(urljoin(page.url, unescape(form[1])), data=sent | fields, timeout=20)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(20)
        self.http.close()
