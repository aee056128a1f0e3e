"""Voucher codes for one ticket to one title."""

import secrets

from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.orders import tidy_voucher
from boxoffice.service.strongroom import digest
from boxoffice.service.tables import TitleRow, VoucherRow
from core import CinemaError, Clock, Code, SystemClock

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP = 4, 5
AT_ONCE = range(1, 501)


def make_vouchers(config: ServiceConfig, title_id: str, count: int, clock: Clock | None = None) -> tuple[str, ...]:
    """New codes (100 bits each), shown this once. Raises `CinemaError` (not-found, wrong-use)."""
    if count not in AT_ONCE:
        raise CinemaError(Code.WRONG_USE, "Make 1 to 500 vouchers at once.")
    codes = tuple(
        "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)) for _ in range(count)
    )
    created = (clock or SystemClock()).now()
    database = Database(config.database_url)
    try:
        with database.write() as session:
            if session.get(TitleRow, title_id) is None:
                raise CinemaError(Code.NOT_FOUND, f"There is no title {title_id}.")
            session.add_all(
                VoucherRow(digest=digest(tidy_voucher(code)), title_id=title_id, created=created) for code in codes
            )
    finally:
        database.close()
    return codes
