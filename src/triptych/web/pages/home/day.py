"""What waits for a colleague of the relation: steps that are due, today's visits, parties at risk, what is new."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone

from triptych.crm import reading as relation_reading
from triptych.crm.model import Hit, InteractionView
from triptych.crm.models import Interaction, Standing
from triptych.crm.views import hit, interaction_view
from triptych.web.pages import relation
from triptych.web.rights import actor_of

_MET = ("visit", "meeting")
_NEW = 8
_LOOKED_AT = 200
_LATELY = timedelta(days=30)


class Due(NamedTuple):
    """A next step with the party it is about."""

    interaction: InteractionView
    party: Hit
    late: bool


class Slot(NamedTuple):
    """An appointment of today; the next one is hot."""

    interaction: InteractionView
    party: Hit
    over: bool
    hot: bool


class Risk(NamedTuple):
    """A party of the reader's that may leave, and why."""

    party: Hit
    why: str


class News(NamedTuple):
    """Something that happened with somebody whom the reader's divisions know."""

    interaction: InteractionView
    party: Hit
    says: str
    icon: str


class Day(NamedTuple):
    """A colleague's day."""

    due: list[Due]
    slots: list[Slot]
    ahead: list[Slot]
    at_risk: list[Risk]
    news: list[News]

    @property
    def late(self) -> int:
        """How many steps are overdue."""
        return sum(each.late for each in self.due)

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.due or self.slots or self.at_risk)


def day(request: HttpRequest) -> Day:
    """The reader's day."""
    actor, now = actor_of(request), timezone.now()
    waits, today = relation_reading.day(actor), timezone.localdate()
    due = [Due(each, party, bool(each.next_due and each.next_due < today)) for each, party in waits.steps]
    slots = _slots(request, now)
    shown = {each.interaction.id for each in slots}
    ahead = [Slot(each, party, False, False) for each, party in waits.visits if each.id not in shown]
    return Day(due, slots, ahead[:5], _at_risk(request, waits.at_risk), _news(request, now))


def _slots(request: HttpRequest, now: datetime) -> list[Slot]:
    actor = actor_of(request)
    start = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    found = relation_reading.all_interactions(actor).filter(
        author=actor.user_id, kind__in=_MET, occurred_at__gte=start, occurred_at__lt=start + timedelta(days=1)
    )
    told = [(interaction_view(each), hit(each.party)) for each in found.order_by("occurred_at", "id")[:20]]
    first = next((each.id for each, _ in told if each.occurred_at > now), None)
    return [Slot(each, party, each.occurred_at <= now, each.id == first) for each, party in told]


def _at_risk(request: HttpRequest, hits: tuple[Hit, ...]) -> list[Risk]:
    found = relation_reading.parties(actor_of(request)).filter(pk__in=[each.id for each in hits])
    reasons = dict(found.values_list("pk", "stage_reason"))
    return [Risk(each, _why(reasons.get(each.id))) for each in hits]


def _why(said: dict[str, object] | None) -> str:
    values = (said or {}).get("values")
    return relation.why(str((said or {}).get("code", "")), values if isinstance(values, dict) else {})


def _news(request: HttpRequest, now: datetime) -> list[News]:
    """What others wrote down lately of those whom the reader's divisions know.

    The newest of all are taken by their time and then asked for whom we know: the other way round would read every
    interaction of a large house.
    """
    actor = actor_of(request)
    found = relation_reading.all_interactions(actor).filter(occurred_at__lte=now, occurred_at__gt=now - _LATELY)
    newest = list(found.exclude(author=actor.user_id).order_by("-occurred_at", "-id")[:_LOOKED_AT])
    standings = Standing.objects.filter(division__in=actor.divisions, party__in={each.party_id for each in newest})
    known = set(standings.values_list("party", flat=True))
    return [_told(each) for each in newest if each.party_id in known][:_NEW]


def _told(interaction: Interaction) -> News:
    told = interaction_view(interaction)
    says = relation.happened(told.kind, told.direction, told.subject)
    return News(told, hit(interaction.party), says, relation.kind_icon(told.kind))
