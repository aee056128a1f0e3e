"""Waking those who wait for an order: a bell per order, rung from any thread."""

import asyncio
from collections import defaultdict


class Bells:
    """Belongs to one event loop once `open` was called in it."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def open(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Wake everybody and ring no more."""
        for order_id in list(self._waiting):
            self._ring(order_id)
        self._loop = None

    def ring(self, order_id: str) -> None:
        """From any thread: something about the order changed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._ring, order_id)

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

    def _ring(self, order_id: str) -> None:
        for event in self._waiting.get(order_id, ()):
            event.set()
