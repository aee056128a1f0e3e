"""Receipts as PDF, in the pages' languages."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from starlette.responses import Response

from boxoffice.service import languages
from boxoffice.service.calls import Call
from boxoffice.service.database import Database
from boxoffice.service.identity import Identity
from boxoffice.service.orders import Orders
from boxoffice.service.pages import Pages
from boxoffice.service.payments import PaymentState
from boxoffice.service.problems import not_found
from boxoffice.service.tables import OrderRow, PaymentRow, RefundRow, TitleRow
from boxoffice.service.taxes import Seller, Tax, Taxes
from core import Money, pick

log = logging.getLogger(__name__)
logging.getLogger("fpdf").setLevel(logging.ERROR)  # it would name letters of titles that a font lacks

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/msyh.ttc",
)
"""Fonts with Chinese letters, where the systems put them."""
SIMPLIFIED = 2
"""Noto's place for the shapes of simplified Chinese in its collection."""


@dataclass(frozen=True)
class Receipt:
    """All that a receipt says, before it is written in a language."""

    number: str
    names: dict[str, str]
    """Of the film, by language."""
    bought: datetime
    zone: str
    method: str
    price: Money
    paid: Money
    tax: Tax | None
    refunds: tuple[tuple[datetime, Money], ...]
    seller: Seller

    def lines(self, language: str) -> list[tuple[str, str]]:
        """The rows, each with its label, as the language writes them."""
        _ = languages.words(language).gettext

        def money(amount: Money) -> str:
            return languages.money_text(amount, language)

        rows = [
            (_("Order"), self.number),
            (_("Date"), languages.moment_text(self.bought, self.zone, language)),
            (_("Film ticket"), pick(self.names, language)),
        ]
        tax = self.tax.part_of(self.paid) if self.tax else None
        rate = f"{self.tax.name} {languages.percent_text(self.tax.rate, language)}" if self.tax else ""
        if self.paid != self.price:
            rows.append((_("Price"), money(self.price)))
        if tax is not None and self.tax is not None and self.tax.added and self.paid.minor:
            rows += [(_("Net price"), money(Money(self.paid.minor - tax.minor, tax.currency))), (rate, money(tax))]
        rows.append((_("Total paid"), money(self.paid)))
        if tax is not None and self.tax is not None and not self.tax.added and self.paid.minor:
            rows.append((_("Contains %(tax)s") % {"tax": rate}, money(tax)))
        methods = {
            "stripe": _("Online payment"),
            "venue": _("At the venue"),
            "voucher": _("Voucher"),
            "test": _("Test payment: nothing was charged"),
        }
        rows.append((_("Paid by"), methods.get(self.method, _("Free of charge"))))
        for at, amount in self.refunds:
            day = languages.day_text(at, self.zone, language)
            rows.append((_("Given back on %(day)s") % {"day": day}, money(Money(-amount.minor, amount.currency))))
        if self.refunds:
            left = self.paid.minor - sum(amount.minor for _at, amount in self.refunds)
            rows.append((_("Remaining"), money(Money(left, self.paid.currency))))
        return rows

    def pdf(self, language: str) -> bytes:
        """One page, A4. Without a font for it, in English and in Latin letters."""
        from fpdf import FPDF  # noqa: PLC0415 - a large library, needed for receipts alone

        font = _font()
        language = language if font else "en"
        title = languages.words(language).gettext("Receipt")
        page = FPDF(format="A4")
        page.set_creation_date(self.bought)
        page.set_title(f"{title} {self.number}")
        page.set_author(self.seller.name)
        page.set_lang(language)
        page.set_margin(25)
        page.add_page()
        if font:
            page.add_font("receipt", fname=font, collection_font_number=SIMPLIFIED if "Noto" in font else 0)
        else:
            page.core_fonts_encoding = "cp1252"
        page.set_font("receipt" if font else "Helvetica", size=10)
        for line in (self.seller.name, *self.seller.lines):
            page.multi_cell(0, 6, text=_written(line, font), new_x="LMARGIN", new_y="NEXT")
        page.ln(8)
        page.set_font_size(18)
        page.cell(text=title, new_x="LMARGIN", new_y="NEXT")
        page.ln(4)
        page.set_font_size(10)
        with page.table(borders_layout="HORIZONTAL_LINES", first_row_as_headings=False, col_widths=(2, 3)) as table:
            for label, value in self.lines(language):
                row = table.row()
                row.cell(_written(label, font))
                row.cell(_written(value, font), align="R")
        return bytes(page.output())


class Receipts:
    """Answers ``/v1/orders/{id}/receipt`` and ``/checkout/{secret}/receipt``."""

    def __init__(self, database: Database, identity: Identity, orders: Orders, pages: Pages, taxes: Taxes) -> None:
        self._database = database
        self._identity = identity
        self._orders = orders
        self._pages = pages
        self._taxes = taxes

    def of_viewer(self, call: Call) -> Response:
        """For the viewer who bought. Raises `CinemaError` (not-found)."""
        viewer = self._identity.viewer(call)
        self._orders.get(viewer.account_id, call.route["order_id"])
        return self._answer(call, call.route["order_id"])

    def of_checkout(self, call: Call) -> Response:
        """For whoever holds the checkout address."""
        return self._answer(call, self._orders.order_of_secret(call.route["secret"]))

    def _answer(self, call: Call, order_id: str) -> Response:
        data = self.of(order_id).pdf(self._pages.language(call))
        headers = {"Content-Disposition": f'attachment; filename="receipt-{order_id[:8]}.pdf"'}
        return Response(data, headers=headers, media_type="application/pdf")

    def of(self, order_id: str) -> Receipt:
        """The receipt of a paid order. Raises `CinemaError` (not-found) for any other."""
        with self._database.read() as session:
            order = session.get(OrderRow, order_id)
            if order is None or order.state not in {"paid", "issued", "refunded"}:
                raise not_found()
            title = session.get_one(TitleRow, order.title_id)
            taken = select(PaymentRow).where(PaymentRow.order_id == order_id, PaymentRow.state == PaymentState.APPROVED)
            payment = session.scalar(taken.order_by(PaymentRow.attempt.desc()))
            asked = select(RefundRow).where(RefundRow.order_id == order_id, RefundRow.state.in_(("asked", "made")))
            refunds = session.scalars(asked.order_by(RefundRow.asked)).all()
        bought = payment.settled if payment and payment.settled else order.changed
        zone = order.terms["zone"]
        return Receipt(
            order.id,
            title.facts["names"],
            bought,
            zone,
            order.method or "",
            Money(order.minor, order.currency),
            Money(payment.minor, payment.currency) if payment else Money(0, order.currency),
            self._taxes.on(order.territory, bought.astimezone(ZoneInfo(zone)).date()),
            tuple((refund.asked, Money(refund.minor, refund.currency)) for refund in refunds if refund.minor),
            self._taxes.seller,
        )


@cache
def _font() -> str | None:
    found = next((path for path in FONTS if Path(path).is_file()), None)
    if found is None:
        log.warning("no font with Chinese letters is installed: receipts are written in Latin letters alone")
    return found


def _written(text: str, font: str | None) -> str:
    text = text.replace("\u202f", "\u00a0")  # CLDR's narrow space is in few fonts
    return text if font else text.encode("cp1252", "replace").decode("cp1252")
