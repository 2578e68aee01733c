"""Events from image requests: Segment's ``?data=`` and flat queries, and RudderStack's top-level fields."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from triptych.collect.edge.wirebodies import BadBody, Posted, read_event
from triptych.vocabulary import iso

_BOOLEANS = {"true": True, "false": False}


def segment(query: str, path_type: str) -> Posted:
    """An event of ``GET /v1/pixel/<call>``: base64 JSON in ``data``, or dotted keys.

    Raises:
        BadBody: There is no event in it.
    """
    fields = dict(parse_qsl(query, keep_blank_values=True))
    data = fields.pop("data", None)
    if data is None:
        return read_event(msgspec.json.encode(_nested(fields)), path_type)
    plain = data.replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    try:
        body = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadBody("invalid_encoding", "data is not base64") from error
    posted = read_event(body, path_type)
    return posted if posted.key else posted._replace(key=fields.get("writeKey", ""))


def rudder(query: str, path_type: str, now: int) -> Posted:
    """An event of ``GET /pixel/v1/<call>``: every query key is a top-level field."""
    event: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    anonymous = event.get("anonymousId")
    if anonymous is not None:
        event["anonymousId"] = anonymous.strip("\"'")
    if path_type == "page" and not event.get("name", "").strip():
        event["name"] = "Unknown Page"
    event = _nested(event)
    event |= {"type": path_type, "channel": "web", "originalTimestamp": iso(now), "sentAt": iso(now)}
    return read_event(msgspec.json.encode(event), path_type)


def _nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Flat dotted keys as objects. Consent is told in words, so it is read from them.

    >>> _nested({"properties.subject": "Hi", "userId": "u"})
    {'properties': {'subject': 'Hi'}, 'userId': 'u'}
    """
    whole: dict[str, Any] = {}
    for key, value in fields.items():
        *path, last = key.split(".")[:32]
        place = whole
        for step in path:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = place[step] = {}
            place = inner
        said = key.startswith("context.consent.categoryPreferences.")
        place[last] = _BOOLEANS.get(value, value) if said else value
    return whole
