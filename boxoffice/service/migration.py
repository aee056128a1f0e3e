"""Bringing a database to this version (Alembic), one process at a time."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from boxoffice.service.database import engine_for
from core import CinemaError, Code

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x5343


def migrate(url: str) -> None:
    """Create or upgrade the database; repeating it changes nothing.

    Raises `CinemaError` (offline) if the database does not answer.
    """
    _run(url, lambda config: command.upgrade(config, "head"))


def step_back(url: str, revision: str) -> None:
    """Take the database back to an older revision, or ``base``; what only later versions know is lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def _run(url: str, step: Callable[[Config], None]) -> None:
    engine = engine_for(url)
    config = _config()
    try:
        with engine.execution_options(writes=True).connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            config.attributes["connection"] = connection
            step(config)
            connection.commit()
    except OperationalError as error:
        raise CinemaError(Code.OFFLINE, "The database does not answer; is its address right and is it up?") from error
    finally:
        engine.dispose()


def is_at_head(connection: Connection) -> bool:
    """Whether the database is at this version."""
    return MigrationContext.configure(connection).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
