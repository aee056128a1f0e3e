"""What the console's pages show, read from the tables."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail
from boxoffice.rules.gross import Figures, Key, lines_of
from boxoffice.service.config import ServiceConfig
from boxoffice.service.reports import takings
from boxoffice.service.screenings import screenings_of, waiting
from boxoffice.service.tables import OrderRow, TicketRow, TitleRow, VoucherRow, VoucherUseRow
from boxoffice.service.terms import avails_of
from core import Money
from core.money import minor_digits

ROWS = 100
CARE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Overview:
    """A day so far."""

    gross: tuple[Money, ...]
    """By currency, as the reports count it."""
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
    capacity: int | None = None
    screenings: int = 0
    """Those whose doors have not closed."""


@dataclass(frozen=True)
class Batch:
    """Vouchers that were made together."""

    title: str
    created: datetime
    made: int
    used: int


def overview(session: Session, config: ServiceConfig, now: datetime) -> Overview:
    """The day of ``now`` in the reporting zone."""
    day = now.astimezone(ZoneInfo(config.reporting_zone)).date()
    sums: dict[str, int] = defaultdict(int)
    admissions = 0
    for key, figures in lines_between(session, config, day, day).items():
        sums[key.currency] += figures.minor
        admissions += figures.admissions
    gross = tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
    late = select(OrderRow).where(OrderRow.state == "paid", OrderRow.changed <= now - CARE_AFTER)
    rows = session.scalars(late.order_by(OrderRow.changed).limit(ROWS))
    return Overview(gross, admissions, tuple((row, Money(row.minor, row.currency)) for row in rows))


def lines_between(session: Session, config: ServiceConfig, first: date, last: date) -> dict[Key, Figures]:
    """What stands for the days ``first`` to ``last``, as the reports count it: days of each film's reporting zone."""
    since = datetime.combine(first, time(), UTC) - timedelta(days=1)
    zones = config.reporting_zones
    lines = lines_of(takings(session, since), lambda title: zones.get(title, config.reporting_zone))
    return {key: figures for key, figures in sorted(lines.items()) if first <= key.day <= last}


def films(session: Session, language: str, page: int, now: datetime) -> tuple[tuple[Film, ...], bool]:
    """One page (from 0) of titles by id, and whether more follow."""
    rows = list(session.scalars(select(TitleRow).order_by(TitleRow.id).offset(page * ROWS).limit(ROWS + 1)))
    counted = select(TicketRow.title_id, func.count()).where(TicketRow.refunded.is_(None)).group_by(TicketRow.title_id)
    sold = {row[0]: int(row[1]) for row in session.execute(counted)}
    avails = avails_of(session)
    ahead = Counter(row.title_id for row in waiting(screenings_of(session), now))
    found = tuple(
        Film(
            row.id,
            title_name(row, language),
            sold.get(row.id, 0),
            tuple(avails.get(row.id, ())),
            row.capacity,
            ahead[row.id],
        )
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


def amount_of(text: str, most: Money) -> Money | None:
    """The amount that was typed; none where it is no positive amount of the currency, or more than ``most``."""
    try:
        minor = Decimal(text.strip().replace(",", ".")[:20]).scaleb(minor_digits(most.currency))
        whole = int(minor) if minor.is_finite() and minor == minor.to_integral_value() else 0
    except (InvalidOperation, ValueError):
        return None
    return Money(whole, most.currency) if 0 < whole <= most.minor else None
