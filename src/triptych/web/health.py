"""Whether the pages can work: the records answer, and are of this version's shape."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

_COMPACT = {"separators": (",", ":")}


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer ``{"ready":true}``, or 503 with what is missing."""
    del request
    missing = _missing()
    if missing:
        said = {"ready": False, "missing": missing}
        return JsonResponse(said, status=503, headers={"Retry-After": "1"}, json_dumps_params=_COMPACT)
    return JsonResponse({"ready": True}, json_dumps_params=_COMPACT)


def _missing() -> str:
    try:
        if not _is_migrated():
            _is_migrated.cache_clear()
            return "migrations"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM registry_source LIMIT 1")
    except DatabaseError:
        _is_migrated.cache_clear()
        return "records"
    return ""


@cache
def _is_migrated() -> bool:
    # dear to ask and true from then on: a newer shape comes with newer code, in a new process
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
