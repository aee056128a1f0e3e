"""Ways to pay come in the order that a territory expects."""

import pytest

from boxoffice.service.methods import KINDS, in_order


@pytest.mark.parametrize(
    ("territory", "currency", "first"),
    [
        ("CN", "CNY", "alipay"),
        ("HK", "HKD", "alipay"),
        ("DE", "EUR", "paypal"),
        ("US-CA", "USD", "card"),
        ("FR", "EUR", "card"),
    ],
)
def test_the_most_expected_comes_first(territory: str, currency: str, first: str) -> None:
    assert in_order(KINDS, territory, currency)[0] == first


def test_what_does_not_take_the_currency_is_left_out_and_a_card_is_always_left() -> None:
    assert in_order(KINDS, "CN", "PLN") == ("card", "paypal")
    assert in_order(("alipay",), "CN", "PLN") == ("card",)
    assert set(in_order(KINDS, "DE", "EUR")) == set(KINDS)
