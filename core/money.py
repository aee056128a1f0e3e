"""Money: an integer in the currency's minor unit."""

from dataclasses import dataclass


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

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.minor + other.minor, self.currency)
