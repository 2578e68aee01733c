"""A colleague of the shop logs a visit with a private note: support sees the visit, procurement never sees the note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.house import House, fresh, until

pytestmark = pytest.mark.browser

DIVISIONS = {"graslin": "Nantes Graslin", "service": "Customer service", "purchasing": "Purchasing"}
STAFF = {"shop": ("sales", "graslin"), "support": ("support", "service"), "procurement": ("procurement", "purchasing")}
SECRET = "Would leave us for the competitor across the street"


class Colleague(NamedTuple):
    """An account with a browser and a token of its own."""

    email: str
    password: str
    token: str
    context: BrowserContext


class Company:
    """Three colleagues in three divisions, and one customer, all made over the API and the pages."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house = house
        self.admin = self._token("admin@example.org")
        self.mark = fresh("Alice")
        self.staff = {word: self._hire(browser, word, *place) for word, place in STAFF.items()}
        made = self.api(
            "shop",
            "POST",
            "parties",
            {
                "kind": "person",
                "fields": {"given_name": self.mark, "family_name": "Martin", "city": "Nantes"},
                "roles": ["customer"],
                "contact_points": [{"kind": "email", "value": f"{self.mark.lower()}@example.org"}],
                "division": "graslin",
            },
        )
        self.party = made["id"]

    def api(self, who: str, method: str, path: str, body: Any = None) -> Any:
        token = self.admin if who == "admin" else self.staff[who].token
        answer = httpx.request(
            method,
            f"http://{self.house.addresses['web']}/api/v1/{path}",
            json=body,
            headers={"authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def page(self, who: str, address: str = "") -> Page:
        """The customer's page, or another one, as a colleague sees it."""
        colleague = self.staff[who]
        page = colleague.context.new_page()
        web = f"http://{self.house.addresses['web']}"
        page.goto(f"{web}/accounts/login/")
        if page.locator("#id_username").count():
            page.locator("#id_username").fill(colleague.email)
            page.locator("#id_password").fill(colleague.password)
            page.locator("#id_password").press("Enter")
            page.wait_for_url(f"{web}/")
        page.goto(f"{web}{address or f'/crm/people/{self.party}/'}")
        return page

    def _token(self, email: str) -> str:
        return str(self.house.run("admin", "token", email)["token"])

    def _hire(self, browser: Browser, word: str, role: str, division: str) -> Colleague:
        self.staff = getattr(self, "staff", {})
        self.api("admin", "POST", "divisions", {"id": division, "name": DIVISIONS[division]})
        email = f"{fresh(word)}@example.org"
        made = self.api("admin", "POST", "accounts", {"email": email, "name": word.title(), "roles": [role]})
        known = self.api("admin", "GET", "accounts")["accounts"]
        number = next(each["number"] for each in known if each["email"] == email)
        self.api("admin", "PUT", f"divisions/{division}/members/{number}")
        return Colleague(email, made["password"], self._token(email), browser.new_context(locale="en-GB"))


@pytest.fixture(scope="module")
def company(house: House, browser: Browser) -> Iterator[Company]:
    made = Company(house, browser)
    yield made
    for colleague in made.staff.values():
        colleague.context.close()


def test_support_sees_a_visit_at_once_and_procurement_never_sees_its_note(company: Company) -> None:
    support = company.page("support")
    expect(support.get_by_role("heading", level=1)).to_contain_text("Martin")
    expect(support.get_by_text("Record made")).to_be_visible()

    shop = company.page("shop")
    shop.keyboard.press("l")
    shop.keyboard.press("v")
    shop.get_by_label("About").fill("Looked at the Christmas boxes")
    shop.get_by_label("What was said").fill("Wants two boxes by the 20th.")
    shop.get_by_label("Private note").fill(SECRET)
    shop.get_by_role("button", name="Log it").click()

    # two seconds is the promise, ten times that the patience of a test
    expect(support.get_by_text("Looked at the Christmas boxes")).to_be_visible(timeout=20_000)
    expect(shop.locator("#part-line").get_by_text(SECRET)).to_be_visible()
    assert SECRET not in support.content()
    _procurement_never_sees_it(company)


def _procurement_never_sees_it(company: Company) -> None:
    page = company.page("procurement")
    expect(page.get_by_text("Looked at the Christmas boxes")).to_be_visible()
    web = f"http://{company.house.addresses['web']}"
    seen = [page.content()]
    for address in ("/", "/crm/people/", "/crm/interactions/", f"/crm/parties/{company.party}/live/"):
        page.goto(f"{web}{address}")
        seen.append(page.content())
    page.goto(f"{web}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("competitor")
    page.wait_for_timeout(700)
    assert page.get_by_role("option").filter(has_text="Martin").count() == 0
    page.keyboard.press("Escape")
    for address in ("/crm/people/export/", "/crm/interactions/export/", "/search/"):
        answer = page.request.post(
            f"{web}{address}",
            form={"q": "Martin"},
            headers={
                "X-CSRFToken": page.locator("input[name=csrfmiddlewaretoken]").first.input_value(),
                "Referer": web,
            },
        )
        assert answer.status == 200, (address, answer.status)
        seen.append(answer.text())
    paths = ("", "/interactions", "/changes", "/notes")
    seen += [str(company.api("procurement", "GET", f"parties/{company.party}{path}")) for path in paths]
    assert "Private notes" not in seen[0]
    assert not [text for text in seen if SECRET in text or "competitor" in text]
    assert company.api("procurement", "GET", f"parties/{company.party}/notes") == {"notes": []}
    assert company.api("procurement", "POST", "parties/search", {"text": "competitor"}) == {"parties": []}
    assert len(company.api("shop", "GET", f"parties/{company.party}/notes")["notes"]) == 1


def test_what_was_logged_arrives_in_the_portrait_and_stands_there_once(company: Company) -> None:
    company.api(
        "shop",
        "POST",
        f"parties/{company.party}/interactions",
        {"kind": "call", "division": "graslin", "direction": "in", "subject": "Asked about the opening hours"},
    )
    found = until(lambda: _portrait(company), seconds=30)
    page = company.page("support", f"/people/{found}/")
    expect(page.get_by_text("Asked about the opening hours")).to_have_count(1)
    expect(page.get_by_role("link", name="CRM record")).to_be_visible()
    assert SECRET not in page.content()


def _portrait(company: Company) -> str | None:
    page = company.page("support")
    link = page.get_by_role("link", name="Whole portrait")
    address = link.get_attribute("href") if link.count() else None
    page.close()
    return address.strip("/").rpartition("/")[2] if address else None
