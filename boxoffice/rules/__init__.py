"""Who may watch what, where and when: pure rules with reasons."""

from boxoffice.rules.avails import EVERYWHERE, UNLOCK_S, WATCH_S, Avail, Offer, OfferState, is_territory, offer_for
from boxoffice.rules.capacity import FEW, HOLD, sold_out, with_places
from boxoffice.rules.door_tickets import CodeFault, DoorTicket, read_door_ticket, write_door_ticket
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
from boxoffice.rules.pretix_codes import PretixTicket, read_pretix_code
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
from boxoffice.rules.trusted_time import (
    ClockReading,
    ClockState,
    Mark,
    TrustedTime,
    confirmed,
    trusted_time,
    with_evidence,
)

__all__ = [
    "EVERYWHERE",
    "FEW",
    "HOLD",
    "UNLOCK_S",
    "WATCHED_PERCENT",
    "WATCH_S",
    "Avail",
    "ClockReading",
    "ClockState",
    "CodeFault",
    "Decision",
    "DeviceFacts",
    "DoorTicket",
    "Fix",
    "Intervals",
    "Licence",
    "LicensedTicket",
    "Mark",
    "Offer",
    "OfferState",
    "PassFacts",
    "PretixTicket",
    "Reason",
    "Rule",
    "SaleTerms",
    "TicketFacts",
    "TicketState",
    "TrustedTime",
    "Unfit",
    "admit",
    "confirmed",
    "content_keys",
    "cut_off",
    "facts_of_licence",
    "is_territory",
    "is_watched",
    "moment_of",
    "offer_for",
    "read_door_ticket",
    "read_licence",
    "read_pretix_code",
    "seen_ms",
    "sold_out",
    "ticket_state",
    "time_text",
    "trusted_time",
    "unfit",
    "union",
    "with_evidence",
    "with_places",
    "write_door_ticket",
    "write_licence",
]
