"""Visitors, segments, overlap and partners: pseudonymous, never below fifty, with a reason for every no."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.web.pages.strangers import BY_STRING, QUIET, SEEN
from tests.web.pages.world import World
from triptych.dmp.partners import File
from triptych.dmp.partners import store as partner_store
from triptych.registry import read as registry
from triptych.registry.desk import Desk
from triptych.vocabulary import system_clock
from triptych.web.pages import strangers

Browse = Callable[[str], Client]
FRENCH = {"accept-language": "fr"}
TEA = 'did "page" where category = "tea"'


def plain(text: str) -> str:
    """A page as its words: without tags, blanks as one space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_it_shows_a_visitor_without_a_name(house: World, logged_in: Browse) -> None:
    text = plain(logged_in("media").get(f"/visitors/{SEEN}/").text)
    assert "v·c0b7-91fe" in text
    assert "Pseudonymous" in text
    assert "What this page can never show: a name, mail, phone or address" in text
    assert "13 months, not prolonged" in text
    for part in ("First party", "Second party", "Third party", "How long each thing lives", "In 2 segments, and why"):
        assert part in text, part
    assert "Coffee 41" in text
    assert "Renews within 60 days" in text
    assert "anonymous" not in text.lower().replace("pseudonymous", "")


def test_it_tells_times_to_the_hour_and_never_the_minute(house: World, logged_in: Browse) -> None:
    text = plain(logged_in("privacy").get(f"/visitors/{SEEN}/").text)
    assert re.search(r"today, \d{1,2} h", text)
    assert not re.search(r"\b\d{1,2}:\d{2}\b", text)


def test_it_says_what_was_granted_by_a_string_and_what_was_not(house: World, logged_in: Browse) -> None:
    client = logged_in("privacy")
    by_string = plain(client.get(f"/visitors/{BY_STRING}/").text)
    assert "by a TCF 2.3 string" in by_string
    assert "Measure adverts Yes" in by_string
    assert "Build a content profile No" in by_string
    assert "Purpose 6 was not granted." in by_string
    by_signal = plain(client.get(f"/visitors/{SEEN}/").text)
    assert "by the signal of our tracker" in by_signal
    assert "Measure adverts" not in by_signal


def test_it_says_why_a_visitor_is_in_a_segment_and_what_may_not_leave(house: World, logged_in: Browse) -> None:
    text = plain(logged_in("media").get(f"/visitors/{SEEN}/").text)
    assert "Page, Coffee: 38 times, the last today" in text
    assert "“Renews within 60 days”, said by Loire Télécom" in text
    assert re.search(
        r"Auctions, resale\s+In part\s+1 of 2 segments. The contract with Loire Télécom refuses resale", text
    )
    assert re.search(r"CDP and CRM, by name\s+Refused", text)
    quiet = plain(logged_in("media").get(f"/visitors/{QUIET}/").text)
    assert "It is in no segment, and nothing else ever leaves." in quiet


def test_a_visitor_who_took_consent_back_has_no_page(house: World, logged_in: Browse) -> None:
    assert logged_in("media").get("/visitors/ffffffffffffffff/").status_code == 404


def test_it_pages_by_the_engines_key_and_lists_no_small_segment(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    first = client.get("/visitors/")
    assert 'rel="next"' in first.text
    assert "9,150" in first.text
    client.get("/visitors/?after=5e20&segment=coffee")
    assert house.asked[-1] == ("visitors", {"after": "5e20", "limit": 50, "segment": "coffee"})
    house.asked.clear()
    small = client.get("/visitors/?segment=few")
    assert "is not listed" in small.text
    assert "visitors" not in [name for name, _ in house.asked]
    assert client.get("/visitors/?segment=nothing").status_code == 404


def test_no_count_below_fifty_is_written_even_where_nobody_masked_it() -> None:
    for many in (0, 1, 49, {"size": 12}, {"size": None, "under": 50}):
        assert strangers.size(many) == "under 50", many
    assert strangers.size(50) == "50"
    assert strangers.size(None) == ""
    assert strangers.visitors(7) == "under 50 visitors"


def test_it_builds_a_segment_and_does_not_overwrite_a_colleague(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    form = {"id": "tea", "name": "Tea", "text": 'said "renews-60" by "loire"'}
    answer = client.post("/segments/new/", form, follow=True)
    assert answer.redirect_chain == [("/segments/tea/", 302)]
    assert registry.segment("tea").party == "second"
    change = {"name": "Tea lovers", "text": TEA, "version": "1"}
    client.post("/segments/tea/edit/", change)
    assert (registry.segment("tea").name, registry.segment("tea").version) == ("Tea lovers", 2)
    stale = client.post("/segments/tea/edit/", {**change, "name": "Stale"})
    assert stale.status_code == 422
    assert registry.segment("tea").name == "Tea lovers"
    client.post("/segments/tea/remove/")
    assert not registry.segment("tea").enabled
    assert client.post("/segments/tea/remove/").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('trait "city" = "Nantes"', "known of people, and never of visitors"),
        ('consent "analytics"', "known of people, and never of visitors"),
        ('did "Order Completed"', "a visitor is seen by"),
        ('did "page" where "url" = "/x"', "only `category` and `campaign`"),
    ],
)
def test_it_lets_no_rule_about_people_in(house: World, logged_in: Browse, text: str, said: str) -> None:
    client = logged_in("media")
    draft = client.post("/segments/draft/", {"text": text, "last": "1,840"})
    assert said in draft.text.replace("&quot;", '"')
    assert "1,840" in draft.text
    refused = client.post("/segments/new/", {"id": "x", "name": "X", "text": text})
    assert refused.status_code == 422


def test_it_counts_what_is_being_typed_and_what_each_source_brings(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    draft = client.post("/segments/draft/", {"text": 'did "page" or said "renews-60" by "loire"'})
    text = plain(draft.text)
    assert "310 pseudonymous visitors" in text
    assert "What each source brings" in text
    assert "stays in the CDP, never enters here" in text
    assert "What consent changes" in text
    assert 'hx-swap-oob="true"' in draft.text
    small = plain(client.post("/segments/draft/", {"text": TEA}).text)
    assert "under 50 pseudonymous visitors" in small
    assert "1,840" not in small.split("What consent changes")[0].replace("1,840 of", "")


def test_it_warns_before_a_contract_ends(house: World, logged_in: Browse) -> None:
    text = plain(logged_in("media").get("/segments/renewing/").text)
    assert "The contract with Loire Télécom ends on" in text
    assert "That day the segment loses" in text
    assert "ends on" not in plain(logged_in("media").get("/segments/coffee/").text)


def test_it_says_where_a_segment_may_go_by_its_contracts(house: World, logged_in: Browse) -> None:
    text = plain(logged_in("media").get("/segments/renewing/").text)
    assert re.search(r"Our site, adverts\s+Allowed", text)
    assert re.search(
        r"Auctions, resale\s+In part\s+The contract with Loire Télécom refuses resale. The rest may go", text
    )
    assert re.search(r"Lists by mail or phone\s+Refused", text)


def test_the_overlap_shows_no_cell_below_fifty(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    text = client.get("/overlap/").text
    cells = [plain(cell).strip() for cell in re.findall(r'<td class="h q\w+(?: sel1)?">(.*?)</td>', text)]
    assert cells == ["", "&lt; 50", "6.5%", "&lt; 50", "", "&lt; 50", "39%", "&lt; 50", ""]
    assert '<svg class="venn"' in text
    assert "192" in plain(text)
    counts = client.get("/overlap/?as=counts&s=coffee&s=renewing").text
    assert house.asked[-2] == ("overlap", {"segments": ["coffee", "renewing"]})
    assert [plain(cell).strip() for cell in re.findall(r'<td class="h q\w+(?: sel1)?">(.*?)</td>', counts)] == [
        "",
        "120",
        "120",
        "",
    ]


def test_the_contract_of_a_partner_is_shown_with_what_it_refuses(house: World, logged_in: Browse, home: Path) -> None:
    client = logged_in("privacy")
    text = plain(client.get("/partners/loire/").text)
    for said in ("Second-party: from a partner", "Resale Refused", "With names Refused", "Renews within 60 days"):
        assert said in text, said
    assert "Nothing was refused." in text
    with partner_store.opened(home / "dmp") as store:
        file = File("f1", "loire", system_clock(), 120, 117, {"names_a_person": 3}, {"renews-60": 117})
        partner_store.put(store, file)
    came = plain(client.get("/partners/loire/").text)
    assert "120 117 3" in came
    assert "It names a person: a mail or a phone 3 lines" in came


def test_it_writes_a_contract_down_changes_and_ends_it(house: World, logged_in: Browse, home: Path) -> None:
    client = logged_in("media")
    day = (datetime.now(UTC) + timedelta(days=300)).date()
    form = {
        "partner": "Datalis",
        "id": "datalis",
        "party": "third",
        "purposes": ["advertising"],
        "ends": day.isoformat(),
        "codes": "gourmets = Gourmets = 0.90\nhome-cooks = Home cooks",
    }
    client.post("/partners/new/", form)
    made = registry.contract("datalis")
    assert (made.party, made.resale, made.joining) == ("third", False, False)
    assert [each.price_per_thousand for each in made.codes] == [0.9, None]
    assert (home / "dmp" / "keys" / "contract-datalis.key").exists()
    assert "€0.90" in client.get("/partners/datalis/").text
    client.post("/partners/datalis/edit/", {**form, "partner": "Datalis SA"})
    assert registry.contract("datalis").partner == "Datalis SA"
    bad = client.post("/partners/datalis/edit/", {**form, "codes": "gourmets = Gourmets = much"})
    assert bad.status_code == 422
    assert "A price is a number" in bad.text
    client.post("/partners/datalis/end/")
    assert registry.contract("datalis").ended
    assert "Nothing of it is left" in client.get("/partners/datalis/").text


@pytest.mark.parametrize("role", ["marketer", "sales", "support", "procurement", "agent", "engineer", "viewer"])
def test_nobody_of_the_other_side_enters(house: World, logged_in: Browse, role: str) -> None:
    client = logged_in(role)
    for address in ("/visitors/", f"/visitors/{SEEN}/", "/segments/", "/overlap/", "/partners/", "/partners/loire/"):
        assert client.get(address).status_code == 403, address
    home = client.get("/").text
    for place in ("/visitors/", "/segments/", "/overlap/", "/partners/"):
        assert f'href="{place}"' not in home, place
    for word in ("Renewing", "New segment", "Loire Télécom contract"):
        assert "Nothing answers to this." in client.post("/search/palette/", {"q": word}).text, word


def test_the_palette_leads_to_segments_and_contracts(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    assert 'href="/segments/renewing/"' in client.post("/search/palette/", {"q": "Renewing"}).text
    assert 'href="/partners/loire/"' in client.post("/search/palette/", {"q": "Loire"}).text
    assert 'href="/segments/new/"' in client.post("/search/palette/", {"q": "new segment"}).text
    assert 'href="/panels/"' in client.post("/search/palette/", {"q": "three panels"}).text
    assert "New segment" not in logged_in("privacy").post("/search/palette/", {"q": "new segment"}).text


def test_the_pages_say_what_is_missing_while_the_engine_is_down(house: World, logged_in: Browse) -> None:
    house.down = True
    client = logged_in("media")
    for address in (
        "/visitors/",
        f"/visitors/{SEEN}/",
        "/segments/",
        "/segments/coffee/",
        "/overlap/",
        "/partners/loire/",
    ):
        assert "The engine does not answer" in client.get(address).text, address
    assert "Saw pages" in client.get("/segments/coffee/").text or "saw pages" in client.get("/segments/coffee/").text


def test_the_pages_of_an_empty_house_say_what_to_do(desk: Desk, world: World, logged_in: Browse) -> None:
    world.empty = True
    client = logged_in("media")
    for address, said in {
        "/visitors/": "No visitor yet",
        "/segments/": "Your first segment",
        "/overlap/": "Two segments make an overlap",
        "/partners/": "No contract yet",
    }.items():
        assert said in client.get(address).text, address


def test_it_asks_the_engine_once_for_the_whole_and_once_for_each_contract(house: World, logged_in: Browse) -> None:
    client = logged_in("media")
    house.asked.clear()
    client.post("/segments/draft/", {"text": 'did "page" and said "renews-60" by "loire"'})
    assert [name for name, _ in house.asked].count("segment_size") == 2
    house.asked.clear()
    client.post("/segments/draft/", {"text": 'did "page"'})
    assert [name for name, _ in house.asked].count("segment_size") == 1
