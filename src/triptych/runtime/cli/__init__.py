"""The operator's interface: ``triptych VERB``, one module a group of verbs, loaded when its verb is called.

Every verb takes ``--json`` and then prints exactly one JSON object on the last line of standard output. It exits with 0
when done, 1 when refused, 2 when called wrongly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from triptych.runtime.cli.output import print_refusal
from triptych.runtime.cli.verbs import app
from triptych.runtime.errors import Refused

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    os.umask(0o077)  # whatever is written is for this user alone
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        app(words, prog_name="triptych")
    except Refused as refusal:
        print_refusal(refusal, as_json=as_json)
        raise SystemExit(1) from None
    except OSError as problem:
        if problem.filename is None:
            raise
        print_refusal(Refused("file", f"{problem.filename}: {problem.strerror}"), as_json=as_json)
        raise SystemExit(1) from None
    except SystemExit as end:
        if end.code == 2 and as_json:
            print_refusal(Refused("usage", "the command was called wrongly; see --help"), as_json=True)
        raise
    raise SystemExit(0)
