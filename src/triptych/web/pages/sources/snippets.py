"""What one pastes to make a source speak; its write key is in it already."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext

from triptych.registry.model import SourceCard


class Snippet(NamedTuple):
    """A few lines to paste: an anchor, a title, a remark, the lines."""

    key: str
    title: str
    aside: str
    code: str


def of(source: SourceCard) -> list[Snippet]:
    """The snippets of a source."""
    edge, key = settings.TRIPTYCH_EDGE_URL, source.write_key
    return [
        Snippet(
            "tracker",
            gettext("Our tracker"),
            gettext("an ES module"),
            f'<script type="module" src="{edge}/t.js"\n  data-key="{key}"></script>',
        ),
        Snippet(
            "segment",
            gettext("Segment client"),
            gettext("unchanged, host and key"),
            f'AnalyticsBrowser.load({{ writeKey: "{key}",\n  cdnURL: "{edge}" }})',
        ),
        Snippet(
            "rudderstack",
            gettext("RudderStack client"),
            gettext("unchanged, host and key"),
            f'new RudderAnalytics().load("{key}",\n  "{edge}")',
        ),
        Snippet(
            "python",
            gettext("Python server"),
            gettext("with the secret key"),
            f'analytics.write_key = os.environ["TRIPTYCH_SECRET"]\nanalytics.host = "{edge}"',
        ),
        Snippet(
            "curl",
            gettext("A first event"),
            gettext("with the secret key"),
            f"curl -u $TRIPTYCH_SECRET: {edge}/v1/track \\\n  -H 'content-type: application/json' \\\n"
            '  -d \'{"event":"Order Completed","userId":"u1"}\'',
        ),
    ]
