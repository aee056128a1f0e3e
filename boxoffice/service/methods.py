"""Ways to pay, in the order in which people of a territory expect them."""

from collections.abc import Collection, Mapping

KINDS = ("card", "paypal", "alipay", "wechat_pay")
"""What may be offered, by Stripe's names, in the order for everywhere else."""
_CHINESE = ("alipay", "wechat_pay", "card", "paypal")
_CHINESE_NEXT = ("card", "alipay", "wechat_pay", "paypal")
_ORDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("CN", "HK", "MO"), _CHINESE),
    **dict.fromkeys(("TW", "SG", "MY", "JP", "KR", "TH", "AU", "NZ", "CA"), _CHINESE_NEXT),
    **dict.fromkeys(("DE", "AT", "IT", "BE", "NL", "LU"), ("paypal", "card", "alipay", "wechat_pay")),
}
_CURRENCIES: Mapping[str, Collection[str]] = {
    "paypal": {"AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "NOK", "NZD", "PLN", "SEK", "SGD", "USD"},
    "alipay": {"AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"},
    "wechat_pay": {"AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "SEK", "SGD", "USD"},
}
"""In which a way takes money; a card takes any."""


def in_order(kinds: Collection[str], territory: str, currency: str) -> tuple[str, ...]:
    """Those of ``kinds`` that take the currency, the most expected first; a card where none is left."""
    order = _ORDERS.get(territory.partition("-")[0], KINDS)
    fitting = tuple(kind for kind in order if kind in kinds and currency in _CURRENCIES.get(kind, {currency}))
    return fitting or ("card",)
