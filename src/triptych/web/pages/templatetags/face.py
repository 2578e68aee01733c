"""Tags and filters of the design language: ``{% load face %}``.

A tag draws one small part, always the same way: an icon, the mark of a panel, a party, a person's disc, a consent, a
verdict. A filter writes a figure or an instant. Nothing here reads a store.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from triptych.audiences import AudienceError, parse
from triptych.web.pages import words, writing
from triptych.web.pages.audiences.saying import sentence

register = template.Library()

_MARK = (
    '<svg class="pm" viewBox="0 0 16 12" role="img" aria-label="{}"><path class="{}" d="M.5 2.6 4.2 1v10L.5 9.4z"/>'
    '<path class="{}" d="M5.4 1h5.2v10H5.4z"/><path class="{}" d="M11.8 1l3.7 1.6v6.8L11.8 11z"/></svg>'
)
_LOGO = (
    '<svg class="logo" viewBox="0 0 22 18" aria-hidden="true"><path fill="currentColor" opacity=".45" '
    'd="M.5 4.2 5.6 1.5v15L.5 13.8z"/><path fill="currentColor" d="M7 1.5h8v15H7z"/>'
    '<path fill="currentColor" opacity=".45" d="M16.4 1.5l5.1 2.7v9.6l-5.1 2.7z"/></svg>'
)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite, beside a word; it says nothing by itself."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', extra, static("vendor/icons.svg"), name
    )


@register.simple_tag
def mark(panel: str, *, silent: bool = False) -> SafeString:
    """The triptych with one leaf filled: which of the three panels this came from."""
    leaves = ["f" if panel == name else "o" for name in ("crm", "cdp", "dmp")]
    drawn = format_html(_MARK, panel.upper(), *leaves)
    if silent:
        return SafeString(drawn.replace(f'role="img" aria-label="{panel.upper()}"', 'aria-hidden="true"'))
    return drawn


@register.simple_tag
def logo() -> SafeString:
    """The mark of the product."""
    return SafeString(_LOGO)


@register.simple_tag
def party(number: int) -> SafeString:
    """How far a fact travelled: ink fades with distance."""
    title = words.party(int(number))
    return format_html('<span class="party p{}" title="{}">{}</span>', int(number), title, int(number))


@register.simple_tag
def person_disc(name: str, key: str, size: str = "") -> SafeString:
    """A person's round disc with initials; dashed and empty for somebody without a name."""
    letters = writing.initials(name)
    if not letters:
        return format_html('<span class="av none {}" aria-hidden="true"></span>', size)
    return format_html('<span class="av k{} {}" aria-hidden="true">{}</span>', writing.shade(key), size, letters)


@register.simple_tag
def consent(status: str) -> SafeString:
    """A person's answer: sign and word, colour last."""
    look, sign = {
        "granted": ("yes", "check"),
        "refused": ("no", "x"),
        "withdrawn": ("no", "arrow-back-up"),
    }.get(status, ("none", "minus"))
    return format_html('<span class="st {}">{}{}</span>', look, icon(sign), words.consent(status))


@register.simple_tag
def verdict(word: str) -> SafeString:
    """What became of an event: normal is silent."""
    look, sign = {
        "stored": ("plain", "point"),
        "duplicate": ("none", "copy"),
        "quarantined": ("soon", "shield-exclamation"),
        "suppressed": ("none", "eye-off"),
        "replayed": ("plain", "player-track-next"),
    }.get(word, ("none", "minus"))
    return format_html('<span class="st {}">{}{}</span>', look, icon(sign), words.verdict(word))


@register.simple_tag(takes_context=True)
def identifier(context: template.Context, kind: str, value: str, short: bool = False) -> SafeString:
    """An identifier as this reader may see it: whole, or masked."""
    personal = kind not in {"anonymous_id", "device_id"}
    shown = writing.identifier(kind, value, short=short)
    if personal and not context.get("see_personal"):
        return format_html(
            '<span class="id mut" title="{}">{}</span>', gettext("Hidden from your role"), writing.mask(kind, value)
        )
    look = "tn" if kind in {"email", "phone"} else "id"
    return format_html('<bdi class="{}" title="{}">{}</bdi>', look, value, shown)


@register.simple_tag(takes_context=True)
def personal(context: template.Context, value: object) -> SafeString:
    """A value about a person as this reader may see it."""
    if not context.get("see_personal"):
        return format_html('<span class="mut" title="{}">•••</span>', gettext("Hidden from your role"))
    return format_html("<bdi>{}</bdi>", words.value(value))


@register.simple_tag
def svg_icon(name: str, x: float, y: float, size: int, chosen: bool) -> SafeString:
    """An icon inside a drawing."""
    return format_html(
        '<svg class="g{}" x="{}" y="{}" width="{}" height="{}" overflow="visible"><use href="{}#{}"/></svg>',
        " hub" if chosen else "",
        x,
        y,
        size,
        size,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def identifier_text(context: template.Context, kind: str, value: str) -> str:
    """An identifier as plain text, short, for a drawing or a list of choices; masked where it must be."""
    if kind not in {"anonymous_id", "device_id"} and not context.get("see_personal"):
        return writing.mask(kind, value)
    return writing.identifier(kind, value, short=True)


@register.simple_tag
def described(field: BoundField) -> SafeString:
    """A form's field, tied to its help and its errors."""
    said = [f"{field.id_for_label}-help"] if field.help_text else []
    attributes: dict[str, str | bool] = {}
    if field.errors:
        said.append(f"{field.id_for_label}-error")
        attributes["aria-invalid"] = "true"
    if said:
        attributes["aria-describedby"] = " ".join(said)
    return field.as_widget(attrs=attributes)


_FILTERS: dict[str, Callable[..., object]] = {
    "number": writing.number,
    "money": writing.money,
    "percent": writing.percent,
    "clock": writing.clock,
    "day": writing.day,
    "long_day": writing.long_day,
    "when": writing.when,
    "ago": writing.ago,
    "span": writing.span,
    "month": writing.month,
    "party_name": words.party,
    "trust": words.trust,
    "basis": words.basis,
    "reason": words.reason,
    "purpose": words.purpose,
    "purpose_icon": words.purpose_icon,
    "kind": words.identifier_kind,
    "kind_icon": words.identifier_icon,
    "trait": words.trait,
    "shown": words.value,
    "rule": words.rule,
    "delivery": words.delivery,
    "event_type": words.event_type,
    "verdict_word": words.verdict,
    "consent_word": words.consent,
    "purpose_short": words.purpose_short,
    "party_digit": words.party_number,
    "note_word": words.note,
    "clock_seconds": writing.clock_seconds,
    "long_day_full": writing.full_day,
    "milliseconds": writing.milliseconds,
}
for _name, _function in _FILTERS.items():
    register.filter(_name, _function)


@register.filter
def precise(instant: int | None) -> str:
    """The time of day to the millisecond."""
    return writing.clock(instant, precise=True)


@register.filter
def channel_icon(purpose: str, status: str) -> str:
    """The icon of a channel, struck through where there is no yes."""
    icon_name = words.purpose_icon(purpose)
    return icon_name if status == "granted" or icon_name == "bell" else f"{icon_name}-off"


@register.filter
def spoken(text: str) -> str:
    """A rule of an audience in the reader's words, with the figure after it; as it is written where it is none."""
    rule = re.sub(r"^(?:yes|no): ", "", text)
    found = re.search(r" \(([^()]*)\)$", rule)
    try:
        said = sentence(parse(rule[: found.start()] if found else rule))
    except AudienceError:
        return text
    if found is None or found[1] in {"True", "False"}:
        return said
    return gettext("%(rule)s: %(figure)s") % {"rule": said, "figure": found[1]}


@register.filter
def unlocal(number: float) -> str:
    """A number as machines read it, whatever the language."""
    return str(number)


@register.filter
def of(part: object, whole: object) -> str:
    """A part of a whole as a percentage."""
    return writing.percent(part, whole)


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """The value of a mapping for a key that only the template knows."""
    return mapping.get(key, "") if mapping else ""
