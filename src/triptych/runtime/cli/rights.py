"""``triptych export person``: a person's right to see what is held of her."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import identifier, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.handing_out import hand_out
from triptych.runtime.portraits import in_one_spelling
from triptych.vocabulary import Identifier, IdentifierType, system_clock

app = typer.Typer()
export = typer.Typer()
app.add_typer(export, name="export")


@export.command("person")
def person(
    *,
    id: Annotated[str, typer.Option("--id", help="Whom: email:alice@example.org, or a profile id.")],
    out: Annotated[Path, typer.Option(help="The file to write: one JSON object.")],
    private_notes: Annotated[
        bool, typer.Option("--private-notes", help="Also what divisions keep to themselves about her.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write all that is held of a person, room by room, and tell what each room gave."""
    home = ready().home
    word, value = identifier(id)
    kind = IdentifierType.from_word(word)
    normal = in_one_spelling(kind, value)
    if normal is None:
        raise typer.BadParameter(f"{value} cannot be a value of {word}", param_hint="--id")
    held = hand_out(home, Identifier(kind, normal), private_notes=private_notes, clock=system_clock)
    fresh = out.with_name(out.name + ".part")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(held, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    fresh.replace(out)
    answer = {"out": str(out), "profile_ids": held["profile_ids"], "complete": held["complete"], "rooms": held["list"]}
    tell(answer, as_json=as_json, text=lambda: _told(answer))


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{room['room']:<12} {room['state']:<8} {room['counts'] or room['detail']}" for room in answer["rooms"]]
    whole = "" if answer["complete"] else "; not all of it: ask again when what is missing runs"
    return "\n".join([f"{answer['out']}{whole}", *lines])
