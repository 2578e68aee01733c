"""``triptych status``: who runs, where, how far behind, and whether every accepted event is accounted for."""

from __future__ import annotations

from typing import Any

import typer

from triptych.runtime import standing
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell

app = typer.Typer()


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Tell addresses, process ids, lag and the counts of the conservation law. Works when nothing runs."""
    here = ready()
    answer = standing.standing(here.settings, here.home)
    tell(answer, as_json=as_json, text=lambda: _text(answer))


def _text(answer: dict[str, Any]) -> str:
    counts = [f"  {verdict:<12} {answer[verdict]:>12,}" for verdict in (*standing.VERDICTS, "in_flight")]
    return "\n".join(
        [
            f"pages    http://{answer['web']}",
            f"edge     http://{answer['edge']}",
            *[f"{name:<8} {f'pid {pid}' if pid else 'not running'}" for name, pid in answer["processes"].items()],
            f"lag      {answer['lag']['events']:,} events, {answer['lag']['seconds']} s",
            f"accepted {answer['accepted']:,} =",
            *counts,
        ]
    )
