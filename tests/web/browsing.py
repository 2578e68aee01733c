"""What the tests in a real browser share: a world served by a process of its own, and pages opened in it as a role."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.site import PASSWORD
from triptych.web import assets, messages

Open = Callable[..., Page]


@contextmanager
def serving(world: str, home: Path) -> Iterator[dict[str, str]]:
    """A world by the name of its module: its address as ``url``, and the addresses in it. Skips without its files."""
    messages.compile_catalogs()
    if assets.main():
        pytest.skip("the front-end files are not there")
    command = [sys.executable, "-m", "tests.web.site", world, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


@contextmanager
def doors(browser: Browser, site: str) -> Iterator[Open]:
    """Open a site as a role, in a theme, a language, a width; with or without script. All closed at the end."""
    contexts: list[BrowserContext] = []

    def go(role: str, *, theme: Any = "light", language: str = "en", width: int = 1440, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            locale=language,
            extra_http_headers={"Accept-Language": language},
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("#id_username").fill(f"{role}@example.org")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(f"{site}/")
        return page

    yield go
    for context in contexts:
        context.close()
