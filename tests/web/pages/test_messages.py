"""What the pages say is said in every language, by the rules of its typography."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triptych.web import messages

FRENCH = [
    (" ordinary space before a tall mark", re.compile(r"[^\u202f\u00a0\s<>&][ ]?[;!?](?![a-z=#])")),
    (" ordinary space before a colon or a sign", re.compile(r" [:%€]")),
    (" ordinary space inside guillemets", re.compile(r"« | »")),
    (" straight apostrophe", re.compile(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]")),
    (" three full stops", re.compile(r"\.\.\.")),
    (" exclamation", re.compile(r"!")),
]


def forms(given: object) -> list[str]:
    """A string, or each of the forms of one that counts."""
    return [str(each) for each in given] if isinstance(given, tuple | list) else [str(given or "")]


def said(language: str) -> list[str]:
    return [part for message in messages.read(language) if message.id for part in forms(message.string)]


def test_it_speaks_french() -> None:
    assert messages.languages() == ["fr"]


@pytest.mark.parametrize("language", messages.languages())
def test_it_leaves_no_string_untranslated(language: str) -> None:
    assert messages.missing(language) == []


@pytest.mark.parametrize("language", messages.languages())
def test_it_keeps_no_string_that_nobody_says_any_more(language: str) -> None:
    now = {forms(message.id)[0] for message in messages.collect()}
    kept = {forms(message.id)[0] for message in messages.read(language) if message.id}
    assert kept - now == set()


@pytest.mark.parametrize("language", messages.languages())
def test_it_keeps_the_same_placeholders(language: str) -> None:
    for message in messages.read(language):
        wanted = set(re.findall(r"%\(\w+\)s", forms(message.id)[-1]))
        for each in forms(message.string):
            assert set(re.findall(r"%\(\w+\)s", each)) <= wanted, message.id


def test_it_keeps_french_typography() -> None:
    for name, wrong in FRENCH:
        bad = [text for text in said("fr") if wrong.search(re.sub(r"<[^>]+>|%\(\w+\)s", "x", text))]
        assert bad == [], name


def test_it_finds_the_strings_of_a_template() -> None:
    template = (
        '{% translate "Hello" %}{% blocktranslate count number=n %}one {{ number }}{% plural %}many {{ number }}'
        '{% endblocktranslate %}{% firstof a _("Nobody") %}{% translate "wait" context "events" %}'
    )
    found = [(message.id, message.context) for message in messages.of_template(template, "x.html")]
    assert found == [
        ("Hello", None),
        (("one %(number)s", "many %(number)s"), None),
        ("Nobody", None),
        ("wait", "events"),
    ]


def test_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    assert "Skip to content" in "\n".join(messages.missing("fr"))


def test_it_compiles_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_bytes((messages.LOCALE / "fr" / "LC_MESSAGES" / "django.po").read_bytes())
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    assert messages.compile_catalogs() == 1
    assert messages.compile_catalogs() == 0
