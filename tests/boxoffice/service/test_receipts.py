"""Receipts: what was paid, what part of it is tax, what went back; as PDF in the buyer's language."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.service import make_vouchers, open_desk, receipts
from boxoffice.service.taxes import Tax, read_taxes
from core import CinemaError, Money

TABLE = """
[seller]
name = "Lichtspiel Köln"
lines = ["Ringstraße 1, 50667 Köln", "DE 123 456 789"]

[[tax]]
territories = ["DE"]
name = "VAT"
rate = "7"
since = 2020-01-01

[[tax]]
territories = ["DE"]
name = "VAT"
rate = "19"
since = 2026-01-01

[[tax]]
territories = ["US"]
name = "Sales tax"
rate = "8.875"
since = 2020-01-01
display = "added"
"""


def words(pdf: bytes) -> str:
    """Without spaces, which a reader of PDF can only guess."""
    with (
        closing(pypdfium2.PdfDocument(pdf)) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as text,
    ):
        return "".join(text.get_text_range().split())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "taxes.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def shop(open_office: Callable[..., Any], table: Path) -> Any:
    return open_office(taxes=table)


def test_a_receipt_says_what_was_bought_and_the_tax_in_it(shop: Any) -> None:
    viewer = shop.newcomer()
    issued = viewer.buy()
    answer = viewer.ask("GET", f"/v1/orders/{issued['id']}/receipt")
    assert answer.headers["Content-Type"] == "application/pdf"
    said = words(answer.content)
    for part in ("LichtspielKöln", "Ringstraße1", "Receipt", issued["id"], "ThePaperMoonpaper-moon", "€6.90"):
        assert part in said
    assert "ContainsVAT19%€1.10" in said
    assert "Testpayment:nothingwascharged" in said


def test_the_checkout_says_what_part_of_the_price_is_tax(shop: Any) -> None:
    page = shop.till().open(shop.newcomer().order().json()["checkout_url"]).text
    assert "Contains VAT 19%" in page
    assert "€1.10" in page


def test_a_receipt_is_written_in_chinese_from_the_page_after_paying(shop: Any) -> None:
    viewer = shop.newcomer()
    order = viewer.order().json()
    till = shop.till("zh-CN")
    done = till.pay(order["checkout_url"])
    path = f"/checkout/{order['checkout_url'].rpartition('/')[2]}/receipt"
    assert f'href="{path}"' in done.text
    said = words(till.open(path).content)
    for part in ("收据", "电影票纸月亮", "€6.90", "其中包含VAT19%", "年"):
        assert part in said


def test_a_receipt_shows_what_went_back(shop: Any) -> None:
    viewer = shop.newcomer()
    issued = viewer.buy()
    with open_desk(shop.config) as desk:
        desk.refunds.give_back(issued["id"], reason="no sound", by="Ada", amount=Money(190, "EUR"))
    said = words(viewer.ask("GET", f"/v1/orders/{issued['id']}/receipt").content)
    assert "-€1.90" in said
    assert "Remaining€5.00" in said
    assert "Ada" not in said


def test_a_voucher_pays_nothing_and_so_contains_no_tax(shop: Any) -> None:
    (code,) = make_vouchers(shop.config, "paper-moon", 1)
    viewer = shop.newcomer()
    order = viewer.order().json()
    viewer.ask("POST", "/v1/vouchers/redeem", {"code": code, "order_id": order["id"]})
    said = words(viewer.ask("GET", f"/v1/orders/{order['id']}/receipt").content)
    assert "Totalpaid€0.00PaidbyVoucher" in said
    assert "VAT" not in said


def test_there_is_no_receipt_of_what_is_not_paid_or_not_yours(shop: Any) -> None:
    viewer = shop.newcomer()
    order = viewer.order().json()
    assert viewer.ask("GET", f"/v1/orders/{order['id']}/receipt").status_code == 404
    issued = shop.newcomer().buy()
    assert viewer.ask("GET", f"/v1/orders/{issued['id']}/receipt").status_code == 404


def test_without_a_chinese_font_a_receipt_is_latin(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = shop.newcomer()
    issued = viewer.buy()
    receipts._font.cache_clear()
    monkeypatch.setattr(receipts, "FONTS", ())
    try:
        said = words(viewer.ask("GET", f"/v1/orders/{issued['id']}/receipt?lang=zh-Hans").content)
    finally:
        receipts._font.cache_clear()
    assert "Receipt" in said
    assert "€6.90" in said


def test_where_tax_is_added_the_net_price_comes_first(table: Path) -> None:
    tax = read_taxes(table).on("US", date(2026, 5, 1))
    assert tax is not None
    assert (tax.added, tax.rate, tax.part_of(Money(1000, "USD"))) == (True, 8875, Money(82, "USD"))


def test_the_rate_is_the_one_of_the_day(table: Path) -> None:
    taxes = read_taxes(table)
    rates = [
        (tax := taxes.on("DE", day)) and tax.rate for day in (date(2019, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert rates == [None, 7000, 19000]
    assert taxes.on("FR", date(2026, 1, 1)) is None


@given(st.integers(0, 10**9), st.integers(0, 99_999))
def test_the_tax_is_the_nearest_whole_minor_unit(gross: int, rate: int) -> None:
    part = Tax("VAT", rate, date(2026, 1, 1)).part_of(Money(gross, "JPY")).minor
    exact_times_divisor = gross * rate
    assert abs(part * (100_000 + rate) - exact_times_divisor) * 2 <= 100_000 + rate
    assert 0 <= part <= gross


@pytest.mark.parametrize(
    "wrong",
    [
        "tax = 1",
        "[[tax]]\nterritories = ['DE']\nname = 'VAT'\nrate = '19.00001'\nsince = 2026-01-01",
        "[[tax]]\nterritories = ['DE']\nname = 'VAT'\nrate = 'much'\nsince = 2026-01-01",
        "[[tax]]\nterritories = ['DE']\nname = 'VAT'\nrate = '19'\nsince = '2026-01-01'",
        "[[tax]]\nname = 'VAT'\nrate = '19'\nsince = 2026-01-01",
        "[[tax]]\nterritories = ['DE']\nname = 'VAT'\nrate = '19'\nsince = 2026-01-01\ndisplay = 'hidden'",
        "not TOML",
    ],
)
def test_a_wrong_table_is_refused_at_the_start(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "taxes.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(CinemaError):
        read_taxes(path)
