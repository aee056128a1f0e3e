"""People who can sign in: argon2id hashes, and few tries."""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice.service.database import Database, insert_once
from boxoffice.service.tables import AccountRow, AttemptRow
from core import Clock

log = logging.getLogger(__name__)

PASSWORD_LENGTH = range(8, 257)
TRIES_PER_EMAIL_AND_PLACE = 5
TRIES_PER_EMAIL = 20
"""From everywhere: more than one place may use up, so that no single stranger keeps a person out."""
TRIES_PER_PLACE = 30
ACCOUNTS_PER_PLACE = 20
WAIT = timedelta(minutes=15)
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")
_HASHING_AT_ONCE = 2
_HASHER = PasswordHasher()


class AccountRefused(Exception):
    """``args[0]`` is a code for the page: wrong, wait, wait-hour, taken, email, password or name."""


@dataclass(frozen=True)
class Person:
    """Who an account belongs to."""

    id: str
    email: str
    name: str


class Accounts:
    """Opens accounts and checks passwords. Thread-safe."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._hashing = BoundedSemaphore(_HASHING_AT_ONCE)
        self._nobody = _HASHER.hash("nobody has this password")

    def open(self, email: str, password: str, name: str, place: str) -> Person:
        """Open an account. Raises `AccountRefused`."""
        email, name = tidy_email(email), unicodedata.normalize("NFC", " ".join(name.split()))
        _require_length(password)
        if not 1 <= len(name) <= 80 or any(unicodedata.category(letter).startswith("C") for letter in name):
            msg = "name"
            raise AccountRefused(msg)
        self.spend({f"open:{place}": ACCOUNTS_PER_PLACE})
        hashed = self.hashed(password)
        row = AccountRow(id=str(uuid4()), email=email, name=name, password_hash=hashed, created=self._clock.now())
        try:
            with self._database.write() as session:
                session.add(row)
        except IntegrityError as error:
            msg = "taken"
            raise AccountRefused(msg) from error
        log.info("an account was opened")
        return Person(row.id, row.email, row.name)

    def check(self, email: str, password: str, place: str) -> Person:
        """Who this is. Raises `AccountRefused`; an unknown address takes as long as a wrong password."""
        email = tidy_email(email)
        from_here, from_anywhere = buckets_of(email, place)
        buckets = {
            f"place:{place}": TRIES_PER_PLACE,
            from_here: TRIES_PER_EMAIL_AND_PLACE,
            from_anywhere: TRIES_PER_EMAIL,
        }
        self.spend(buckets)
        with self._database.read() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.email == email))
        with self._hashing:
            good = self._verify(row.password_hash if row else self._nobody, password) and row is not None
        if not good or row is None:
            msg = "wrong"
            raise AccountRefused(msg)
        self._refund(buckets, from_here)
        return Person(row.id, row.email, row.name)

    def hashed(self, password: str) -> str:
        """What is kept of a new password. Raises `AccountRefused` (password) for one too short or too long."""
        _require_length(password)
        with self._hashing:
            return _HASHER.hash(unicodedata.normalize("NFKC", password))

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return _HASHER.verify(hashed, unicodedata.normalize("NFKC", password[: PASSWORD_LENGTH.stop]))
        except (VerificationError, InvalidHashError):
            return False

    def spend(self, buckets: dict[str, int], wait: timedelta = WAIT, refusal: str = "wait") -> None:
        """Count an attempt in each bucket, up to the first that has as many as it may: then raises `AccountRefused`."""
        now = self._clock.now()
        refused = False
        with self._database.write() as session:
            for name, limit in buckets.items():
                row = attempts_in(session, name, now, wait)
                refused = row.count >= limit
                row.count += 1
                if refused:
                    break
        if refused:
            log.warning("held back after too many attempts: %s", refusal)
            raise AccountRefused(refusal)

    def _refund(self, buckets: Collection[str], emptied: str) -> None:
        now = self._clock.now()
        with self._database.write() as session:
            for name in buckets:
                row = attempts_in(session, name, now)
                row.count = max(0, row.count - 1)
            attempts_in(session, emptied, now).count = 0


def buckets_of(email: str, place: str) -> tuple[str, str]:
    """Where wrong passwords for this account are counted: those from this place, and those from anywhere."""
    return f"email:{email} place:{place}", f"email:{email}"


def _require_length(password: str) -> None:
    if len(password) not in PASSWORD_LENGTH:
        msg = "password"
        raise AccountRefused(msg)


def tidy_email(text: str) -> str:
    """The address as it is compared. Raises `AccountRefused` for what cannot be one."""
    email = unicodedata.normalize("NFKC", text.strip()).casefold()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        msg = "email"
        raise AccountRefused(msg)
    return email


def bucket_of(name: str) -> str:
    """The bucket that counts attempts under ``name``: it tells nobody what they were made at."""
    return hashlib.sha256(name.encode()).hexdigest()


def attempts_so_far(session: Session, name: str, now: datetime) -> int:
    """How many attempts `attempts_in` counts, without a row for whoever made none."""
    counted = select(AttemptRow.count).where(AttemptRow.bucket == bucket_of(name), AttemptRow.resets > now)
    return session.scalar(counted) or 0


def attempts_in(session: Session, name: str, now: datetime, wait: timedelta = WAIT) -> AttemptRow:
    """The bucket that counts attempts under ``name``, emptied after ``wait``: a quarter of an hour."""
    key = bucket_of(name)
    row = session.get(AttemptRow, key, with_for_update=True)
    if row is None:
        session.execute(insert_once(session, AttemptRow, bucket=key, count=0, resets=now + wait))
        row = session.get_one(AttemptRow, key, with_for_update=True)
    if row.resets <= now:
        row.count, row.resets = 0, now + wait
    return row
