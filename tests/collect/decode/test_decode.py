"""What frames mean, statement by statement: envelope, identifiers, traits, consents, controls."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.decode.rows import KEY, NOW, columns, entry, row, track
from triptych.collect.decode import decode, identifier_hash, message_hash
from triptych.collect.model import Columns
from triptych.ledger import Entry
from triptych.vocabulary import EventType, IdentifierType, Reason, Trust


def identifiers(read: Columns, of: int = 0) -> list[tuple[str, str | None]]:
    places = [place for place, at in enumerate(read.ident_row.tolist()) if at == of]
    return [(IdentifierType(read.ident_type[place]).word, read.ident_value[place]) for place in places]


def test_it_reads_a_track_call() -> None:
    read = columns(track(anonymousId="a1", properties={"price": 3}, context={"ip": "1.2.3.4", "page": {"path": "/x"}}))
    assert (read.size, read.names, read.sources) == (1, ("Product Viewed",), ("shop",))
    assert read.type[0] == EventType.TRACK
    assert read.properties == [b'{"price":3}']
    assert (read.ip, read.page_path) == (["1.2.3.4"], ["/x"])
    assert identifiers(read) == [("user_id", "alice"), ("anonymous_id", "a1")]
    assert read.home[0] == 0
    assert read.rejects == ()


def test_it_gives_every_event_the_offset_of_its_place() -> None:
    rows = [
        row(entry([track(), track()]), entry(b"", kind="tick"), entry([track()]), first=10),
        row(entry([track()]), first=14),
    ]
    read = decode(rows, KEY)
    assert read.offset.tolist() == [10, 11, 13, 14]
    assert (read.next_offset, read.now_end, read.ticks) == (15, NOW, NOW)


def test_it_lays_the_batch_context_beneath_the_event_s_own() -> None:
    shared = msgspec.json.encode({"locale": "fr-FR", "ip": "9.9.9.9"})
    read = columns(track(context={"ip": "1.2.3.4"}), shared_context=shared)
    assert (read.ip, read.locale) == (["1.2.3.4"], ["fr-FR"])


@pytest.mark.parametrize("junk", [None, "", "  ", "null", "undefined", {}, [], True])
def test_it_takes_an_empty_id_for_absent(junk: object) -> None:
    read = columns(track(userId=junk, anonymousId="a1", groupId=junk))
    assert identifiers(read) == [("anonymous_id", "a1")]
    assert read.group_id == [None]


def test_it_trims_ids_and_writes_numbers_out() -> None:
    assert identifiers(columns(track(userId=42, anonymousId="  a1 "))) == [("user_id", "42"), ("anonymous_id", "a1")]


def test_it_refuses_an_event_that_names_nobody() -> None:
    read = columns(track(userId=None), track(userId="bob", messageId="m2"))
    assert [(reject.row, reject.reason) for reject in read.rejects] == [(0, Reason.NO_IDENTIFIER)]
    assert read.type.tolist() == [0, EventType.TRACK]


def test_it_takes_an_event_that_only_a_card_or_a_mail_address_names() -> None:
    card = {"externalIds": [{"type": "loyalty_card", "id": "2990"}]}
    read = columns(track(userId=None, context=card), track(userId=None, context={"traits": {"email": "a@b.fr"}}))
    assert read.rejects == ()


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (3, Reason.NOT_AN_OBJECT),
        ({"type": "dance", "userId": "alice"}, Reason.UNKNOWN_TYPE),
        ({"type": "track", "userId": "alice"}, Reason.NO_EVENT_NAME),
        ({"userId": "alice"}, Reason.UNKNOWN_TYPE),
        ({"erased": "r1"}, Reason.ERASED),
    ],
)
def test_it_says_why_an_event_is_none(event: object, reason: Reason) -> None:
    assert columns(event).rejects[0].reason == reason


def test_it_reads_the_others_when_one_event_is_odd() -> None:
    read = columns(track(userId=1), 7, track(context={"page": None, "ip": 3}), track(properties=[1]))
    assert [reject.row for reject in read.rejects] == [1]
    assert [identifiers(read, at)[0][1] for at in (0, 2, 3)] == ["1", "alice", "alice"]
    assert read.properties == [None] * 4


def test_it_refuses_bytes_that_are_no_text() -> None:
    body = b'[{"type":"track","event":"x","userId":"alice","properties":{"a":"\xff"}},{"type":"page","userId":"bob"}]'
    read = decode([row(Entry(entry([]).head, body, 2, 2))], KEY)
    assert [(reject.row, reject.reason) for reject in read.rejects] == [(0, Reason.INVALID_EVENT)]


def test_it_measures_each_event_of_a_body_of_any_size() -> None:
    read = columns(track(), track(properties={"text": "x" * 300}), track(userId=7))
    assert read.event_bytes.tolist() == [
        len(msgspec.json.encode(track(**said))) for said in ({}, {"properties": {"text": "x" * 300}}, {"userId": 7})
    ]


def test_what_a_batch_says_for_all_is_part_of_each_event_s_shape() -> None:
    def deep(levels: int) -> bytes:
        return b'{"a":' * levels + b"1" + b"}" * levels

    assert columns(track(), track(), shared_context=deep(31)).rejects == ()
    rejects = columns(track(), track(), shared_context=deep(32)).rejects
    assert [(reject.reason, reject.detail) for reject in rejects] == [
        (Reason.INVALID_EVENT, "nested deeper than 32")
    ] * 2


def test_it_refuses_half_a_character() -> None:
    halves = b'[{"type":"track","event":"x","userId":"alice","properties":{"a":"\\ud800"}}]'
    whole = halves.replace(b"d800", b"d83d\\ude00")
    assert decode([row(Entry(entry([]).head, halves, 1, 1))], KEY).rejects[0].reason == Reason.INVALID_EVENT
    assert decode([row(Entry(entry([]).head, whole, 1, 1))], KEY).rejects == ()


def test_it_merges_an_identify_call_s_traits_and_takes_context_traits_elsewhere() -> None:
    read = columns(
        {"type": "identify", "userId": "u", "traits": {"b": 2}, "context": {"traits": {"a": 1, "b": 1}}},
        track(context={"traits": {"email": "Alice@Example.fr"}}),
    )
    assert [msgspec.json.decode(raw or b"null") for raw in read.traits] == [
        {"a": 1, "b": 2},
        {"email": "Alice@Example.fr"},
    ]
    assert identifiers(read, 1) == [("user_id", "alice"), ("email", "alice@example.fr")]


def test_it_does_not_name_a_person_by_her_account() -> None:
    read = columns({"type": "group", "userId": "u", "groupId": "g", "traits": {"email": "office@example.fr"}})
    assert identifiers(read) == [("user_id", "u")]
    assert read.group_id == ["g"]


def test_it_reads_every_kind_of_identifier() -> None:
    read = columns(
        {
            "type": "identify",
            "userId": "u",
            "anonymousId": "a",
            "traits": {"email": " ALICE@example.fr", "phone": "06 12 34 56 78", "loyalty_card": 77},
            "properties": {"loyalty_card": "88"},
            "context": {
                "device": {"id": "d1", "advertisingId": "ad", "adTrackingEnabled": True},
                "externalIds": [{"id": "c9", "type": "crm_id"}, {"id": "b1", "type": "braze_id"}, {"id": "u"}],
            },
        }
    )
    assert sorted(identifiers(read)) == sorted(
        [
            ("user_id", "u"),
            ("crm_id", "c9"),
            ("email", "alice@example.fr"),
            ("phone", "+33612345678"),
            ("loyalty_card", "77"),
            ("loyalty_card", "88"),
            ("external_id", "braze_id:b1"),
            ("external_id", "u"),
            ("device_id", "d1"),
            ("device_id", "ad"),
            ("anonymous_id", "a"),
        ]
    )
    assert identifiers(read)[0] == ("user_id", "u")


def test_an_external_id_of_an_account_names_no_person() -> None:
    acme = {"id": "001", "type": "salesforce", "collection": "accounts", "encoding": "none"}
    alice = {"id": "7", "type": "salesforce", "collection": "users", "encoding": "none"}
    read = columns(track(context={"externalIds": [acme, alice]}), track(context={"externalIds": [{**acme, "id": 1}]}))
    assert identifiers(read) == [("user_id", "alice"), ("external_id", "salesforce:7")]
    assert identifiers(read, 1) == [("user_id", "alice")]


def test_a_device_without_an_id_is_known_by_its_push_token() -> None:
    device = {"token": "t1", "advertisingId": "ad", "adTrackingEnabled": False, "type": "ios"}
    read = columns(track(context={"device": device}), track(context={"device": {**device, "id": "d1"}}))
    assert identifiers(read) == [("user_id", "alice"), ("device_id", "t1")]
    assert identifiers(read, 1) == [("user_id", "alice"), ("device_id", "d1")]


@pytest.mark.parametrize(
    "traits", [{"email": "not an address"}, {"email": "a@b"}, {"phone": "12"}, {"email": 3}, {"phone": "n/a"}]
)
def test_it_takes_no_nonsense_for_an_identifier(traits: dict[str, Any]) -> None:
    assert identifiers(columns({"type": "identify", "userId": "u", "traits": traits})) == [("user_id", "u")]


def test_it_keeps_a_short_message_id_hashes_a_long_one_and_makes_a_missing_one() -> None:
    read = columns(track(messageId="m" * 100), track(messageId="m" * 101), track(messageId=" "), track(messageId=None))
    assert read.message_id[0] == "m" * 100
    assert len(read.message_id[1] or "") == 64
    assert read.message_id[2:] == ["offset-2", "offset-3"]


def test_it_hashes_a_message_id_by_source() -> None:
    read = decode([row(entry([track()]), entry([track()], source="app"))], KEY)
    assert (int(read.id_hi[0]), int(read.id_lo[0])) == message_hash(KEY, "shop", "m1")
    assert (int(read.id_hi[1]), int(read.id_lo[1])) == message_hash(KEY, "app", "m1")
    assert read.id_hi[0] != read.id_hi[1]


def test_it_tells_bodies_apart_but_not_deliveries() -> None:
    read = decode(
        [
            row(
                entry([track(properties={"a": 1})], sent_at="2025-11-24T16:00:00Z"),
                entry([track(properties={"a": 1})], sent_at="2025-11-24T17:00:00Z"),
                entry([track(properties={"a": 2})]),
            )
        ],
        KEY,
    )
    assert read.body_hash[0] == read.body_hash[1] != read.body_hash[2]


def test_it_hashes_identifiers_by_type() -> None:
    read = columns(track(anonymousId="alice"))
    assert int(read.ident_hi[0]) == identifier_hash(KEY, IdentifierType.USER_ID, "alice")[0]
    assert int(read.ident_hi[1]) == identifier_hash(KEY, IdentifierType.ANONYMOUS_ID, "alice")[0]


@pytest.mark.parametrize(
    "search", ["?ajs_uid=victim", "?a=1&ajs_aid=x", "?ajs_trait_email=v@x.fr", "?ajs%5Fuid=victim", "?%61js_event=x"]
)
def test_it_lowers_the_trust_of_a_link_that_names_somebody(search: str) -> None:
    read = columns(track(context={"page": {"search": search}}), track(), trust=int(Trust.BROWSER))
    assert read.trust.tolist() == [Trust.QUERY, Trust.BROWSER]
    assert read.poisoned_query.tolist() == [True, False]


def test_it_takes_the_address_and_agent_of_a_browser_from_its_request() -> None:
    event = track(context={"ip": "6.6.6.6"})
    read = columns(event, track(), client="browser", ip="1.2.3.4", user_agent="Mozilla")
    assert (read.ip, read.user_agent) == (["1.2.3.4"] * 2, ["Mozilla"] * 2)
    server = columns(event, track(context={"direct": True}), ip="1.2.3.4", user_agent="python")
    assert (server.ip, server.user_agent) == (["6.6.6.6", "1.2.3.4"], [None, None])


def test_it_reads_answers_to_purposes() -> None:
    consent = {"consent": {"categoryPreferences": {"analytics": True, "advertising": False, "odd": "yes"}}}
    assert columns(track(), track(context=consent)).consents == {1: {"analytics": True, "advertising": False}}


def test_it_takes_the_call_from_the_route() -> None:
    read = columns({"event": "x", "userId": "u"}, path_type="track")
    assert (read.type.tolist(), read.rejects) == ([EventType.TRACK], ())


def test_it_keeps_the_previous_id_of_an_alias() -> None:
    assert columns({"type": "alias", "userId": "u", "previousId": " a1 "}).previous_id == {0: "a1"}


def test_it_sets_stubs_controls_and_versions_apart() -> None:
    rows = [
        row(
            entry(b'{"version":7}', kind="published"),
            entry(b'{"reason":"no_consent","id_digest":"ab","count":1}', kind="stub"),
            entry(b'{"name":"identity.unmerged","edge":3}', kind="control"),
            first=5,
        )
    ]
    read = decode(rows, KEY)
    assert read.size == 0
    assert [(at.offset, at.version) for at in read.published] == [(5, 7)]
    assert [(stub.offset, stub.reason, stub.digest) for stub in read.stubs] == [(6, "no_consent", "ab")]
    assert [(control.offset, control.name) for control in read.controls] == [(7, "identity.unmerged")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["type", "event", "userId", "anonymousId", "messageId", "traits", "properties", "context", "timestamp", "sentAt"]
)


@given(st.lists(JSON | st.dictionaries(FIELDS, JSON), min_size=1, max_size=5))
def test_it_reads_or_refuses_anything_and_keeps_every_place(events: list[object]) -> None:
    read = columns(*events)
    assert read.size == len(events) == len(read.message_id) == len(read.properties)
    assert {reject.row for reject in read.rejects} == {at for at, kind in enumerate(read.type.tolist()) if kind == 0}


@given(st.lists(st.sampled_from(["alice", "bob", "charlie"]), min_size=1, max_size=6), st.integers(0, 5))
def test_it_reads_a_row_the_same_in_any_company(users: list[str], cut: int) -> None:
    events = [track(userId=user, messageId=f"m{at}", anonymousId=f"a{user}") for at, user in enumerate(users)]
    whole = columns(*events)
    one = columns(events[min(cut, len(events) - 1)])
    at = min(cut, len(events) - 1)
    assert (whole.id_hi[at], whole.body_hash[at], whole.timestamp[at]) == (
        one.id_hi[0],
        one.body_hash[0],
        one.timestamp[0],
    )
    assert identifiers(whole, at) == identifiers(one)
