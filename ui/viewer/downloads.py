"""Films on this device: fetched while the viewer does other things, and watched without a network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot

from core import Cancel, CinemaError, Code, Job, pick
from ui.formats import Formats
from ui.props import showing
from ui.viewer.cards import Card, reason_cards
from ui.viewer.services import Services

if TYPE_CHECKING:
    from boxoffice.client import Catalogue, Download, Ticket

SAVING_HEIGHT = 720
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class DownloadsInputs:
    """What is kept, what is under way, what failed (code and reasons), by ticket."""

    formats: Formats
    kept: Mapping[str, "Download"] = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    failed: Mapping[str, CinemaError] = field(default_factory=dict)
    tickets: tuple["Ticket", ...] = ()
    metered: bool = False


@dataclass(frozen=True)
class DownloadsProps:
    """What QML shows: a card for every ticket with something to say, and the films whose tickets are out of reach."""

    by_ticket: object
    films: tuple[object, ...]
    metered: bool
    """Whether fetching costs."""


def derive_downloads(inputs: DownloadsInputs) -> DownloadsProps:
    """States are ``running``, ``paused``, ``whole`` and ``failed``."""
    named = {*inputs.kept, *inputs.running, *inputs.failed}
    cards = {ticket_id: _card(ticket_id, inputs) for ticket_id in sorted(named)}
    listed = {ticket.id for ticket in inputs.tickets}
    whole = (card for ticket_id, card in cards.items() if ticket_id not in listed and card["state"] == "whole")
    return DownloadsProps(by_ticket=cards, films=tuple(whole), metered=inputs.metered)


def _card(ticket_id: str, inputs: DownloadsInputs) -> Card:
    film, error = inputs.kept.get(ticket_id), inputs.failed.get(ticket_id)
    if ticket_id in inputs.running:
        state = "running"
    elif error is not None:
        state = "failed"
    else:
        state = "whole" if film and film.complete else "paused"
    reasons = error.details.get("reasons", ()) if error else ()
    return {
        "id": ticket_id,
        "name": pick(film.names, inputs.formats.language) if film else "",
        "state": state,
        "share": film.done_bytes / film.size_bytes if film and film.size_bytes else 0.0,
        "megabytes": round(film.size_bytes / MEGABYTE) if film else 0,
        "ends": inputs.formats.moment(film.ends) if film else "",
        "error": str(error.code) if error else "",
        "reasons": reason_cards(tuple(reasons), inputs.formats) if isinstance(reasons, Sequence) else [],
    }


class DownloadsViewModel(showing(DownloadsProps)):  # type: ignore[misc]
    """Starts, pauses and removes what is kept. ``catalogue`` gives the one that holds now."""

    _moved = Signal(object)

    def __init__(self, services: Services, catalogue: "Callable[[], Catalogue | None]") -> None:
        self._inputs = DownloadsInputs(services.formats)
        super().__init__(derive_downloads(self._inputs))
        self._services, self._catalogue = services, catalogue
        self._jobs: dict[str, Job] = {}
        self._moved.connect(self._progressed, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """See what lies on the disk, and tell the box office what was watched while it was out of reach."""
        downloads = self._services.downloads
        if downloads is not None:
            self._services.jobs.run(lambda _cancel: downloads.all(), self._found, _unheard)
            self._services.jobs.run(lambda _cancel: downloads.tell_all(), _nothing, _unheard)

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_downloads(self._inputs))

    def film(self, ticket_id: str) -> "Download | None":
        """The film of a ticket, where all of it is here."""
        film = self._inputs.kept.get(ticket_id)
        return film if film and film.complete and ticket_id not in self._inputs.running else None

    @Slot(str)
    def keep(self, ticket_id: str) -> None:
        """Fetch a ticket's film, or go on with it."""
        downloads, catalogue = self._services.downloads, self._catalogue()
        if downloads is None or catalogue is None or ticket_id in self._jobs:
            return
        tallest = SAVING_HEIGHT if self._services.quality == "saver" else None

        def fetch(cancel: Cancel) -> "Download":
            from ui.viewer.viewing import reader

            return downloads.fetch(
                ticket_id,
                catalogue.signers,
                lambda package, manifest: reader(self._services.box_office, package, manifest),
                self._moved.emit,
                cancel,
                tallest=tallest,
            )

        failed = {name: error for name, error in self._inputs.failed.items() if name != ticket_id}
        self._jobs[ticket_id] = self._services.jobs.run(
            fetch, self._fetched, lambda error: self._not_fetched(ticket_id, error)
        )
        self.feed(running=self._inputs.running | {ticket_id}, failed=failed)

    @Slot(str)
    def pause(self, ticket_id: str) -> None:
        """Stop; what is here stays, and `keep` goes on from there."""
        self._stop(ticket_id)
        self.look()

    @Slot(str)
    def remove(self, ticket_id: str) -> None:
        """Take a film off this device; the ticket stays."""
        downloads = self._services.downloads
        self._stop(ticket_id)
        failed = {name: error for name, error in self._inputs.failed.items() if name != ticket_id}
        kept = {name: film for name, film in self._inputs.kept.items() if name != ticket_id}
        self.feed(kept=kept, failed=failed)
        if downloads is not None:
            self._services.jobs.run(lambda _cancel: downloads.remove(ticket_id), _nothing, _unheard)

    def close(self) -> None:
        """Pause everything."""
        for ticket_id in list(self._jobs):
            self._stop(ticket_id)

    def _stop(self, ticket_id: str) -> None:
        job = self._jobs.pop(ticket_id, None)
        if job:
            job.cancel()
        self.feed(running=self._inputs.running - {ticket_id})

    def _found(self, films: "tuple[Download, ...]") -> None:
        under_way = {name: film for name, film in self._inputs.kept.items() if name in self._inputs.running}
        self.feed(kept={**{film.ticket_id: film for film in films}, **under_way})

    @Slot(object)
    def _progressed(self, film: "Download") -> None:
        if film.ticket_id in self._jobs:
            self.feed(kept={**self._inputs.kept, film.ticket_id: film})

    def _fetched(self, film: "Download") -> None:
        self._jobs.pop(film.ticket_id, None)
        self.feed(running=self._inputs.running - {film.ticket_id}, kept={**self._inputs.kept, film.ticket_id: film})

    def _not_fetched(self, ticket_id: str, error: CinemaError) -> None:
        self._jobs.pop(ticket_id, None)
        failed = self._inputs.failed if error.code is Code.CANCELLED else {**self._inputs.failed, ticket_id: error}
        self.feed(running=self._inputs.running - {ticket_id}, failed=failed)


def _nothing(_answer: object) -> None:
    pass


def _unheard(_error: CinemaError) -> None:
    """What the disk or the line refuses here is said where somebody asks for it."""
