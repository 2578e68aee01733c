"""What the edge counts, in Prometheus' text form. Labels are codes and routes, never anything of a person."""

from __future__ import annotations

from collections import Counter

from triptych.vocabulary import Trust


class Counters:
    """Counts since the process started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.errors: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()
        self.events: Counter[int] = Counter()
        self.discarded = 0

    def text(self, gauges: dict[str, float]) -> str:
        """All counts and the given gauges, one sample a line."""
        lines = ["# TYPE triptych_edge_requests_total counter"]
        lines += [
            f'triptych_edge_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in sorted(self.requests.items())
        ]
        for name, counter, label in (
            ("errors", self.errors, "code"),
            ("events", {Trust(trust).word: count for trust, count in self.events.items()}, "trust"),
            ("client_retries", self.retries, "header"),
        ):
            lines.append(f"# TYPE triptych_edge_{name}_total counter")
            lines += [
                f'triptych_edge_{name}_total{{{label}="{value}"}} {count}' for value, count in sorted(counter.items())
            ]
        lines.append("# TYPE triptych_edge_client_metrics_discarded_total counter")
        lines.append(f"triptych_edge_client_metrics_discarded_total {self.discarded}")
        for name, value in gauges.items():
            lines += [f"# TYPE triptych_edge_{name} gauge", f"triptych_edge_{name} {value:g}"]
        return "\n".join(lines) + "\n"
