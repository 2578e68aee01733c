"""``triptych restore``: a copy in the place of what the home holds, without those who were erased."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triptych.runtime import backup as copies
from triptych.runtime import records
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.erasure.again import erase_again
from triptych.runtime.pausing import require_rest
from triptych.runtime.processes.engine import configure
from triptych.vocabulary import system_clock

app = typer.Typer()


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="What `backup` made.", exists=True, file_okay=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Put a copy in the place of what the home holds. Nothing may run; the erasure list is needed, and applied."""
    here = ready()
    require_rest(here.home)
    manifest = copies.put_back(here.home, folder, database_url=here.settings.database_url)
    records.migrate()  # the copy may be of an earlier version
    certificate = erase_again(configure(here.settings, here.home), here.home, clock=system_clock)
    records.outbox.send_again()  # the ledger was copied before the records: what it lacks comes again, once
    again = None if certificate is None else certificate.answer()
    answer = {
        "restored": manifest["made_at"],
        "end_offset": manifest["end_offset"],
        "records": manifest.get("records", copies.Records.SQLITE),
        "erased_again": again,
    }
    erased = "nobody had to be erased again" if again is None else f"erased again: {again['identifiers']} identifiers"
    tell(answer, as_json=as_json, text=f"restored the copy of {manifest['made_at']}; {erased}")
