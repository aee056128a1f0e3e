"""What payment providers tell of their own accord (webhooks)."""

import logging
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from starlette.responses import JSONResponse, Response

from boxoffice.service.calls import Call
from boxoffice.service.database import Database
from boxoffice.service.orders import Orders
from boxoffice.service.tables import PaymentNoticeRow, PaymentRow
from boxoffice.service.till import Till
from core import Clock

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)


class Notices:
    """Answers ``POST /v1/payments/{provider}/notices``.

    A notice only says where to look: the order is brought to where the provider, asked again, says that it stands.
    So replays, gaps and a wrong order of notices change nothing. It is answered 503 until that look succeeded, and the
    provider sends it once more.
    """

    def __init__(self, database: Database, clock: Clock, till: Till, orders: Orders) -> None:
        self._database = database
        self._clock = clock
        self._till = till
        self._orders = orders

    def receive(self, call: Call) -> Response:
        """Act on a notice whose sender is proven."""
        provider = self._till.provider(call.route["provider"])
        notice = provider.notice(call.body, call.headers.get("stripe-signature", ""))
        named = or_(PaymentRow.reference.in_(notice.references), PaymentRow.charge.in_(notice.references))
        meant = select(PaymentRow.order_id).where(PaymentRow.provider == provider.name, named).distinct()
        with self._database.read() as session:
            known = session.get(PaymentNoticeRow, (provider.name, notice.id))
            orders = [] if known else list(session.scalars(meant))
        for order_id in orders:
            self._orders.fulfil(order_id)
        if known is None:
            row = PaymentNoticeRow(provider=provider.name, id=notice.id, received=self._clock.now())
            with suppress(IntegrityError), self._database.write() as session:
                session.add(row)
        return JSONResponse({"received": True})

    def sweep(self) -> None:
        """Forget notices that no provider repeats any more."""
        with self._database.write() as session:
            session.execute(delete(PaymentNoticeRow).where(PaymentNoticeRow.received < self._clock.now() - KEPT))
