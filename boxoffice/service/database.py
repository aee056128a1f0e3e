"""The database: on SQLite many readers, one writer, and one commit for all who write at once; or PostgreSQL."""

import select as select_module
import sqlite3
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Event, Lock
from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import Connection, Engine, Insert, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from boxoffice.service.catalogue_version import grow_with_changes
from boxoffice.service.prepared import Transaction
from core import CinemaError, Code

if TYPE_CHECKING:
    import psycopg

BUSY_MS = 10_000
CONNECTIONS = 16
"""Of one process to PostgreSQL; who finds none free waits."""
WRITERS = 8
"""Of one process, in PostgreSQL at a time: so many that one works while the others wait for the line or the disk, and
no more, which would only hold locks longer while they wait for the interpreter.
"""
POOL_WAIT_S = 10
CONNECT_S = 5
COMMITS_TOGETHER = 64


def url_of(text: str) -> URL:
    """The address with our driver. Raises `CinemaError` (wrong-use) for another kind of database."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise CinemaError(Code.WRONG_USE, "A database is named as sqlite:///path or postgresql://host/name.") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise CinemaError(Code.WRONG_USE, "The box office keeps to SQLite or PostgreSQL.")
    if url.get_backend_name() == "postgresql" and find_spec("psycopg") is None:
        raise CinemaError(Code.WRONG_USE, "This copy speaks to SQLite alone; the sources bring PostgreSQL's driver.")
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def engine_for(text: str) -> Engine:
    """An engine with foreign keys on; statements' parameters never reach a log or an error message."""
    url = url_of(text)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        connect_args={"connect_timeout": CONNECT_S},
    )
    event.listen(engine, "checkout", _look_for_the_end)
    return engine


def insert_once(session: Session, table: type[DeclarativeBase], **values: object) -> Insert:
    """An insertion that does nothing where the row is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).values(values).on_conflict_do_nothing()
    return sqlite.insert(table).values(values).on_conflict_do_nothing()


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    # Older versions can lose commits in WAL with two connections.
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _look_for_the_end(connection: "psycopg.Connection", _entry: ConnectionPoolEntry, _given: object) -> None:
    """A server that went away has ended the idle line, which can be seen without asking it: the pool takes another."""
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise DisconnectionError


def _has_something_to_read(file: int) -> bool:
    if sys.platform == "win32":
        return bool(select_module.select([file], [], [], 0)[0])
    line = select_module.poll()
    line.register(file, select_module.POLLIN)
    return bool(line.poll(0))


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class Database:
    """Sessions for reading and for writing. Thread-safe."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._readers = sessionmaker(self._engine, expire_on_commit=False)
        self._writers = sessionmaker(self._engine, expire_on_commit=False)
        grow_with_changes(self._writers)
        together = self._engine.execution_options(writes=True)
        self._writing = _Turnstile(WRITERS)
        self._one_writer = None if self.is_shared else _OneWriter(together, self._writers)

    @property
    def is_shared(self) -> bool:
        """Whether several processes serve from it: PostgreSQL."""
        return self._engine.dialect.name == "postgresql"

    @property
    def url(self) -> URL:
        """Where it is."""
        return self._engine.url

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A view; nothing in it is kept."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block and rolled back by an exception."""
        with self.transaction() as transaction:
            yield transaction.session

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The same for whoever is in a hurry."""
        if self._one_writer is not None:
            with self._one_writer.turn() as transaction:
                yield transaction
            return
        with (
            self._writing.turn(),
            self._engine.begin() as connection,
            Transaction(connection, self._writers, "rollback_only") as transaction,
        ):
            yield transaction

    @contextmanager
    def alone(self, task: str) -> Iterator[bool]:
        """Whether no other process does ``task``; none begins it during the block."""
        if not self.is_shared:
            yield True
            return
        with self._engine.begin() as connection:
            free = select(func.pg_try_advisory_xact_lock(crc32(task.encode())))
            yield bool(connection.scalar(free))

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()


class _Turnstile:
    """Lets so many in at a time, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self._guard = Lock()
        self._free = places
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        gate = None
        with self._guard:
            if self._free:
                self._free -= 1
            else:
                gate = Lock()
                gate.acquire()
                self._waiting.append(gate)
        if gate is not None:
            gate.acquire()
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1


class _OneWriter:
    """Blocks take turns, each in a savepoint of one transaction, committed once nobody waits for a turn: a commit takes
    the disk longer than a block takes us. No block ends before the commit that holds it.
    """

    def __init__(self, engine: Engine, sessions: sessionmaker[Session]) -> None:
        self._engine = engine
        self._sessions = sessions
        self._turn = Lock()
        self._counting = Lock()
        self._waiting = 0
        self._batch: _Batch | None = None

    @contextmanager
    def turn(self) -> Iterator[Transaction]:
        with self._counting:
            self._waiting += 1
        with self._turn:
            with self._counting:
                self._waiting -= 1
            batch = self._batch = self._batch or _Batch(self._engine)
            try:
                batch.size += 1
                with (
                    batch.savepoint(),
                    Transaction(batch.connection, self._sessions, "create_savepoint") as transaction,
                ):
                    yield transaction
            finally:
                with self._counting:
                    last = self._waiting == 0
                if last or batch.size >= COMMITS_TOGETHER or not batch.holds:
                    self._batch = None
                    batch.commit()
        batch.wait()


class _Batch:
    def __init__(self, engine: Engine) -> None:
        self.size = 0
        self.connection = engine.connect()
        try:
            self._transaction = self.connection.begin()
        except BaseException:
            self.connection.close()
            raise
        self._over = Event()
        self._error: BaseException | None = None

    @property
    def holds(self) -> bool:
        """Whether the transaction is still there: a full disk or a read error can make SQLite roll all of it back."""
        if self.connection.invalidated:
            return False
        return bool(getattr(self.connection.connection.dbapi_connection, "in_transaction", False))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What a block does is kept whole or not at all, whatever others in the batch do."""
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what SQLAlchemy's own stubs leave open
        driver.execute("SAVEPOINT block")
        try:
            yield
        except BaseException:
            if self.holds:
                driver.execute("ROLLBACK TO block")
                driver.execute("RELEASE block")
            raise
        if self.holds:
            driver.execute("RELEASE block")

    def commit(self) -> None:
        try:
            if not self.holds:  # the driver would commit nothing and say that all is well
                lost = sqlite3.OperationalError("SQLite rolled the transaction back")
                raise OperationalError(statement="COMMIT", params=None, orig=lost)
            self._transaction.commit()
        except BaseException as error:
            self._error = error
            self.connection.invalidate()  # SQLite stays in a transaction whose commit failed
        finally:
            self.connection.close()
            self._over.set()

    def wait(self) -> None:
        """Until the commit. Raises what it raised."""
        self._over.wait()
        if self._error is not None:
            raise self._error
