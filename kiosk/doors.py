"""A door: what is shown to it, judged, recorded, and only then answered."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

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
    presented,
    presented_sold,
)
from kiosk.ledger import Answer, Entry, Ledger
from kiosk.ledger_tables import Admission
from kiosk.programme import Gate, Programme, Screening
from kiosk.records import Kind
from kiosk.ticket_lists import RevokedTickets, SoldTickets

log = logging.getLogger(__name__)


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


class Door:
    """One gate of a venue. Its calls block until the disk has it; they may come from any thread."""

    def __init__(
        self,
        ledger: Ledger,
        programme: Programme,
        gate: Gate,
        revoked: RevokedTickets | None = None,
        sold: SoldTickets | None = None,
    ) -> None:
        self._ledger, self._programme, self.gate = ledger, programme, gate
        self._revoked, self._sold = revoked, sold
        self._turn = threading.RLock()

    @property
    def programme(self) -> Programme:
        """What the door goes by."""
        return self._programme

    def renew(self, programme: Programme, revoked: RevokedTickets | None, sold: SoldTickets | None) -> None:
        """Go by these from the next ticket on. Raises `CinemaError` (wrong-use) where the gate is in it no more."""
        gate = programme.gate(self.gate.name)
        with self._turn:
            self._programme, self.gate, self._revoked, self._sold = programme, gate, revoked, sold

    def scan(self, code: str, people: int | None = None) -> DoorAnswer:
        """Somebody shows a code; ``people`` of their party come in now, by default all who are not in yet."""
        with self._turn:
            return self._enter(presented(code, self._programme), "scan", people)

    def look_up(self, reference: str, staff: str, people: int | None = None) -> DoorAnswer:
        """Staff types what is printed below a code that cannot be read."""
        with self._turn:
            sold = self._sold.by_reference.get(reference.strip().upper()) if self._sold else None
            ticket = presented_sold(sold, self._programme) if sold else CodeFault.NOT_OURS
            return self._enter(ticket, "look-up", people, staff=staff)

    def override(self, code: str, staff: str, reason: str, people: int | None = None) -> DoorAnswer:
        """Staff lets in whom the rules refuse, where they may; the reason is recorded.

        Raises `CinemaError` (wrong-use) without a reason.
        """
        if not staff.strip() or not reason.strip():
            raise CinemaError(Code.WRONG_USE, "Somebody says why, and is named, when the rules are passed over.")
        with self._turn:
            return self._enter(presented(code, self._programme), "override", people, staff=staff, reason=reason)

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
        capacity = self._programme.capacity(screening)
        answer = self._ledger.admit(entry, capacity, whatever=how == "override")
        if answer.admitted is None:
            verdict = Verdict.FULL if answer.full else Verdict.USED
            return self._refused(Judgement(verdict, ticket, judged.at), how, staff, answer)
        return DoorAnswer(
            *(Verdict.ADMITTED, ticket.name, coming, ticket.people, screening, answer.before),
            inside=self._ledger.inside(screening.id),
            capacity=capacity,
        )

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
