"""``triptych backup``: a copy of the house, while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triptych.runtime import backup as copies
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.vocabulary import system_clock

app = typer.Typer()


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")],
    *,
    without_records: Annotated[
        bool, typer.Option(help="Leave records in PostgreSQL out: somebody else copies them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the house while it runs. The erasure list is not in the copy: keep that folder apart."""
    here = ready()
    url = here.settings.database_url
    if without_records and not url:
        raise typer.BadParameter("the records are in this home and belong to the copy", param_hint="--without-records")
    manifest = copies.backup(here.home, folder, clock=system_clock, database_url=url, without_records=without_records)
    answer = {"folder": str(folder), **manifest, "files": len(manifest["files"])}
    text = f"{folder}: {answer['files']} files up to offset {manifest['end_offset']}; keep {here.home.erasure} apart"
    if without_records:
        text += "\nThe records (relation, definitions, accounts) are NOT in it: copy the PostgreSQL database yourself"
    tell(answer, as_json=as_json, text=text)
