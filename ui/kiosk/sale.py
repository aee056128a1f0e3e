"""Selling at a door: how many at which price, then the code on the screen and on paper."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Slot

from core import Cancel, CinemaError, Code, JobRunner, Money, pick
from kiosk import Door, Printer, Screening, SoldHere
from kiosk.receipt_printer import WIDTH_DOTS
from ui.formats import Formats
from ui.kiosk.receipt import receipt
from ui.props import showing

log = logging.getLogger(__name__)

MOST = 20
"""At once."""
METHODS = ("cash", "card")


@dataclass(frozen=True)
class SaleServices:
    """What selling works with."""

    door: Door
    jobs: JobRunner
    formats: Formats
    printer: Printer | None = None
    sold: Callable[[], object] = bool
    """Told after a sale."""


@dataclass(frozen=True)
class SaleInputs:
    """What the sheet is made of. ``step`` is closed, choose, selling, sold, full, alone or failed."""

    formats: Formats
    sells: bool
    step: str = "closed"
    screening: Screening | None = None
    room: str = ""
    left: int = 0
    price: int = 0
    people: int = 1
    sold: SoldHere | None = None
    picture: str = ""
    printed: str = ""
    """none, printing, printed or failed."""


@dataclass(frozen=True)
class SaleProps:
    """What QML shows."""

    sells: bool
    step: str
    film: str
    room: str
    starts: str
    left: int
    prices: tuple[object, ...]
    price: int
    people: int
    most: int
    total: str
    picture: str
    reference: str
    printed: str


def derive_sale(inputs: SaleInputs) -> SaleProps:
    """Prices and what they come to."""
    show, formats, language = inputs.screening, inputs.formats, inputs.formats.language
    prices = show.prices if show else ()
    chosen = prices[inputs.price] if inputs.price < len(prices) else None
    return SaleProps(
        sells=inputs.sells,
        step=inputs.step,
        film=pick(show.names, language) if show else "",
        room=inputs.room,
        starts=formats.moment(show.start_at) if show else "",
        left=inputs.left,
        prices=tuple(
            {"name": pick(price.names, language), "amount": formats.money(Money(price.minor, price.currency))}
            for price in prices
        ),
        price=inputs.price,
        people=inputs.people,
        most=max(1, min(MOST, inputs.left)),
        total=formats.money(Money(chosen.minor * inputs.people, chosen.currency)) if chosen else "",
        picture=inputs.picture,
        reference=inputs.sold.reference if inputs.sold else "",
        printed=inputs.printed,
    )


class SaleViewModel(showing(SaleProps)):  # type: ignore[misc]
    """The sheet that sells."""

    def __init__(self, services: SaleServices) -> None:
        self._services = services
        current = services.door.current()
        self._inputs = SaleInputs(services.formats, services.door.sells and bool(current and current.prices))
        super().__init__(derive_sale(self._inputs))

    @Slot()
    def begin(self) -> None:
        """Sell for the screening that people come to now."""

        def work(_cancel: Cancel) -> tuple[Screening | None, int]:
            screening = self._services.door.current()
            return screening, self._services.door.left(screening) if screening else 0

        self._services.jobs.run(work, self._begun, self._failed)

    @Slot(int)
    def choose(self, price: int) -> None:
        """At this price."""
        self._feed(price=price)

    @Slot(int)
    def count(self, people: int) -> None:
        """So many."""
        self._feed(people=max(1, min(people, derive_sale(self._inputs).most)))

    @Slot(str, str)
    def sell(self, method: str, staff: str) -> None:
        """The till was paid: sell."""
        inputs = self._inputs
        screening = inputs.screening
        if inputs.step != "choose" or screening is None or method not in METHODS:
            return
        price, people = screening.prices[inputs.price], inputs.people

        def work(_cancel: Cancel) -> SoldHere | None:
            return self._services.door.sell(screening, price, people, method, staff)

        self._feed(step="selling")
        self._services.jobs.run(work, self._sold, self._failed)

    @Slot()
    def print_again(self) -> None:
        """Print the receipt once more."""
        if self._inputs.sold is not None:
            self._print(self._inputs.sold)

    @Slot()
    def close(self) -> None:
        """Back to the door."""
        self._feed(step="closed", sold=None, picture="", printed="", people=1)

    def _begun(self, found: tuple[Screening | None, int]) -> None:
        screening, left = found
        if screening is None or not screening.prices:
            self._feed(sells=False)
            return
        programme, formats = self._services.door.programme, self._services.formats
        room = pick(programme.room[screening.room].names, formats.language)
        step = "choose" if left else "full"
        price = self._inputs.price if self._inputs.price < len(screening.prices) else 0
        self._feed(step=step, screening=screening, room=room, left=left, price=price, people=1, sold=None, picture="")

    def _sold(self, sold: SoldHere | None) -> None:
        import segno

        if sold is None:
            self._feed(step="full")
            return
        picture = segno.make(sold.code, error="m", micro=False).png_data_uri(scale=8, border=4)
        self._feed(step="sold", sold=sold, picture=picture, printed="none")
        self._services.sold()
        self._print(sold)

    def _print(self, sold: SoldHere) -> None:
        printer = self._services.printer
        if printer is None:
            return
        png = receipt(sold, self._services.door.programme, self._services.formats, WIDTH_DOTS)

        def work(_cancel: Cancel) -> None:
            printer.print(png)

        self._feed(printed="printing")
        self._services.jobs.run(
            work, lambda _none: self._feed(printed="printed"), lambda _error: self._feed(printed="failed")
        )

    def _failed(self, error: CinemaError) -> None:
        log.error("nothing was sold: %s", error.code)
        self._feed(step="alone" if error.code is Code.OFFLINE else "failed")

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_sale(self._inputs))
