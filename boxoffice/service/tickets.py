"""Tickets, admission, content keys and what was seen."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.rules import (
    Decision,
    Offer,
    TicketFacts,
    admit,
    again_allowed_ms,
    offer_for,
    seen_ms,
    ticket_state,
    union,
)
from boxoffice.rules.places import Place, view_from
from boxoffice.service.catalogue import package_json
from boxoffice.service.database import Database
from boxoffice.service.identity import Viewer
from boxoffice.service.media_addresses import MediaAddresses
from boxoffice.service.problems import Refusal, not_found
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import ContentKeyRow, PackageRow, PlayRow, TicketRow, TitleRow
from boxoffice.service.terms import MAY_WATCH, avails_of, facts_of, house_rules_of, replay_percent_of
from boxoffice.service.wire import money_json, reason_json, time_json
from core import CinemaError, Clock, Code, Money

log = logging.getLogger(__name__)

INTERVALS_AT_ONCE = 1000
MARK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Admitted:
    """A play that has just begun, and what it rests on."""

    ticket: TicketRow
    title: TitleRow
    play: PlayRow
    facts: TicketFacts


class Tickets:
    """Who may go in. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, strongroom: Strongroom, addresses: MediaAddresses) -> None:
        self._database = database
        self.addresses = addresses
        self._clock = clock
        self._strongroom = strongroom

    def of(self, viewer: Viewer) -> list[dict[str, Any]]:
        """The viewer's tickets, newest first."""
        mine = select(TicketRow).where(TicketRow.account_id == viewer.account_id, MAY_WATCH)
        mine = mine.order_by(TicketRow.bought.desc())
        with self._database.read() as session:
            return [self._json(session, row, viewer) for row in session.scalars(mine)]

    def admit(self, ticket_id: str, viewer: Viewer, place: Place | None = None) -> dict[str, Any]:
        """Let the viewer in on this device; the first admission binds the ticket to it.

        Raises `Refusal` with every reason, and `CinemaError` (not-found) for a ticket that is not theirs.
        """
        with self._database.write() as session:
            admitted = self.admitted(session, ticket_id, viewer, place)
            ticket, title, play, facts = admitted.ticket, admitted.title, admitted.play, admitted.facts
            watch_by = facts.watch_by or self._clock.now() + timedelta(seconds=facts.terms.watch_s)
            return {
                "id": play.id,
                "ticket_id": ticket.id,
                "package": self._package_json(session, play),
                "position_ms": ticket.position_ms,
                "watch_by": time_json(watch_by),
                "house_rules": house_rules_of(title),
                "mark": play.mark,
                "seen": ticket.seen,
            }

    def admitted(self, session: Session, ticket_id: str, viewer: Viewer, place: Place | None = None) -> Admitted:
        """Bind the ticket to the viewer's device and begin a play; errors as for `admit`."""
        ticket = session.get(TicketRow, ticket_id, with_for_update=True)
        if ticket is None or ticket.account_id != viewer.account_id or (ticket.gift and not ticket.claimed):
            raise not_found()
        title = session.get_one(TitleRow, ticket.title_id)
        facts, decision = self._decide(session, ticket, title, viewer)
        reasons = decision.reasons
        if place is not None:
            avails = avails_of(session, title.id).get(title.id, [])
            reasons += view_from(avails, place, started=facts.started is not None)
        if reasons:
            raise Refusal(reasons)
        if ticket.thumbprint is None:
            ticket.thumbprint, ticket.device_name = viewer.thumbprint, viewer.device_name
        return Admitted(ticket, title, self._play(session, ticket, title, viewer), facts)

    def _play(self, session: Session, ticket: TicketRow, title: TitleRow, viewer: Viewer) -> PlayRow:
        number = int.from_bytes(self._strongroom.mark("mark", ticket.id).encode()[:8])
        mark = "".join(MARK_LETTERS[number >> (5 * place) & 31] for place in range(6))
        play = PlayRow(
            id=str(uuid4()),
            ticket_id=ticket.id,
            thumbprint=viewer.thumbprint,
            package_id=title.package_id,
            created=self._clock.now(),
            mark=mark,
            shown_ms=0,
        )
        session.add(play)
        session.flush()
        log.info("play %s admitted", play.id)
        return play

    def key(self, play_id: str, key_id: str, viewer: Viewer) -> bytes:
        """A content key of the film being played, while the ticket holds on this device."""
        with self._database.read() as session:
            play, ticket = self._playing(session, play_id, viewer)
            title = session.get_one(TitleRow, ticket.title_id)
            _, decision = self._decide(session, ticket, title, viewer, playing=True)
            if not decision.allowed:
                raise Refusal(decision.reasons)
            row = session.get(ContentKeyRow, (play.package_id, key_id))
            if row is None:
                raise not_found()
            sealed, package_id = row.sealed, play.package_id
        return self._strongroom.unseal(sealed, package_id, key_id)

    def progress(
        self, play_id: str, position_ms: int, seen: list[tuple[int, int]], viewer: Viewer, shown_ms: int = 0
    ) -> dict[str, Any]:
        """Add what was shown, however late it is told, and say where the film lies now.

        ``shown_ms`` is everything that was shown in the play so far, also what was seen before. The watch window starts
        with the first moment seen.
        """
        with self._database.write() as session:
            play, ticket = self._playing(session, play_id, viewer, lock=True)
            title = session.get_one(TitleRow, ticket.title_id)
            known = [(start, end) for start, end in ticket.seen]
            together = union(known, seen, running_time_ms=title.running_time_ms)
            ticket.position_ms = min(max(0, position_ms), title.running_time_ms)
            ticket.seen = [list(interval) for interval in together]
            ticket.shown_ms += max(0, shown_ms - play.shown_ms)
            play.shown_ms = max(play.shown_ms, shown_ms)
            if ticket.started is None and seen_ms(together) > 0:
                facts, _ = self._decide(session, ticket, title, viewer, playing=True)
                ticket.started = facts.started or self._clock.now()
            return {
                "ticket": self._json(session, ticket, viewer),
                "mirrors": self._package_json(session, play)["mirrors"],
            }

    def may_fetch(self, package_id: str, viewer: Viewer) -> bool:
        """Whether the viewer holds a ticket, good on this device, for the title of this package."""
        with self._database.read() as session:
            package = session.get(PackageRow, package_id)
            title = session.get(TitleRow, package.title_id) if package else None
            if title is None:
                return False
            mine = (TicketRow.account_id == viewer.account_id, TicketRow.title_id == title.id, MAY_WATCH)
            held = session.scalars(select(TicketRow).where(*mine)).all()
            return any(self._decide(session, row, title, viewer, playing=True)[1].allowed for row in held)

    def _package_json(self, session: Session, play: PlayRow) -> dict[str, Any]:
        package = session.get_one(PackageRow, play.package_id)
        return package_json(package, self.addresses.for_play(package.id, play.id))

    def _playing(
        self, session: Session, play_id: str, viewer: Viewer, *, lock: bool = False
    ) -> tuple[PlayRow, TicketRow]:
        play = session.get(PlayRow, play_id)
        ticket = session.get(TicketRow, play.ticket_id, with_for_update=lock) if play else None
        if play is None or ticket is None or ticket.account_id != viewer.account_id:
            raise not_found()
        if play.thumbprint != viewer.thumbprint:
            raise not_found()
        return play, ticket

    def _decide(
        self, session: Session, ticket: TicketRow, title: TitleRow, viewer: Viewer, *, playing: bool = False
    ) -> tuple[TicketFacts, Decision]:
        now = self._clock.now()
        facts, offer = self._facts(session, ticket, title)
        if playing:
            admitted = select(func.max(PlayRow.created)).where(PlayRow.ticket_id == ticket.id)
            facts = facts.going_on(session.scalar(admitted), now)
        return facts, admit(facts, viewer.account_id, viewer.thumbprint, now, on_sale=offer.sellable)

    def _facts(self, session: Session, ticket: TicketRow, title: TitleRow) -> tuple[TicketFacts, Offer]:
        now = self._clock.now()
        avails = avails_of(session, title.id).get(title.id, [])
        facts = facts_of(ticket, title.running_time_ms, avails, now, replay_percent_of(title))
        return facts, offer_for(avails, ticket.territory, now)

    def _json(self, session: Session, ticket: TicketRow, viewer: Viewer) -> dict[str, Any]:
        title = session.get_one(TitleRow, ticket.title_id)
        facts, decision = self._decide(session, ticket, title, viewer)
        device = facts.device and {
            "id": facts.device.thumbprint,
            "name": facts.device.name,
            "this": facts.device.thumbprint == viewer.thumbprint,
        }
        return {
            "id": ticket.id,
            "title_id": ticket.title_id,
            "screening_id": ticket.screening_id,
            "order_id": ticket.order_id,
            "state": str(ticket_state(facts, self._clock.now())),
            "bought": time_json(ticket.bought),
            "opens": time_json(facts.terms.window_start),
            "unlock_by": time_json(facts.unlock_by),
            "started": time_json(facts.started),
            "watch_by": time_json(facts.watch_by),
            "device": device,
            "position_ms": ticket.position_ms,
            "seen_ms": facts.seen_ms,
            "again_ms": max(0, facts.shown_ms - facts.seen_ms),
            "again_allowed_ms": again_allowed_ms(facts.replay_percent, facts.running_time_ms),
            "running_time_ms": title.running_time_ms,
            "allowed": decision.allowed,
            "reasons": [reason_json(reason) for reason in decision.reasons],
            "price": money_json(Money(ticket.minor, ticket.currency)),
        }


def intervals_of(document: object) -> list[tuple[int, int]]:
    """The ``seen`` of a progress report. Raises `CinemaError` (wrong-use)."""
    wrong = CinemaError(Code.WRONG_USE, "seen is a list of [start_ms, end_ms].")
    if not isinstance(document, list) or len(document) > INTERVALS_AT_ONCE:
        raise wrong
    found = []
    for item in document:
        if not isinstance(item, list) or len(item) != 2:
            raise wrong
        found.append((milliseconds_of(item[0]), milliseconds_of(item[1])))
    return found


def milliseconds_of(value: object) -> int:
    """A time in the film. Raises `CinemaError` (wrong-use)."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1 << 31:
        raise CinemaError(Code.WRONG_USE, "A time in the film is a whole number of milliseconds.")
    return value
