"""``triptych quarantine``: what was set aside, why, and letting it in again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask, wait_for
from triptych.runtime.front_door import control
from triptych.runtime.home import Home

app = typer.Typer()
quarantine = typer.Typer()
app.add_typer(quarantine, name="quarantine")

GROUP = 500

ReasonOption = Annotated[str, typer.Option(help="Only those of this reason.")]
SourceOption = Annotated[str, typer.Option(help="Only those of this source.")]


@quarantine.command("list")
def list_(
    *,
    reason: ReasonOption = "",
    source: SourceOption = "",
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """List what waits in quarantine: id, source, reason."""
    answer = ask(ready().home, "quarantine", reason=reason, source=source, limit=limit, state="waiting")
    asked = {"reason": reason, "source": source}
    groups = [each for each in answer["groups"] if all(value in {"", each[name]} for name, value in asked.items())]
    tell(
        {**answer, "groups": groups},
        as_json=as_json,
        text=lambda: "\n".join(map(_line, answer["events"])) or "nothing waits",
    )


@quarantine.command("replay")
def replay(
    *,
    reason: ReasonOption = "",
    source: SourceOption = "",
    offset: Annotated[list[int] | None, typer.Option(help="Only this one; may be given again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge what waits again, by the definitions in force now. What still breaks them is set aside again."""
    home = ready().home
    chosen = list(offset or _waiting(home, reason=reason, source=source))
    last: dict[str, Any] = {}
    for start in range(0, len(chosen), GROUP):
        group = chosen[start : start + GROUP]
        last = control(home, *[{"name": "quarantine.replayed", "offset": each} for each in group])
    if last:
        wait_for(home, last)
    left = int(ask(home, "quarantine", state="waiting", limit=1)["waiting"])
    tell(
        {"replayed": len(chosen), "waiting": left},
        as_json=as_json,
        text=f"{len(chosen)} judged again; {left} wait",
    )


def _waiting(home: Home, *, reason: str, source: str) -> list[int]:
    found: list[int] = []
    before = 0
    while True:
        page = ask(home, "quarantine", reason=reason, source=source, state="waiting", limit=GROUP, before=before)
        found += [int(each["offset"]) for each in page["events"]]
        before = int(page.get("next") or 0)
        if not before:
            return sorted(found)


def _line(row: dict[str, Any]) -> str:
    return f"{row['offset']:>10}  {row['source']:<16} {row['reason']:<20} {row['message_id']}  {row['detail']}"
