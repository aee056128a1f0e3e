"""Whatever people do, in whatever order: no voucher pays twice, no order makes two tickets, no money is counted twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from boxoffice.service import ServiceConfig, make_passes, make_vouchers, migrate, publish
from boxoffice.service.database import Database
from boxoffice.service.desk import Desk, desk_of
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import AccountRow, OrderRow, TicketRow, VoucherUseRow
from boxoffice.service.vouchers import Scope
from core import CinemaError, SystemClock

PEOPLE, TITLES = ("mei", "li"), ("paper-moon", "coming-soon")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("order", "voucher", "cancel", "refund", "pay", "fulfil")),
        st.sampled_from(PEOPLE),
        st.sampled_from(TITLES),
        st.integers(0, 3),
    ),
    max_size=25,
)


class Shop:
    def __init__(self, config: ServiceConfig, database: Database, desk: Desk) -> None:
        self.config, self.database, self.desk = config, database, desk
        self.round = 0

    def live(self, acts: list[tuple[str, str, str, int]]) -> None:
        """A world of its own for every example: new people, new codes."""
        self.round += 1
        people = {name: f"{name}-{self.round}" for name in PEOPLE}
        with self.database.write() as session:
            session.add_all(
                AccountRow(id=who, email=f"{who}@example.org", name="x", password_hash="-", created=SystemClock().now())
                for who in people.values()
            )
        codes = (
            *make_vouchers(self.config, "paper-moon", 2),
            *make_vouchers(self.config, "coming-soon", 1),
            *make_passes(self.config, Scope(tickets=2), 1),
        )
        orders: dict[tuple[str, str], str] = {}
        for number, (act, name, title, which) in enumerate(acts):
            order = orders.get((name, title), "")
            with suppress(CinemaError):
                if act == "order":
                    key = f"00000000-0000-4000-8000-{self.round * 100 + number % 7:012d}"
                    orders[name, title] = self.desk.orders.place(people[name], title, "DE", key)["id"]
                elif act == "voucher":
                    self.desk.orders.redeem(order, codes[which], people[name])
                elif act == "cancel":
                    self.desk.orders.cancel(people[name], order)
                elif act == "refund":
                    self.desk.refunds.give_back(order, reason="wish", by="staff")
                elif act == "pay":
                    self.desk.orders.start_payment(order, again=True)
                else:
                    self.desk.orders.fulfil(order)
        self.check(set(people.values()))

    def check(self, people: set[str]) -> None:
        with self.database.read() as session:
            orders = {row.id: row for row in session.scalars(select(OrderRow).where(OrderRow.account_id.in_(people)))}
            tickets = list(session.scalars(select(TicketRow).where(TicketRow.order_id.in_(orders))))
            uses = list(session.scalars(select(VoucherUseRow).where(VoucherUseRow.order_id.in_(orders))))
        assert max(Counter(ticket.order_id for ticket in tickets).values(), default=0) <= 1
        standing = {ticket.order_id for ticket in tickets if ticket.refunded is None}
        assert standing == {order.id for order in orders.values() if order.state == "issued"}
        paid = {use.order_id for use in uses}
        assert paid >= {order.id for order in orders.values() if order.state == "issued"}
        assert max(Counter((use.voucher, use.title_id) for use in uses).values(), default=0) <= 1
        assert max(Counter(use.voucher for use in uses).values(), default=0) <= 2
        open_orders = Counter(
            (o.account_id, o.title_id) for o in orders.values() if o.state in {"draft", "pending", "paid"}
        )
        assert max(open_orders.values(), default=0) <= 1


@pytest.fixture
def shop(config: ServiceConfig, films_folder: Path) -> Iterator[Shop]:
    migrate(config.database_url)
    publish(config, films_folder / "publication.toml")
    database = Database(config.database_url)
    clock = SystemClock()
    yield Shop(config, database, desk_of(config, database, clock, Strongroom(config.data_dir), lambda _order: None))
    database.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_people_do_nothing_is_spent_twice(shop: Shop, acts: list[tuple[str, str, str, int]]) -> None:
    shop.live(acts)
