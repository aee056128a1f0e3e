"""What preflight asks of a ledger that another process may hold: read from its file, and nothing is changed."""

from pathlib import Path

from kiosk.clock import Clocks
from kiosk.copies import Copies
from kiosk.ledger_view import LedgerView
from kiosk.records import Kind, read_record
from kiosk.reserve import BYTES, Reserve

_STARTED = f'"kind":"{Kind.STARTED}"'


class LedgerReader(LedgerView):
    """The ledger of a venue as it is on the disk, with what keeps it safe. Raises as `LedgerView`."""

    def __init__(
        self, venue: Path, clocks: Clocks | None = None, *, copies: Path | None = None, reserve_bytes: int = BYTES
    ) -> None:
        super().__init__(venue, clocks)
        self._copies = Copies(copies or venue / "copies")
        self._reserve = Reserve(venue / "reserve", reserve_bytes)

    @property
    def rescued(self) -> object:
        """What was recorded of a rescue at the last start, or none."""
        rows = self._ask(
            "SELECT record FROM audit WHERE seq = "
            "(SELECT max(seq) FROM audit WHERE instr(record, CAST(? AS BLOB))) - 1",
            _STARTED,
        )
        record = read_record(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None
        return record.facts if record and record.kind is Kind.RESCUED else None

    @property
    def short_of_room(self) -> bool:
        """Whether the reserve had to be given up."""
        return not self._reserve.there

    @property
    def copied(self) -> bool:
        """Whether records are written a second time, elsewhere."""
        return self._copies.there
