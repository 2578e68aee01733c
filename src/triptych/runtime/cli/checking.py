"""``triptych verify|doctor``: is every byte what was written, and is everything well?"""

from __future__ import annotations

import typer

from triptych.runtime import checking
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell

app = typer.Typer()


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Read every byte that must hold, and name what is damaged: ledger rows, databases, definitions, audit."""
    answer = checking.verify(ready().home)
    lines = [f"{each['file']} {each['offset']}: {each['reason']}" for each in answer["damage"]]
    tell(answer, as_json=as_json, text="\n".join(lines) or "every byte is what was written")
    if lines:
        raise typer.Exit(1)


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Ask everything that an operator would look at. Exit code 1 when something is wrong."""
    here = ready()
    checks = checking.doctor(here.settings, here.home)
    answer = {
        "ok": all(check.ok for check in checks),
        "checks": [{"name": c.name, "ok": c.ok, "loud": c.loud, "detail": c.detail} for c in checks],
    }
    lines = [f"{'!!' if c.loud else 'ok' if c.ok else 'NO'}  {c.name:<18} {c.detail}" for c in checks]
    tell(answer, as_json=as_json, text="\n".join(lines))
    if not answer["ok"]:
        raise typer.Exit(1)
