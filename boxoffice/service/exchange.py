"""Telling all processes what one of them saw, through PostgreSQL (LISTEN, NOTIFY)."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

import psycopg
from sqlalchemy import URL

log = logging.getLogger(__name__)

CHANNEL = "box_office"
TOGETHER = 500
AGAIN_S = 1.0
QUIET_S = 30.0


class Exchange:
    """Two threads with a connection each. What is told while the database is away is lost: who waits looks again."""

    def __init__(self, url: URL, heard: Callable[[str], None]) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._news: SimpleQueue[str] = SimpleQueue()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, name=work.__name__) for work in (self._tell, self._listen)]

    def open(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def tell(self, text: str) -> None:
        """From any thread, at once: all processes shall hear this, ours too."""
        self._news.put(text)

    def close(self) -> None:
        """Stop; what was told before is sent first."""
        self._over.set()
        self._news.put("")
        for thread in self._threads:
            thread.join()

    def _tell(self) -> None:
        self._while_open(self._tell_on)

    def _tell_on(self, line: psycopg.Connection) -> None:
        while True:
            news = [self._news.get()]
            with suppress(Empty):
                while len(news) < TOGETHER:
                    news.append(self._news.get_nowait())
            line.execute("SELECT pg_notify(%s, news) FROM unnest(%s::text[]) AS news", (CHANNEL, news))
            if self._over.is_set() and self._news.empty():
                return

    def _listen(self) -> None:
        self._while_open(self._listen_on)

    def _listen_on(self, line: psycopg.Connection) -> None:
        line.execute(f"LISTEN {CHANNEL}")
        while not self._over.is_set():
            for note in line.notifies(timeout=QUIET_S):
                if note.payload:
                    self._heard(note.payload)
                if self._over.is_set():
                    return

    def _while_open(self, work: Callable[[psycopg.Connection], None]) -> None:
        while not self._over.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as line:
                    work(line)
            except psycopg.Error as error:
                log.warning("the exchange lost its line: %s", type(error).__name__)
                self._over.wait(AGAIN_S)
