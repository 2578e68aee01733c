"""One view for every route of the table: who asks, may they, what did they send, what is the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from triptych import crm
from triptych.registry.definitions import TextError
from triptych.registry.errors import Problem, RegistryError
from triptych.river.client import EngineDown, Refused
from triptych.web.accounts.services import owner_of
from triptych.web.api.parties import Clashed
from triptych.web.api.routes import Route
from triptych.web.front_door import FrontDoorError
from triptych.web.rights import Action, may

MAX_BODY = 1024 * 1024

_STATUS = {
    Problem.NOT_FOUND: 404,
    Problem.EXISTS: 409,
    Problem.IN_USE: 409,
    Problem.CONFLICT: 409,
    Problem.INVALID: 422,
    Problem.NOT_SET_UP: 503,
}

_CRM_STATUS = {
    crm.Problem.NOT_FOUND: 404,
    crm.Problem.FORBIDDEN: 403,
    crm.Problem.EXISTS: 409,
    crm.Problem.INVALID: 422,
}


class ApiError(Exception):
    """A request that gets no answer of its own."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, **more}


def view_of(routes: tuple[Route, ...]) -> Callable[..., HttpResponse]:
    """The view of one address: its routes differ in their method.

    1. The token names the account; a session does not count, so no form of another site can act here.
    2. The account must have the right that the table names, and the right to use the API.
    3. The body becomes a frozen value, or is refused with the field.
    4. The handler answers, or says why not.
    """
    by_method = {route.method: route for route in routes}

    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            _identify(request)
            route = _route(request, by_method)
            _require(request, route)
            arguments = () if route.body is None else (_body(request, route.body),)
            return _answer(route.handler(request, *arguments, **parts), status=route.status)
        except ApiError as error:
            return _refusal(error)
        except (RegistryError, crm.CrmError, Clashed, EngineDown, Refused, FrontDoorError) as error:
            return _refusal(_translated(error))

    return view


def _identify(request: HttpRequest) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = owner_of(token.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        raise ApiError(401, "unauthenticated", "send a token of this API as Authorization: Bearer")
    request.user = user


def _route(request: HttpRequest, by_method: dict[str, Route]) -> Route:
    route = by_method.get(request.method or "")
    if route is None:
        raise ApiError(405, "method_not_allowed", f"this address takes {', '.join(by_method)}")
    return route


def _require(request: HttpRequest, route: Route) -> None:
    for action in (Action.USE_API, route.action):
        if not may(request.user, action):
            raise ApiError(403, "forbidden", f"your roles may not {action.value}", action=action.value)


def _body(request: HttpRequest, kind: type[Any]) -> Any:
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        raise ApiError(413, "too_large", f"a body has at most {MAX_BODY} bytes")
    if request.content_type != "application/json":
        raise ApiError(415, "unsupported_media_type", "send application/json")
    content = request.body
    if kind is bytes:
        return content
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise ApiError(422, "invalid", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(400, "malformed", str(error)) from None


def _answer(content: Any, *, status: int) -> HttpResponse:
    if content is None:
        return HttpResponse(status=status)
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)


def _refusal(error: ApiError) -> HttpResponse:
    response = _answer({"error": error.error}, status=error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="triptych"'
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _translated(error: Exception) -> ApiError:
    match error:
        case TextError():
            told: dict[str, Any] = {"field": "text", "position": error.position, "expected": error.expected}
            answer = ApiError(422, error.fault, error.message, **told)
        case Clashed():
            answer = ApiError(409, "conflict", str(error), **msgspec.to_builtins(error.conflict))
        case crm.CrmError():
            answer = ApiError(_CRM_STATUS[error.problem], error.problem.value, error.message, field=error.field)
        case RegistryError():
            answer = ApiError(_STATUS[error.problem], error.problem.value, error.message, field=error.field)
        case FrontDoorError():
            answer = ApiError(503, error.reason, error.message)
        case Refused():
            answer = ApiError(422, error.code, str(error))
        case _:
            answer = ApiError(503, "engine_down", "the engine does not answer")
    return answer
