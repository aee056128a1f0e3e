"""The way up, the way back, and the tables in the code against the tables in the database."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select, text

from boxoffice.service import ServiceConfig, migrate
from boxoffice.service.database import engine_for
from boxoffice.service.migration import SCRIPTS, is_at_head, step_back
from boxoffice.service.tables import Table
from core import CinemaError, Code

REVISIONS = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as text."""
    engine = engine_for(url)
    found = MetaData()
    try:
        found.reflect(engine)
        with engine.connect() as connection:
            return {
                table.name: sorted(
                    tuple(f"{column.name}={value}" for column, value in zip(table.columns, row, strict=True))
                    for row in connection.execute(select(table))
                )
                for table in found.sorted_tables
                if table.name != "alembic_version"
            }
    finally:
        engine.dispose()


@pytest.fixture
def busy(open_office: Callable[[], Any], config: ServiceConfig) -> str:
    """The database of an office that has published and sold."""
    office = open_office()
    viewer = office.newcomer()
    play = viewer.ask("POST", f"/v1/tickets/{viewer.buy()['ticket_id']}/admission").json()
    viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 1000, "seen": [[0, 1000]]})
    office.close()
    return config.database_url


def test_the_tables_in_the_code_are_those_in_the_database(database_url: str) -> None:
    migrate(database_url)
    engine = engine_for(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Table.metadata)
        assert is_at_head(connection)
    engine.dispose()
    assert differences == []


def test_every_step_back_and_up_again_keeps_what_both_versions_know(busy: str) -> None:
    before = everything(busy)
    assert len(before["ticket"]) == 1
    for revision in reversed(REVISIONS[:-1]):
        step_back(busy, revision)
        for name, rows in everything(busy).items():
            assert len(rows) == len(before[name]), (revision, name)
    migrate(busy)
    after = everything(busy)
    kept = {"account", "purchase", "ticket", "play", "title", "avail", "content_key", "access_token", "refresh_token"}

    def known(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Without what only a later version knows."""
        return [tuple(value for value in row if not value.startswith("language=")) for row in rows]

    assert {name: known(after[name]) for name in kept} == {name: known(before[name]) for name in kept}


def test_the_way_back_to_nothing_leaves_nothing(busy: str) -> None:
    step_back(busy, "base")
    assert everything(busy) == {}
    migrate(busy)
    assert set(everything(busy)) == set(Table.metadata.tables)


def test_two_processes_that_migrate_at_once_both_succeed(tmp_path: Path, cluster: Any) -> None:
    with cluster.database() as url:
        failures: list[BaseException] = []

        def one() -> None:
            try:
                migrate(url)
            except BaseException as error:
                failures.append(error)

        threads = [Thread(target=one) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(everything(url)) == set(Table.metadata.tables)


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(CinemaError) as refused:
        migrate("postgresql://cinema:lantern-secret@127.0.0.1:1/cinema")
    assert refused.value.code is Code.OFFLINE
    assert "lantern-secret" not in f"{refused.value!r}{refused.value.__cause__!r}"


def test_a_file_of_an_earlier_version_is_kept_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.sqlite3'}"
    migrate(url)
    assert [path.name for path in tmp_path.iterdir()] == ["office.sqlite3"]
    step_back(url, REVISIONS[-2])
    before = everything(url)
    migrate(url)
    kept = tmp_path / f"office.sqlite3.before-{REVISIONS[-1]}"
    assert everything(f"sqlite:///{kept}") == before
    engine = engine_for(f"sqlite:///{kept}")
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == REVISIONS[-2]
    engine.dispose()


def test_a_database_of_a_later_version_is_refused_and_left_alone(database_url: str) -> None:
    migrate(database_url)
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_tomorrow'"))
    with pytest.raises(CinemaError, match="later version") as refusal:
        migrate(database_url)
    assert refusal.value.code is Code.FILE_UNREADABLE
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "9999_tomorrow"
    engine.dispose()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_sqlite_box_office_and_its_copies_are_for_their_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "boxoffice.sqlite3"
    for _ in range(2):
        migrate(f"sqlite:///{file}")
        step_back(f"sqlite:///{file}", "-1")
    migrate(f"sqlite:///{file}")
    made = [path.name for path in tmp_path.iterdir()]
    assert len(made) == 2, made
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077] == []
