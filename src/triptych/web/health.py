"""Whether the pages can work: the records answer, and are of this version's shape."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer ``{"ready": true}``, or 503 with what is missing."""
    del request
    missing = _missing()
    if missing:
        return JsonResponse({"ready": False, "missing": missing}, status=503, headers={"Retry-After": "1"})
    return JsonResponse({"ready": True})


def _missing() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations"
    except DatabaseError:
        return "records"
    return ""
