"""``triptych erase``: a person's right to be forgotten, with its certificate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import identifier, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.asking import erase as erase_person
from triptych.runtime.portraits import in_one_spelling
from triptych.vocabulary import Identifier, IdentifierType, system_clock

app = typer.Typer()


@app.command()
def erase(
    *,
    id: Annotated[str | None, typer.Option("--id", help="Whom: email:alice@example.org.")] = None,
    pending: Annotated[bool, typer.Option("--pending", help="List what is outstanding instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person: suppress, then rewrite room by room. Prints the certificate."""
    home = ready().home
    if pending == (id is not None):
        raise typer.BadParameter("either --id or --pending")
    if id is None:
        waiting = [each.answer() for each in certificates.all_of(home) if each.outstanding]
        tell({"outstanding": waiting}, as_json=as_json, text=f"{len(waiting)} outstanding")
        return
    word, value = identifier(id)
    kind = IdentifierType.from_word(word)
    normal = in_one_spelling(kind, value)
    if normal is None:
        raise typer.BadParameter(f"{value} cannot be a value of {word}", param_hint="--id")
    answer = erase_person(home, Identifier(kind, normal), clock=system_clock).answer()
    tell(answer, as_json=as_json, text=lambda: _certificate(answer))


def _certificate(answer: dict[str, Any]) -> str:
    lines = [f"{room['room']:<12} {room['state']:<8} {room['counts'] or room['detail']}" for room in answer["rooms"]]
    return "\n".join([f"certificate {answer['request_id']}: {answer['identifiers']} identifiers", *lines])
