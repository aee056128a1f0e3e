"""The clocks of this machine, as trusted time wants them."""

import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from boxoffice.rules import ClockReading

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clocks(Protocol):
    """Reads the clocks. Implementations: the machine's, and settable ones in tests."""

    def read(self) -> ClockReading:
        """What they say now."""
        ...


class MachineClocks:
    """The wall clock and the clock since the machine's start, which counts its sleep.

    Where the system does not say which start this is, every process counts as one: that is never too generous.
    """

    def __init__(self) -> None:
        try:
            self._boot = BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot = uuid.uuid4().hex

    def read(self) -> ClockReading:
        """What they say now."""
        return ClockReading(datetime.now(UTC), self._boot, _since_boot_ms())


if sys.platform == "linux":

    def _since_boot_ms() -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

else:

    def _since_boot_ms() -> int:
        return time.monotonic_ns() // 1_000_000
