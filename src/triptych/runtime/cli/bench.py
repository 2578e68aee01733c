"""``triptych bench``: how fast it is, as figures with their units. Without options a bench runs its published size."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from triptych.runtime.bench import crm as relating
from triptych.runtime.bench import ingest as ingesting
from triptych.runtime.bench import overlap as overlapping
from triptych.runtime.bench import profile as reading
from triptych.runtime.bench import restart as restarting
from triptych.runtime.bench import river as flowing
from triptych.runtime.bench import visitors as observing
from triptych.runtime.cli.output import AsJson, tell

app = typer.Typer()
bench = typer.Typer()
app.add_typer(bench, name="bench")

Folder = Annotated[
    Path | None, typer.Option(help="Where to write; a temporary folder when absent.", exists=True, file_okay=False)
]
Seed = Annotated[int, typer.Option(help="What the events are made from.")]
Audiences = Annotated[int, typer.Option(help="Live audiences.")]

_INGEST, _RIVER, _RESTART = ingesting.IngestOptions(), flowing.RiverOptions(), restarting.RestartOptions()
_PROFILE, _VISITORS, _OVERLAP = reading.ProfileOptions(), observing.VisitorsOptions(), overlapping.OverlapOptions()
_CRM = relating.CrmOptions()

Options = TypeVar("Options")


def measures(
    options: Callable[..., Options], run: Callable[[Options], Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose parameters are the options of a bench, under the same names: it runs it and tells the figures."""

    def command(declared: Callable[..., None]) -> Callable[..., None]:
        @wraps(declared)
        def measure(*, as_json: bool, **chosen: Any) -> None:
            tell(run(options(**chosen)), as_json=as_json)

        return measure

    return command


@bench.callback()
def orderly() -> None:
    """Measure how fast it is."""
    # asked to end, a bench ends what it has started and takes its folder away
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))


@bench.command("ingest")
@measures(ingesting.IngestOptions, ingesting.run)
def ingest(
    *,
    seconds: Annotated[float, typer.Option(help="How long each half of a round is loaded.")] = _INGEST.seconds,
    rounds: Annotated[int, typer.Option(help="How often durable and parse-only take turns.")] = _INGEST.rounds,
    connections: Annotated[int, typer.Option(help="Connections with one request under way.")] = _INGEST.connections,
    batch: Annotated[int, typer.Option(help="Events a request.")] = _INGEST.batch,
    seed: Seed = _INGEST.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Batches over loopback HTTP, answered after the durable commit, beside the same server parsing only."""


@bench.command("river")
@measures(flowing.RiverOptions, flowing.run)
def river(
    *,
    events: Annotated[int, typer.Option(help="Events in the ledger.")] = _RIVER.events,
    people: Annotated[int, typer.Option(help="People that they may be about.")] = _RIVER.people,
    audiences: Audiences = _RIVER.audiences,
    known_ids: Annotated[int, typer.Option(help="Message ids that are known before.")] = _RIVER.known_ids,
    trickle_s: Annotated[
        float, typer.Option("--trickle", help="Seconds of a trickle of 100 events at a time.")
    ] = _RIVER.trickle_s,
    seed: Seed = _RIVER.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """From the ledger to queryable: duplicates, late events, merges, live audiences."""


@bench.command("restart")
@measures(restarting.RestartOptions, restarting.run)
def restart(
    *,
    events: Annotated[int, typer.Option(help="Events in the warehouse.")] = _RESTART.events,
    identifiers: Annotated[int, typer.Option(help="Identifiers in the state.")] = _RESTART.identifiers,
    audiences: Audiences = _RESTART.audiences,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """How long an engine takes to be there again."""


@bench.command("profile")
@measures(reading.ProfileOptions, reading.run)
def profile(
    *,
    profiles: Annotated[int, typer.Option(help="People that are known before.")] = _PROFILE.profiles,
    reads: Annotated[int, typer.Option(help="Reads a second.")] = _PROFILE.reads,
    events: Annotated[int, typer.Option(help="Events a second meanwhile.")] = _PROFILE.events,
    seconds: Annotated[float, typer.Option(help="How long.")] = _PROFILE.seconds,
    seed: Seed = _PROFILE.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Reads of one person over HTTP among many, while the river takes in events."""


@bench.command("visitors")
@measures(observing.VisitorsOptions, observing.run)
def visitors(
    *,
    observations: Annotated[int, typer.Option(help="Observations in the stream.")] = _VISITORS.observations,
    visitors: Annotated[int, typer.Option(help="Visitors that they may be of.")] = _VISITORS.visitors,
    segments: Annotated[int, typer.Option(help="Live segments.")] = _VISITORS.segments,
    rate: Annotated[int, typer.Option(help="Observations a second of the second half.")] = _VISITORS.rate,
    seconds: Annotated[float, typer.Option(help="How long the second half lasts.")] = _VISITORS.seconds,
    flush: Annotated[float, typer.Option(help="Seconds between two commits of the edge.")] = _VISITORS.flush,
    seed: Seed = _VISITORS.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """From what visitors show to the segments that they are in: as fast as it goes, then at a steady rate."""


@bench.command("overlap")
@measures(overlapping.OverlapOptions, overlapping.run)
def overlap(
    *,
    visitors: Annotated[int, typer.Option(help="Visitors in all.")] = _OVERLAP.visitors,
    segments: Annotated[int, typer.Option(help="Segments of them.")] = _OVERLAP.segments,
    expressions: Annotated[int, typer.Option(help="Expressions over all segments.")] = _OVERLAP.expressions,
    sizes: Annotated[int, typer.Option(help="Sizes asked while somebody types.")] = _OVERLAP.sizes,
    duckdb_rounds: Annotated[
        int, typer.Option("--duckdb", help="How often DuckDB is asked; 0 leaves it out.")
    ] = _OVERLAP.duckdb_rounds,
    seed: Seed = _OVERLAP.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Segments of many visitors: expressions, the matrix, sizes while one types; and DuckDB asked the same."""


@bench.command("crm")
@measures(relating.CrmOptions, relating.run)
def crm(
    *,
    people: Annotated[int, typer.Option(help="People among the parties.")] = _CRM.people,
    interactions: Annotated[int, typer.Option(help="What was said with them.")] = _CRM.interactions,
    requests: Annotated[int, typer.Option(help="Requests of each kind, one after the other.")] = _CRM.requests,
    seed: Seed = _CRM.seed,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """The pages of the relation over HTTP among many records, and the memory of the whole house at rest."""
