"""Changes of avails, exceptions and reported days come and go with their migration."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from boxoffice.service.database import engine_for
from boxoffice.service.migration import SCRIPTS, migrate
from boxoffice.service.tables import Table

NEW = {"avail_change", "territory_exception", "reported_day"}


def test_the_tables_come_and_go(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    migrate(url)
    engine = engine_for(url)
    assert set(inspect(engine).get_table_names()) >= NEW
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(writes=True).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.commit()
    assert not set(inspect(engine).get_table_names()) & NEW
    migrate(url)
    assert set(inspect(engine).get_table_names()) >= NEW
    engine.dispose()
