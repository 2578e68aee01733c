"""What the API takes: one frozen value a request. A field that is not here is refused, whatever it is called."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from triptych.collect.visitors import Category
from triptych.vocabulary import Basis, IdentifierType, Party
from triptych.web.rights import Role

PartyWord = Literal["first", "second", "third"]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request's body."""


class NewToken(Body, frozen=True):
    """A token that is wanted; ``days`` null never ends."""

    name: str
    days: int | None = 365


class NewSource(Body, frozen=True):
    """A source that is wanted."""

    id: str
    party: PartyWord
    name: str = ""
    basis: Basis = Basis.CONTRACT
    consent: Literal["signalled", "gated"] = "signalled"
    clock: Literal["corrected", "literal"] = "corrected"
    allowed_events: tuple[str, ...] = ()
    max_event_bytes: int = 32_768
    categories: tuple[Category, ...] = ()
    campaigns: tuple[str, ...] = ()
    tcf_vendor: int = 0

    @property
    def highest_party(self) -> Party:
        """The party as the vocabulary has it."""
        return Party[self.party.upper()]


class SourceChange(Body, frozen=True):
    """What is to change of a source; what is left out stays. A null means nothing: it is refused."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    basis: Basis | msgspec.UnsetType = msgspec.UNSET
    consent: Literal["signalled", "gated"] | msgspec.UnsetType = msgspec.UNSET
    clock: Literal["corrected", "literal"] | msgspec.UnsetType = msgspec.UNSET
    allowed_events: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    max_event_bytes: int | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    categories: tuple[Category, ...] | msgspec.UnsetType = msgspec.UNSET
    campaigns: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    tcf_vendor: int | msgspec.UnsetType = msgspec.UNSET


class NewKey(Body, frozen=True):
    """A key that is to replace the one there is."""

    kind: Literal["secret", "write"] = "secret"
    overlap_seconds: int = 7 * 86_400


class NewAudience(Body, frozen=True):
    """An audience that is wanted."""

    id: str
    purpose: str
    text: str
    to: tuple[str, ...] = ()
    name: str = ""
    about: Literal["customers", "everyone", "suppliers"] = "customers"


class AudienceChange(Body, frozen=True):
    """What is to change of an audience. ``expected_version`` refuses to overwrite what somebody else changed."""

    text: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    purpose: str | msgspec.UnsetType = msgspec.UNSET
    to: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    about: Literal["customers", "everyone", "suppliers"] | msgspec.UnsetType = msgspec.UNSET
    expected_version: int | msgspec.UnsetType = msgspec.UNSET


class NewSegment(Body, frozen=True):
    """A segment of visitors that is wanted."""

    id: str
    text: str
    name: str = ""
    purpose: str = "advertising"


class SegmentChange(Body, frozen=True):
    """What is to change of a segment. ``expected_version`` refuses to overwrite what somebody else changed."""

    text: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    purpose: str | msgspec.UnsetType = msgspec.UNSET
    expected_version: int | msgspec.UnsetType = msgspec.UNSET


class NewCode(Body, frozen=True):
    """One thing that a partner may say; a thousand of them may have a price."""

    code: str
    name: str = ""
    price_per_thousand: float | None = None


class NewContract(Body, frozen=True):
    """A contract that is wanted. ``ends_at`` is in microseconds since 1970."""

    id: str
    party: Literal["second", "third"]
    ends_at: int
    partner: str = ""
    purposes: tuple[str, ...] = ("advertising",)
    codes: tuple[NewCode, ...] = ()

    @property
    def side(self) -> Party:
        """The party as the vocabulary has it."""
        return Party[self.party.upper()]


class ContractChange(Body, frozen=True):
    """What is to change of a contract; what is left out stays. All codes are given where one is."""

    partner: str | msgspec.UnsetType = msgspec.UNSET
    purposes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    ends_at: int | msgspec.UnsetType = msgspec.UNSET
    codes: tuple[NewCode, ...] | msgspec.UnsetType = msgspec.UNSET


class NewDestination(Body, frozen=True):
    """A destination that is wanted."""

    id: str
    url: str
    kind: Literal["webhook"] = "webhook"
    allow_private: tuple[str, ...] = ()
    name: str = ""


class DestinationChange(Body, frozen=True):
    """What is to change of a destination; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    url: str | msgspec.UnsetType = msgspec.UNSET
    allow_private: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET


class Replay(Body, frozen=True):
    """The quarantined events that are to be read again."""

    offsets: tuple[int, ...]


class NewBlock(Body, frozen=True):
    """A value that is to identify nobody."""

    pattern: str
    type: str = ""
    regular: bool = False

    @property
    def kind(self) -> IdentifierType | None:
        """The type as the vocabulary has it; none for every type. Raises ``KeyError`` for an unknown one."""
        return IdentifierType.from_word(self.type) if self.type else None


class NewAccount(Body, frozen=True):
    """An account that is wanted; it gets a random password."""

    email: str
    name: str
    roles: tuple[Role, ...]


class AccountChange(Body, frozen=True):
    """What is to change of an account; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    roles: tuple[Role, ...] | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


PartyKind = Literal["person", "organisation"]
RoleWord = Literal["customer", "supplier", "service_provider", "prospect"]
PointKind = Literal["email", "phone", "address"]


class NewContactPoint(Body, frozen=True):
    """A contact point that is wanted."""

    kind: PointKind
    value: str


class NewParty(Body, frozen=True):
    """A party that is wanted; ``division`` will deal with it."""

    kind: PartyKind
    fields: dict[str, str]
    roles: tuple[RoleWord, ...] = ("prospect",)
    contact_points: tuple[NewContactPoint, ...] = ()
    division: str | None = None


class PartyChange(Body, frozen=True):
    """A field that is to change, and the version of the party that was read before."""

    field: str
    value: str
    base_version: int


class PartySearch(Body, frozen=True):
    """What parties are looked for by."""

    text: str
    kind: Literal["", "person", "organisation"] = ""


class RoleChange(Body, frozen=True):
    """What a party is to become to us."""

    role: RoleWord


class NewAffiliation(Body, frozen=True):
    """Where a person works from now on, or since a day."""

    organisation: uuid.UUID
    title: str = ""
    since: date | None = None


class StandingChange(Body, frozen=True):
    """How a division is to stand with a party; what is left out stays."""

    owner: int | msgspec.UnsetType = msgspec.UNSET
    stage: str | msgspec.UnsetType = msgspec.UNSET


class NewInteraction(Body, frozen=True):
    """An interaction that is to be logged; ``occurred_at`` left out is now."""

    kind: Literal["call", "visit", "letter", "mail", "chat", "meeting", "note"]
    division: str
    direction: Literal["in", "out", "none"] | msgspec.UnsetType = msgspec.UNSET
    occurred_at: datetime | msgspec.UnsetType = msgspec.UNSET
    subject: str | msgspec.UnsetType = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    private_note: str | msgspec.UnsetType = msgspec.UNSET
    outcome: str | msgspec.UnsetType = msgspec.UNSET
    next_step: str | msgspec.UnsetType = msgspec.UNSET
    next_due: date | msgspec.UnsetType = msgspec.UNSET
    duration_s: Annotated[int, msgspec.Meta(ge=0, le=604_800)] | msgspec.UnsetType = msgspec.UNSET
    online: bool | msgspec.UnsetType = msgspec.UNSET
    external_id: str | msgspec.UnsetType = msgspec.UNSET


class NewNote(Body, frozen=True):
    """A private note for a division."""

    division: str
    text: str


class NewDivision(Body, frozen=True):
    """A division that is wanted."""

    id: str
    name: str
    kind: Literal["shop", "department"] = "department"


def given(body: Body) -> dict[str, object]:
    """The fields that a change names."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
