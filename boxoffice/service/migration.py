"""Bringing a database to this version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from boxoffice.service.database import engine_for

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Create or upgrade the database; repeating it changes nothing."""
    engine = engine_for(url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    try:
        with engine.execution_options(writes=True).connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()
