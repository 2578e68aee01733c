"""The API described in OpenAPI 3.1, made from the same table that answers it."""

from __future__ import annotations

from typing import Any

import msgspec

from triptych import __version__
from triptych.web.api.bodies import Body
from triptych.web.api.routes import ROUTES, Route

_REFUSALS = {
    "401": "No token, or one that is not valid",
    "403": "The token's owner may not do this",
    "404": "There is no such thing",
    "409": "It exists, is in use, or was changed by somebody else",
    "422": "A field is not as it must be",
}


def document() -> dict[str, Any]:
    """The description of every route."""
    kinds = sorted({route.body for route in ROUTES if _is_body(route)}, key=str)
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"/api/v1/{route.shown}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Triptych management API", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "description": f"Needs the right `{route.action.value}`.",
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "integer" if kind == "int" else "string"},
            }
            for kind, name in route.parts
        ],
        "responses": {
            str(route.status): {"description": "Done"},
            **{code: {"description": text} for code, text in _REFUSALS.items()},
        },
    }
    if route.body is not None:
        schema = {"$ref": f"#/components/schemas/{route.body.__name__}"} if _is_body(route) else {"type": "object"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _is_body(route: Route) -> bool:
    return route.body is not None and issubclass(route.body, Body)
