"""What the filters of the relation offer and ask: roles, owners, divisions, "me" and "mine"."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from triptych.crm.models import Division, DivisionMember, PartyRole, Standing
from triptych.web.furniture import Choice
from triptych.web.furniture.model import Among, Operator, Reader, Where

ME, MINE = "me", "mine"
_NOT = frozenset({Operator.NOT, Operator.EMPTY})


def colleagues(reader: Reader) -> Sequence[Choice]:
    """Me, and everybody who belongs to a division."""
    members = DivisionMember.objects.exclude(user=reader.actor.user_id).order_by("user__name")
    others = dict(members.values_list("user_id", "user__name"))
    return [Choice(ME, _("me")), *(Choice(str(key), name) for key, name in others.items())]


def divisions(reader: Reader) -> Sequence[Choice]:
    """My divisions together, where I have any, and each division."""
    mine = [Choice(MINE, _("my divisions"))] if reader.actor.divisions else []
    return mine + [Choice(each.id, each.name) for each in Division.objects.order_by("name")]


def channels(reader: Reader) -> Sequence[Choice]:
    """Online, or offline."""
    del reader
    return [Choice("online", _("online")), Choice("offline", _("offline"))]


def role(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Those that have one of the roles now."""
    del reader
    held = PartyRole.objects.filter(role__in=values, until=None)
    return Among(held, "party", negated=operator in _NOT)


def owner(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Those whom one of the colleagues owns, in whatever division."""
    owned = Standing.objects.filter(owner__isnull=False)
    if values:
        owned = owned.filter(owner__in=_people(reader, values))
    return Among(owned, "party", negated=operator in _NOT)


def division(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Those that one of the divisions knows."""
    known = Standing.objects.filter(division__in=_parts(reader, values))
    return Among(known, "party", negated=operator in _NOT)


def of_division(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Interactions of one of the divisions."""
    within = Q(division__in=_parts(reader, values))
    return ~within if operator in _NOT else within


def author(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Interactions that one of the colleagues wrote down."""
    by = Q(author__in=_people(reader, values))
    return (~by | Q(author=None)) if operator in _NOT else by


def channel(reader: Reader, operator: Operator, values: tuple[str, ...]) -> Where:
    """Interactions online, or offline."""
    del reader
    among = Q(online__in=[value == "online" for value in values])
    return ~among if operator in _NOT else among


def _people(reader: Reader, values: tuple[str, ...]) -> list[int]:
    said = [str(reader.actor.user_id) if value == ME else value for value in values]
    return [int(value) for value in said if value.isascii() and value.isdigit() and len(value) < 16]


def _parts(reader: Reader, values: tuple[str, ...]) -> list[str]:
    said: set[str] = set()
    for value in values:
        said |= reader.actor.divisions if value == MINE else {value}
    return sorted(said)
