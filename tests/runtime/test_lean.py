"""A process loads what its work needs: only edge and engine carry the compiler and the columnar store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from triptych.runtime.home import Home

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
    done = subprocess.run(
        [sys.executable, "-c", LOAD.format(process=process, heavy=HEAVY)],
        env={"TRIPTYCH_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == []
