"""Tags and filters of the relation: ``{% load relation %}``. A stage, a role, a kind, a day that something is due."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from triptych.web.furniture.templatetags.furniture import instant, stage_sign
from triptych.web.pages import relation, writing

register = template.Library()

_SHAPES = {
    "online": '<svg class="shape" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4"/></svg>',
    "offline": '<svg class="shape" viewBox="0 0 10 10" aria-hidden="true">'
    '<rect x="1" y="1" width="8" height="8" rx="1.5"/></svg>',
}
_LOOK = {"at_risk": " warn", "lost": " q", "first_contact": " q"}

for _name, _function in {
    "role": relation.role,
    "stage": relation.stage,
    "interaction_kind": relation.kind,
    "interaction_icon": relation.kind_icon,
    "outcome": relation.outcome,
    "point_icon": relation.point_icon,
    "point_kind": relation.point,
    "instant": instant,
}.items():
    register.filter(_name, _function)


@register.simple_tag
def stage_label(word: str) -> SafeString:
    """A stage as a label: a circle that fills, and in words."""
    look = _LOOK.get(word, " a")
    return format_html('<span class="lbl{}">{}</span>', look, stage_sign(word, relation.stage(word)))


@register.simple_tag
def shape(show: str) -> SafeString:
    """Round for online, square for offline."""
    return SafeString(_SHAPES.get(show, ""))


@register.filter
def shown_as(show: str) -> str:
    """What a choice of the timeline is called."""
    return {
        "": gettext("All"),
        "online": gettext("Online"),
        "offline": gettext("Offline"),
        "changes": gettext("Changes"),
    }.get(show, show)


@register.filter
def calendar(written: str) -> str:
    """A date of the calendar as people write it."""
    return writing.calendar_day(written)


@register.filter
def due(day: date | None) -> str:
    """When something is to be done: today, tomorrow, the date; with the year where it is another."""
    if day is None:
        return gettext("no day set")
    apart = (day - timezone.localdate()).days
    said = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}.get(apart)
    return said or writing.day(instant(day))
