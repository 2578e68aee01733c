"""Tags of the furniture: ``{% load furniture %}``. ``cell`` draws a field of a record as a list draws it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from triptych.web.furniture import showing
from triptych.web.furniture.model import Field, ListPage

register = template.Library()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@register.inclusion_tag("furniture/cell.html", takes_context=True)
def cell(context: template.Context, page: ListPage, field: Field, row: Any, may_edit: bool) -> dict[str, Any]:
    """A field of a record, as the button that opens its editor where the reader may edit it."""
    return {
        "cell": showing.cell(page, field, row, may_edit=may_edit),
        "see_personal": context.get("see_personal"),
        "request": context.get("request"),
    }


@register.simple_tag
def neighbour(page: ListPage, row: Any, which: str, came: str) -> str:
    """The way from a record to the one before or after it in the list that one came from."""
    asked = f"?{urlencode({'from': came})}" if came else ""
    return reverse(f"pages:{page.key}_{which}", args=[row.pk]) + asked


@register.filter
def instant(value: object) -> int | None:
    """A moment or a day as the writing of instants takes it: microseconds since 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(12), tzinfo=timezone.get_current_timezone())
    return (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else None


_FILLED = {
    "engagement": "M7 3.4a3.6 3.6 0 0 1 0 7.2z",
    "at_risk": "M7 3.4a3.6 3.6 0 0 1 0 7.2z",
    "customer": "M7 7H3.4A3.6 3.6 0 1 0 7 3.4z",
    "loyal": "M7 3.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2z",
}
_LOOKS = {"at_risk": "stage risk", "lost": "stage lost"}


@register.simple_tag
def stage_sign(word: str, label: str) -> SafeString:
    """A stage of the journey: a circle that fills, and its word."""
    filled = format_html('<path class="f" d="{}"/>', _FILLED[word]) if word in _FILLED else ""
    return format_html(
        '<span class="{}"><svg viewBox="0 0 14 14" aria-hidden="true"><circle class="o" cx="7" cy="7" r="5.6"/>{}</svg>'
        "{}</span>",
        _LOOKS.get(word, "stage"),
        filled,
        label,
    )


@register.simple_block_tag(takes_context=True)
def go(
    context: template.Context, content: str, to: str, look: str = "", label: str = "", current: bool = False
) -> SafeString:
    """A way inside a list. While something is looked for it is a button of that form: the text stays in a body."""
    here = context["home"]
    more = format_html(' aria-label="{}" title="{}"', label, label) if label else ""
    if current:
        more = format_html('{} aria-current="true"', more)
    if context.get("sought"):
        start = format_html(
            '<button type="submit" form="find" formaction="{}{}" class="{}" data-go{}>', here, to, look, more
        )
        return format_html("{}{}</button>", start, SafeString(content))
    return format_html('<a href="{}{}" class="{}" data-go{}>{}</a>', here, to, look, more, SafeString(content))
