"""``triptych verify|doctor|backup|restore|digest|erase``: what keeps a house, and what it owes to people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triptych.runtime import backup as copies
from triptych.runtime import checking
from triptych.runtime.cli.context import identifier, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.again import erase_again
from triptych.runtime.erasure.asking import erase as erase_person
from triptych.runtime.pausing import require_rest
from triptych.runtime.portraits import in_one_spelling
from triptych.runtime.processes.engine import configure
from triptych.vocabulary import Identifier, IdentifierType, system_clock

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


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")], *, as_json: AsJson = False
) -> None:
    """Copy the house while it runs. The erasure list is not in the copy: keep that folder apart."""
    home = ready().home
    manifest = copies.backup(home, folder, clock=system_clock)
    answer = {"folder": str(folder), **manifest, "files": len(manifest["files"])}
    text = f"{folder}: {answer['files']} files up to offset {manifest['end_offset']}; keep {home.erasure} apart from it"
    tell(answer, as_json=as_json, text=text)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="What `backup` made.", exists=True, file_okay=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Put a copy in the place of what the home holds. Nothing may run; the erasure list is needed, and applied."""
    here = ready()
    require_rest(here.home)
    manifest = copies.put_back(here.home, folder)
    certificate = erase_again(configure(here.settings, here.home), here.home, clock=system_clock)
    again = None if certificate is None else certificate.answer()
    answer = {"restored": manifest["made_at"], "end_offset": manifest["end_offset"], "erased_again": again}
    erased = "nobody had to be erased again" if again is None else f"erased again: {again['identifiers']} identifiers"
    tell(answer, as_json=as_json, text=f"restored the copy of {manifest['made_at']}; {erased}")


@app.command()
def digest(
    *,
    without: Annotated[str | None, typer.Option(help="Leave this person out, by an identifier.")] = None,
    as_json: AsJson = False,
) -> None:
    """One hash over all that flowed, and one a room: equal before and after a rebuild."""
    asked = None if without is None else identifier(without)
    answer = ask(ready().home, "digest", without=asked)
    tell(answer, as_json=as_json, text=lambda: str(answer["digest"]))


@app.command()
def erase(
    *,
    id: Annotated[str | None, typer.Option("--id", help="Whom: email:alice@example.org.")] = None,  # noqa: A002
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
