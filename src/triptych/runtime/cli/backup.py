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
    folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")], *, as_json: AsJson = False
) -> None:
    """Copy the house while it runs. The erasure list is not in the copy: keep that folder apart."""
    home = ready().home
    manifest = copies.backup(home, folder, clock=system_clock)
    answer = {"folder": str(folder), **manifest, "files": len(manifest["files"])}
    text = f"{folder}: {answer['files']} files up to offset {manifest['end_offset']}; keep {home.erasure} apart from it"
    tell(answer, as_json=as_json, text=text)
