"""A cell that is edited in its place, and what happens when two people edit the same one.

``GET`` gives the editor of one field, ``POST`` saves it. A value that cannot be: 422, the editor again with its
message. A field that somebody else changed meanwhile: 409, and the second person sees all three values and chooses.
Without script the same two answers stand on a page of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from triptych.web.furniture import showing
from triptych.web.furniture.model import Clash, Editing, Field, ListPage, RecordPage, Refused, Row
from triptych.web.middleware import is_fragment
from triptych.web.place import stand
from triptych.web.rights import actor_of, may_see_personal, require


def fields_of(page: ListPage, record: RecordPage | None = None) -> dict[str, Field]:
    """Every field that may be edited: those of the list, and those of its record page."""
    fields = [*page.columns, *(field for zone in (record.zones if record else ()) for field in zone.fields)]
    return {field.key: field for field in fields if field.editable}


def edit_view(page: ListPage, record: RecordPage | None = None) -> Callable[..., HttpResponse]:
    """The view of a cell's editor."""
    fields, editing = fields_of(page, record), page.editing
    if editing is None:
        raise ValueError(f"{page.key} says nowhere how a field is saved")

    @require_http_methods(["GET", "POST"])
    def answer(request: HttpRequest, thing: object, field: str) -> HttpResponse:
        stand(request, page.key)
        require(request.user, editing.right)
        row = _row(editing, request, thing)
        if field not in fields:
            raise Http404
        if fields[field].personal and not may_see_personal(request.user):
            raise PermissionDenied
        if request.method == "GET":
            shown = "furniture/cell.html" if "cell" in request.GET else "furniture/editor.html"
            return _shown(request, page, fields[field], row, shown)
        return _save(request, page, editing, fields[field], row)

    return answer


def _row(editing: Editing, request: HttpRequest, thing: object) -> Row:
    row = editing.query(actor_of(request)).filter(pk=thing).first()
    if row is None:
        raise Http404
    return row


def _save(request: HttpRequest, page: ListPage, editing: Editing, field: Field, row: Row) -> HttpResponse:
    chosen = request.POST.get("choose", "value")
    if chosen == "theirs":
        return _done(request, page, field, row, gettext("Kept as it is."))
    value = request.POST.get(chosen if chosen in {"mine", "before"} else "value", "").strip()
    version = request.POST.get("version", "")
    try:
        _check(field, value)
        base = int(version) if version.isdecimal() and len(version) < 16 else 0
        clash = editing.save(actor_of(request), str(row.pk), field.key, value, base)
    except Refused as refused:
        again = {"value": value, "message": str(refused), "version": version}
        return _shown(request, page, field, row, "furniture/editor.html", again, status=422)
    if clash is not None:
        return _shown(request, page, field, row, "furniture/conflict.html", _clash(field, clash), status=409)
    fresh = _row(editing, request, row.pk)
    return _done(request, page, field, fresh, gettext("%(field)s saved.") % {"field": field.label})


def _check(field: Field, value: str) -> None:
    if field.required and not value:
        raise Refused(gettext("This cannot be empty."))
    if len(value) > field.most:
        raise Refused(gettext("At most %(number)s characters.") % {"number": field.most})
    if field.choices and value not in {choice.value for choice in field.choices()} | {""}:
        raise Refused(gettext("Choose one of the list."))


def _clash(field: Field, clash: Clash) -> dict[str, Any]:
    names = {choice.value: str(choice.label) for choice in field.choices()} if field.choices else {}
    return {
        "clash": clash,
        "version": clash.version,
        "said": {each: names.get(getattr(clash, each), getattr(clash, each)) for each in ("before", "theirs", "mine")},
    }


def _done(request: HttpRequest, page: ListPage, field: Field, row: Row, said: str) -> HttpResponse:
    if not is_fragment(request):
        messages.success(request, said)
        return redirect(_back(request, page, row))
    answer = _shown(request, page, field, row, "furniture/cell.html")
    answer.headers["X-Said"] = said.encode("ascii", "xmlcharrefreplace").decode()
    return answer


def _back(request: HttpRequest, page: ListPage, row: Row) -> str:
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    inside = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside else page.record_url(row)


def _shown(
    request: HttpRequest,
    page: ListPage,
    field: Field,
    row: Row,
    template: str,
    more: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    editing = page.editing
    context = {
        "list": page,
        "field": field,
        "row": row,
        "cell": showing.cell(page, field, row, may_edit=True),
        "value": field.value(row) or "",
        "version": editing.version(row) if editing else 0,
        "choices": field.choices() if field.choices else None,
        "next": _back(request, page, row),
        "record_url": page.record_url(row),
        "part": template,
        **(more or {}),
    }
    whole = not is_fragment(request)
    answer = render(request, "furniture/edit.html" if whole else template, context, status=status)
    answer.headers["Vary"] = "HX-Request"
    return answer
