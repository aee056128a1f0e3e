"""A real PostgreSQL, the system's own, on a socket in a temporary folder; a database for each test from a template."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from boxoffice.service import migrate
from boxoffice.service.database import engine_for


def ask(url: str, statement: str) -> Any:
    """The first row that the statement gives."""
    engine = engine_for(url)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            return connection.exec_driver_sql(statement).first()
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    socket_dir: Path

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.socket_dir}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A database as long as the block."""
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(f"host={self.socket_dir} user=postgres dbname=postgres", autocommit=True) as connection:
            new, old = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))
            try:
                yield self.url(name)
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))


def programs() -> Path | None:
    """Where the newest server's programs lie."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    places = [Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")]
    found = [program.parent for place in places for program in place.glob("*/bin/initdb")]
    return max(found, default=None, key=lambda folder: folder.parent.name.rpartition("@")[2].zfill(4))


@contextmanager
def running_cluster(*settings: str, durable: bool = False) -> Iterator[Cluster]:
    """A server for as long as the block; root hands it to ``postgres``, who alone may be one."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's server is missing (Debian: postgresql)")
    as_postgres = ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if as_postgres:
            shutil.chown(place, "postgres", "postgres")
        place.chmod(0o755)
        data = place / "data"
        make: list[str | Path] = [
            folder / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run([*as_postgres, *make], check=True, capture_output=True, cwd="/")
        given = ["listen_addresses=", f"unix_socket_directories={place}", "max_connections=200", *settings]
        if not durable:
            given += ["fsync=off", "full_page_writes=off"]
        options = " ".join(f"-c {one}" for one in given)
        start: list[str | Path] = [folder / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start"]
        subprocess.run([*as_postgres, *start], check=True, stdout=subprocess.DEVNULL, cwd="/")
        try:
            yield Cluster(place)
        finally:
            stop: list[str | Path] = [folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"]
            subprocess.run([*as_postgres, *stop], check=True, stdout=subprocess.DEVNULL, cwd="/")
    finally:
        with suppress(OSError):
            shutil.rmtree(place)


@contextmanager
def template_of(cluster: Cluster) -> Iterator[str]:
    """The name of a database at this version, to make others from."""
    with cluster.database() as url:
        migrate(url)
        yield url.partition("?")[0].rpartition("/")[2]
