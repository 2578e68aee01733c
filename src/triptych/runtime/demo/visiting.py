"""Send the demo's browsers to the front door, each with a visitor's cookie of its own, and play the partner.

The cookies are minted by the house's own ring, for consents of weeks ago that cannot be given today; everything else
goes the way that any browser's events go. The partner learns a browser's keyed digest where a real one would: from the
browser itself, by ``/v1/visitor/pseudonym``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import httpx

from triptych.collect.visitors import HOUR, KeyRing
from triptych.collect.visitors.cookie import NAME, mint
from triptych.runtime.demo.strangers import Browser, visits

_PATIENCE_S = 60


class VisitRefused(RuntimeError):
    """The front door did not take a browser's events; its answer is the message."""


def visitor_of(browser: Browser, *, seed: int) -> str:
    """The visitor's id of a browser of the demo: the same at each load, so that a second one changes nothing."""
    random = Random(f"{seed}/visitor/{browser.number}")
    return f"v_{random.getrandbits(128):032x}"


def visit(
    browsers: Iterable[Browser],
    *,
    home: Path,
    edge: str,
    key: str,
    seed: int,
    now: int,
    report: Callable[[int], None],
) -> int:
    """Send what each browser did as one batch with its cookie. Answers how many events went.

    Raises:
        VisitRefused: the front door answered anything but 200.
    """
    ring = KeyRing.of_home(home)
    sent = 0
    with httpx.Client(base_url=edge, timeout=_PATIENCE_S, trust_env=False) as client:
        for done, browser in enumerate(browsers):
            batch = list(visits(browser, now=now, seed=seed))
            answer = client.post(
                "/v1/batch", json={"batch": batch}, auth=(key, ""), headers=_cookie(ring, browser, seed)
            )
            if answer.status_code != httpx.codes.OK:
                raise VisitRefused(f"the front door answered {answer.status_code}: {answer.text[:200]}")
            sent += len(batch)
            report(done + 1)
    return sent


def partner_file(
    browsers: Iterable[Browser], *, home: Path, edge: str, key: str, contract: str, seed: int
) -> list[tuple[str, str]]:
    """What the partner writes into its file: keyed digests and codes, of the browsers that it knows."""
    ring = KeyRing.of_home(home)
    rows: list[tuple[str, str]] = []
    with httpx.Client(base_url=edge, timeout=_PATIENCE_S, trust_env=False) as client:
        for browser in browsers:
            codes = [code for by, code in browser.said if by == contract]
            if not codes:
                continue
            answer = client.get(
                "/v1/visitor/pseudonym",
                params={"contract": contract, "writeKey": key},
                headers=_cookie(ring, browser, seed),
            )
            if answer.status_code == httpx.codes.OK:
                rows += [(answer.json()["pseudonym"], code) for code in codes]
    return rows


def _cookie(ring: KeyRing, browser: Browser, seed: int) -> dict[str, str]:
    value = mint(ring.visitor, visitor_of(browser, seed=seed), browser.since // HOUR)
    return {"cookie": f"{NAME}={value}"}
