"""A ledger that another process may hold, to look into: which files count, who is inside, what time it is."""

from datetime import UTC, datetime
from pathlib import Path

from boxoffice.rules import Mark, TrustedTime, trusted_time
from films import SigningKey
from kiosk.clock import Clocks, MachineClocks
from kiosk.ledger_file import looking_into
from kiosk.operator_files import AcceptedFiles


class LedgerView:
    """Reads a venue's ledger anew at every question. Raises `CinemaError`: file-missing, ledger-unwritable."""

    def __init__(self, venue: Path, clocks: Clocks | None = None) -> None:
        self._venue, self._clocks = venue, clocks or MachineClocks()
        self._mark = self._read_mark()

    @property
    def device(self) -> str:
        """How this device is named."""
        return SigningKey.load_or_create(self._venue / "device-key.pem").key_id

    @property
    def files(self) -> AcceptedFiles:
        """Programme and lists of tickets, as they count."""
        return AcceptedFiles(self._venue, self.accepted)

    def accepted(self, name: str) -> tuple[int, str] | None:
        """The number and SHA-256 of the signed file ``name`` that counts."""
        rows = self._ask("SELECT number, sha256 FROM accepted WHERE name = ?", name)
        return (int(str(rows[0][0])), str(rows[0][1])) if rows else None

    def inside(self, screening: str) -> int:
        """How many were let in."""
        rows = self._ask("SELECT coalesce(sum(people), 0) FROM admissions WHERE screening = ?", screening)
        return int(str(rows[0][0]))

    def time(self) -> TrustedTime:
        """The time that everything here is judged by; it goes on from the mark that was read last."""
        return trusted_time(self._clocks.read(), self._mark)

    def look(self) -> None:
        """Read the mark anew: staff may have confirmed the clock."""
        self._mark = self._read_mark()

    def _read_mark(self) -> Mark | None:
        rows = self._ask("SELECT time, boot, since_boot_ms FROM mark")
        if not rows:
            return None
        time, boot, since_boot_ms = rows[0]
        return Mark(datetime.fromisoformat(str(time)).astimezone(UTC), str(boot), int(str(since_boot_ms)))

    def _ask(self, sql: str, *values: str) -> list[tuple[object, ...]]:
        with looking_into(self._venue / "ledger.sqlite3") as db:
            db.execute("PRAGMA busy_timeout = 5000")
            return db.execute(sql, values).fetchall()
