"""What part of a price is tax: the operator's table of rates, and integer arithmetic."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core import CinemaError, Code, Money

PERCENT = 1000
"""A rate is counted in thousandths of a percent."""
WHOLE = 100 * PERCENT


@dataclass(frozen=True)
class Tax:
    """A tax of one territory since some day. Prices contain it always; ``added`` says how a receipt writes it."""

    name: str
    rate: int
    """In thousandths of a percent: 19 % is 19000."""
    since: date
    added: bool = False
    """Whether a receipt begins with the net price and adds the tax, as is usual in the US."""

    def part_of(self, gross: Money) -> Money:
        """The tax contained in ``gross``, rounded to the minor unit, halves away from zero."""
        divisor = WHOLE + self.rate
        tax = (2 * abs(gross.minor) * self.rate + divisor) // (2 * divisor)
        return Money(tax if gross.minor >= 0 else -tax, gross.currency)


@dataclass(frozen=True)
class Seller:
    """Who sells, as receipts name them."""

    name: str = "Smart Cinema"
    lines: tuple[str, ...] = ()
    """Address and tax number."""


@dataclass(frozen=True)
class Taxes:
    """Seller and rates. Rates of the past stay in the table: a receipt uses the one of its day."""

    seller: Seller = Seller()
    rates: Mapping[str, tuple[Tax, ...]] = field(default_factory=dict)

    def on(self, territory: str, day: date) -> Tax | None:
        """The tax in a territory on a day; none where the table has none."""
        held = [tax for tax in self.rates.get(territory, ()) if tax.since <= day]
        return max(held, key=lambda tax: tax.since, default=None)


def read_taxes(path: Path) -> Taxes:
    """The operator's table (TOML). Raises `CinemaError` (wrong-use, file-unreadable)."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The tax table {path} cannot be read.") from error
    except tomllib.TOMLDecodeError as error:
        raise CinemaError(Code.WRONG_USE, f"The tax table {path} is not TOML: {error}.") from error
    try:
        seller = document.get("seller", {})
        rates: dict[str, tuple[Tax, ...]] = {}
        for entry in document.get("tax", []):
            tax = _tax_of(entry)
            for territory in entry["territories"]:
                rates[territory] = (*rates.get(territory, ()), tax)
        return Taxes(Seller(seller.get("name", "Smart Cinema"), tuple(seller.get("lines", ()))), rates)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        message = f"The tax table {path} is not understood: each [[tax]] has territories, name, rate, since, display."
        raise CinemaError(Code.WRONG_USE, message) from error


def _tax_of(entry: dict[str, Any]) -> Tax:
    rate = Decimal(str(entry["rate"])) * PERCENT
    display = entry.get("display", "included")
    since = entry["since"]
    if rate != rate.to_integral_value() or not 0 <= rate < WHOLE or display not in {"included", "added"}:
        raise ValueError
    if not isinstance(entry["name"], str) or type(since) is not date:
        raise TypeError
    return Tax(entry["name"], int(rate), since, display == "added")
