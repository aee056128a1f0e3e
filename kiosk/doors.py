"""A door: what is shown to it, judged, recorded, and only then answered."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from boxoffice.rules import CodeFault
from core import CinemaError, Code
from core.strict_json import Json
from kiosk.door_rules import (
    OVERRIDABLE,
    Judgement,
    Light,
    Presented,
    Verdict,
    judge,
    light_of,
    only_here,
    presented,
    presented_sold,
)
from kiosk.lan import Leader, Reply, admissions_of
from kiosk.ledger import Answer, Entry, Ledger, Sale
from kiosk.ledger_tables import Admission
from kiosk.programme import Gate, Price, Programme, Screening
from kiosk.records import Kind
from kiosk.selling import Seller, SoldHere, new_ticket, presold, reference_of
from kiosk.ticket_lists import RevokedTickets, SoldTickets

log = logging.getLogger(__name__)

UNTOLD = 10_000
"""Of what happened while the leading door was away, so much is told to it afterwards."""


@dataclass(frozen=True)
class DoorAnswer:
    """What the door says. Green means that it is on the disk."""

    verdict: Verdict
    ticket: str = ""
    people: int = 0
    """How many come in now."""
    party: int = 0
    """How many the ticket admits in all."""
    screening: Screening | None = None
    before: tuple[Admission, ...] = ()
    """Who came in on the same ticket before, with times and doors."""
    at: datetime | None = None
    """When it would be let in, or until when it would have been."""
    inside: int = 0
    capacity: int = 0

    @property
    def light(self) -> Light:
        """What is seen from afar."""
        return light_of(self.verdict)

    @property
    def may_override(self) -> bool:
        """Whether staff may let them in all the same, with a reason."""
        return self.verdict in OVERRIDABLE


@dataclass(frozen=True)
class Company:
    """What a door has beside its ledger and the programme: one that leads, its own key, the keys of the others."""

    leader: Leader | None = None
    seller: Seller | None = None
    sale_keys: Mapping[int, Ed25519PublicKey] = field(default_factory=dict)


class Door:
    """One gate of a venue. Its calls block until the disk has it; they may come from any thread."""

    def __init__(
        self,
        ledger: Ledger,
        programme: Programme,
        gate: Gate,
        revoked: RevokedTickets | None = None,
        sold: SoldTickets | None = None,
        company: Company | None = None,
    ) -> None:
        self._ledger, self._programme, self.gate = ledger, programme, gate
        self._revoked, self._sold = revoked, sold
        self._company = company or Company()
        self._untold: list[tuple[Entry, int]] = []
        self._turn = threading.RLock()

    @property
    def programme(self) -> Programme:
        """What the door goes by."""
        return self._programme

    @property
    def sells(self) -> bool:
        """Whether tickets can be sold here."""
        return self._company.seller is not None

    def renew(self, programme: Programme, revoked: RevokedTickets | None, sold: SoldTickets | None) -> None:
        """Go by these from the next ticket on. Raises `CinemaError` (wrong-use) where the gate is in it no more."""
        gate = programme.gate(self.gate.name)
        with self._turn:
            self._programme, self.gate, self._revoked, self._sold = programme, gate, revoked, sold

    def scan(self, code: str, people: int | None = None) -> DoorAnswer:
        """Somebody shows a code; ``people`` of their party come in now, by default all who are not in yet."""
        with self._turn:
            return self._enter(presented(code, self._programme, self._company.sale_keys), "scan", people)

    def look_up(self, reference: str, staff: str, people: int | None = None) -> DoorAnswer:
        """Staff types what is printed below a code that cannot be read."""
        with self._turn:
            return self._enter(self._found(reference.strip().upper()), "look-up", people, staff=staff)

    def override(self, code: str, staff: str, reason: str, people: int | None = None) -> DoorAnswer:
        """Staff lets in whom the rules refuse, where they may; the reason is recorded.

        Raises `CinemaError` (wrong-use) without a reason.
        """
        if not staff.strip() or not reason.strip():
            raise CinemaError(Code.WRONG_USE, "Somebody says why, and is named, when the rules are passed over.")
        with self._turn:
            return self._enter(
                presented(code, self._programme, self._company.sale_keys),
                "override",
                people,
                staff=staff,
                reason=reason,
            )

    def take_back(self, answer: DoorAnswer, staff: str) -> DoorAnswer:
        """Whom this answer let in did not come in after all: their ticket is good again, and both are recorded.

        Raises `CinemaError` (wrong-use) where nobody is named, or where they are not in.
        """
        screening, people = answer.screening, answer.people
        with self._turn:
            there = sum(admission.people for admission in self._own(answer.ticket))
            if not staff.strip() or screening is None or not 0 < people <= there:
                raise CinemaError(Code.WRONG_USE, "Somebody is named who takes back an admission of this door.")
            entry = Entry(
                *(answer.ticket, answer.party, -people, screening.id, self.gate.name, "undo", staff),
                title=screening.work,
            )
            part = len(self._own(answer.ticket))
            try:
                self._ledger.admit(entry, 0, whatever=True)
            except CinemaError as error:
                log.error("nothing could be recorded at the door: %s", error.code)
                return DoorAnswer(Verdict.CANNOT_RECORD)
            if self._company.leader:
                self._untold = [*self._untold, (entry, part)][-UNTOLD:]
                self._tell(self._company.leader)
            return DoorAnswer(Verdict.TAKEN_BACK, answer.ticket, people, answer.party, screening)

    def sell(self, screening: Screening, price: Price, people: int, method: str, staff: str) -> SoldHere | None:
        """Sell a ticket to somebody who stands here; none where the room has no places for them.

        Raises `CinemaError`: wrong-use where this door may not sell, offline where the leading door does not answer and
        the places cannot be told, or as the ledger does; then nothing was sold.
        """
        seller = self._company.seller
        if seller is None:
            raise CinemaError(
                Code.WRONG_USE, "This door sells nothing before it is enrolled: kiosk enrol --service URL"
            )
        with self._turn:
            ticket, code = new_ticket(seller, self._programme, screening, people)
            sale = Sale(
                *(ticket.name, screening.id, screening.work, self.gate.name, people, price.minor * people),
                *(price.currency, method, staff),
            )
            places = self.places(screening)
            if self._company.leader:
                entry = Entry(ticket.name, people, people, screening.id, self.gate.name, "sale", staff)
                reply = self._company.leader.ask(entry, -1)
                if reply is None:
                    raise CinemaError(Code.OFFLINE, "The leading door does not answer; nobody knows what is sold.")
                places = 1 << 30 if reply.admitted else 0
            if not self._ledger.sell(sale, places):
                return None
            return SoldHere(code, reference_of(ticket.name), screening, price, people)

    def places(self, screening: Screening) -> int:
        """How many may be let in or sold to here, without those who bought elsewhere and have not come yet."""
        return self._programme.capacity(screening) - presold(self._sold, screening, self._ledger)

    def left(self, screening: Screening) -> int:
        """How many places can still be sold."""
        taken = self._ledger.inside(screening.id) + self._ledger.reserved(screening.id)
        return max(0, self.places(screening) - taken)

    def reference(self, ticket: str) -> str:
        """What is printed below the code of a ticket."""
        sold = self._sold.tickets if self._sold else ()
        return next((one.reference for one in sold if one.id == ticket), reference_of(ticket))

    def current(self) -> Screening | None:
        """The screening that this gate lets into now, or next."""
        now = self._ledger.time().now
        mine = [item for item in self._programme.screenings if item.room in self.gate.rooms and item.end_at > now]
        return min(mine, key=lambda item: item.doors_at, default=None)

    def inside(self, screening: Screening) -> tuple[int, int]:
        """How many are in, and how many it takes."""
        return self._ledger.inside(screening.id), self._programme.capacity(screening)

    def _enter(
        self, ticket: Presented | CodeFault, how: str, people: int | None, *, staff: str = "", reason: str = ""
    ) -> DoorAnswer:
        try:
            judged = judge(ticket, self._programme, self._revoked, self.gate, self._ledger.time())
            passing = how == "override" and judged.verdict in OVERRIDABLE
            if judged.verdict is not Verdict.ADMITTED and not passing:
                return self._refused(judged, how, staff)
            assert judged.ticket is not None  # noqa: S101 - only a genuine ticket comes so far
            return self._recorded(judged, judged.ticket, how, people, staff, reason)
        except CinemaError as error:
            log.error("nothing could be recorded at the door: %s", error.code)
            return DoorAnswer(Verdict.CANNOT_RECORD)

    def _recorded(
        self, judged: Judgement, ticket: Presented, how: str, people: int | None, staff: str, reason: str
    ) -> DoorAnswer:
        screening = ticket.screening
        assert screening is not None  # noqa: S101 - as above
        inside = sum(admission.people for admission in self._ledger.admissions(ticket.name))
        coming = max(1, ticket.people - inside) if people is None else max(1, min(people, ticket.people))
        entry = Entry(
            ticket.name, ticket.people, coming, screening.id, self.gate.name, how, staff, reason, screening.work
        )
        capacity, inside_there, part = self._programme.capacity(screening), 0, len(self._own(ticket.name))
        whatever = how == "override"
        if self._company.leader and not whatever and inside + coming <= ticket.people:
            reply = self._ask(entry, part)
            if reply is None and not only_here(ticket, self._programme, self.gate):
                return self._refused(Judgement(Verdict.ALONE, ticket, judged.at), how, staff)
            if reply is not None:
                if not reply.admitted:
                    told = Answer(None, admissions_of(reply, entry), reply.full)
                    verdict = Verdict.FULL if reply.full else Verdict.USED
                    return self._refused(Judgement(verdict, ticket, judged.at), how, staff, told)
                capacity, inside_there = 1 << 30, reply.inside
        answer = self._ledger.admit(entry, capacity, whatever=whatever)
        if answer.admitted is None:
            verdict = Verdict.FULL if answer.full else Verdict.USED
            return self._refused(Judgement(verdict, ticket, judged.at), how, staff, answer)
        if self._company.leader and not inside_there:
            self._untold = [*self._untold, (entry, part)][-UNTOLD:]
        return DoorAnswer(
            *(Verdict.ADMITTED, ticket.name, coming, ticket.people, screening, answer.before),
            inside=inside_there or self._ledger.inside(screening.id),
            capacity=self._programme.capacity(screening),
        )

    def _own(self, ticket: str) -> tuple[Admission, ...]:
        return self._ledger.own_admissions(ticket)

    def _ask(self, entry: Entry, part: int) -> Reply | None:
        """What the leading door says; it is told first what happened while it was away."""
        leader = self._company.leader
        assert leader is not None  # noqa: S101 - asked only where there is one
        return leader.ask(entry, part) if self._tell(leader) else None

    def _tell(self, leader: Leader) -> bool:
        """Whether the leading door knows all that happened while it was away."""
        while self._untold:
            if leader.ask(*self._untold[0], late=True) is None:
                return False
            self._untold = self._untold[1:]
        return True

    def _found(self, reference: str) -> Presented | CodeFault:
        """The ticket that was sold with this reference, elsewhere or here."""
        sold = self._sold.by_reference.get(reference) if self._sold else None
        if sold:
            return presented_sold(sold, self._programme)
        start = reference.replace("-", "").lower()
        rows = self._ledger.ask("SELECT ticket, screening, people FROM sales WHERE ticket LIKE ?", f"{start[:8]}%")
        here = {screening.id: screening for screening in self._programme.screenings}
        if len(start) != 8 or not start.isalnum() or len(rows) != 1:
            return CodeFault.NOT_OURS
        ticket, screening, people = rows[0]
        return Presented(str(ticket), int(people), here.get(str(screening)), self._programme.event)

    def _refused(self, judged: Judgement, how: str, staff: str, answer: Answer | None = None) -> DoorAnswer:
        ticket = judged.ticket
        screening = ticket.screening if ticket else None
        facts: dict[str, Json] = {
            "verdict": judged.verdict,
            "ticket": ticket.name if ticket else None,
            "screening": screening.id if screening else None,
            "gate": self.gate.name,
            "how": how,
            "staff": staff,
        }
        self._ledger.append(Kind.REFUSAL, facts)
        return DoorAnswer(
            judged.verdict,
            ticket.name if ticket else "",
            party=ticket.people if ticket else 0,
            screening=screening,
            before=answer.before if answer else (),
            at=judged.at,
            inside=self._ledger.inside(screening.id) if screening else 0,
            capacity=self._programme.capacity(screening) if screening else 0,
        )
