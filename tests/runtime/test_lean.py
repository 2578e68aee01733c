"""A process loads what its work needs: the engine alone carries the compiler and the columnar store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from triptych.runtime.home import Home

ALONE = """
import sys
from triptych.runtime.processes import {process}
print(*[name for name in {heavy} if name in sys.modules])
"""
HEAVY = ("numba", "llvmlite", "duckdb", "pyarrow", "pandas", "sqlglot")
LOAD = """
import sys
from triptych.runtime.processes import {process}
from triptych.web.boot import start
start()
from django.urls import get_resolver
get_resolver().url_patterns
print(*[name for name in {heavy} if name in sys.modules])
"""


@pytest.mark.parametrize("process", ["serving", "web", "worker"])
def test_it_loads_no_compiler_and_no_columnar_store(process: str, tmp_path: Path) -> None:
    Home(tmp_path).lay()
    assert loaded(LOAD.format(process=process, heavy=HEAVY), tmp_path) == []


def test_the_front_door_needs_neither_those_nor_the_records(tmp_path: Path) -> None:
    assert loaded(ALONE.format(process="edge", heavy=(*HEAVY, "django")), tmp_path) == []


def test_the_supervisor_loads_nearly_nothing(tmp_path: Path) -> None:
    heavy = (*HEAVY, "django", "numpy", "typer", "rich", "httpx", "granian", "structlog", "asyncio")
    assert loaded(ALONE.format(process="keeping", heavy=heavy), tmp_path) == []


def loaded(code: str, home: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"TRIPTYCH_HOME": str(home), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.split()
