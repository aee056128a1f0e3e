"""Where a request comes from: MaxMind databases, proxies that are trusted, and exceptions that an operator made."""

import ipaddress
import logging
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Lock
from time import monotonic

import maxminddb
from sqlalchemy import select

from boxoffice.rules.places import HIDDEN, UNKNOWN, Place
from boxoffice.service.catalogue import tidy_territory
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.tables import AccountRow, TerritoryExceptionRow
from core import CinemaError, Clock, Code, SystemClock

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
DAYS_AT_MOST = 366
HIDING = ("is_anonymous", "is_anonymous_vpn", "is_anonymous_proxy", "is_public_proxy", "is_tor_exit_node")


class AddressBook:
    """One MMDB file, read anew when it changes. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._stamp = self._stamp_now()
        self._reader = self._open()
        self._looked = monotonic()

    def find(self, address: str) -> dict[str, object]:
        """What the file says of an address; nothing where it says none."""
        self._refresh()
        try:
            found = self._reader.get(address)
        except (maxminddb.InvalidDatabaseError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _open(self) -> maxminddb.Reader:
        try:
            return maxminddb.open_database(str(self._path), maxminddb.MODE_MEMORY)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise CinemaError(Code.FILE_UNREADABLE, f"{self._path} is no readable MMDB database.") from error

    def _stamp_now(self) -> tuple[int, int]:
        try:
            told = self._path.stat()
        except OSError:
            return 0, 0
        return told.st_mtime_ns, told.st_size

    def _refresh(self) -> None:
        with self._lock:
            if monotonic() - self._looked < LOOK_AGAIN_S:
                return
            self._looked = monotonic()
            stamp = self._stamp_now()
            if stamp == self._stamp:
                return
            try:
                self._reader = self._open()
                self._stamp = stamp
                log.info("the database of addresses was read anew")
            except CinemaError:
                log.warning("the database of addresses cannot be read; the one before stays")


class Places:
    """Says where a viewer is. Without a database it says nothing, and the territory asked for is believed."""

    def __init__(self, database: Database, clock: Clock, config: ServiceConfig) -> None:
        self._database = database
        self._clock = clock
        self._countries = AddressBook(config.geoip) if config.geoip else None
        self._hidden = AddressBook(config.geoip_anonymous) if config.geoip_anonymous else None
        if self._countries is None:
            log.warning("no database of addresses: the territory that a viewer asks for is believed")

    def of(self, address: str | None, account_id: str | None = None) -> Place | None:
        """The place of a request; none where no database is configured."""
        if self._countries is None:
            return None
        if account_id is not None and (excepted := self._exception(account_id)):
            return Place(excepted)
        try:
            number = ipaddress.ip_address(address or "")
        except ValueError:
            return UNKNOWN
        number = getattr(number, "ipv4_mapped", None) or number
        if not number.is_global:
            return UNKNOWN
        found = self._countries.find(str(number))
        if self._hides(found.get("traits")) or (self._hidden and self._hides(self._hidden.find(str(number)))):
            return HIDDEN
        return _place(found)

    def _exception(self, account_id: str) -> str | None:
        with self._database.read() as session:
            row = session.get(TerritoryExceptionRow, account_id)
            return row.territory if row and self._clock.now() < row.expires else None

    @staticmethod
    def _hides(traits: object) -> bool:
        return isinstance(traits, dict) and any(traits.get(name) is True for name in HIDING)


def _place(found: dict[str, object]) -> Place:
    country = _code(found.get("country"))
    if country is None:
        return UNKNOWN
    states = found.get("subdivisions")
    state = _code(states[0]) if isinstance(states, list) and states else None
    try:
        return Place(tidy_territory(f"{country}-{state}" if state else country))
    except CinemaError:
        return UNKNOWN


def _code(document: object) -> str | None:
    code = document.get("iso_code") if isinstance(document, dict) else None
    return code if isinstance(code, str) else None


def allow_territory(
    config: ServiceConfig, email: str, territory: str, days: int, reason: str, made_by: str, clock: Clock | None = None
) -> None:
    """Say where an account is, for ``days``, whatever its address says. Raises `CinemaError` (not-found, wrong-use)."""
    code = tidy_territory(territory)
    if not 1 <= days <= DAYS_AT_MOST or not 1 <= len(reason.strip()) <= 255:
        raise CinemaError(Code.WRONG_USE, f"An exception has a reason and holds 1 to {DAYS_AT_MOST} days.")
    now = (clock or SystemClock()).now()
    with closing(Database(config.database_url)) as database, database.write() as session:
        account = session.scalar(select(AccountRow).where(AccountRow.email == email.casefold()))
        if account is None:
            raise CinemaError(Code.NOT_FOUND, "There is no such account.")
        session.merge(
            TerritoryExceptionRow(
                account_id=account.id,
                territory=code,
                expires=now + timedelta(days=days),
                reason=reason.strip(),
                made_by=made_by,
                made=now,
            )
        )
