"""Gifts: a ticket that was bought waits for whoever has its code; its windows run from then."""

from typing import Any

from sqlalchemy import select

from boxoffice.service.accounts import attempts_in, attempts_so_far
from boxoffice.service.database import Database
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import OrderRow, TicketRow
from boxoffice.service.vouchers import GROUP, GROUPS, LETTERS, VoucherRefused, tidy_voucher
from boxoffice.service.wire import time_json
from core import Clock, Code, base64url

WRONG_CODES = 10


def gift_code(strongroom: Strongroom, order_id: str) -> str:
    """The code of an order's gift, 100 bits; it is made anew each time, and kept nowhere."""
    number = int.from_bytes(base64url.decode(strongroom.mark("gift", order_id)))
    letters = [LETTERS[number >> (5 * place) & 31] for place in range(GROUPS * GROUP)]
    return "-".join("".join(letters[start : start + GROUP]) for start in range(0, len(letters), GROUP))


class Gifts:
    """Who gave, and who has. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, strongroom: Strongroom) -> None:
        self._database = database
        self._clock = clock
        self._strongroom = strongroom

    def claim(self, account_id: str, code: str) -> str:
        """Make the gift with this code the account's own; its ticket. Doing so again changes nothing.

        Raises `CinemaError` (voucher-invalid) and `HttpProblem` 429 after ten wrong codes in a quarter of an hour.
        """
        named, bucket = digest(tidy_voucher(code)), f"gift:{account_id}"
        with self._database.write() as session:
            now = self._clock.now()
            if attempts_so_far(session, bucket, now) >= WRONG_CODES:
                raise HttpProblem(429, Code.VOUCHER_INVALID, "Too many wrong codes. Wait a quarter of an hour.")
            ticket = session.scalar(select(TicketRow).where(TicketRow.gift == named).with_for_update())
            if ticket is not None and ticket.refunded is None:
                if ticket.claimed is None:
                    ticket.account_id, ticket.claimed = account_id, now
                if ticket.account_id == account_id:
                    return ticket.id
            attempts_in(session, bucket, now).count += 1
        raise VoucherRefused

    def of(self, account_id: str) -> list[dict[str, Any]]:
        """What the account gave, newest first, with the codes that nobody has used yet."""
        mine = (OrderRow.account_id == account_id, TicketRow.gift.is_not(None))
        given = select(TicketRow).join(OrderRow, OrderRow.id == TicketRow.order_id).where(*mine)
        with self._database.read() as session:
            return [
                {
                    "order_id": ticket.order_id,
                    "title_id": ticket.title_id,
                    "bought": time_json(ticket.bought),
                    "code": None if ticket.claimed or ticket.refunded else gift_code(self._strongroom, ticket.order_id),
                    "claimed": time_json(ticket.claimed),
                    "refunded": time_json(ticket.refunded),
                }
                for ticket in session.scalars(given.order_by(TicketRow.bought.desc()))
            ]
