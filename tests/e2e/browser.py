"""A person at the browser: opens the page that the cinema opened, fills in its form, follows it back."""

import re
import threading
from urllib.parse import urlsplit

import requests

FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Browser:
    """Answers each address on a thread of its own, as a browser beside the cinema does."""

    def __init__(self, email: str, password: str, language: str = "en") -> None:
        self.email = email
        self.password = password
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Accept-Language"] = language
        self.opened: list[str] = []
        self.pages: list[str] = []
        self.problems: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def open(self, url: str) -> bool:
        self.opened.append(urlsplit(url).path)
        thread = threading.Thread(target=self._visit, args=(url,))
        self._threads.append(thread)
        thread.start()
        return True

    def join(self) -> None:
        for thread in self._threads:
            thread.join(20)

    def _visit(self, url: str) -> None:
        try:
            if "/oauth/authorize" in url:
                self._sign_in(url)
            else:
                self._pay(url)
        except BaseException as problem:  # kept for the test, which runs on another thread
            self.problems.append(problem)

    def _sign_in(self, url: str) -> None:
        parts = urlsplit(url)
        page = self.http.get(url, timeout=20)
        page.raise_for_status()
        back = self._submit(
            page,
            f"{parts.scheme}://{parts.netloc}{parts.path}?{parts.query}",
            email=self.email,
            password=self.password,
            name="Mei Lin",
            do="create",
        )
        assert back.status_code == 303, back.text
        self.pages.append(self.http.get(back.headers["Location"], timeout=20).text)

    def _pay(self, url: str) -> None:
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        page = self.http.get(url, timeout=20)
        page.raise_for_status()
        to_provider = self._submit(page, base + urlsplit(url).path + "/pay")
        assert to_provider.status_code == 303, to_provider.text
        provider = base + to_provider.headers["Location"].removeprefix(base)
        settled = self._submit(self.http.get(provider, timeout=20), provider, do="approve")
        self.pages.append(self.http.get(base + settled.headers["Location"].removeprefix(base), timeout=20).text)

    def _submit(self, page: requests.Response, url: str, **fields: str) -> requests.Response:
        found = FORM_TOKEN.search(page.text)
        assert found, page.text
        data = {"form_token": found[1], **fields}
        return self.http.post(url, data=data, allow_redirects=False, timeout=20)
