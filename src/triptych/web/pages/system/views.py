"""How the house is: its processes, what the river did with every event, and every part of the design on one page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from triptych.registry import read as registry
from triptych.web.pages import reading
from triptych.web.pages.view import page, show, unchanged
from triptych.web.rights import Action

_PROCESSES = ("edge", "engine", "web", "worker")


class Process(NamedTuple):
    """One of the four: whether it runs, since when, where it listens."""

    name: str
    running: bool
    address: str
    started_at: int


@page("system", Action.SEE_LIVE)
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """The processes and the law of conservation; polled."""
    status = reading.ask("status")
    versions = registry.versions(10)
    context = {
        "status": status,
        "counts": status.data.get("counts") or {},
        "processes": [_process(settings.TRIPTYCH_HOME, name) for name in _PROCESSES],
        "versions": versions,
        "figures": _figures(status.data),
    }
    if request.headers.get("HX-Request") == "true":
        return unchanged(request, show(request, "system/state.html", context))
    return show(request, "system/system.html", context)


@page("styleguide", Action.SEE_HOME)
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the design language, in both themes at once."""
    context = {
        "themes": ["light", "dark"],
        "swatches": [
            "canvas",
            "surface",
            "sunken",
            "line",
            "control",
            "ink3",
            "ink2",
            "ink",
            "accent",
            "tint",
            "ok",
            "warn",
            "bad",
        ],
        "heat": list(range(10)),
        "verdicts": ["stored", "duplicate", "quarantined", "suppressed"],
        "parties": [0, 1, 2, 3],
    }
    return show(request, "system/styleguide.html", context)


def _process(home: Path, name: str) -> Process:
    try:
        told: dict[str, Any] = json.loads((home / "run" / f"{name}.json").read_text())
    except (OSError, ValueError):
        return Process(name, running=False, address="", started_at=0)
    started = told.get("started_at") or 0
    address = str(told.get("address") or "")
    return Process(name, _alive(told.get("pid")), address, int(started))


def _alive(pid: Any) -> bool:
    return isinstance(pid, int) and Path(f"/proc/{pid}").exists()


def _figures(status: dict[str, Any]) -> dict[str, Any]:
    return {
        key: status.get(key)
        for key in ("profiles", "identifiers", "named_profiles", "offset", "lag_s", "visible_p95_s", "events_per_s")
    }
