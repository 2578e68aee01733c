"""Copy the records that live in PostgreSQL, and put them back, by PostgreSQL's own tools.

A password never stands on a command line, where anybody on the machine reads it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from triptych.runtime.errors import Refused

DUMP = "records.dump"
"""The file of a backup that holds them."""


def require(tool: str) -> str:
    """Where a tool is. Raises ``Refused`` where it is not."""
    found = shutil.which(tool)
    if found is None:
        raise Refused("no_pg_tools", f"the records are in PostgreSQL and {tool} is not here: install its client tools")
    return found


def dump(url: str, target: Path) -> None:
    """Write all records into a file, mode 0600."""
    target.touch(mode=0o600)
    _run(url, [require("pg_dump"), "--format=custom", *_PLAIN, f"--file={target}", f"--dbname={_public(url)}"])


def load(url: str, source: Path) -> None:
    """Put the records of a file in the place of those that the database holds, all or none."""
    options = ["--clean", "--if-exists", "--single-transaction", *_PLAIN]
    _run(url, [require("pg_restore"), *options, f"--dbname={_public(url)}", str(source)])


_PLAIN = ("--no-owner", "--no-privileges")


def _public(url: str) -> str:
    """The address without its password."""
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return parts._replace(netloc=f"{name}@{place}" if name else place).geturl()


def _run(url: str, command: list[str]) -> None:
    password = urlsplit(url).password
    secret = {} if password is None else {"PGPASSWORD": unquote(password)}
    done = subprocess.run(  # noqa: S603  tools that we name, found on the path
        command, env={**os.environ, **secret}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise Refused("pg_tool_failed", f"{Path(command[0]).name}: {said[-1]}")
