"""Staff's PINs: argon2id, five tries, then waits that double, whatever is done to the clock or the power.

A wait counts only time that this machine ran: by the clock since its start, never by the wall clock, and from the
beginning again after a restart.
"""

import contextlib
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core import CinemaError, Code
from core.file_lock import FileLock
from core.records import from_plain, to_plain
from core.strict_json import Json, dump_json, parse_json
from core.whole_file import write_whole
from films import SigningKey
from kiosk.clock import Clocks, MachineClocks
from kiosk.records import Kind
from kiosk.show_journal import ShowJournal

log = logging.getLogger(__name__)

TYPE = "smart-cinema pins 1"
TRIES = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 24 * 3600
MOST = 12
"""PINs, as a try is compared with each."""
JOURNAL = "pins"
_PIN = re.compile(r"[0-9]{4,12}")
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 << 10, parallelism=1)


class Role(StrEnum):
    """What somebody may do. A manager may do all that an operator may."""

    OPERATOR = "operator"
    MANAGER = "manager"

    def covers(self, needed: "Role") -> bool:
        """Whether who has this role may do what needs the other."""
        return self is Role.MANAGER or needed is Role.OPERATOR


@dataclass(frozen=True)
class PinAnswer:
    """What came of a try."""

    role: Role | None
    """None where it was refused."""
    wait_s: int = 0
    """So long no try counts."""
    left: int = TRIES
    """Tries before the next wait."""
    staff: str = ""
    """Whose PIN it was, where it is one person's."""


@dataclass(frozen=True)
class _Pins:
    type: str = TYPE
    hashes: Mapping[str, str] = field(default_factory=dict)
    failures: int = 0
    wait_ms: int = 0
    boot: str = ""
    since_boot_ms: int = 0


def has_pin(venue: Path) -> bool:
    """Whether staff have a PIN here."""
    return StaffPins(venue).there


class StaffPins:
    """The PINs of one venue; several processes may ask at once."""

    def __init__(self, venue: Path, clocks: Clocks | None = None, window: str = "") -> None:
        """``window`` says in the audit chain where a PIN was used."""
        self._window = window
        self._file, self._clocks = venue / "pins.json", clocks or MachineClocks()

    @property
    def there(self) -> bool:
        """Whether there is any."""
        return bool(self._read().hashes)

    def choose(self, role: Role, pin: str, staff: str = "") -> None:
        """Set the PIN of a role, or of one person who has it.

        Raises `CinemaError` (wrong-use) for one that is malformed or somebody else's, and for more than `MOST` of them.
        """
        staff = " ".join(staff.split())[:60]
        owner = f"{role}:{staff}" if staff else str(role)
        if not _PIN.fullmatch(pin) or len(set(pin)) == 1:
            raise CinemaError(Code.WRONG_USE, "A PIN is four to twelve digits, not all the same.")
        with self._alone():
            pins = self._read()
            if any(_fits(pin, known) for name, known in pins.hashes.items() if name != owner):
                raise CinemaError(Code.WRONG_USE, "Somebody else has this PIN; choose a different one.")
            if owner not in pins.hashes and len(pins.hashes) >= MOST:
                raise CinemaError(Code.WRONG_USE, f"There are {MOST} PINs already; change one of them.")
            self._write(replace(pins, hashes={**pins.hashes, owner: _HASHER.hash(pin)}))

    def check(self, pin: str) -> PinAnswer:
        """Try a PIN. The try is on the disk before it is looked at, so that no restart gives it back.

        What came of it goes into the venue's audit chain with the role and whose PIN it is, never the digits.
        Blocks for about a quarter of a second. Raises `CinemaError` (file-unreadable) where it cannot be recorded.
        """
        with self._alone():
            pins = self._waiting(self._read())
            if pins.wait_ms:
                return self._noted("locked", self._refused(pins))
            failures = pins.failures + 1
            over = failures - TRIES
            wait_s = min(FIRST_WAIT_S << min(over, 20), LONGEST_WAIT_S) if over >= 0 else 0
            self._write(self._stamped(replace(pins, failures=failures, wait_ms=wait_s * 1000)))
            owner = next((owner for owner, known in pins.hashes.items() if _fits(pin, known)), None)
            if owner is None:
                return self._noted("wrong", self._refused(self._read()))
            self._write(replace(pins, failures=0, wait_ms=0))
            role, _, staff = owner.partition(":")
            return self._noted("right", PinAnswer(Role(role), staff=staff))

    def _noted(self, what: str, answer: PinAnswer) -> PinAnswer:
        """Into a journal that the ledger takes in, which another process may hold. A full disk locks nobody out."""
        facts: dict[str, Json] = {
            "role": str(answer.role or ""), "staff": answer.staff, "window": self._window,
            "left": answer.left, "wait_s": answer.wait_s,
        }  # fmt: skip
        try:
            device = SigningKey.load_or_create(self._file.with_name("device-key.pem")).key_id
            with closing(ShowJournal(self._file.parent, device, JOURNAL)) as journal:
                journal.write(self._clocks.read().wall, "unsure", what, facts, Kind.PIN)
        except (CinemaError, OSError) as error:
            log.error("the use of a PIN is in no journal: %s", error)
        return answer

    def state(self) -> PinAnswer:
        """Whether a try counts now; it is none itself."""
        with self._alone():
            return self._refused(self._waiting(self._read()))

    def _waiting(self, pins: _Pins) -> _Pins:
        """The wait that is left now; kept again after a restart, from which it begins anew."""
        if not pins.wait_ms:
            return pins
        now = self._clocks.read()
        if now.boot != pins.boot or now.since_boot_ms < pins.since_boot_ms:
            pins = self._stamped(pins)
            self._write(pins)
        left = pins.wait_ms - (now.since_boot_ms - pins.since_boot_ms)
        return replace(pins, wait_ms=max(0, left))

    def _stamped(self, pins: _Pins) -> _Pins:
        now = self._clocks.read()
        return replace(pins, boot=now.boot, since_boot_ms=now.since_boot_ms)

    def _refused(self, pins: _Pins) -> PinAnswer:
        return PinAnswer(None, -(-pins.wait_ms // 1000), max(0, TRIES - pins.failures))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(self._file.with_suffix(".lock"))
        deadline = time.monotonic() + 10
        while not lock.take():
            if time.monotonic() > deadline:
                raise CinemaError(Code.FILE_UNREADABLE, "Somebody else is trying a PIN; try again.")
            time.sleep(0.02)
        try:
            yield
        finally:
            lock.release()

    def _read(self) -> _Pins:
        """Raises `CinemaError` (file-unreadable): a file that cannot be read opens nothing."""
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return _Pins()
        except OSError as error:
            raise CinemaError(Code.FILE_UNREADABLE, f"The PINs cannot be read: {error.strerror}.") from error
        return from_plain(
            parse_json(data, 16 << 10, Code.FILE_UNREADABLE, "The file of PINs"), _Pins, "pins", Code.FILE_UNREADABLE
        )

    def _write(self, pins: _Pins) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, dump_json(to_plain(pins)))
            self._file.chmod(0o600)
        except OSError as error:
            raise CinemaError(Code.FILE_UNREADABLE, f"The try cannot be recorded: {error.strerror}.") from error


def _fits(pin: str, known: str) -> bool:
    try:
        return bool(known) and _HASHER.verify(known, pin)
    except (VerificationError, InvalidHashError):
        return False
