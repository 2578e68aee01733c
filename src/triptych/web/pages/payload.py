"""An event as it was sent, for reading: indented, names apart from values, personal values masked on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from triptych.web.rights import mask

_PERSONAL = frozenset(
    {
        "userid",
        "user_id",
        "previousid",
        "email",
        "phone",
        "name",
        "firstname",
        "first_name",
        "lastname",
        "last_name",
        "address",
        "street",
        "city",
        "postcode",
        "postalcode",
        "zip",
        "birthday",
        "birth_year",
        "ip",
        "loyalty_card",
        "loyaltycard",
        "crm_id",
        "external_id",
        "value",
        "id",
        "username",
        "avatar",
        "company",
    }
)
_FREE = frozenset({"properties", "products", "campaign", "library", "page", "screen", "os", "app", "timezone"})
"""Parts whose ordinary values say what was done, not who did it; personal names are masked in them too."""


def masked(sent: Any, *, inside: str = "") -> Any:
    """A payload with its personal values masked: by their name, and everything inside ``traits``."""
    if isinstance(sent, Mapping):
        return {key: _masked(key, value, inside=inside) for key, value in sent.items()}
    if isinstance(sent, list):
        return [masked(each, inside=inside) for each in sent]
    return mask(str(sent)) if inside == "traits" and isinstance(sent, str | int | float) else sent


def _masked(key: str, value: Any, *, inside: str) -> Any:
    place = "traits" if key in {"traits", "externalIds"} else (key if key in _FREE else inside)
    if isinstance(value, Mapping | list):
        return masked(value, inside=place)
    low = key.lower()
    personal = low in _PERSONAL and not (inside in _FREE and low in {"name", "value", "id", "company"})
    if value is None or isinstance(value, bool):
        return value
    return mask(str(value)) if personal or place == "traits" else value


def lines(sent: Any) -> SafeString:
    """A payload as HTML for a ``pre``: names marked, values escaped."""
    out = [_line(line) for line in json.dumps(sent, ensure_ascii=False, indent=2).split("\n")]
    return mark_safe("\n".join(out))  # noqa: S308  every part is escaped by _line


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    head, colon, tail = line.partition('": ')
    if colon and head.lstrip().startswith('"'):
        name = escape(head.strip() + chr(34))
        return f"{line[:indent]}<b>{name}</b>: {escape(tail)}"
    return escape(line)
