"""The API's answers about events that were set aside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from triptych.registry.errors import invalid
from triptych.river.client import ask
from triptych.web import front_door
from triptych.web.accounts.current import colleague
from triptych.web.api.bodies import Replay
from triptych.web.rights import mask, may_see_personal

MOST = 1_000
_PLACES = ("id", "message_id", "offset", "received_at", "source", "type", "event", "reason", "replayed", "verdict")


def index(request: HttpRequest) -> dict[str, Any]:
    """What is in quarantine: query `reason`, `source`, `before` (an offset), `limit`; newest first."""
    answer = ask(
        settings.TRIPTYCH_HOME,
        "quarantine",
        reason=request.GET.get("reason", ""),
        source=request.GET.get("source", ""),
        before=_number(request, "before", 0),
        limit=min(_number(request, "limit", 50), MOST),
    )
    if may_see_personal(colleague(request)):
        return answer
    return {**answer, "events": [_masked(event) for event in answer.get("events", [])]}


def replay(request: HttpRequest, body: Replay) -> dict[str, Any]:
    """Read quarantined events again, under the definitions now in force."""
    del request
    if not 0 < len(body.offsets) <= MOST:
        raise invalid("offsets", f"1 to {MOST} offsets at a time")
    front_door.replay_quarantine(body.offsets)
    return {"asked": len(body.offsets)}


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.isdecimal() or len(text) > 15:
        raise invalid(name, f"{name} is a number")
    return int(text)


def _masked(event: dict[str, Any]) -> dict[str, Any]:
    # what is not known to be harmless is masked: a detail may quote the value that broke the plan
    shown = {name: value for name, value in event.items() if name in _PLACES}
    who = event.get("who")
    if isinstance(who, list) and len(who) == 2:
        shown["who"] = [who[0], mask(str(who[1]))]
    return shown
