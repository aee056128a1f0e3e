"""Hands in what happened and fetches what the device goes by: over the line when there is one, or on a stick."""

import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from boxoffice.client import Given, Here, Item, packed
from boxoffice.rules.sealed_files import seal
from core import Cancel, CinemaError, Code, Progress, base64url
from core.whole_file import write_whole
from films import SigningKey
from kiosk.enrolment import Membership
from kiosk.ledger import Ledger, sha256_of
from kiosk.licences import take_licence
from kiosk.operator_files import OperatorFiles
from kiosk.outbox import Counts, Outbox, forgetting_before

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 1.0, 600.0
AGAIN = 409


class Line(Protocol):
    """A line to the box office. Implementation: `boxoffice.client.VenueLine`."""

    def have(self, cancel: Cancel) -> Here:
        """What the box office has of this device."""
        ...

    def hand_in(
        self, batch: str, records: tuple[str, ...], heads: tuple[str, ...], cancel: Cancel
    ) -> tuple[list[Item], str]:
        """What became of each record, and the receipt."""
        ...

    def files(self, known: frozenset[str], cancel: Cancel) -> tuple[Given, ...]:
        """What the device should go by and does not have."""
        ...


@dataclass(frozen=True)
class SyncReport:
    """What one sync did."""

    handed_in: int
    counts: Counts
    taken: tuple[str, ...]
    """What is new here, by kind and number."""
    refused: tuple[str, ...]
    """What could not be taken, and why."""
    sent_again: int
    """Records that the box office had lost."""
    rolled_back: bool
    """Whether this device's disk was put back to an earlier day."""
    forgotten: int


def pause_s(failures: int, chance: Callable[[], float] = random.random) -> float:
    """How long to wait after so many failures in a row: 1 s to 10 min, spread so that venues do not come together."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 20)) * (0.5 + chance() / 2)


@dataclass
class _Done:
    handed_in: int = 0
    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Sync:
    """Syncs one device. One at a time; blocks."""

    def __init__(self, folder: Path, ledger: Ledger, membership: Membership) -> None:
        self._folder, self._ledger, self._membership = folder, ledger, membership
        self.outbox = Outbox(ledger)

    def run(self, line: Line, progress: Progress, cancel: Cancel) -> SyncReport:
        """Everything that can be done now. What was done before an error stays done.

        Raises `CinemaError`: as the line does (a passing one: try again after `pause_s`; sign-in-needed: enrol again,
        nothing is lost), or as the ledger does.
        """
        lost, rolled_back = self.outbox.compare(line.have(cancel))
        done = _Done()
        self._hand_in(line, done, progress, cancel)
        self._fetch(line, done, cancel)
        forgotten = self.outbox.forget(forgetting_before(self._ledger))
        return SyncReport(
            done.handed_in,
            self.outbox.counts(),
            tuple(done.taken),
            tuple(done.refused),
            lost,
            rolled_back,
            forgotten,
        )

    def write_stick(self, folder: Path) -> Path | None:
        """Everything that waits, as one signed and encrypted file; none where nothing waits. Raises ``OSError``."""
        batch = self.outbox.whole()
        if batch is None:
            return None
        signer = SigningKey.load_or_create(self._folder / "device-key.pem")
        to = base64url.decode(self._membership.certificate.sync_key)
        data = seal(packed(batch.records, batch.heads), batch.key, signer, to)
        file = folder / f"{self._membership.certificate.device[:8]}-{batch.seqs[0]}-{batch.seqs[-1]}.scsync"
        write_whole(file, data)
        return file

    def take_receipt(self, text: str) -> int:
        """Take the receipt for a stick; how many records it covers. Raises `CinemaError` (programme-refused)."""
        return self.outbox.take_receipt(text, self._membership.trusted)

    def _hand_in(self, line: Line, done: _Done, progress: Progress, cancel: Cancel) -> None:
        total = self.outbox.counts().waiting
        while (batch := self.outbox.next_batch()) is not None:
            cancel.check()
            try:
                items, receipt = line.hand_in(batch.key, batch.records, batch.heads, cancel)
            except CinemaError as error:
                status = error.details.get("status")
                if status not in (400, 404, 413, 422):
                    raise
                log.error("the box office refused %d records whole: %s", len(batch.seqs), status)
                self.outbox.split(batch, int(str(status)))
                continue
            self.outbox.answered(batch, items, receipt, self._membership.trusted)
            became = Counter(item.status for item in items)
            done.handed_in += became[200] + became[201]
            progress(done.handed_in / max(total, done.handed_in, 1), "hand-in")
            if became[AGAIN] == len(items):
                raise CinemaError(Code.SERVER_ERROR, "The box office is busy with this device; try again in a while.")

    def _fetch(self, line: Line, done: _Done, cancel: Cancel) -> None:
        files = OperatorFiles(self._folder, self._ledger)
        rows = self._ledger.ask("SELECT sha256 FROM accepted")
        for given in line.files(frozenset(str(sha256) for (sha256,) in rows), cancel):
            try:
                if self._take(files, given):
                    done.taken.append(f"{given.kind} {given.seq}")
            except CinemaError as error:
                if error.code not in (Code.PROGRAMME_REFUSED, Code.LICENCE_REFUSED):
                    raise
                done.refused.append(f"{given.kind} {given.seq}: {error.message}")

    def _take(self, files: OperatorFiles, given: Given) -> bool:
        """Whether it counts from now on."""
        kind = given.kind.partition(" ")[0]
        takes: dict[str, Callable[[str], object]] = {
            "programme": files.take_programme,
            "revoked": files.take_revoked,
            "sold": files.take_sold,
            "devices": lambda text: take_devices(self._folder, self._ledger, text, self._membership),
            "licence": lambda text: take_licence(self._folder, self._ledger, text),
        }
        known = self._ledger.accepted(given.kind)
        if kind not in takes or (known is not None and known[0] >= given.seq):
            return False
        takes[kind](given.text)
        return True


def take_devices(folder: Path, ledger: Ledger, text: str, membership: Membership) -> None:
    """Know the venue's devices by this list. Raises `CinemaError` (programme-refused), or as the ledger does."""
    devices = membership.devices(text)
    data = text.strip().encode("ascii")
    write_whole(folder / "devices.coming", data)
    ledger.accept("devices", devices.seq, sha256_of(data))
    (folder / "devices.coming").replace(folder / "devices.jws")
