"""Tags of the relation: a party's disc, a role, a kind of interaction. ``{% load relations %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from triptych.web.pages import relation, writing
from triptych.web.pages.templatetags.face import icon

register = template.Library()


@register.simple_tag
def party_disc(party: Any, size: str = "") -> SafeString:
    """A party's initials: round for a person, square for an organisation."""
    look = "org " if party.kind == "organisation" else ""
    shade, letters = writing.shade(str(party.pk)), writing.initials(party.name)
    return format_html('<span class="av {}k{} {}" aria-hidden="true">{}</span>', look, shade, size, letters)


@register.simple_tag
def org_disc(name: str, key: str) -> SafeString:
    """An organisation's square with its initials, where only its name is known."""
    shade, letters = writing.shade(key), writing.initials(name)
    return format_html('<span class="av org k{}" aria-hidden="true">{}</span>', shade, letters)


@register.simple_tag
def interaction_icon(kind: str) -> SafeString:
    """The icon of a kind of interaction."""
    return icon(relation.kind_icon(kind))


register.filter("role_word", relation.role)
