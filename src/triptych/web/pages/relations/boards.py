"""The board of parties by stage: as the rule finds them, or as one division sees them and says so by hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from triptych.crm import Action as On
from triptych.crm import Actor, CrmError, Scope, Stage, reading, services
from triptych.crm.models import Division, Party, Standing
from triptych.web.furniture import Board, Choice, Refused
from triptych.web.furniture.filtering import meet
from triptych.web.furniture.model import Among, Reader
from triptych.web.pages import relation
from triptych.web.pages.relations.editing import said
from triptych.web.rights import Action as Right

BY_RULE = "all"


def boards(reader: Reader) -> Sequence[Choice]:
    """My divisions first, then all parties by rule, then the other divisions."""
    every = [Choice(each.id, each.name) for each in Division.objects.order_by("name")]
    mine = [choice for choice in every if choice.value in reader.actor.divisions]
    others = [choice for choice in every if choice.value not in reader.actor.divisions]
    return [*mine, Choice(BY_RULE, _("Everybody, by rule")), *others]


def lanes() -> Sequence[Choice]:
    """The stages, in their order."""
    return [Choice(stage.value, relation.STAGES[stage.value]) for stage in Stage]


def lane(reader: Reader, rows: QuerySet[Any], board: str, stage: str) -> Sequence[QuerySet[Any]]:
    """The parties of a stage: the division says so, or it says nothing and the rule does."""
    del reader
    if board == BY_RULE:
        return [rows.filter(stage=stage)]
    known = Standing.objects.filter(division=board)
    unsaid = Exists(known.filter(stage="", party=OuterRef("pk")))
    return [meet(rows, Among(known.filter(stage=stage), "party")), rows.filter(unsaid, stage=stage)]


def movable(actor: Actor, board: str) -> QuerySet[Any]:
    """The parties whose stage the reader may say for a division."""
    within = actor.scope(On.EDIT) is Scope.ALL or board in actor.divisions
    return reading.parties(actor, On.EDIT) if within and board != BY_RULE else Party.objects.none()


def move(actor: Actor, party: str, board: str, stage: str) -> None:
    """Say in which stage a division sees a party."""
    try:
        services.set_standing(actor, uuid.UUID(party), board, stage=stage)
    except CrmError as error:
        raise Refused(said(error)) from error
    except ValueError as error:
        raise Refused(str(_("There is no such party."))) from error


BOARD = Board(
    boards=boards,
    lanes=lanes,
    lane=lane,
    movable=movable,
    move=move,
    right=Right.EDIT_PARTIES,
    card="relations/card.html",
    sort="name",
)
