"""One front door, three panels, one wall."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from triptych.web.middleware import is_fragment
from triptych.web.pages import reading
from triptych.web.pages.panels import counts, rows
from triptych.web.pages.view import page, show
from triptych.web.rights import Action


@page("panels", Action.SEE_PANELS)
@require_GET
def panels(request: HttpRequest) -> HttpResponse:
    """CRM, CDP and DMP side by side: the counts are asked anew every half minute."""
    counted = counts.now()
    context = {"counts": counted, "rows": rows.rows(counted), "status": reading.ask("visitors_status")}
    return show(request, "panels/sheet.html" if is_fragment(request) else "panels/panels.html", context)


@page("panels", Action.SEE_PANELS)
@require_GET
def proof(request: HttpRequest, question: str, panel: str) -> HttpResponse:
    """One cell of the synthesis, and the test that shows it."""
    row = next((each for each in rows.rows(counts.now()) if each.key == question), None)
    cell = dict(row.leaves).get(panel) if row else None
    if row is None or cell is None:
        raise Http404
    context = {"row": row, "cell": cell, "panel": panel.upper(), "source": cell.proof.source()}
    return show(request, "panels/proof.html", context)
