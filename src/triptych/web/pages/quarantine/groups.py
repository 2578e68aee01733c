"""What waits in quarantine, gathered by what one would mend: reason, source and event, whatever the value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Data = dict[str, Any]


def gathered(groups: Iterable[Mapping[str, Any]]) -> list[Data]:
    """Groups of one reason, source and event as one, largest first; the detail is that of the newest."""
    found: dict[tuple[str, str, str], Data] = {}
    for group in groups:
        key = (str(group.get("reason")), str(group.get("source")), str(group.get("event")))
        known = found.get(key)
        if known is None:
            found[key] = {**group, "kinds": 1}
            continue
        newer = (group.get("last_at") or 0) > (known.get("last_at") or 0)
        known["count"] += group.get("count") or 0
        known["kinds"] += 1
        known["first_at"] = min(known.get("first_at") or 0, group.get("first_at") or 0)
        if newer:
            known["last_at"], known["detail"] = group.get("last_at"), group.get("detail")
    return sorted(found.values(), key=lambda each: -int(each.get("count") or 0))
