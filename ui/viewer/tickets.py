"""My tickets: what was bought, where each stands, and why one cannot be used."""

from dataclasses import dataclass, replace

from boxoffice.client import Catalogue, Ticket
from ui.formats import Formats
from ui.props import showing
from ui.viewer.cards import ticket_card

ORDER = ("started", "unused", "watched", "ended", "refunded")


@dataclass(frozen=True)
class TicketsInputs:
    """What the page is made of."""

    formats: Formats
    catalogue: Catalogue | None = None
    tickets: tuple[Ticket, ...] = ()
    signed_in: bool = False
    chosen: str = ""
    """The id of the ticket that a link asked for."""
    loading: bool = False
    error: str = ""


@dataclass(frozen=True)
class TicketsProps:
    """What QML shows."""

    cards: tuple[object, ...]
    chosen: str
    signed_in: bool
    loading: bool
    empty: bool
    error: str


def derive_tickets(inputs: TicketsInputs) -> TicketsProps:
    """The one that a link asked for, then those that can be used, then by purchase, newest first."""
    tickets = sorted(inputs.tickets, key=lambda ticket: ticket.bought, reverse=True)
    tickets.sort(key=lambda ticket: ORDER.index(ticket.state))
    tickets.sort(key=lambda ticket: ticket.id != inputs.chosen)
    return TicketsProps(
        cards=tuple(ticket_card(ticket, inputs.catalogue, inputs.formats) for ticket in tickets),
        chosen=inputs.chosen,
        signed_in=inputs.signed_in,
        loading=inputs.loading and not tickets,
        empty=inputs.signed_in and not tickets and not inputs.loading and not inputs.error,
        error=inputs.error if not tickets else "",
    )


class TicketsViewModel(showing(TicketsProps)):  # type: ignore[misc]
    """My tickets; the shell feeds it."""

    def __init__(self, inputs: TicketsInputs) -> None:
        super().__init__(derive_tickets(inputs))
        self._inputs = inputs

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_tickets(self._inputs))
