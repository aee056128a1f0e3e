"""Waking those who wait for an order: a bell per order, rung from any thread, and heard by every process."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from boxoffice.service.database import Database

if TYPE_CHECKING:
    from boxoffice.service.exchange import Exchange


class Bells:
    """Belongs to one event loop once `open` was called in it."""

    def __init__(self, database: Database) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._exchange = _exchange(database, self._ring_here) if database.is_shared else None

    def open(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()
        if self._exchange is not None:
            self._exchange.open()

    @property
    def are_silent(self) -> bool:
        """Whether no bell rings any more: nobody should wait."""
        return self._loop is None

    def silence(self) -> None:
        """In the loop: wake everybody and ring no more."""
        self._loop = None
        for order_id in list(self._waiting):
            self._ring(order_id)

    def close(self) -> None:
        """Silence them, and stop listening to other processes; waits for threads."""
        self.silence()
        if self._exchange is not None:
            self._exchange.close()

    def ring(self, order_id: str) -> None:
        """From any thread: something about the order changed."""
        self._ring_here(order_id)
        if self._exchange is not None:
            self._exchange.tell(order_id)

    def listen(self, order_id: str) -> asyncio.Event:
        """An event that the next ring sets; hand it back with `leave`."""
        event = asyncio.Event()
        self._waiting[order_id].add(event)
        return event

    def leave(self, order_id: str, event: asyncio.Event) -> None:
        """Stop listening."""
        self._waiting[order_id].discard(event)
        if not self._waiting[order_id]:
            del self._waiting[order_id]

    def _ring_here(self, order_id: str) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._ring, order_id)

    def _ring(self, order_id: str) -> None:
        for event in self._waiting.get(order_id, ()):
            event.set()


def _exchange(database: Database, ring: Callable[[str], None]) -> "Exchange":
    from boxoffice.service.exchange import Exchange  # noqa: PLC0415 - PostgreSQL's driver, which not every copy has

    return Exchange(database.url, ring)
