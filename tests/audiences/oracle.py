"""Who is in, asked the slow and obvious way: every event of every identifier, read with the standard library."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from tests.audiences.world import Event, World
from triptych.audiences.model import And, Consent, Did, DidNot, Node, Not, Or, Sum, TraitIs, Window


def members(tree: Node, world: World, now: int) -> set[int]:
    """The profiles that are in."""
    return {profile for profile in world.living() if inside(tree, world, profile, now)}


def inside(tree: Node, world: World, profile: int, now: int) -> bool:  # noqa: PLR0911 - one answer a kind of node
    """Whether one profile is in."""
    match tree:
        case And(of):
            return all(inside(each, world, profile, now) for each in of)
        case Or(of):
            return any(inside(each, world, profile, now) for each in of)
        case Not(of):
            return not inside(of, world, profile, now)
        case Did():
            times = len(seen(tree, world, profile, now))
            wanted = tree.times.count
            return {"at least": times >= wanted, "at most": times <= wanted, "exactly": times == wanted}[tree.times.how]
        case DidNot():
            return not seen(tree, world, profile, now)
        case Sum():
            amounts = [amount(properties(event).get(tree.property)) for event in seen(tree, world, profile, now)]
            return orders(tree.operator, sum(each for each in amounts if each is not None), amount(tree.value))
        case TraitIs():
            value = world.trait(profile, tree.name)
            return value is not None and passes(tree.operator, tree.value, json.loads(value))
        case Consent(purpose):
            return world.granted_to(profile, purpose)
    raise AssertionError(tree)


def seen(leaf: Did | DidNot | Sum, world: World, profile: int, now: int) -> list[Event]:
    """The events that a condition counts."""
    return [
        event
        for event in world.events
        if world.profile[event.node] == profile
        and event.call == leaf.call
        and leaf.event in {"", event.name}
        and recent(event.at, leaf.window, now)
        and all(passes(test.operator, test.value, properties(event).get(test.name)) for test in leaf.where)
    ]


def recent(at: int, window: Window | None, now: int) -> bool:
    """Whether an instant lies in a window."""
    if window is None:
        return True
    seconds = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
    return at > now - window.count * seconds[window.unit.value] * 1_000_000


def properties(event: Event) -> dict[str, Any]:
    """An event's properties; of a key that stands twice the first."""
    if event.properties is None:
        return {}
    found = json.loads(event.properties, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    return found if isinstance(found, dict) else {}


def numeric(value: Any) -> float | None:
    """A number, or a text that is written as one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value, re.ASCII):
        value = float(value)
    if isinstance(value, int | float) and -1e10 < value < 1e10:
        return float(value)
    return None


def amount(value: Any) -> int | None:
    """Whole thousandths."""
    found = numeric(value)
    return None if found is None else math.floor(found * 1000 + 0.5)


def orders(operator: str, left: Any, right: Any) -> bool:
    """Whether two comparable values stand in an order."""
    answers: dict[str, bool] = {
        "=": left == right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return answers[str(operator)]


def passes(operator: str, wanted: Any, value: Any) -> bool:  # noqa: PLR0911 - one answer a kind of test
    """Whether a value passes a test."""
    if value is None:
        return False
    if operator == "exists":
        return True
    if operator == "in":
        return any(passes("=", each, value) for each in wanted)
    if operator == "!=":
        return not passes("=", wanted, value)
    if isinstance(wanted, bool):
        return isinstance(value, bool) and value == wanted
    if isinstance(wanted, str):
        if not isinstance(value, str):
            return False
        return wanted in value if operator == "contains" else orders(operator, value, wanted)
    found = numeric(value)
    return found is not None and orders(operator, found, wanted)
