"""Many who write at once: each alone in what it did, and none told of it before it is kept."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from boxoffice.service import migrate
from boxoffice.service.database import Database
from boxoffice.service.people import People
from boxoffice.service.prepared import Prepared, Transaction
from boxoffice.service.tables import SignerRow, UsedProofRow
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import Office


def test_a_block_that_fails_takes_nobody_with_it(database_url: str) -> None:
    migrate(database_url)
    database = Database(database_url)

    def write(number: int) -> str:
        try:
            with database.write() as session:
                session.add(SignerRow(key_id=f"key-{number}", jwk={}))
                if number % 3 == 0:
                    session.flush()
                    session.add(SignerRow(key_id=f"key-{number}-more", jwk={}))
                    raise KeyError(number)
                if number % 3 == 1:
                    session.flush()
                    session.execute(insert(UsedProofRow).values(digest=b"same", expires=datetime.now(UTC)))
        except KeyError:
            return "failed"
        except IntegrityError:
            return "refused"
        seen = ask(database_url, f"SELECT count(*) FROM signer WHERE key_id = 'key-{number}'")
        return "kept" if seen == (1,) else "lost"

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(write, range(60)))
    database.close()
    assert [told.count(word) for word in ("failed", "refused", "lost", "kept")] == [20, 19, 0, 21]
    assert ask(database_url, "SELECT count(*) FROM signer") == (21,)


def test_an_error_in_the_commit_is_told_to_everybody_who_shared_it(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/boxoffice.sqlite3"
    migrate(url)
    database = Database(url)

    def write(number: int) -> None:
        with database.write() as session:
            # Judged at the commit, not by the statement.
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            session.connection().exec_driver_sql(
                f"INSERT INTO voucher (digest, title_id, created) VALUES ('{number}', 'nothing', '2026-11-23')"
            )

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write, number) for number in range(8)]:
            with pytest.raises(IntegrityError):
                done.result()
    database.close()
    assert ask(url, "SELECT count(*) FROM voucher") == (0,)


def test_nobody_is_told_of_what_sqlite_rolled_back_whole_and_the_next_is_kept(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/boxoffice.sqlite3"
    migrate(url)
    database = Database(url)
    inside = Event()
    said = "INSERT OR ROLLBACK INTO signer (key_id, jwk) VALUES ('one', '{}')"  # as a full disk does

    def first() -> None:
        with database.write() as session:
            session.connection().exec_driver_sql(said)
            inside.set()
            time.sleep(0.3)  # until the second waits, so that both share a commit

    def second() -> None:
        inside.wait()
        with database.write() as session:
            session.connection().exec_driver_sql(said)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            with pytest.raises(OperationalError):
                done.result()
    assert ask(url, "SELECT count(*) FROM signer") == (0,)
    first()
    database.close()
    assert ask(url, "SELECT count(*) FROM signer") == (1,)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_box_office_that_is_closed_while_it_sweeps_lets_the_sweep_end_before_its_database(
    open_office: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, happened = Event(), []

    def sweep(_people: People) -> None:
        begun.set()
        time.sleep(0.5)
        happened.append("swept")

    def close(database: Database) -> None:
        happened.append("closed")
        database_close(database)

    database_close = Database.close
    monkeypatch.setattr(People, "sweep", sweep)
    monkeypatch.setattr(Database, "close", close)
    office = open_office()
    assert begun.wait(5)
    happened.clear()  # publishing had a database of its own
    office.close()
    assert happened == ["swept", "closed"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_line_that_ends_while_it_is_asked_keeps_nothing_and_the_next_is_another(database_url: str) -> None:
    database = Database(database_url)
    named = Prepared(select(SignerRow.key_id).where(SignerRow.key_id == bindparam("name")))
    kept = Prepared(insert(SignerRow).values(key_id=bindparam("name"), jwk=bindparam("jwk")))

    def process(transaction: Transaction) -> int:
        return int(transaction.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    def cut_off() -> None:
        with database.transaction() as transaction:
            before.append(process(transaction))
            transaction.ask(kept, {"name": "lost", "jwk": {}})
            assert ask(database_url, f"SELECT pg_terminate_backend({before[0]})") == (True,)
            transaction.ask(named, {"name": "lost"})

    before: list[int] = []
    with pytest.raises(OperationalError) as ended:
        cut_off()
    assert ended.value.connection_invalidated
    with database.transaction() as transaction:
        assert process(transaction) != before[0]
        assert transaction.ask(named, {"name": "lost"}) == []
        transaction.ask(kept, {"name": "kept", "jwk": {}})
    database.close()
    assert ask(database_url, "SELECT key_id FROM signer") == ("kept",)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_purchase_whose_line_ends_is_asked_for_again_and_made_once(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, key, fall = office.newcomer(), str(uuid4()), [True]
    spoken = Transaction.ask

    def ended(transaction: Transaction, statement: Prepared, given: Mapping[str, object]) -> Any:
        rows = spoken(transaction, statement, given)
        if "purchase" in str(statement._statement) and fall:
            fall.clear()
            pid = transaction.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            ask(office.config.database_url, f"SELECT pg_terminate_backend({pid})")
        return rows

    monkeypatch.setattr(Transaction, "ask", ended)
    first = viewer.order(key=key)
    assert not fall
    assert (first.status_code, first.headers["Retry-After"]) == (503, "2")
    second = viewer.order(key=key)
    assert second.status_code == 201
    assert viewer.order(key=key).json()["id"] == second.json()["id"]
    assert ask(office.config.database_url, "SELECT count(*) FROM purchase") == (1,)
