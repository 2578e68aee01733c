"""The browser clients of Segment and RudderStack, unmodified, in a real Chromium on a site of another origin."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.clients.door import NODE_MODULES, Door
from tests.clients.site import page, site

pytestmark = pytest.mark.browser

SEGMENT = NODE_MODULES / "@segment/analytics-next/dist/umd"
RUDDER = NODE_MODULES / "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js"
ALL_CALLS = Counter({"page": 1, "identify": 1, "track": 1, "group": 1, "alias": 1})


def hosts_called(tab: Page) -> set[str]:
    """Collects the hosts of every request that the page makes from now on."""
    called: set[str] = set()
    tab.on("request", lambda request: called.add(urlsplit(request.url).netloc))
    return called


@pytest.mark.parametrize("batching", [False, True])
def test_it_takes_every_call_of_analytics_next_and_nothing_leaves_for_another_host(
    door: Door, browser: Browser, batching: bool
) -> None:
    name = f"next-{'batching' if batching else 'single'}"
    key = door.source(name, "--consent", "gated")["write_key"]
    delivery = "deliveryStrategy: {strategy: 'batching', config: {size: 3, timeout: 300}}," if batching else ""
    script = f"""
      const a = new AnalyticsNext.AnalyticsBrowser();
      window.a = a;
      a.load({{writeKey: "{key}", cdnURL: "{door.url}"}},
             {{integrations: {{"Segment.io": {{ {delivery} protocol: "http"}}}}}});
      a.page("Home"); a.identify("alice", {{email: "alice@example.org"}});
      a.track("Product Added", {{product_id: "p1"}}); a.group("acme"); a.alias("alice-2");
    """
    bundles = {f"/{file.name}": ("text/javascript", file.read_bytes()) for file in SEGMENT.glob("*.js")}
    files = {"/": page(script, head="<script src=/index.js></script>"), **bundles}
    with site(files) as address:
        tab = browser.new_page()
        called = hosts_called(tab)
        tab.goto(address)
        kept = door.wait_for(name, 5)
        tab.close()
    assert Counter(event["type"] for _, event in kept) == ALL_CALLS
    assert called == {urlsplit(address).netloc, door.address}
    assert "writeKey" not in repr([event for _, event in kept])


def test_it_takes_every_call_of_the_rudderstack_browser_sdk(door: Door, browser: Browser) -> None:
    key = door.source("rudder-web", "--consent", "gated")["write_key"]
    script = f"""
      const r = new rudderanalytics.RudderAnalytics();
      r.load("{key}", "{door.url}", {{configUrl: "{door.url}", polyfillIfRequired: false, logLevel: "NONE"}});
      r.page("Home"); r.identify("bob", {{email: "bob@example.org"}});
      r.track("Product Added", {{product_id: "p1"}}); r.group("acme"); r.alias("bob-2");
    """
    files = {
        "/": page(script, head="<script src=/sdk.js></script>"),
        "/sdk.js": ("text/javascript", RUDDER.read_bytes()),
    }
    with site(files) as address:
        tab = browser.new_page()
        called = hosts_called(tab)
        tab.goto(address)
        kept = door.wait_for("rudder-web", 5)
        tab.close()
    assert Counter(event["type"] for _, event in kept) == ALL_CALLS
    assert called == {urlsplit(address).netloc, door.address}
