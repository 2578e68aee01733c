"""Filters of the DMP's pages: ``{% load stranger %}``. A handle, an hour, a size that is never below fifty."""

from __future__ import annotations

from collections.abc import Callable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from triptych.web.pages import strangers
from triptych.web.pages.templatetags.face import icon

register = template.Library()

_FILTERS: dict[str, Callable[..., object]] = {
    "handle": strangers.handle,
    "hour": strangers.hour,
    "dated": strangers.dated,
    "last_day": strangers.last_day,
    "instant": strangers.instant,
    "sized": strangers.size,
    "visitors": strangers.visitors,
    "sight": strangers.kind,
    "sight_icon": strangers.kind_icon,
    "word_of": strangers.word_of,
    "priced": strangers.priced,
}
for _name, _function in _FILTERS.items():
    register.filter(_name, _function)

_LOOKS = {"allowed": ("yes", "check"), "partly": ("soon", "clock"), "refused": ("no", "x")}


@register.filter
def breakable(name: str) -> SafeString:
    """A long name of a test, which may break after each word."""
    return format_html_join(SafeString("_<wbr>"), "{}", ((part,) for part in name.split("_")))


@register.simple_tag
def going(verdict: str, said: str) -> SafeString:
    """Whether something may leave: sign and word, colour last."""
    look, sign = _LOOKS.get(verdict, ("none", "minus"))
    return format_html('<span class="st {}">{}{}</span>', look, icon(sign), said)
