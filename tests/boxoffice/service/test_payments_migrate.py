"""A box office that sold before payments had a table of their own keeps its payments, and may go back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from boxoffice.service.database import engine_for
from boxoffice.service.migration import SCRIPTS
from boxoffice.service.tables import Table

ACCOUNT = "INSERT INTO account VALUES ('a', 'mei@example.org', 'Mei', 'x', '2026-01-01')"
ORDERS = (
    "INSERT INTO package VALUES ('p', 't', 'feature', '/', '0')",
    "INSERT INTO title VALUES ('t', 'p', NULL, 1, '{}')",
    *(
        "INSERT INTO purchase (id, account_id, title_id, territory, state, minor, currency, terms, created, changed,"
        f" payment, method, again) VALUES ('{order}', 'a', 't', 'DE', '{state}', 690, 'EUR', '{{}}', '2026-01-01',"
        f" '2026-01-02', {payment}, 'test', false)"
        for order, state, payment in (("o1", "issued", "'one'"), ("o2", "pending", "'two'"), ("o3", "void", "NULL"))
    ),
    *(
        f"INSERT INTO test_payment VALUES ('{payment}', '{order}', '{state}', 690, 'EUR', '/', '2026-01-01')"
        for payment, order, state in (("one", "o1", "approved"), ("two", "o2", "open"), ("old", "o3", "declined"))
    ),
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_for(f"sqlite:///{tmp_path / 'boxoffice.sqlite3'}")


@pytest.fixture
def go(engine: Engine) -> Callable[[Callable[[Config, str], None], str], None]:
    def went(direction: Callable[[Config, str], None], revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.set_main_option("path_separator", "os")
        with engine.execution_options(writes=True).connect() as connection:
            config.attributes["connection"] = connection
            direction(config, revision)
            connection.commit()

    return went


def test_payments_made_before_are_kept_both_ways(
    engine: Engine, go: Callable[[Callable[[Config, str], None], str], None]
) -> None:
    go(command.upgrade, "0003")
    with engine.execution_options(writes=True).begin() as connection:
        for statement in (ACCOUNT, *ORDERS):
            connection.execute(text(statement))
    go(command.upgrade, "0004")
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT id, reference, state, refunded_minor, settled FROM payment ORDER BY id")
        )
        assert [tuple(row) for row in found] == [
            ("o1-1", "one", "approved", 0, "2026-01-02"),
            ("o2-1", "two", "open", 0, None),
        ]
        orders = connection.execute(text("SELECT payment FROM purchase ORDER BY id"))
        assert list(orders.scalars()) == ["o1-1", "o2-1", None]
    go(command.downgrade, "0003")
    with engine.connect() as connection:
        orders = connection.execute(text("SELECT payment FROM purchase ORDER BY id"))
        assert list(orders.scalars()) == ["one", "two", None]
    go(command.upgrade, "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()
