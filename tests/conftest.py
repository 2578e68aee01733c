"""What the whole suite shares: how long Hypothesis may take, and that CI draws the same examples each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# Machines are noisy: an example that takes long is no failure. Numbers are measured by `triptych bench`.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("suite"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "suite")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser for the tests of one module."""
    from tests.chromium import chromium  # noqa: PLC0415  only tests with the mark `browser` have it

    with chromium() as started:
        yield started


@pytest.fixture
def visit(browser: Browser) -> Iterator[BrowserContext]:
    """A visit of its own for one test: a browser that was never here before."""
    context = browser.new_context()
    yield context
    context.close()
