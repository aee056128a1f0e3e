"""Bringing a database to this version (Alembic), one process at a time."""

import os
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
    """Create or upgrade the database; repeating it changes nothing. A SQLite file is copied aside before it changes.

    Raises `CinemaError`: offline if the database does not answer, file-unreadable if a later version wrote it.
    """
    _run(url, lambda config: command.upgrade(config, "head"), _keep_as_it_was)


def step_back(url: str, revision: str) -> None:
    """Take the database back to an older revision, or ``base``; what only later versions know is lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def _run(url: str, step: Callable[[Config], None], before: Callable[[Connection], None] | None = None) -> None:
    engine = engine_for(url)
    config = _config()
    if engine.dialect.name == "sqlite" and (file := engine.url.database):
        _touch(Path(file))
    try:
        if before is not None:
            with engine.connect() as connection:
                before(connection)
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


def _keep_as_it_was(connection: Connection) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or revision == _head():
        return
    if revision not in _revisions():
        raise CinemaError(
            Code.FILE_UNREADABLE,
            "The box office's database is of a later version of this program: update it, or go back to the copy that "
            "was made before.",
        )
    file = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not file:
        return
    connection.rollback()
    copy = Path(f"{file}.before-{_head()}")
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    _touch(part)
    connection.connection.cursor().execute("VACUUM INTO ?", (str(part),))
    part.replace(copy)


def _touch(file: Path) -> None:
    """Make an empty file, if there is none, that its user alone can read: SQLite keeps the mode that it finds."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The database {file} cannot be made or opened.") from error


def is_at_head(connection: Connection) -> bool:
    """Whether the database is at this version."""
    return MigrationContext.configure(connection).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


@cache
def _revisions() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
