"""What of the relation answers to a text, for the palette and the search: parties, and what was said lately.

Everything comes through the room's own gate. Parties are found by the beginnings of words, in all that there are;
interactions by the words of their subject, among the newest that are in reach.
"""

from __future__ import annotations

import re
import uuid

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from triptych.crm import reading
from triptych.crm.model import Hit
from triptych.crm.models import Party
from triptych.crm.search import fold
from triptych.web.pages import relation, writing
from triptych.web.pages.option import Option
from triptych.web.rights import Action, actor_of, may

_LATELY = 1_000
_HERE = re.compile(r"/crm/(?:people|organisations)/([0-9a-f-]{36})/")


def parties(request: HttpRequest, text: str, most: int) -> list[Option]:
    """People and organisations that answer to a text."""
    if len(text) < 2 or not may(request.user, Action.SEE_PARTIES):
        return []
    return [_party(hit) for hit in reading.search(actor_of(request), text, limit=most)]


def _party(hit: Hit) -> Option:
    square = hit.kind == Party.Kind.ORGANISATION
    return Option(
        "building" if square else "user-circle",
        hit.name,
        reverse(f"pages:crm_{hit.kind}", args=[hit.id]),
        ", ".join(filter(None, (relation.stage(hit.stage), hit.city))),
        disc=hit.name,
        square=square,
    )


def interactions(request: HttpRequest, text: str, most: int) -> list[Option]:
    """The newest interactions whose subject has every word of the text."""
    words = fold(text).split()
    if len(text) < 3 or not may(request.user, Action.SEE_PARTIES):
        return []
    newest = reading.all_interactions(actor_of(request)).select_related(None).order_by("-occurred_at", "-id")
    lately = newest.values_list("pk", "subject")[:_LATELY]
    keys = [pk for pk, subject in lately if all(word in fold(subject) for word in words)][:most]
    found = reading.all_interactions(actor_of(request)).filter(pk__in=keys).order_by("-occurred_at", "-id")
    return [
        Option(
            relation.kind_icon(each.kind),
            relation.happened(each.kind, each.direction, each.subject),
            reverse(f"pages:crm_{each.party.kind}", args=[each.party_id]),
            ", ".join((each.party.name, writing.ago(relation.instant(each.occurred_at)))),
        )
        for each in found
    ]


def actions_here(request: HttpRequest, path: str) -> tuple[str, list[Option]]:
    """What may be done on the record that the reader has open: its name, and the actions; none elsewhere."""
    found = _HERE.match(path)
    if not found or not may(request.user, Action.LOG_INTERACTIONS):
        return "", []
    party = reading.parties(actor_of(request)).filter(pk=uuid.UUID(found[1])).first() if _is_id(found[1]) else None
    if party is None:
        return "", []
    home = reverse(f"pages:crm_{party.kind}", args=[party.pk])
    said = [
        ("phone", gettext("Log a call"), "call"),
        ("building-store", gettext("Log a visit"), "visit"),
        ("mailbox", gettext("Log a letter"), "letter"),
        ("note", gettext("Note"), "note"),
    ]
    return party.name, [Option(icon, text, f"{home}?log={kind}#log") for icon, text, kind in said]


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
