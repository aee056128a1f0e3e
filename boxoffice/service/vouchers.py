"""Vouchers and passes: their codes, what they pay for, and the tickets they have left."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from boxoffice.rules import PassFacts, Unfit, unfit
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.prepared import Transaction
from boxoffice.service.strongroom import digest
from boxoffice.service.tables import OrderRow, SectionRow, TitleRow, VoucherRow, VoucherUseRow
from boxoffice.service.wire import time_json
from core import CinemaError, Clock, Code, SystemClock

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP = 4, 5
AT_ONCE = range(1, 501)
TICKETS = range(1, 101)
WORDS: Mapping[Unfit, str] = {
    Unfit.OTHER_TITLE: "This voucher is for another title.",
    Unfit.OTHER_HOLDER: "This pass is somebody else's.",
    Unfit.TITLE_USED: "This voucher or pass was used for this title already.",
    Unfit.USED_UP: "This voucher is used, or this pass has no tickets left.",
    Unfit.ENDED: "This voucher or pass has ended.",
}


class VoucherRefused(CinemaError):
    """A code that does not pay for this ticket (voucher-invalid); ``why`` is none for one that is not known."""

    def __init__(self, why: Unfit | None = None) -> None:
        super().__init__(Code.VOUCHER_INVALID, WORDS[why] if why else "This voucher is not known.")
        self.why = why


@dataclass(frozen=True)
class Scope:
    """What new vouchers are for: one title, the titles of a section, or (neither) every title."""

    title_id: str | None = None
    section_id: str | None = None
    tickets: int = 1
    ends: datetime | None = None


def make_vouchers(config: ServiceConfig, title_id: str, count: int, clock: Clock | None = None) -> tuple[str, ...]:
    """Codes for one ticket to one title; errors as for `make_passes`."""
    return make_passes(config, Scope(title_id), count, clock)


def make_passes(config: ServiceConfig, scope: Scope, count: int, clock: Clock | None = None) -> tuple[str, ...]:
    """New codes (100 bits each), shown this once. Raises `CinemaError` (not-found, wrong-use)."""
    if count not in AT_ONCE:
        raise CinemaError(Code.WRONG_USE, "Make 1 to 500 vouchers at once.")
    if scope.tickets not in TICKETS:
        raise CinemaError(Code.WRONG_USE, "A pass is for 1 to 100 tickets.")
    if scope.title_id is not None and (scope.section_id is not None or scope.tickets > 1):
        raise CinemaError(Code.WRONG_USE, "A voucher for a title is for one ticket; a pass is for a section or all.")
    created = (clock or SystemClock()).now()
    if scope.ends is not None and scope.ends <= created:
        raise CinemaError(Code.WRONG_USE, "The end has passed already.")
    codes = tuple(new_code() for _ in range(count))
    database = Database(config.database_url)
    try:
        with database.write() as session:
            if scope.title_id is not None and session.get(TitleRow, scope.title_id) is None:
                raise CinemaError(Code.NOT_FOUND, f"There is no title {scope.title_id}.")
            if scope.section_id is not None and session.get(SectionRow, scope.section_id) is None:
                raise CinemaError(Code.NOT_FOUND, f"There is no section {scope.section_id}.")
            session.add_all(
                VoucherRow(
                    digest=digest(tidy_voucher(code)),
                    title_id=scope.title_id,
                    section_id=scope.section_id,
                    tickets=scope.tickets,
                    ends=scope.ends,
                    created=created,
                )
                for code in codes
            )
    finally:
        database.close()
    return codes


def new_code() -> str:
    """Four groups of five letters, 100 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def tidy_voucher(code: str) -> str:
    """The code as it is compared: without spaces and dashes, upper case."""
    return "".join(code.split()).replace("-", "").upper()[:64]


def check_use(transaction: Transaction, paying: SimpleNamespace, used: frozenset[str], now: datetime) -> None:
    """Let a locked voucher or pass pay for its order; a pass is then its user's. Raises `VoucherRefused`."""
    named = paying.voucher_title_id
    titles = frozenset((named,)) if named else _titles(transaction.session, None, paying.voucher_section_id)
    facts = PassFacts(titles, paying.voucher_tickets, used, paying.voucher_account_id, paying.voucher_ends)
    why = unfit(facts, paying.title_id, paying.account_id, now)
    if why is not None:
        raise VoucherRefused(why)
    if paying.voucher_tickets > 1:
        kept = update(VoucherRow).where(VoucherRow.digest == paying.voucher_digest)
        transaction.session.execute(kept.values(account_id=paying.account_id))


def put_back(session: Session, order: OrderRow) -> None:
    """An order that became void has used no voucher."""
    used = session.get(VoucherUseRow, order.id)
    if used is not None:
        session.delete(used)


def facts_of_voucher(session: Session, row: VoucherRow) -> PassFacts:
    """The voucher or pass as the rules see it."""
    used = session.scalars(select(VoucherUseRow.title_id).where(VoucherUseRow.voucher == row.digest))
    return PassFacts(
        _titles(session, row.title_id, row.section_id), row.tickets, frozenset(used), row.account_id, row.ends
    )


def _titles(session: Session, title_id: str | None, section_id: str | None) -> frozenset[str] | None:
    if title_id is not None:
        return frozenset((title_id,))
    if section_id is None:
        return None
    section = session.get(SectionRow, section_id)
    return frozenset(section.facts["title_ids"]) if section else frozenset()


def passes_of(session: Session, account_id: str, now: datetime) -> list[dict[str, Any]]:
    """The passes that are this account's and still pay for something, soonest end first."""
    mine = select(VoucherRow).where(VoucherRow.account_id == account_id, VoucherRow.tickets > 1)
    found = []
    for row in session.scalars(mine.order_by(VoucherRow.ends.nulls_last(), VoucherRow.created)):
        facts = facts_of_voucher(session, row)
        if not facts.left or (facts.until is not None and now >= facts.until):
            continue
        section = session.get(SectionRow, row.section_id) if row.section_id else None
        found.append(
            {
                "id": row.digest,
                "section_id": row.section_id,
                "names": section.facts["names"] if section else {},
                "title_ids": sorted(facts.titles - facts.used) if facts.titles is not None else None,
                "used_title_ids": sorted(facts.used),
                "tickets": row.tickets,
                "left": facts.left,
                "ends": time_json(row.ends),
            }
        )
    return found
