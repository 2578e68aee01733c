"""The table of routes: every path under which a client of either dialect may call."""

from __future__ import annotations

from typing import NamedTuple

from triptych.collect.edge import collecting, counting, doors, internal, own, reading
from triptych.collect.edge.collecting import CALLS, Handler


class Route(NamedTuple):
    """What answers a path: its name in counters, its methods, its handler, and whether browsers may read it."""

    name: str
    method: str
    handler: Handler
    cors: bool = True

    def takes(self, method: str) -> bool:
        """Whether the route takes a method: one of its own, and ``HEAD`` where it takes ``GET``."""
        return method in self.method.split(",") or (method == "HEAD" and "GET" in self.method)


def table(prefixes: tuple[str, ...]) -> dict[str, Route]:
    """All fixed paths, at the root and under each prefix."""
    plain = _collection() | _rest()
    whole = dict(plain)
    for prefix in prefixes:
        whole |= {f"{prefix.rstrip('/')}{path}": route for path, route in plain.items() if path != "/"}
    return whole


def _collection() -> dict[str, Route]:
    """The paths that take events."""
    batch = Route("batch", "POST", collecting.batch)
    routes = {f"{version}/{name}": batch for version in ("/v1", "") for name in ("batch", "b", "import")}
    routes["/beacon/v1/batch"] = batch._replace(name="beacon")
    for call, letter in CALLS.items():
        single = Route(call, "POST", collecting.single(call))
        routes |= {f"{version}/{name}": single for version in ("/v1", "") for name in (call, letter)}
        routes[f"/v1/pixel/{call}"] = Route("pixel", "GET", collecting.segment_pixel(call))
    for call in ("track", "page"):
        routes[f"/pixel/v1/{call}"] = Route("pixel", "GET", collecting.rudder_pixel(call))
    discard = Route("client_metrics", "POST", collecting.discard)
    routes |= dict.fromkeys(("/v1/m", "/m", "/rsaMetrics", "/v1/rsaMetrics"), discard)
    return routes


def _rest() -> dict[str, Route]:
    """The paths that give something back."""
    source_config = Route("source_config", "GET", reading.source_config)
    health = Route("health", "GET", reading.health, cors=False)
    return {
        "/sourceConfig": source_config,
        "/health": health,
        "/": health,
        "/healthz": Route("healthz", "GET", reading.healthz, cors=False),
        "/readyz": Route("readyz", "GET", reading.readyz, cors=False),
        "/metrics": Route("metrics", "GET", reading.metrics, cors=False),
        "/v1/profile": Route("profile", "POST", reading.profile, cors=False),
        "/v1/count": Route("count", "POST", counting.count),
        "/v1/visitor": Route("visitor", "GET,POST,DELETE", own.visitor),
        "/v1/visitor/pseudonym": Route("pseudonym", "GET", own.pseudonym),
        "/internal/collect": Route("internal_collect", "POST", doors.collect, cors=False),
        "/internal/visitors": Route("internal_visitors", "POST", doors.decide, cors=False),
        "/internal/withdraw-visitor": Route("withdraw_visitor", "POST", doors.withdraw, cors=False),
        "/internal/forget-visitors": Route("forget_visitors", "POST", doors.forget, cors=False),
        "/internal/control": Route("control", "POST", internal.control, cors=False),
        "/internal/replay": Route("replay", "POST", internal.replay, cors=False),
    }


def project_of(path: str) -> tuple[str, str] | None:
    """The write key and the prefix in a settings path, ``[prefix]/[v1/]projects/<key>/settings``.

    >>> project_of("/v1/projects/abc/settings")
    ('abc', '')
    """
    parts = path.split("/")
    if len(parts) < 4 or parts[-1] != "settings" or parts[-3] != "projects":
        return None
    head = parts[:-3]
    if head[-1:] == ["v1"]:
        head = head[:-1]
    return parts[-2], "/".join(head)
