"""Consent strings as the standard's own library writes them, read by us and by a third party: no difference."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from iab_tcf import decode_v2

from tests.clients.door import HERE, NODE
from tests.consent.test_tcf import mutated
from triptych.consent.tcf import ConsentString, Vendors, decode, read
from triptych.vocabulary import MICROSECONDS

pytestmark = pytest.mark.browser

SAMPLE, ALL, MUTATED = 300, 10_000, 100_000
NOW = int(datetime(2030, 1, 1, tzinfo=UTC).timestamp()) * MICROSECONDS
CONSENT_ALONE = {1, 3, 4, 5, 6}


def strings(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Random strings by ``@iabtechlabtcf/core``, with what each is meant to say."""
    command = [NODE, "strings.mjs", str(count), str(seed)]
    with subprocess.Popen(command, cwd=HERE / "node", stdout=subprocess.PIPE, text=True) as made:
        assert made.stdout is not None
        yield from map(json.loads, made.stdout)
    assert made.returncode == 0


def bits(numbers: list[int]) -> Vendors:
    return Vendors(sum(1 << number for number in set(numbers)))


def compare(made: dict[str, Any]) -> None:
    """Hold our reading to what was meant, to what the library reads, and to what ``iab-tcf`` does."""
    ours, meant, sets = decode(made["text"]), made["meant"], made["sets"]
    assert ours.created == ours.updated == meant["created"] * 1_000
    assert (ours.cmp_id, ours.cmp_version, ours.screen) == (meant["cmpId"], meant["cmpVersion"], meant["consentScreen"])
    assert (ours.language, ours.country) == (meant["consentLanguage"], meant["publisherCountryCode"])
    assert (ours.vendor_list_version, ours.policy_version) == (meant["vendorListVersion"], meant["policyVersion"])
    assert ours.service_specific == meant["isServiceSpecific"]
    assert ours.purpose_one_treatment == meant["purposeOneTreatment"]
    assert ours.special_features == set(sets["specialFeatureOptins"]) == set(made["again"]["specialFeatureOptins"])
    assert ours.purposes == set(sets["purposeConsents"]) == set(made["again"]["purposeConsents"])
    assert ours.legitimate_interests == set(sets["purposeLegitimateInterests"]) - CONSENT_ALONE
    assert ours.vendors == bits(sets["vendorConsents"]) == bits(made["again"]["vendorConsents"])
    assert ours.vendors_legitimate_interest == bits(sets["vendorLegitimateInterests"])
    assert (ours.disclosed is not None) == ("vendorsDisclosed" in made["segments"])
    assert ours.disclosed is None or ours.disclosed == bits(sets["vendorsDisclosed"])
    if "publisherTC" in made["segments"]:
        assert ours.publisher_purposes == set(sets["publisherConsents"])
        assert ours.publisher_legitimate_interests == set(sets["publisherLegitimateInterests"])
    restricted = {(purpose, kind, bits(ids).bits) for purpose, kind, ids in made["restrictions"]}
    assert {(purpose, kind, vendors.bits) for purpose, kind, vendors in ours.restrictions} == restricted
    compare_with_iab_tcf(made["text"], ours, sets)


def compare_with_iab_tcf(text: str, ours: ConsentString, sets: dict[str, list[int]]) -> None:
    theirs = decode_v2(text)
    assert ours.purposes == {number for number in range(1, 25) if theirs.is_purpose_allowed(number)}
    interests = {number for number in range(1, 25) if theirs.has_purpose_legitimate_interest(number)}
    assert ours.legitimate_interests == interests - CONSENT_ALONE
    for number in {1, 2, 65_535, *sets["vendorConsents"][:50], *(n + 1 for n in sets["vendorConsents"][:50])}:
        assert (number in ours.vendors) == theirs.is_vendor_allowed(number), number
        assert (number in ours.vendors_legitimate_interest) == theirs.is_interest_allowed(number), number


def compare_many(count: int, seed: int) -> None:
    compared = 0
    for made in strings(count, seed):
        compare(made)
        compared += 1
    assert compared == count


def mutate_many(count: int, seed: int) -> None:
    dice = random.Random(seed)
    texts = [made["text"] for made in strings(500, seed)]
    for _ in range(count):
        found = read(mutated(dice.choice(texts), dice), now=NOW)
        assert found is None or isinstance(found, ConsentString)


def test_it_reads_a_sample_as_the_standard_s_library_meant_it() -> None:
    compare_many(SAMPLE, 1)


def test_a_sample_of_mutated_strings_is_a_no_or_a_string() -> None:
    mutate_many(1_000, 2)


@pytest.mark.slow
def test_it_reads_ten_thousand_as_the_standard_s_library_meant_them() -> None:
    compare_many(ALL, 3)


@pytest.mark.slow
def test_a_hundred_thousand_mutated_strings_are_a_no_or_a_string() -> None:
    mutate_many(MUTATED, 4)
