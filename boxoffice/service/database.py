"""The database: many readers, and on SQLite one writer at a time that takes its lock at the start (BEGIN IMMEDIATE)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MS = 10_000


def engine_for(url: str) -> Engine:
    """An engine with foreign keys on; statements' parameters never reach a log or an error message."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    # Older versions can lose commits in WAL with two connections.
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class Database:
    """Sessions for reading and for writing. Thread-safe."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._readers = sessionmaker(self._engine, expire_on_commit=False)
        self._writers = sessionmaker(self._engine.execution_options(writes=True), expire_on_commit=False)
        self._one_writer = Lock() if make_url(url).get_backend_name() == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing in it is kept."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block and rolled back by an exception."""
        if self._one_writer is None:
            with self._writers.begin() as session:
                yield session
            return
        with self._one_writer, self._writers.begin() as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()
