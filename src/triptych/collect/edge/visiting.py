"""A browser as a visitor: its cookie issued, checked and taken back, and what its events let be observed.

Only browsers' keys of first-party sources come here. A consenting request without the cookie gets one and nothing is
observed of it: a browser that keeps no cookies would be a new visitor with each request.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from triptych.collect.edge.config import EdgeConfig
from triptych.collect.edge.consenting import CONSENT_EVENT
from triptych.collect.edge.keys import Admission
from triptych.collect.edge.observing import Observer
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import Posted
from triptych.collect.model import Source
from triptych.collect.visitors import cookie
from triptych.collect.visitors.cookie import Visitor
from triptych.collect.visitors.keys import DAYS_KEPT, day_of, observation_id
from triptych.collect.visitors.model import HOUR, Observation
from triptych.collect.visitors.rules import Wording, hour_of, kind_of
from triptych.collect.visitors.seeing import Json, Times, opened, part, path_of, text, times_of
from triptych.collect.visitors.signals import NO, SILENT, Signal, advertising, answered
from triptych.vocabulary import MICROSECONDS, Party

_DAY = 86_400 * MICROSECONDS


class Seen(NamedTuple):
    """One event, opened, and what it says of advertising."""

    event: Json
    context: Json
    call: str
    signal: Signal


class Visits:
    """What one edge does with visitors."""

    def __init__(self, config: EdgeConfig, observer: Observer) -> None:
        self.observer = observer
        self._config = config
        self._wordings: dict[str, tuple[Source, Wording]] = {}

    def visitor_of(self, request: Request) -> Visitor | None:
        """The visitor whose cookie came with a request; none where it is not ours, over, or withdrawn."""
        visitor = self._shown(request)
        return None if visitor is None or self.observer.is_gone(visitor) else visitor

    def _shown(self, request: Request) -> Visitor | None:
        """The visitor of the cookie, whether or not consent was taken back since."""
        value = cookie.value_in(request.cookies)
        return cookie.read(self.observer.ring.visitor, value, now=request.now) if value else None

    async def split(self, request: Request, posted: Posted, admission: Admission) -> None:
        """Let the events of a request be seen, as far as they allow it.

        1. The last event that says anything of advertising speaks for the browser: a no ends the visitor.
        2. A request that was under way when its visitor ended shows a cookie that is gone: its yes is an old one.
        3. After a yes each event that says yes itself is observed, or the browser is given an id for the next time.
        """
        if admission.source.party > Party.FIRST:
            return
        shown = self._shown(request)
        if shown is not None and self.observer.is_gone(shown):
            request.set_cookie = cookie.expiring(secure=self._is_secure(request))
            return
        seen = self._opened(request, posted, admission.source)
        said = next((each.signal for each in reversed(seen) if each.signal.said is not None), SILENT)
        visitor = await self.settle(request, said)
        if visitor is not None and said.said:
            shared = posted.shared.sent_at
            found = (self._observation(each, visitor, request, admission.source, shared) for each in seen)
            self.observer.observe((each for each in found if each is not None), admission.version)

    async def settle(self, request: Request, said: Signal) -> Visitor | None:
        """Do what a browser's word demands: issue an id, or end it. Answers the visitor whose cookie came along."""
        visitor = self.visitor_of(request)
        if visitor is not None and said.said is False:
            await self.end(request, visitor)
            return None
        if visitor is None and said.said:
            fresh = Visitor(cookie.new_id(), request.now // HOUR)
            request.set_cookie = cookie.setting(
                self.observer.ring.visitor, fresh, now=request.now, secure=self._is_secure(request)
            )
        return visitor

    async def end(self, request: Request, visitor: Visitor) -> None:
        """End a visitor: the cookie is taken back, and the stream told."""
        await self.observer.withdraw(visitor)
        request.set_cookie = cookie.expiring(secure=self._is_secure(request))

    def signal(self, consent: Json | None, context: Json, request: Request, source: Source) -> Signal:
        """What a consent object says, with the browser's own Global Privacy Control."""
        gpc = request.headers.get("sec-gpc") == "1" or context.get("gpc") in (True, "1")
        return advertising(consent, gpc=gpc, vendor=source.tcf_vendor, now=request.now)

    def _is_secure(self, request: Request) -> bool:
        return request.scheme == "https" or self._config.public_url.startswith("https:")

    def _opened(self, request: Request, posted: Posted, source: Source) -> list[Seen]:
        """Every event of a request with what it says, the batch's word where it says nothing itself."""
        shared = opened(posted.shared.context)
        seen: list[Seen] = []
        for event in map(opened, map(bytes, posted.events)):
            context = {**shared, **part(event, "context")}
            consent = context.get("consent")
            signal = self.signal(consent if isinstance(consent, dict) else None, context, request, source)
            call = text(event.get("type")).strip() or posted.shared.path_type
            if call == "track" and event.get("event") == CONSENT_EVENT:
                signal = answered(part(event, "properties"), signal) if signal is not NO else signal
            seen.append(Seen(event, context, call, signal))
        return seen

    def _observation(
        self, seen: Seen, visitor: Visitor, request: Request, source: Source, batch_sent: str | None
    ) -> Observation | None:
        """The observation that an event allows, in the operator's words alone; ``None`` for any other event."""
        event, context, call, signal = seen
        kind = kind_of(call, text(event.get("event"))) if signal.said else None
        if kind is None:
            return None
        wording, properties = self.wording(source), part(event, "properties")
        times = times_of(event, batch_sent=batch_sent, received=request.now, literal=source.clock == "literal")
        return Observation(
            id=self._id(source.id, event.get("messageId"), times, request.now),
            visitor=visitor.id,
            hour=hour_of(times.corrected // HOUR, since=visitor.since, now=request.now // HOUR),
            since=visitor.since,
            kind=kind,
            category=wording.category(path_of(event, context), properties.get("category")),
            campaign=wording.campaign(*_campaigns(properties, context)),
            by=signal.by,
            purposes=signal.purposes,
        )

    def _id(self, source: str, message_id: object, times: Times, now: int) -> str:
        """The id of an observation, by the key of the event's own day: a retry on the next day is known too."""
        if not isinstance(message_id, str) or not message_id.strip():
            return secrets.token_hex(16)
        is_recent = times.said is not None and now - (DAYS_KEPT - 2) * _DAY < times.said < now + _DAY
        day = day_of(times.said if is_recent and times.said is not None else now)
        return observation_id(self.observer.ring.day(day), source, message_id.strip())

    def wording(self, source: Source) -> Wording:
        """The words of a source, prepared once for each published version of it."""
        held = self._wordings.get(source.id)
        if held is None or held[0] is not source:
            held = self._wordings[source.id] = (source, Wording.of(source.categories, source.campaigns))
        return held[1]


def _campaigns(properties: Json, context: Json) -> tuple[Any, ...]:
    """Where clients write the code of a campaign."""
    return (
        properties.get("campaign"),
        properties.get("campaign_id"),
        properties.get("promotion_id"),
        part(context, "campaign").get("name"),
    )
