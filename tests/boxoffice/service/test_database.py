"""Many who write at once: each alone in what it did, and none told of it before it is kept."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from boxoffice.service import migrate
from boxoffice.service.database import Database
from boxoffice.service.people import People
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
