"""What the console's pages show, read from the tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail
from boxoffice.service.tables import OrderRow, TicketRow, TitleRow, VoucherRow, VoucherUseRow
from boxoffice.service.terms import avails_of
from core import Money

ROWS = 100
CARE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Overview:
    """A day (UTC) so far."""

    gross: tuple[Money, ...]
    """By currency, without refunded tickets."""
    admissions: int
    care: tuple[tuple[OrderRow, Money], ...]
    """Paid, and without a ticket for `CARE_AFTER`; oldest first."""


@dataclass(frozen=True)
class Film:
    """A title with its avails."""

    id: str
    name: str
    sold: int
    avails: tuple[Avail, ...]


@dataclass(frozen=True)
class Batch:
    """Vouchers that were made together."""

    title: str
    created: datetime
    made: int
    used: int


def overview(session: Session, now: datetime) -> Overview:
    """The day of ``now``."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    sums = (
        select(TicketRow.currency, func.sum(TicketRow.minor))
        .where(TicketRow.bought >= day, TicketRow.refunded.is_(None))
        .group_by(TicketRow.currency)
        .order_by(TicketRow.currency)
    )
    gross = tuple(Money(int(minor), currency) for currency, minor in session.execute(sums))
    admissions = session.scalar(select(func.count()).select_from(TicketRow).where(TicketRow.started >= day)) or 0
    late = select(OrderRow).where(OrderRow.state == "paid", OrderRow.changed <= now - CARE_AFTER)
    rows = session.scalars(late.order_by(OrderRow.changed).limit(ROWS))
    return Overview(gross, admissions, tuple((row, Money(row.minor, row.currency)) for row in rows))


def films(session: Session, language: str, page: int) -> tuple[tuple[Film, ...], bool]:
    """One page (from 0) of titles by id, and whether more follow."""
    rows = list(session.scalars(select(TitleRow).order_by(TitleRow.id).offset(page * ROWS).limit(ROWS + 1)))
    counted = select(TicketRow.title_id, func.count()).where(TicketRow.refunded.is_(None)).group_by(TicketRow.title_id)
    sold = {row[0]: int(row[1]) for row in session.execute(counted)}
    avails = avails_of(session)
    found = tuple(
        Film(row.id, title_name(row, language), sold.get(row.id, 0), tuple(avails.get(row.id, ())))
        for row in rows[:ROWS]
    )
    return found, len(rows) > ROWS


def batches(session: Session, language: str) -> tuple[Batch, ...]:
    """The newest batches of vouchers."""
    query = (
        select(TitleRow, VoucherRow.created, func.count(), func.count(VoucherUseRow.order_id))
        .join(TitleRow, TitleRow.id == VoucherRow.title_id)
        .outerjoin(VoucherUseRow, VoucherUseRow.voucher == VoucherRow.digest)
        .group_by(TitleRow.id, VoucherRow.created)
        .order_by(VoucherRow.created.desc(), TitleRow.id)
        .limit(ROWS)
    )
    return tuple(Batch(title_name(row, language), at, made, used) for row, at, made, used in session.execute(query))


def title_name(row: TitleRow, language: str) -> str:
    """The title in this language, or in English, or its id."""
    names = row.facts.get("names", {})
    return str(names.get(language) or names.get("en") or row.id)
