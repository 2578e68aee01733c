"""What import-linter and ruff cannot see of the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.laws_of_the_house.tree import ROOMS, SRC, room_of, sources, tree

LONGEST_FILE = 400
LOADERS = {"runtime/cli/verbs.py"}
"""The one place that loads modules by name: the table of verbs."""

TABLES = {
    "activate": ("activate_", "deliveries_"),
    "audiences": ("audiences_",),
    "cdp/identity": ("identity_",),
    "cdp/profiles": ("profiles_",),
    "collect": ("measurement_", "visitors_"),
    "consent": ("consent_",),
    "dmp/partners": ("partners_",),
    "dmp/visitors": ("visitors_",),
    "river": ("river_",),
}
"""Which tables each room's ``store.py`` may name, by their beginning."""

_NAMED = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?|REFERENCES)\s+\"?([a-z][a-z0-9_]*)\"?",
    re.ASCII,
)
_EXCEPTION = re.compile(r"# (?:noqa|type: ignore)\b(?:: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*|\[[a-z, -]+\])?(.*)")


def test_every_exception_to_the_linter_and_the_type_checker_has_its_reason() -> None:
    for file in [*sources(), *(SRC.parents[1] / "tests").rglob("*.py")]:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            for rest in _EXCEPTION.findall(line):
                assert re.search(r"[a-z]{2}", rest), f"{file}:{number}"


def test_every_source_folder_is_a_package() -> None:
    for folder in {file.parent for file in sources()}:
        assert (folder / "__init__.py").exists(), folder


def test_every_test_folder_is_a_package() -> None:
    for folder in {file.parent for file in (SRC.parents[1] / "tests").rglob("test_*.py")}:
        assert (folder / "__init__.py").exists(), folder


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for_and_what_it_may_not_do(room: str) -> None:
    words = ast.get_docstring(tree(SRC / room / "__init__.py")) or ""
    assert len(words) > 60, room
    assert re.search(r"\b(not|nothing|never|no|none|neither|nobody)\b", words, re.IGNORECASE), room


def test_django_models_live_where_people_edit_records() -> None:
    allowed = ("registry/", "crm/", "web/accounts/")
    for file in sources():
        place = file.relative_to(SRC).as_posix()
        if "/migrations/" in place or place.startswith(allowed):
            continue
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ClassDef):
                assert "models.Model" not in {ast.unparse(base) for base in node.bases}, place


def test_no_room_loads_a_module_by_name() -> None:
    for file in sources():
        place = file.relative_to(SRC).as_posix()
        if place not in LOADERS:
            text = file.read_text()
            assert "import_module" not in text, place
            assert "__import__" not in text, place


@pytest.mark.parametrize("file", [file for file in sources() if file.name == "store.py"], ids=room_of)
def test_a_store_names_only_its_own_tables(file: Path) -> None:
    mine = TABLES[room_of(file)]
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for table in _NAMED.findall(node.value):
                assert table.startswith((*mine, "sqlite_", "json_each")), f"{file}: {table}"


def test_a_room_that_keeps_personal_data_can_export_and_erase_it() -> None:
    keepers = {room_of(file) for file in sources() if "CREATE TABLE" in file.read_text()} - {"ledger"}
    for room in sorted(keepers):
        privacy = SRC / room / "privacy.py"
        assert privacy.exists(), f"{room} has tables and no privacy.py"
        defined = {node.name for node in tree(privacy).body if isinstance(node, ast.FunctionDef)}
        assert {"export", "erase"} <= defined, room


def test_files_stay_short_enough_to_read() -> None:
    long = {
        file.relative_to(SRC).as_posix(): lines
        for file in sources()
        if "/migrations/" not in file.as_posix() and (lines := file.read_text().count("\n")) > LONGEST_FILE
    }
    assert not long


def test_no_module_is_a_drawer_for_everything() -> None:
    names = {file.stem for file in sources()} | {file.parent.name for file in sources()}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc"}
