"""The documents say what the code does, or the suite fails."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from tests.laws_of_the_house.tree import DOCS, ROOMS, ROOT
from triptych.runtime import reference
from triptych.runtime.settings import SETTINGS
from triptych.vocabulary import Reason

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_a_made_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == reference.pages()[name], "run python -m triptych.runtime.reference"


def test_every_setting_is_documented() -> None:
    page = (DOCS / "reference" / "settings.md").read_text()
    for setting in SETTINGS:
        assert f"`{setting.variable}`" in page


def test_every_command_says_what_it_does_and_takes_json() -> None:
    processes = {"triptych edge", "triptych engine", "triptych web", "triptych worker"}
    for words, command in reference.commands():
        assert command.help, words
        for parameter in command.params:
            assert getattr(parameter, "help", ""), f"{words} {parameter.name}"
        if words not in processes:
            assert any("--json" in parameter.opts for parameter in command.params), words


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_documented(reason: Reason) -> None:
    assert f"`{reason.value}`" in (DOCS / "reference" / "reasons.md").read_text()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page_and_stands_in_the_architecture(room: str) -> None:
    page = DOCS / "reference" / f"{room.rpartition('/')[2]}.md"
    assert page.exists(), page
    assert room.rpartition("/")[2] in (ROOT / "ARCHITECTURE.md").read_text()


def test_the_reference_of_public_names_covers_every_room() -> None:
    told = {room.__name__.removeprefix("triptych.").replace(".", "/") for room in reference.ROOMS}
    assert told == set(ROOMS)


@pytest.mark.parametrize("room", reference.ROOMS, ids=lambda room: room.__name__)
def test_every_public_name_is_explained(room: ModuleType) -> None:
    for name in getattr(room, "__all__", ()):
        assert reference.summary(getattr(room, name)), f"{room.__name__}.{name}"


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in _LINK.findall(page.read_text()):
            path, _, _ = target.partition("#")
            if path and "://" not in path and not path.startswith("mailto:"):
                assert (page.parent / path).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_a_decision_is_short_and_titled_by_what_was_decided() -> None:
    decisions = sorted((DOCS / "adr").glob("*.md"))
    assert decisions
    numbers = []
    for file in decisions:
        lines = file.read_text().splitlines()
        number, _, title = file.stem.partition("-")
        numbers.append(int(number))
        assert lines[0].startswith(f"# {int(number)}. "), file
        assert title, file
        assert len(lines) <= 30, file
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()
