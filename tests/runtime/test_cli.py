"""What every command promises: one JSON object on the last line, three exit codes, refusals with a code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer

from triptych.runtime.cli import main
from triptych.runtime.cli.context import context, identifier, instant, shift_of
from triptych.runtime.cli.output import tell
from triptych.runtime.cli.verbs import GROUPS, VERBS
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, HomeKind


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "umask", lambda _mask: 0o022)
    monkeypatch.setenv("TRIPTYCH_HOME", str(tmp_path / "home"))
    context.cache_clear()


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(words)
    code = end.value.code
    assert isinstance(code, int)
    return code


def test_it_refuses_a_home_that_was_never_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["error"]["code"] == "not_set_up"
    assert "triptych setup" in err


def test_it_says_two_to_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("nothing-of-the-kind", "--json") == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["error"]["code"] == "usage"
    assert run("status", "--loud") == 2


def test_it_names_the_file_that_it_could_not_write(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.lay()
    home.mark_set_up(HomeKind.TEST, lambda: 0)
    nowhere = tmp_path / "file" / "copy"
    nowhere.parent.touch()
    assert run("backup", str(nowhere), "--json") == 1
    refused = json.loads(capsys.readouterr().out.splitlines()[-1])["error"]
    assert (refused["code"], str(nowhere) in refused["message"]) == ("file", True)


def test_it_answers_in_words_and_in_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.lay()
    home.mark_set_up(HomeKind.TEST, lambda: 0)
    assert run("status") == 0
    assert "not running" in capsys.readouterr().out
    assert run("status", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["accepted"] == answer["in_flight"] == 0


def test_it_writes_every_instant_as_text_and_leaves_what_others_said(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"at": 1_790_000_000_000_000, "removed_at": 0, "traits": {"at": 7}}, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told == {"at": "2026-09-21T14:13:20.000000Z", "removed_at": None, "traits": {"at": 7}}


def test_it_names_a_setting_that_is_wrong(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPTYCH_WEB", "everywhere")
    assert run("status", "--json") == 1
    assert "TRIPTYCH_WEB" in capsys.readouterr().err


def test_every_command_of_two_words_has_its_group() -> None:
    assert {words.split(" ")[0] for words in VERBS if " " in words} == set(GROUPS)


def test_it_reads_identifiers_as_people_write_them() -> None:
    assert identifier("email:a@b.fr") == ["email", "a@b.fr"]
    assert identifier("a@b.fr") == ["email", "a@b.fr"]
    assert identifier("anonymous_id:x:y") == ["anonymous_id", "x:y"]
    assert identifier("p_abc") == ["profile_id", "p_abc"]


def test_it_moves_time_only_where_time_is_not_real(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.lay()
    home.mark_set_up(HomeKind.LIVE, lambda: 0)
    assert shift_of(None, home) == 0
    with pytest.raises(Refused, match="live"):
        shift_of("2030-01-01T00:00:00Z", home)
    home.mark_set_up(HomeKind.DEMO, lambda: 0)
    assert shift_of("2030-01-01T00:00:00Z", home) != 0
    assert instant("1970-01-01T00:00:01+00:00") == 1_000_000


def test_every_command_that_a_module_has_can_be_called() -> None:
    def words(app: typer.Typer, before: str = "") -> Iterator[str]:
        yield from (f"{before}{each.name}" for each in app.registered_commands if each.name and before)
        for group in app.registered_groups:
            if group.typer_instance is not None:
                yield from words(group.typer_instance, f"{before}{group.name} ")

    for module in sorted(set(VERBS.values())):
        app = import_module(f"triptych.runtime.cli.{module}").app
        assert {each for each in words(app) if VERBS.get(each) != module} == set()
