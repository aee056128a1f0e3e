"""A box office with titles, people and vouchers in its database, for the benches that load it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import insert  # noqa: E402

from boxoffice.service import ServiceConfig, migrate  # noqa: E402
from boxoffice.service.database import Database  # noqa: E402
from boxoffice.service.desk import desk_of  # noqa: E402
from boxoffice.service.orders import Orders  # noqa: E402
from boxoffice.service.strongroom import Strongroom, digest  # noqa: E402
from boxoffice.service.tables import AccountRow, AvailRow, PackageRow, TitleRow, VoucherRow  # noqa: E402
from boxoffice.service.vouchers import tidy_voucher  # noqa: E402
from core import SystemClock  # noqa: E402
from tests.boxoffice.postgresql import running_cluster  # noqa: E402

TITLE = "premiere"
TOGETHER = 2000


@contextmanager
def empty_database(kind: str) -> Iterator[tuple[str, Path]]:
    """A migrated database on this disk, with what makes commits last, and a folder for keys."""
    with TemporaryDirectory(prefix="foyer-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/boxoffice.sqlite3"
            migrate(url)
            yield url, Path(folder)
            return
        with running_cluster("shared_buffers=256MB", durable=True) as cluster, cluster.database() as url:
            migrate(url)
            yield url, Path(folder)


def voucher(number: int) -> str:
    """The code of buyer ``number``."""
    return f"BENCH{number:08d}"


def account(number: int) -> str:
    """The id of buyer ``number``."""
    return f"buyer-{number:08d}"


def furnish(url: str, *, buyers: int, titles: int = 1) -> None:
    """Titles on sale in Germany, the first of which every buyer has a voucher for."""
    now = datetime.now(UTC)
    start, end = ((now + timedelta(days=days)).replace(tzinfo=None, microsecond=0).isoformat() for days in (-1, 40))
    names = [TITLE, *(f"title-{number:05d}" for number in range(1, titles))]
    tables: list[tuple[type, list[dict[str, object]]]] = [
        (PackageRow, [{"id": f"{name}-feature", "title_id": name, "kind": "feature", "folder": "/nowhere", "manifest_sha256": "0" * 64} for name in names]),
        (TitleRow, [{"id": name, "package_id": f"{name}-feature", "trailer_id": None, "running_time_ms": 5_400_000, "facts": _facts(name)} for name in names]),
        (AvailRow, [{"title_id": name, "position": 0, "territories": ["DE", "FR", "GB"], "start": start, "end": end, "preorder_from": None, "zone": "Europe/Berlin", "minor": 690, "currency": "EUR", "unlock_s": 2_592_000, "watch_s": 172_800} for name in names]),
        (AccountRow, [{"id": account(n), "email": f"{n}@example.org", "name": "Mei", "password_hash": "-", "created": now} for n in range(buyers)]),
        (VoucherRow, [{"digest": digest(tidy_voucher(voucher(n))), "title_id": TITLE, "created": now} for n in range(buyers)]),
    ]  # fmt: skip
    database = Database(url)
    with database.write() as session:
        for table, rows in tables:
            for first in range(0, len(rows), TOGETHER):
                session.execute(insert(table), rows[first : first + TOGETHER])
    database.close()


def _facts(name: str) -> dict[str, object]:
    words = "A moon of paper rises over the lantern street, and nobody who sees it goes home as they came. " * 6
    return {
        "eidr": None, "names": {"en": f"The Paper Moon {name}", "zh-Hans": "纸月亮"}, "original_name": "纸月亮",
        "synopsis": {"en": words, "zh-Hans": "一轮纸月亮升起在灯笼街上。" * 20}, "tagline": {}, "directors": [{"en": "Mei Lin"}],
        "countries": ["CN"], "year": 2026, "spoken": ["zh"], "subtitles": ["en", "de"], "notes": {"languages": [], "count": 0, "commentators": [], "sample": []},
        "poster": "poster/poster.jpg", "backdrop": "poster/backdrop.jpg", "house_rules": {"seek": True, "offline": True, "cast": True, "second_screen": True, "stills": True}, "accent": "#e0a458",
    }  # fmt: skip


def open_till(url: str, folder: Path) -> tuple[Database, Orders]:
    """The service's own till."""
    database, clock, strongroom = Database(url), SystemClock(), Strongroom(folder)
    desk = desk_of(ServiceConfig(folder, url), database, clock, strongroom, lambda _order: None)
    return database, desk.orders


def buy(orders: Orders, number: int, key: str | None = None) -> None:
    """One purchase: an order, paid with the buyer's voucher, and its ticket; two transactions."""
    order = orders.place(account(number), TITLE, "DE", key or os.urandom(16).hex())
    orders.redeem(str(order["id"]), voucher(number), account(number))
