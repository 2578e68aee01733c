"""How an answer reaches a person, or a program that asked for ``--json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from triptych.runtime.errors import Refused
from triptych.runtime.instants import readable

AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object on the last line.")]
"""The option that every verb takes."""


def tell(answer: Mapping[str, Any], *, as_json: bool, text: str | Callable[[], str] = "") -> None:
    """Print an answer: as one JSON line, or as the text, or as one ``key: value`` line a field."""
    if as_json:
        print(json.dumps(readable(answer), ensure_ascii=False, separators=(",", ":"), default=str), flush=True)
        return
    words = text() if callable(text) else text
    print(words or "\n".join(f"{key}: {_short(value)}" for key, value in answer.items()), flush=True)


def print_refusal(refusal: Refused, *, as_json: bool) -> None:
    """Print a refusal: the code and the sentence."""
    print(f"triptych: {refusal.message}", file=sys.stderr)
    if as_json:
        said = {"error": {"code": refusal.code, "message": refusal.message}}
        print(json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
