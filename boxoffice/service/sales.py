"""What a purchase asks the database and what it writes, in as few statements as there can be.

PostgreSQL writes all rows of a step in one statement. Who may buy is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import (
    ColumnClause,
    Insert,
    Update,
    and_,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import Table as SqlTable

from boxoffice.rules import Avail
from boxoffice.service.accounts import bucket_of
from boxoffice.service.prepared import Prepared, Transaction
from boxoffice.service.tables import (
    AttemptRow,
    CatalogueVersionRow,
    IdempotencyRow,
    OrderRow,
    Table,
    TicketRow,
    TitleRow,
    VoucherRow,
    VoucherUseRow,
)
from boxoffice.service.terms import avails_of

TITLES_KEPT = 4096


def _of(row: type[Table]) -> SqlTable:
    table = row.__table__
    assert isinstance(table, SqlTable)  # noqa: S101 - what SQLAlchemy's own stubs leave open
    return table


_ORDER, _TITLE, _KEY = _of(OrderRow), _of(TitleRow), _of(IdempotencyRow)
_VOUCHER, _USE, _TICKET = _of(VoucherRow), _of(VoucherUseRow), _of(TicketRow)
_VERSION, _ATTEMPT = _of(CatalogueVersionRow), _of(AttemptRow)

_IS_OPEN: ColumnClause[bool] = literal_column("purchase.state IN ('draft', 'pending', 'paid')")
"""Written out, so that PostgreSQL sees that the index of open orders fits."""


def _rows(table: SqlTable, *columns: str) -> Insert:
    """An insertion whose parameters are named after table and column."""
    return insert(table).values({name: bindparam(f"{table.name}_{name}") for name in columns})


class Step:
    """Changes that are written together, from parameters named ``table_column``."""

    def __init__(self, *changes: Insert | Update) -> None:
        *first, last = changes
        at_once = last.add_cte(*(change.cte(f"part_{number}") for number, change in enumerate(first)))
        self._at_once, self._one_by_one = (Prepared(at_once),), tuple(Prepared(change) for change in changes)

    def write(self, transaction: Transaction, values: Mapping[str, Mapping[str, object]]) -> None:
        """Write them, with the values of each table. No row may need another one's trigger in the same step."""
        named = {f"{table}_{column}": value for table, row in values.items() for column, value in row.items()}
        for change in self._at_once if transaction.is_postgresql else self._one_by_one:
            transaction.ask(change, named)


@dataclass(frozen=True)
class Wish:
    """What stands against or beside a new order."""

    catalogue: int
    """The version of the catalogue that this was read with."""
    is_known: bool
    """Whether there is such a title."""
    capacity: int | None
    named: str | None
    """The order that the key named before."""
    asked: str | None
    """Digest of what that was asked for."""
    open: str | None
    """The person's open order for the title."""
    open_state: str | None
    open_territory: str | None
    open_screening: str | None


_WISH = Prepared(
    select(
        _VERSION.c.version.label("catalogue"),
        _TITLE.c.id.is_not(None).label("is_known"),
        _TITLE.c.capacity,
        _KEY.c.order_id.label("named"),
        _KEY.c.request_sha256.label("asked"),
        _ORDER.c.id.label("open"),
        _ORDER.c.state.label("open_state"),
        _ORDER.c.territory.label("open_territory"),
        _ORDER.c.screening_id.label("open_screening"),
    ).select_from(
        _VERSION.outerjoin(_TITLE, _TITLE.c.id == bindparam("title"))
        .outerjoin(_KEY, and_(_KEY.c.account_id == bindparam("account"), _KEY.c.key == bindparam("key")))
        .outerjoin(
            _ORDER, and_(_ORDER.c.account_id == bindparam("account"), _ORDER.c.title_id == bindparam("title"), _IS_OPEN)
        )
    )
)


def wish(transaction: Transaction, account_id: str, title_id: str, key: str) -> Wish:
    """What is there already, in one look; it locks nothing, so that a race shows when the order is written."""
    given = {"account": account_id, "title": title_id, "key": key}
    return Wish(**vars(transaction.ask(_WISH, given)[0]))


class Avails:
    """Avails of titles as they were at a version of the catalogue. Thread-safe."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, list[Avail]]] = {}

    def of(self, transaction: Transaction, title_id: str, version: int) -> list[Avail]:
        """A title's avails, read anew where the catalogue has changed; ``version`` is its version now."""
        kept = self._kept.get(title_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        if len(self._kept) >= TITLES_KEPT:
            self._kept.clear()
        found = avails_of(transaction.session, title_id).get(title_id, [])
        self._kept[title_id] = (version, found)
        return found


ORDER_COLUMNS = tuple(column.name for column in _ORDER.columns)
_TICKET_COLUMNS = tuple(
    column.name
    for column in _TICKET.columns
    if column.name not in {"started", "thumbprint", "device_name", "refunded", "claimed"}
)
ORDER = Step(_rows(_ORDER, *ORDER_COLUMNS), _rows(_KEY, "account_id", "key", "request_sha256", "order_id"))
"""A new order, and the key that named it."""
_CLOSING = ("state", "changed", "method", "payment", "gift")
_CLOSED = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("purchase_id"))
    .values({name: bindparam(f"purchase_{name}") for name in _CLOSING})
)
REDEEMED = Step(_rows(_USE, "order_id", "voucher", "title_id"), _rows(_TICKET, *_TICKET_COLUMNS), _CLOSED)
"""An order that a voucher paid for, and its ticket."""


_PAYING = Prepared(
    select(_ORDER, _TITLE.c.capacity, *(column.label(f"voucher_{column.name}") for column in _VOUCHER.columns))
    .select_from(
        _ORDER.join(_TITLE, _TITLE.c.id == _ORDER.c.title_id).join(_VOUCHER, _VOUCHER.c.digest == bindparam("named"))
    )
    .where(_ORDER.c.id == bindparam("order"))
    .with_for_update(of=[_ORDER, _VOUCHER])
)
_USES = Prepared(
    select(_ATTEMPT.c["count"].label("wrong"), _USE.c.order_id, _USE.c.voucher, _USE.c.title_id)
    .select_from(
        _ORDER.outerjoin(
            _ATTEMPT, and_(_ATTEMPT.c.bucket == bindparam("bucket"), _ATTEMPT.c.resets > bindparam("now"))
        ).outerjoin(_USE, or_(_USE.c.voucher == bindparam("named"), _USE.c.order_id == bindparam("order")))
    )
    .where(_ORDER.c.id == bindparam("order"))
)


def paying(transaction: Transaction, order_id: str, named: str) -> SimpleNamespace | None:
    """The order and the voucher of this digest, both locked; none where either is not there."""
    return next(iter(transaction.ask(_PAYING, {"order": order_id, "named": named})), None)


@dataclass(frozen=True)
class Uses:
    """What a voucher has paid for, and what has paid an order."""

    wrong: int
    """How many wrong codes the person tried of late."""
    titles: frozenset[str]
    """The titles that the voucher has paid for."""
    paid_by: str | None
    """The voucher that paid the order."""


def uses(transaction: Transaction, order_id: str, account_id: str, named: str, now: datetime) -> Uses:
    """Read after the lock of `paying`, which others may have waited with."""
    given = {"order": order_id, "named": named, "bucket": bucket_of(f"voucher:{account_id}"), "now": now}
    rows = transaction.ask(_USES, given)
    return Uses(
        rows[0].wrong or 0,
        frozenset(row.title_id for row in rows if row.voucher == named),
        next((row.voucher for row in rows if row.order_id == order_id), None),
    )
