"""Divisions and who belongs to them. Making one again changes nothing: set-up and the demo repeat it."""

from __future__ import annotations

import re

from triptych.crm.errors import invalid
from triptych.crm.models import Division, DivisionMember

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
KINDS = ("shop", "department")


def add_division(id: str, *, name: str, kind: str = "department") -> str:
    """Make a division, or give it another name. Answers its id."""
    if not _ID.match(id):
        raise invalid("id", "an id has small letters, digits and hyphens, at most 40")
    if kind not in KINDS:
        raise invalid("kind", f"one of {', '.join(KINDS)}")
    Division.objects.update_or_create(id=id, defaults={"name": name, "kind": kind})
    return id


def add_member(user_id: int, division: str) -> None:
    """Let a colleague belong to a division."""
    DivisionMember.objects.get_or_create(user_id=user_id, division_id=division)


def remove_member(user_id: int, division: str) -> None:
    """Let a colleague belong to a division no longer."""
    DivisionMember.objects.filter(user=user_id, division=division).delete()
