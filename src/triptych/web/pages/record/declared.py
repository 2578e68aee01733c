"""The pages of a person and of an organisation, as the furniture draws them: zones of fields and blocks."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from triptych.web.furniture import Action as Button
from triptych.web.furniture import Block, Field, RecordPage, Zone
from triptych.web.pages.record import blocks
from triptych.web.pages.record.opened import row_of
from triptych.web.rights import Action


def _log(kind: str) -> Any:
    def url(row: Any) -> str:
        return f"{reverse(f'pages:crm_{row.kind}', args=[row.pk])}?log={kind}#log"

    return url


_PLACE = (
    Field(key="city", label=_("City"), editable=True, most=100),
    Field(key="postcode", label=_("Postcode"), editable=True, most=20),
    Field(key="country", label=_("Country"), editable=True, most=2, hint=_("Two letters, such as FR.")),
    Field(key="language", label=_("Language"), editable=True, most=8, hint=_("Two letters, such as fr.")),
)
_PERSON = (
    Field(key="given_name", label=_("First name"), editable=True, most=100),
    Field(key="family_name", label=_("Last name"), editable=True, most=100),
    Field(key="title", label=_("Title"), editable=True, most=80),
    *_PLACE,
    Field(key="number", label=_("Number")),
)
_ORGANISATION = (
    Field(key="name", label=_("Name"), editable=True, required=True),
    Field(key="registration", label=_("Registration"), editable=True, most=40),
    *_PLACE,
    Field(key="number", label=_("Number")),
)
_ACTIONS = (
    Button(key="note", label=_("Note"), icon="note", right=Action.LOG_INTERACTIONS, url=_log("note"), letter="n"),
    Button(key="call", label=_("Log a call"), icon="phone", right=Action.LOG_INTERACTIONS, url=_log("call")),
    Button(
        key="visit",
        label=_("Log a visit"),
        icon="building-store",
        right=Action.LOG_INTERACTIONS,
        url=_log("visit"),
        primary=True,
    ),
)
_WHO = (
    Block(key="roles", label=_("Roles"), template="record/roles.html", load=blocks.roles),
    Block(key="points", label=_("Contact points"), template="record/points.html", load=blocks.points),
    Block(key="affiliations", template="record/affiliations.html", load=blocks.affiliations),
    Block(
        key="divisions", label=_("Divisions that know them"), template="record/divisions.html", load=blocks.divisions
    ),
    Block(key="notes", label=_("Private notes"), template="record/notes.html", load=blocks.notes),
)
_HAPPENED = (
    Block(key="composer", template="record/composer.html", load=blocks.composer),
    Block(key="line", template="record/timeline.html", load=blocks.timeline),
)
_NEXT = (
    Block(key="stage", label=_("Journey"), template="record/stage.html", load=blocks.stage),
    Block(key="steps", label=_("Next steps"), template="record/steps.html", load=blocks.steps),
    Block(key="consents", label=_("Consent"), template="record/consents.html", load=blocks.consents),
    Block(
        key="audiences",
        label=_("Audiences"),
        template="record/audiences.html",
        load=blocks.audiences,
        right=Action.SEE_PEOPLE,
    ),
    Block(
        key="portrait",
        label=_("Portrait"),
        template="record/portrait.html",
        load=blocks.portrait,
        right=Action.SEE_PEOPLE,
    ),
)


def _head(request: HttpRequest, row: Any) -> dict[str, Any]:
    return blocks.stage(request, row)


def _declared(kind: str, fields: tuple[Field, ...], *, square: bool) -> RecordPage:
    return RecordPage(
        key=f"crm_{kind}",
        panel="crm",
        right=Action.SEE_PARTIES,
        load=partial(row_of, kind=kind),
        title=lambda row: str(row.name),
        zones=(
            Zone(key="who", label=_("Who it is"), fields=fields, blocks=_WHO),
            Zone(key="happened", label=_("What happened"), blocks=_HAPPENED),
            Zone(key="next", label=_("What comes next"), blocks=_NEXT),
        ),
        head=Block(key="head", template="record/head.html", load=_head),
        strip=Block(key="strip", template="record/strip.html", load=blocks.strip),
        square=square,
        actions=_ACTIONS,
    )


PERSON = _declared("person", _PERSON, square=False)
"""A person's page: her portrait and the work in one."""

ORGANISATION = _declared("organisation", _ORGANISATION, square=True)
"""An organisation's page."""
