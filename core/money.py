"""Money: an integer in the currency's minor unit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Currencies whose minor unit is not a hundredth (ISO 4217, list one)."""


@dataclass(frozen=True, order=False)
class Money:
    """An amount such as ``Money(690, "EUR")`` (six euro ninety)."""

    minor: int
    currency: str
    """ISO 4217, upper case."""

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            msg = f"not an ISO 4217 currency: {self.currency!r}"
            raise ValueError(msg)

    @property
    def decimal(self) -> "Decimal":
        """The amount in the currency's own unit, exact: ``Money(690, "EUR")`` is 6.90, ``Money(690, "JPY")`` is 690."""
        from decimal import Decimal  # noqa: PLC0415 - no amount is written before the first frame

        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.minor + other.minor, self.currency)


def minor_digits(currency: str) -> int:
    """How many decimal places the minor unit of an ISO 4217 currency has."""
    return _DIGITS.get(currency, 2)
