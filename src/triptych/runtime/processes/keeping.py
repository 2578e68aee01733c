"""What ``triptych serve`` becomes once all is settled: the supervisor and nothing else, under the same process id.

Whoever settles addresses and reads records has loaded Django for it, sixty megabytes that would then be held for as
long as the house stands. May import nothing but the supervisor and what it needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from triptych.runtime.home import Home
from triptych.runtime.processes.supervisor import Supervisor
from triptych.runtime.running import forget


class Keeping(msgspec.Struct, frozen=True):
    """What to keep: whose children, started how; and by which open file the lock is held."""

    home: str
    lock: int
    options: Mapping[str, Sequence[str]] = {}
    once: Sequence[Sequence[str]] = ()


def become(keeping: Keeping, environ: Mapping[str, str]) -> NoReturn:
    """Go on as the supervisor. The lock goes along, so that at no moment another one could begin."""
    os.set_inheritable(keeping.lock, True)
    sys.stdout.flush()
    sys.stderr.flush()
    words = [sys.executable, "-m", __name__, "triptych serve", msgspec.json.encode(keeping).decode()]
    os.execve(sys.executable, words, dict(environ))  # noqa: S606  our own module


def main() -> None:
    """Keep the children until a signal asks to stop."""
    keeping = msgspec.json.decode(sys.argv[2], type=Keeping)
    os.set_inheritable(keeping.lock, False)
    os.umask(0o077)  # logs are for this user alone
    home = Home(Path(keeping.home))
    try:
        Supervisor(
            home=home,
            environ=os.environ,
            say=lambda line: print(line, flush=True),  # noqa: T201  the supervisor's voice is its terminal
            options=keeping.options,
            once=keeping.once,
        ).run()
    finally:
        forget(home, "serve", pid=os.getpid())
        os.close(keeping.lock)


if __name__ == "__main__":
    main()
