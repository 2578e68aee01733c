"""``POST /v1/count``: one page view more, for a page word and a day, of nobody."""

from __future__ import annotations

from triptych.collect.edge.answers import OK, Answer, error
from triptych.collect.edge.door import Door
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import BadBody
from triptych.collect.visitors.keys import day_of
from triptych.collect.visitors.seeing import opened, text
from triptych.vocabulary import Trust


async def count(door: Door, request: Request) -> Answer:
    """Count a page view: ``{"writeKey", "path"}``. Of the path only the operator's word for it is kept."""
    try:
        asked = opened(await door.body_of(request))
    except BadBody as bad:
        return error(bad.code, bad.detail)
    admission = door.admit(request, body_key=text(asked.get("writeKey")))
    if isinstance(admission, Answer):
        return admission
    if door.counts is None or door.visits is None or admission.trust is not Trust.BROWSER:
        return error("not_found")
    word = door.visits.wording(admission.source).category(text(asked.get("path")).partition("?")[0])
    door.counts.add(admission.source.id, word, day_of(request.now))
    return OK
