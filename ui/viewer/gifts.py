"""Gifts: what was given and still waits for somebody, and the code that one was given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication

from core import CinemaError, Job, pick
from ui.formats import Formats
from ui.props import showing
from ui.viewer.services import Services

if TYPE_CHECKING:
    from boxoffice.client import Catalogue, Gift


@dataclass(frozen=True)
class GiftsInputs:
    """What is shown of gifts."""

    formats: Formats
    catalogue: Catalogue | None = None
    gifts: tuple[Gift, ...] = ()
    claiming: bool = False
    error: str = ""


@dataclass(frozen=True)
class GiftsProps:
    """What QML shows; a card's ``state`` is waiting, claimed or refunded."""

    cards: tuple[object, ...]
    claiming: bool
    error: str


def derive_gifts(inputs: GiftsInputs) -> GiftsProps:
    """Newest first, as the box office tells them."""
    return GiftsProps(
        tuple(_card(gift, inputs.catalogue, inputs.formats) for gift in inputs.gifts), inputs.claiming, inputs.error
    )


def _card(gift: Gift, catalogue: Catalogue | None, formats: Formats) -> dict[str, object]:
    title = catalogue.title(gift.title_id) if catalogue else None
    state = "refunded" if gift.refunded else "claimed" if gift.claimed else "waiting"
    return {
        "name": pick(title.names, formats.language) if title else gift.title_id,
        "poster": title.poster if title else "",
        "accent": title.accent if title else "",
        "code": gift.code or "",
        "state": state,
        "bought": formats.moment(gift.bought),
        "claimed": formats.moment(gift.claimed),
    }


class GiftsViewModel(showing(GiftsProps)):  # type: ignore[misc]
    """The shell feeds it; ``claimed`` is called when a gift became the viewer's own."""

    def __init__(self, services: Services, claimed: Callable[[], None]) -> None:
        self._services = services
        self._claimed = claimed
        self._inputs = GiftsInputs(services.formats)
        self._look: Job | None = None
        self._claim: Job | None = None
        super().__init__(derive_gifts(self._inputs))

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_gifts(self._inputs))

    def look(self) -> None:
        """Fetch what was given."""
        if self._look:
            self._look.cancel()
        self._look = self._services.jobs.run(
            lambda _cancel: self._services.box_office.gifts(),
            lambda gifts: self.feed(gifts=gifts),
            lambda _error: None,
        )

    def forget(self) -> None:
        """Nobody is signed in."""
        for job in (self._look, self._claim):
            if job:
                job.cancel()
        self._look = self._claim = None
        self.feed(gifts=(), claiming=False, error="")

    @Slot(str)
    def claim(self, code: str) -> None:
        """Take the gift with this code."""
        if code.strip() and not self._inputs.claiming:
            self.feed(claiming=True, error="")
            self._claim = self._services.jobs.run(
                lambda _cancel: self._services.box_office.claim(code), self._taken, self._not_taken
            )

    @Slot(str)
    def copy(self, code: str) -> None:
        """Put a code on the clipboard."""
        QGuiApplication.clipboard().setText(code)

    def _taken(self, _ticket_id: str) -> None:
        self.feed(claiming=False)
        self._claimed()

    def _not_taken(self, error: CinemaError) -> None:
        self.feed(claiming=False, error=error.code)
