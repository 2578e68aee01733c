"""The door reads who is named, and what is wrong, as the decoder does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.collect.decode import decode
from triptych.collect.edge.naming import fault, names
from triptych.collect.model import Columns, Envelope, encode_envelope
from triptych.ledger import Entry, Row
from triptych.vocabulary import IdentifierType

VALUES: st.SearchStrategy[Any] = st.sampled_from(
    ["u1", " u1 ", "", "null", None, 42, 1.5, True, "A@b.fr", "0612345678", "+33 6 12 34 56 78", [], {}, "undefined"]
)
CONTACT = st.dictionaries(st.sampled_from(["email", "phone", "loyalty_card", "name"]), VALUES, max_size=3)
EXTERNALS = st.lists(
    st.fixed_dictionaries(
        {"id": VALUES, "type": st.sampled_from(["user_id", "ga", "email", "profile_id", "", 7])},
        optional={"collection": st.sampled_from(["users", "accounts", 7])},
    )
)
DEVICE = st.dictionaries(st.sampled_from(["id", "token", "advertisingId", "adTrackingEnabled"]), VALUES, max_size=3)
CONTEXT = st.fixed_dictionaries({}, optional={"traits": CONTACT, "externalIds": EXTERNALS, "device": DEVICE})
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["identify", "track", "page", "group", "alias", "dance", "", None])},
    optional={
        "userId": VALUES,
        "anonymousId": VALUES,
        "previousId": VALUES,
        "event": VALUES,
        "traits": CONTACT,
        "context": CONTEXT,
        "properties": CONTACT,
    },
)


def columns(event: bytes, path_type: str = "") -> Columns:
    head = encode_envelope(Envelope(kind="events", source="shop", path_type=path_type))
    return decode([Row(0, 1, 1, (Entry(head, b"[" + event + b"]", 1, 1),))], bytes(16))


@given(EVENT)
@settings(max_examples=40, deadline=None)
def test_the_door_finds_every_identifier_that_the_decoder_finds(event: dict[str, Any]) -> None:
    content = json.dumps(event).encode()
    decoded = columns(content)
    found = {
        (IdentifierType(kind), value)
        for kind, value in zip(decoded.ident_type.tolist(), decoded.ident_value, strict=True)
    }
    assert found <= names(content)


@given(EVENT, st.sampled_from(["track", "page", ""]))
@settings(max_examples=40, deadline=None)
def test_the_door_finds_the_faults_that_the_decoder_finds(event: dict[str, Any], path_type: str) -> None:
    content = json.dumps(event).encode()
    rejects = [str(reject.reason) for reject in columns(content, path_type).rejects]
    found = fault(content, path_type=path_type)
    assert ([] if found is None else [str(found[0])]) == rejects


@pytest.mark.parametrize("place", [b'"properties":{"n":%s}', b'"context":{"device":{"id":"d","n":%s}}', b'"odd":[%s]'])
@pytest.mark.parametrize(
    "number", [b"1e999", b"-1e400", b"9" * 5_000, b"9" * 300 + b"e99", b"1e308", b"9" * 250, b"-0.5e-400"]
)
def test_a_number_out_of_range_is_a_fault_for_both_and_no_other_is(place: bytes, number: bytes) -> None:
    event = b'{"type":"track","event":"B","userId":"a",' + place % number + b"}"
    found = fault(event, path_type="")
    assert [str(reject.reason) for reject in columns(event).rejects] == ([] if found is None else [str(found[0])])
    assert (found is None) == (number in {b"1e308", b"9" * 250, b"-0.5e-400"})


@pytest.mark.parametrize("event", [b"42", b'"text"', b"null", b"[]", b'{"userId":"\xff"}', b'{"a":"\\ud800"}'])
def test_what_is_no_event_is_a_fault_for_both(event: bytes) -> None:
    (reject,) = columns(event).rejects
    found = fault(event, path_type="")
    assert found is not None
    assert str(found[0]) == str(reject.reason)


def test_the_batch_s_context_names_people_too() -> None:
    assert (IdentifierType.EMAIL, "a@b.fr") in names(b'{"userId":"u"}', b'{"traits":{"email":"a@b.fr"}}')
