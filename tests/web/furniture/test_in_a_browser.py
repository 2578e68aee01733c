"""Lists in a real Chromium: two people edit one field; cells, rows, cards and filters by keyboard; accessible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.browsing import Open, doors, serving
from tests.web.pages.test_in_a_browser import TOO_WIDE, listening

pytestmark = pytest.mark.browser

PAGES = (
    "/crm/people/",
    "/crm/people/?stage.not=lost&owner.filled=1&contact.within=400&sort=-name",
    "/crm/people/?city.is=Nowhere",
    "/crm/people/?layout=board",
    "/crm/people/new/",
    "/crm/organisations/",
    "/crm/organisations/new/",
    "/crm/interactions/",
    "/search/",
)
OPEN_ALL = "document.querySelectorAll('[data-list] details').forEach((each) => { each.open = true; })"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small relation."""
    with serving("tests.web.furniture.filling", tmp_path_factory.mktemp("house")) as addresses:
        yield addresses["url"]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Open]:
    """Open the site as a role, in a theme, a language, a width; with or without script."""
    with doors(browser, site) as go:
        yield go


def city_of(page: Page, name: str) -> Locator:
    """The cell of a person's city."""
    return page.get_by_role("row", name=name).locator("button[formaction$='/edit/city/']")


def editor(page: Page) -> Locator:
    """The field of the cell that is open."""
    return page.locator("[data-holder] [name=value]")


def said(page: Page) -> Locator:
    return page.locator("#said")


def test_two_people_edit_one_field_and_the_second_sees_all_three_values_and_chooses(opened: Open) -> None:
    alice, bob = opened("sales"), opened("admin")
    for page in (alice, bob):
        page.goto("/crm/people/")
        city_of(page, "Charlie Mien").click()
        editor(page).wait_for()
    alice.keyboard.type("Rezé")
    alice.keyboard.press("Enter")
    expect(said(alice)).to_have_text("City saved.")
    bob.keyboard.type("Paris")
    bob.keyboard.press("Enter")
    asks = bob.get_by_role("group", name="Sales changed “City” meanwhile")
    asks.wait_for()
    for row in ("Theirs\nRezé", "Yours\nParis", "Before\nNantes"):
        assert row in asks.inner_text()
    asks.get_by_role("button", name="Save yours").click()
    expect(said(bob)).to_have_text("City saved.")
    expect(city_of(bob, "Charlie Mien")).to_contain_text("Paris")
    assert "/edit/city/" in bob.evaluate("document.activeElement.getAttribute('formaction')")
    alice.reload()
    expect(city_of(alice, "Charlie Mien")).to_contain_text("Paris")


def test_they_choose_without_a_script_too(opened: Open) -> None:
    alice, bob = opened("sales", script=False), opened("admin", script=False)
    for page in (alice, bob):
        page.goto("/crm/people/?sort=name")
        city_of(page, "Bob Anh").click()
    for page, city in ((alice, "Rezé"), (bob, "Paris")):
        page.get_by_label("City", exact=True).fill(city)
        page.get_by_role("button", name="Save").click()
    assert alice.url.endswith("/crm/people/?sort=name")
    bob.get_by_role("button", name="Keep theirs").click()
    assert bob.url.endswith("/crm/people/?sort=name")
    expect(city_of(bob, "Bob Anh")).to_contain_text("Rezé")


def test_a_cell_is_edited_by_keys_alone(opened: Open) -> None:
    page = opened("sales")
    page.goto("/crm/people/")
    cell = city_of(page, "Élodie Garnier-Lefèvre")
    cell.focus()
    page.keyboard.press("F2")
    editor(page).wait_for()
    page.keyboard.type("Nowhere")
    page.keyboard.press("Escape")
    expect(cell).to_contain_text("Nantes")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    editor(page).wait_for()
    page.keyboard.type("x" * 120)  # the field holds a hundred
    page.keyboard.press("Tab")
    expect(said(page)).to_have_text("City saved.")
    assert page.evaluate("document.activeElement.hasAttribute('data-edit')")
    cell.click()
    editor(page).fill("Orvault")
    page.keyboard.press("Enter")
    expect(cell).to_contain_text("Orvault")


def test_rows_are_walked_selected_found_and_filtered_by_keys(opened: Open) -> None:
    page = opened("sales")
    page.goto("/crm/people/?sort=name")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(said(page)).to_have_text("1 selected")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(said(page)).to_have_text("2 selected")
    page.keyboard.press("/")
    page.keyboard.type("garnier")
    expect(said(page)).to_have_text("1 found")
    assert "garnier" not in page.url
    page.locator("#find-q").fill("")
    expect(said(page)).to_have_text("3 found")
    page.get_by_text("Filter", exact=True).click()
    page.locator("summary", has_text="City").click()
    page.locator("details[open] details[open] input[name=value]").fill("Nowhere")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Nothing found")
    assert "city.is=Nowhere" in page.url
    page.go_back()
    expect(said(page)).to_have_text("3 found")


def test_a_card_goes_to_another_stage_by_keys_by_its_menu_and_by_hand(opened: Open) -> None:
    page = opened("support")
    heard = listening(page)
    page.goto("/crm/people/?layout=board&board=graslin")

    def lane(name: str) -> Locator:
        return page.locator(f"[data-lane={name}] [data-card]")

    card = page.get_by_role("link", name="Charlie Mien")
    begin = card.evaluate("(link) => link.closest('[data-lane]').dataset.lane")
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(lane(begin).filter(has_text="Charlie Mien")).to_have_count(1)
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(said(page)).to_have_text("Moved to “Lost”.")
    expect(lane("lost")).to_have_count(1)
    expect(page.get_by_role("link", name="Charlie Mien")).to_be_focused()
    page.get_by_label("Move Charlie Mien to…").click()
    page.locator("[data-card]", has_text="Charlie Mien").get_by_role("button", name="Loyal").click()
    expect(lane("loyal")).to_have_count(1)
    lane("loyal").first.drag_to(page.locator("[data-lane=at_risk]"))
    expect(lane("at_risk").filter(has_text="Charlie Mien")).to_have_count(1)
    assert heard == []


def test_the_palette_finds_parties_and_what_may_be_done_here(opened: Open) -> None:
    page = opened("sales")
    page.goto("/crm/organisations/")
    page.keyboard.press("Control+k")
    page.keyboard.type("mieller")
    page.get_by_role("option", name="Miellerie Chauvigné").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/crm/organisations/*/")
    page.keyboard.press("Control+k")
    page.keyboard.type("log a v")
    page.get_by_role("option", name="Log a visit").wait_for()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_list_is_accessible_and_quiet(opened: Open, theme: str, language: str) -> None:
    page, axe = opened("admin", theme=theme, language=language), Axe()
    heard = listening(page)
    found: dict[str, list[str]] = {}
    for address in PAGES:
        page.goto(address)
        for state in ("closed", "open"):
            if state == "open":
                page.evaluate(OPEN_ALL)
            wrong = axe.run(page).response["violations"]
            if wrong:
                found[f"{address} {state}"] = [f"{each['id']}: {each['nodes'][0]['target']}" for each in wrong]
    assert found == {}
    assert heard == []


@pytest.mark.parametrize("width", [320, 768, 1200])
def test_every_list_stays_inside_the_window(opened: Open, width: int) -> None:
    page = opened("sales", language="fr", width=width)
    wide = {}
    for address in PAGES:
        page.goto(address)
        wide[address] = page.evaluate(TOO_WIDE)
    assert {address: parts for address, parts in wide.items() if parts} == {}
