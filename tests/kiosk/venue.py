"""A venue's clock and ledger, as tests set them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from boxoffice.rules import ClockReading
from kiosk.ledger import Ledger

NOW = datetime(2026, 11, 23, 19, tzinfo=UTC)
RESERVE = 256 << 10


class SetClocks:
    """The machine's clocks, as a test sets them."""

    def __init__(self, wall: datetime = NOW) -> None:
        self.wall, self.boot, self.since_boot_ms = wall, "monday", 0

    def read(self) -> ClockReading:
        return ClockReading(self.wall, self.boot, self.since_boot_ms)

    def forward(self, by: timedelta) -> None:
        self.wall += by
        self.since_boot_ms += int(by.total_seconds() * 1000)

    def reboot(self, wall: datetime) -> None:
        self.wall, self.boot, self.since_boot_ms = wall, self.boot + "+", 0


OpenLedger = Callable[..., Ledger]
