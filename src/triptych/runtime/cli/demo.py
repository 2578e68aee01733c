"""``triptych demo``: load the demo world through the front door, and say how well identities were resolved."""

from __future__ import annotations

import time
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import httpx
import typer

from triptych.runtime.cli.context import Context, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.errors import Refused
from triptych.runtime.home import HomeKind
from triptych.runtime.running import find
from triptych.vocabulary import system_clock

app = typer.Typer()

_PATIENCE_S = 60.0


class WorldSize(StrEnum):
    """How much of the world is loaded."""

    SMALL = "small"
    FULL = "full"


@app.command()
def demo(
    *,
    size: Annotated[WorldSize, typer.Option(help="small: 300 households, 13 weeks; full: 2,469 and a year.")] = (
        WorldSize.SMALL
    ),
    once: Annotated[bool, typer.Option("--once", help="Do nothing where a load has finished before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send the demo world to the running front door, as its ordinary clients would. Loading twice changes nothing."""
    here = ready()
    if here.home.kind is not HomeKind.DEMO:
        raise Refused("not_a_demo_home", f"{here.home.path} is no demo home: triptych setup --kind demo makes one")
    done = here.home.path / "demo" / f"loaded-{size.value}"
    if once and done.exists():
        tell({"loaded": False, "reason": "loaded before"}, as_json=as_json, text="The demo was loaded before.")
        return
    report = _load(here, size)
    done.touch(mode=0o600)
    tell(report, as_json=as_json)


def _load(here: Context, size: WorldSize) -> dict[str, object]:
    from triptych.runtime import records  # noqa: PLC0415  Django starts here, and only here
    from triptych.runtime.demo import defining, loading, panels, sample, visiting  # noqa: PLC0415  models need Django

    edge, home, much = _front_door(here), here.home.path, loading.SIZES[size.value]
    with records.refusals():
        keys = defining.define(home)
    defining.open_shop(home, key=keys["web"])
    report = loading.write_progress(home)
    try:
        world = loading.read_world(home=home, size=much, now=system_clock(), report=report)
        sent = loading.send_world(world, edge=edge, keys=keys, now=system_clock(), report=report)
        others = panels.load(world, home=home, edge=edge, key=keys["web"], size=much, report=report)
    except (loading.LoadFailed, sample.SampleMissing, visiting.VisitRefused) as failure:
        raise Refused("demo_not_loaded", str(failure)) from None
    report(loading.Progress("Done", sent.events, sent.events, finished=True))
    return asdict(sent) | asdict(others)


def _front_door(here: Context) -> str:
    """The address of the running edge, waited for while it starts."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        edge = find(here.home, "edge")
        if edge is not None and edge.address:
            address = f"http://{edge.address}"
            try:
                if httpx.get(f"{address}/healthz", trust_env=False, timeout=5).status_code == httpx.codes.OK:
                    return address
            except httpx.TransportError:
                pass
        time.sleep(0.1)
    raise Refused("edge_not_running", "the front door does not run: triptych serve starts it")
