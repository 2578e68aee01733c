"""The options of each bench on the command line are the options of that bench, and stand at their published size."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import typer

from triptych.runtime.bench import crm, ingest, overlap, profile, restart, river, visitors
from triptych.runtime.cli.bench import app
from triptych.runtime.errors import Refused

OPTIONS: dict[str, Any] = {
    "crm": crm.CrmOptions(),
    "ingest": ingest.IngestOptions(),
    "overlap": overlap.OverlapOptions(),
    "profile": profile.ProfileOptions(),
    "restart": restart.RestartOptions(),
    "river": river.RiverOptions(),
    "visitors": visitors.VisitorsOptions(),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_it_takes_the_options_of_the_bench_at_their_published_size(name: str) -> None:
    group: Any = typer.main.get_command(app)
    known = {each.name: getattr(OPTIONS[name], each.name) for each in dataclasses.fields(OPTIONS[name])}
    taken = {each.name: each.default for each in group.commands["bench"].commands[name].params}
    assert taken.pop("as_json") is False
    assert taken == {each: known[each] for each in taken}
    assert {"seed", "folder"} & set(known) <= set(taken)


def test_it_has_every_bench() -> None:
    group: Any = typer.main.get_command(app)
    assert set(group.commands["bench"].commands) == set(OPTIONS)


def test_it_refuses_a_river_of_one_batch() -> None:
    with pytest.raises(Refused, match="50000"):
        river.run(river.RiverOptions(events=20_000))
