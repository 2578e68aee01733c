"""How a field of a party is saved, and what the room's refusals are called in the reader's language."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from triptych.crm import Action as On
from triptych.crm import Actor, Conflict, CrmError, Problem, reading, services
from triptych.web.furniture import Clash, Editing, Refused
from triptych.web.rights import Action as Right


def _rows(actor: Actor) -> QuerySet[Any]:
    return reading.parties(actor, On.EDIT)


def _save(actor: Actor, party: str, field: str, value: str, base: int) -> Clash | None:
    try:
        answer = services.edit_party(actor, uuid.UUID(party), field=field, value=value, base_version=base)
    except CrmError as error:
        raise Refused(said(error)) from error
    if isinstance(answer, Conflict):
        before, theirs, mine = (str(each or "") for each in (answer.before, answer.theirs, answer.mine))
        return Clash(before=before, theirs=theirs, mine=mine, version=answer.version, by=answer.by, at=answer.at)
    return None


EDITING = Editing(right=Right.EDIT_PARTIES, query=_rows, version=lambda row: int(row.version), save=_save)


def said(error: CrmError) -> str:
    """A refusal of the room as people read it."""
    by_field = {
        "country": gettext("A country is its two letters, such as FR."),
        "value": gettext("This cannot be a mail address or a telephone number."),
        "email": gettext("This cannot be a mail address."),
        "phone": gettext("This cannot be a telephone number."),
        "family_name": gettext("A person has a name: the first or the last one at least."),
        "name": gettext("An organisation has a name."),
        "roles": gettext("Say what they are to us: at least one role."),
        "division": gettext("You do not act for this division."),
        "owner": gettext("There is no such colleague."),
    }
    by_problem = {
        Problem.NOT_FOUND: gettext("There is no such party, or it is not in your reach."),
        Problem.FORBIDDEN: gettext("Not for your role."),
        Problem.EXISTS: gettext("This is there already."),
        Problem.INVALID: gettext("This cannot be the value."),
    }
    return by_field.get(error.field) or by_problem[error.problem]
