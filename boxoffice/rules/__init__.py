"""Who may watch what, where and when: pure rules with reasons."""

from boxoffice.rules.avails import EVERYWHERE, UNLOCK_S, WATCH_S, Avail, Offer, OfferState, is_territory, offer_for
from boxoffice.rules.capacity import FEW, HOLD, sold_out, with_places
from boxoffice.rules.licences import (
    Licence,
    LicensedTicket,
    content_keys,
    facts_of_licence,
    moment_of,
    read_licence,
    time_text,
    write_licence,
)
from boxoffice.rules.passes import PassFacts, Unfit, unfit
from boxoffice.rules.reasons import Fix, Reason, Rule
from boxoffice.rules.seen import WATCHED_PERCENT, Intervals, is_watched, seen_ms, union
from boxoffice.rules.tickets import (
    Decision,
    DeviceFacts,
    SaleTerms,
    TicketFacts,
    TicketState,
    admit,
    cut_off,
    ticket_state,
)

__all__ = [
    "EVERYWHERE",
    "FEW",
    "HOLD",
    "UNLOCK_S",
    "WATCHED_PERCENT",
    "WATCH_S",
    "Avail",
    "Decision",
    "DeviceFacts",
    "Fix",
    "Intervals",
    "Licence",
    "LicensedTicket",
    "Offer",
    "OfferState",
    "PassFacts",
    "Reason",
    "Rule",
    "SaleTerms",
    "TicketFacts",
    "TicketState",
    "Unfit",
    "admit",
    "content_keys",
    "cut_off",
    "facts_of_licence",
    "is_territory",
    "is_watched",
    "moment_of",
    "offer_for",
    "read_licence",
    "seen_ms",
    "sold_out",
    "ticket_state",
    "time_text",
    "unfit",
    "union",
    "with_places",
    "write_licence",
]
