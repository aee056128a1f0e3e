"""Statements that a purchase makes, written once for each kind of database and handed to the driver as they are.

SQLAlchemy takes ten times as long for each through its core, and at an opening that is what buyers wait for.
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

_Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement that is compiled at its first use. Thread-safe."""

    def __init__(self, statement: Select[Any] | Insert | Update) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def run(self, cursor: DBAPICursor, dialect: Dialect, given: Mapping[str, object]) -> list[SimpleNamespace]:
        """The rows that it gives. Raises the driver's own errors."""
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _Written(self._statement, dialect)
        return written.run(cursor, given)


class _Written:
    """A statement in the words of one kind of database, with what its values go through on their way in and out."""

    def __init__(self, statement: Select[Any] | Insert | Update, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self._binds: dict[str, _Convert] = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._columns: list[tuple[str, _Convert]] = [
            (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in columns
        ]

    def values(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The parameters as the driver takes them."""
        return {name: convert(given[name]) if convert else given[name] for name, convert in self._binds.items()}

    def run(self, cursor: DBAPICursor, given: Mapping[str, object]) -> list[SimpleNamespace]:
        values = self.values(given)
        cursor.execute(self.text, values if self._order is None else [values[name] for name in self._order])
        if not self._columns:
            return []
        return [
            SimpleNamespace(
                **{
                    name: convert(value) if convert else value
                    for (name, convert), value in zip(self._columns, row, strict=True)
                }
            )
            for row in cursor.fetchall()
        ]


class Transaction:
    """A transaction under way: ``ask`` is short, ``session`` is for everything else and sees the same."""

    def __init__(
        self,
        connection: Connection,
        sessions: sessionmaker[Session],
        mode: Literal["create_savepoint", "rollback_only"],
    ) -> None:
        self._connection = connection
        self._sessions = sessions
        self._mode = mode
        self._session: Session | None = None
        self._cursor: DBAPICursor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._session is not None:
            with self._session as session:
                session.rollback() if error else session.commit()

    @property
    def is_postgresql(self) -> bool:
        """Whether several changes can be one statement."""
        return self._connection.dialect.name == "postgresql"

    @property
    def session(self) -> Session:
        """The ORM in this transaction."""
        if self._session is None:
            self._session = self._sessions(bind=self._connection, join_transaction_mode=self._mode)
        return self._session

    def ask(self, statement: Prepared, given: Mapping[str, object]) -> list[SimpleNamespace]:
        """Run it; the rows that it gives. Raises SQLAlchemy's errors, as a session does."""
        if self._session is not None:
            self._session.flush()
        if self._cursor is None:
            self._cursor = self._connection.connection.cursor()
        dialect = self._connection.dialect
        try:
            return statement.run(self._cursor, dialect, given)
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, self._connection.connection, self._cursor)
            if lost:
                self._connection.invalidate(error)
            kind = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(
                None, None, error, kind, hide_parameters=True, connection_invalidated=lost
            ) from error
