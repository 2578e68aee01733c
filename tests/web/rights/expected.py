"""What every address answers to every role: written by hand beside the code's own table, so each checks the other.

``who`` are the roles that get ``status``; the other roles get 403. A stranger gets 302 to the login on a page, 401 from
the API, and ``status`` where ``who`` is ``anybody``. A new address needs a row here, or the suite fails.
"""

from __future__ import annotations

from typing import NamedTuple

EVERYBODY = "admin marketer sales support procurement agent media engineer privacy viewer"
API_USERS = "admin marketer sales support procurement agent engineer privacy"


class Row(NamedTuple):
    method: str
    name: str
    who: str
    status: int
    parts: dict[str, str | int] = {}  # noqa: RUF012  never written to


HOUSE = (
    Row("GET", "healthz", "anybody", 200),
    Row("GET", "accounts:login", "anybody", 200),
    Row("POST", "accounts:login", "anybody", 200),
    Row("POST", "accounts:logout", EVERYBODY, 302),
    Row("GET", "accounts:password", EVERYBODY, 200),
    Row("POST", "accounts:password", EVERYBODY, 200),
    Row("GET", "accounts:preferences", EVERYBODY, 200),
    Row("POST", "accounts:preferences", EVERYBODY, 422),
    Row("POST", "accounts:preference", EVERYBODY, 400),
    Row("POST", "accounts:language", "anybody", 400),
)

_PERSON: dict[str, str | int] = {"profile_id": "p_nobody"}
_SEE_PEOPLE = "admin marketer sales support privacy viewer"
_SEE_AUDIENCES = "admin marketer sales media privacy viewer"
_SEE_SOURCES = "admin marketer engineer privacy viewer"
_SEE_DESTINATIONS = "admin marketer media engineer privacy viewer"
_SEE_LIVE = "admin marketer support engineer privacy viewer"
_EDIT = "admin engineer"
_SEE_DMP = "admin media privacy"
_EDIT_DMP = "admin media"

# no engine runs in these tests: what only it knows is shown as missing, with 200
PAGES = (
    Row("GET", "pages:home", EVERYBODY, 200),
    Row("GET", "pages:more", EVERYBODY, 200),
    Row("GET", "pages:pulse", EVERYBODY, 200),
    Row("POST", "pages:palette", EVERYBODY, 200),
    Row("GET", "pages:setup", EVERYBODY, 200),
    Row("GET", "pages:styleguide", EVERYBODY, 200),
    Row("GET", "pages:people", _SEE_PEOPLE, 200),
    Row("POST", "pages:people", _SEE_PEOPLE, 200),
    Row("GET", "pages:portrait", _SEE_PEOPLE, 200, _PERSON),
    Row("GET", "pages:earlier", _SEE_PEOPLE, 200, _PERSON),
    Row("GET", "pages:why_in", _SEE_PEOPLE, 404, {**_PERSON, "audience": "nobody"}),
    Row("GET", "pages:trait", _SEE_PEOPLE, 404, {**_PERSON, "name": "city"}),
    Row("GET", "pages:identity", "admin marketer sales support engineer privacy", 200, _PERSON),
    Row("POST", "pages:separate", "admin support privacy", 302, _PERSON),
    Row("GET", "pages:audiences", _SEE_AUDIENCES, 200),
    Row("GET", "pages:audience", _SEE_AUDIENCES, 404, {"audience_id": "nobody"}),
    Row("POST", "pages:audience_draft", _SEE_AUDIENCES, 200),
    Row("GET", "pages:audience_new", "admin marketer", 200),
    Row("POST", "pages:audience_new", "admin marketer", 422),
    Row("GET", "pages:audience_edit", "admin marketer", 404, {"audience_id": "nobody"}),
    Row("POST", "pages:audience_edit", "admin marketer", 404, {"audience_id": "nobody"}),
    Row("POST", "pages:audience_remove", "admin marketer", 404, {"audience_id": "nobody"}),
    Row("GET", "pages:live", _SEE_LIVE, 200),
    Row("GET", "pages:live_rows", _SEE_LIVE, 200),
    Row("GET", "pages:live_waiting", _SEE_LIVE, 200),
    Row("GET", "pages:live_event", _SEE_LIVE, 200, {"offset": 1}),
    Row("GET", "pages:system", _SEE_LIVE, 200),
    Row("GET", "pages:sources", _SEE_SOURCES, 200),
    Row("GET", "pages:source", _SEE_SOURCES, 404, {"source_id": "nobody"}),
    Row("GET", "pages:source_new", _EDIT, 200),
    Row("POST", "pages:source_new", _EDIT, 422),
    Row("POST", "pages:source_change", _EDIT, 404, {"source_id": "nobody"}),
    Row("POST", "pages:source_rotate", _EDIT, 404, {"source_id": "nobody"}),
    Row("GET", "pages:source_plan", _EDIT, 404, {"source_id": "nobody"}),
    Row("POST", "pages:source_plan", _EDIT, 404, {"source_id": "nobody"}),
    Row("GET", "pages:quarantine", "admin engineer privacy", 200),
    Row("GET", "pages:quarantine_event", "admin engineer privacy", 200, {"offset": 1}),
    Row("POST", "pages:quarantine_replay", _EDIT, 302),
    Row("GET", "pages:destinations", _SEE_DESTINATIONS, 200),
    Row("GET", "pages:destination", _SEE_DESTINATIONS, 404, {"destination_id": "nobody"}),
    Row("GET", "pages:destination_new", _EDIT, 200),
    Row("POST", "pages:destination_new", _EDIT, 422),
    Row("POST", "pages:destination_change", _EDIT, 404, {"destination_id": "nobody"}),
    Row("GET", "pages:visitors", _SEE_DMP, 200),
    Row("GET", "pages:visitor", _SEE_DMP, 200, {"handle": "c0b791fe00112233"}),
    Row("GET", "pages:segments", _SEE_DMP, 200),
    Row("GET", "pages:segment_new", _EDIT_DMP, 200),
    Row("POST", "pages:segment_new", _EDIT_DMP, 422),
    Row("POST", "pages:segment_draft", _SEE_DMP, 200),
    Row("GET", "pages:segment", _SEE_DMP, 404, {"segment_id": "nobody"}),
    Row("GET", "pages:segment_edit", _EDIT_DMP, 404, {"segment_id": "nobody"}),
    Row("POST", "pages:segment_edit", _EDIT_DMP, 404, {"segment_id": "nobody"}),
    Row("POST", "pages:segment_remove", _EDIT_DMP, 404, {"segment_id": "nobody"}),
    Row("GET", "pages:visitor_file", "admin privacy", 302, {"handle": "nobody"}),
    Row("POST", "pages:visitor_forget", "admin privacy", 302, {"handle": "nobody"}),
    Row("GET", "pages:overlap", _SEE_DMP, 200),
    Row("GET", "pages:partners", _SEE_DMP, 200),
    Row("GET", "pages:partner_new", _EDIT_DMP, 200),
    Row("POST", "pages:partner_new", _EDIT_DMP, 422),
    Row("GET", "pages:partner", _SEE_DMP, 404, {"contract_id": "nobody"}),
    Row("GET", "pages:partner_edit", _EDIT_DMP, 404, {"contract_id": "nobody"}),
    Row("POST", "pages:partner_edit", _EDIT_DMP, 404, {"contract_id": "nobody"}),
    Row("POST", "pages:partner_end", _EDIT_DMP, 404, {"contract_id": "nobody"}),
    Row("GET", "pages:divisions", "admin", 200),
    Row("POST", "pages:divisions", "admin", 422),
    Row("POST", "pages:division_member", "admin", 404, {"division_id": "nobody"}),
    Row("GET", "pages:panels", EVERYBODY, 200),
    Row("GET", "pages:panels_proof", EVERYBODY, 404, {"question": "nobody", "panel": "crm"}),
    Row("GET", "pages:demo", _SEE_PEOPLE, 200),
    Row("POST", "pages:beside", _SEE_PEOPLE, 200),
)

_CRM = "admin sales support procurement agent"
_EXPORT_CRM = "admin sales support procurement"
_UUID = "01980000-0000-7000-8000-000000000000"
_PARTY: dict[str, str | int] = {"party_id": _UUID}
_THING: dict[str, str | int] = {"thing": _UUID}
_CELL: dict[str, str | int] = {"thing": _UUID, "field": "city"}

# the relation: what is out of reach is 404, as if it were not there
RELATION = (
    Row("GET", "pages:search", EVERYBODY, 200),
    Row("POST", "pages:search", EVERYBODY, 200),
    Row("GET", "pages:crm_people", _CRM, 200),
    Row("POST", "pages:crm_people", _CRM, 200),
    Row("POST", "pages:crm_people_columns", _CRM, 302),
    Row("POST", "pages:crm_people_export", _EXPORT_CRM, 200),
    Row("POST", "pages:crm_people_move", _CRM, 422),
    Row("GET", "pages:crm_people_edit", _CRM, 404, _CELL),
    Row("POST", "pages:crm_people_edit", _CRM, 404, _CELL),
    Row("GET", "pages:crm_people_previous", _CRM, 404, _THING),
    Row("GET", "pages:crm_people_next", _CRM, 404, _THING),
    Row("GET", "pages:crm_people_new", _CRM, 200),
    Row("POST", "pages:crm_people_new", _CRM, 422),
    Row("GET", "pages:crm_organisations", _CRM, 200),
    Row("POST", "pages:crm_organisations", _CRM, 200),
    Row("POST", "pages:crm_organisations_columns", _CRM, 302),
    Row("POST", "pages:crm_organisations_export", _EXPORT_CRM, 200),
    Row("POST", "pages:crm_organisations_move", _CRM, 422),
    Row("GET", "pages:crm_organisations_edit", _CRM, 404, _CELL),
    Row("POST", "pages:crm_organisations_edit", _CRM, 404, _CELL),
    Row("GET", "pages:crm_organisations_previous", _CRM, 404, _THING),
    Row("GET", "pages:crm_organisations_next", _CRM, 404, _THING),
    Row("GET", "pages:crm_organisations_new", _CRM, 200),
    Row("POST", "pages:crm_organisations_new", _CRM, 422),
    Row("GET", "pages:crm_interactions", _CRM, 200),
    Row("POST", "pages:crm_interactions", _CRM, 200),
    Row("POST", "pages:crm_interactions_columns", _CRM, 302),
    Row("POST", "pages:crm_interactions_export", _EXPORT_CRM, 200),
    Row("GET", "pages:crm_person", _CRM, 404, _PARTY),
    Row("GET", "pages:crm_organisation", _CRM, 404, _PARTY),
    Row("GET", "pages:record_live", _CRM, 404, _PARTY),
    Row("GET", "pages:record_earlier", _CRM, 404, _PARTY),
    Row("POST", "pages:record_log", _CRM, 404, _PARTY),
    Row("POST", "pages:record_standing", _CRM, 404, _PARTY),
    Row("POST", "pages:record_point", _CRM, 404, _PARTY),
    Row("POST", "pages:record_point_remove", _CRM, 404, _PARTY),
    Row("POST", "pages:record_role", _CRM, 404, _PARTY),
    Row("POST", "pages:record_affiliation", _CRM, 404, _PARTY),
    Row("POST", "pages:record_affiliation_options", _CRM, 404, _PARTY),
    Row("POST", "pages:record_step", _CRM, 404, {"interaction_id": _UUID}),
)

_ONE: dict[str, str | int] = {"id": "nobody"}
_THIS: dict[str, str | int] = {"id": _UUID}
_API_AUDIENCES = "admin marketer sales privacy"
_API_SOURCES = "admin marketer engineer privacy"

API = (
    Row("GET", "api:openapi", "anybody", 200),
    Row("GET", "api:tokens", API_USERS, 200),
    Row("POST", "api:tokens", API_USERS, 422),
    Row("DELETE", "api:tokens/{number}", API_USERS, 404, {"number": 999}),
    Row("GET", "api:sources", _API_SOURCES, 200),
    Row("POST", "api:sources", _EDIT, 422),
    Row("GET", "api:sources/{id}", _API_SOURCES, 404, _ONE),
    Row("PATCH", "api:sources/{id}", _EDIT, 404, _ONE),
    Row("POST", "api:sources/{id}/keys", _EDIT, 404, _ONE),
    Row("GET", "api:sources/{id}/plan", _API_SOURCES, 404, _ONE),
    Row("PUT", "api:sources/{id}/plan", _EDIT, 404, _ONE),
    Row("DELETE", "api:sources/{id}/plan", _EDIT, 404, _ONE),
    Row("GET", "api:purposes", _API_AUDIENCES, 200),
    Row("GET", "api:audiences", _API_AUDIENCES, 200),
    Row("POST", "api:audiences", "admin marketer", 422),
    Row("GET", "api:audiences/{id}", _API_AUDIENCES, 404, _ONE),
    Row("PATCH", "api:audiences/{id}", "admin marketer", 404, _ONE),
    Row("DELETE", "api:audiences/{id}", "admin marketer", 404, _ONE),
    Row("GET", "api:segments", "admin privacy", 200),
    Row("POST", "api:segments", "admin", 422),
    Row("GET", "api:segments/{id}", "admin privacy", 404, _ONE),
    Row("PATCH", "api:segments/{id}", "admin", 404, _ONE),
    Row("DELETE", "api:segments/{id}", "admin", 404, _ONE),
    Row("GET", "api:segments/{id}/size", "admin privacy", 404, _ONE),
    Row("GET", "api:contracts", "admin privacy", 200),
    Row("POST", "api:contracts", "admin", 422),
    Row("GET", "api:contracts/{id}", "admin privacy", 404, _ONE),
    Row("PATCH", "api:contracts/{id}", "admin", 404, _ONE),
    Row("POST", "api:contracts/{id}/end", "admin", 404, _ONE),
    Row("GET", "api:destinations", _API_SOURCES, 200),
    Row("POST", "api:destinations", _EDIT, 422),
    Row("GET", "api:destinations/{id}", _API_SOURCES, 404, _ONE),
    Row("PATCH", "api:destinations/{id}", _EDIT, 404, _ONE),
    Row("DELETE", "api:destinations/{id}", _EDIT, 404, _ONE),
    Row("POST", "api:destinations/{id}/secret", _EDIT, 404, _ONE),
    Row("GET", "api:quarantine", "admin engineer privacy", 503),
    Row("POST", "api:quarantine/replay", _EDIT, 422),
    Row("GET", "api:guards", _API_SOURCES, 200),
    Row("POST", "api:guards/blocked", _EDIT, 422),
    Row("DELETE", "api:guards/blocked/{number}", _EDIT, 404, {"number": 999}),
    Row("GET", "api:accounts", "admin", 200),
    Row("POST", "api:accounts", "admin", 422),
    Row("PATCH", "api:accounts/{number}", "admin", 404, {"number": 999}),
    Row("GET", "api:parties", _CRM, 200),
    Row("POST", "api:parties", _CRM, 422),
    Row("POST", "api:parties/search", _CRM, 422),
    Row("GET", "api:parties/{id}", _CRM, 404, _THIS),
    Row("PATCH", "api:parties/{id}", _CRM, 422, _THIS),
    Row("POST", "api:parties/{id}/contact-points", _CRM, 422, _THIS),
    Row("DELETE", "api:parties/{id}/contact-points/{number}", _CRM, 404, {**_THIS, "number": 9}),
    Row("POST", "api:parties/{id}/roles", _CRM, 422, _THIS),
    Row("DELETE", "api:parties/{id}/roles/{role}", _CRM, 404, {**_THIS, "role": "customer"}),
    Row("POST", "api:parties/{id}/affiliations", _CRM, 422, _THIS),
    Row("DELETE", "api:parties/{id}/affiliations/{number}", _CRM, 404, {**_THIS, "number": 9}),
    Row("PUT", "api:parties/{id}/standings/{division}", _CRM, 404, {**_THIS, "division": "nobody"}),
    Row("GET", "api:parties/{id}/interactions", _CRM, 404, _THIS),
    Row("POST", "api:parties/{id}/interactions", _CRM, 422, _THIS),
    Row("GET", "api:parties/{id}/notes", _CRM, 404, _THIS),
    Row("POST", "api:parties/{id}/notes", _CRM, 422, _THIS),
    Row("GET", "api:parties/{id}/changes", _CRM, 404, _THIS),
    Row("GET", "api:interactions", _CRM, 200),
    Row("POST", "api:interactions/{id}/done", _CRM, 404, _THIS),
    Row("GET", "api:divisions", _CRM, 200),
    Row("POST", "api:divisions", "admin", 422),
    Row("GET", "api:divisions/{id}/members", "admin", 404, _ONE),
    Row("PUT", "api:divisions/{id}/members/{number}", "admin", 404, {**_ONE, "number": 999}),
    Row("DELETE", "api:divisions/{id}/members/{number}", "admin", 404, {**_ONE, "number": 999}),
    Row("GET", "api:versions", _API_SOURCES, 200),
    Row("GET", "api:audit", "admin privacy", 200),
)

ROWS = (*HOUSE, *PAGES, *RELATION, *API)
