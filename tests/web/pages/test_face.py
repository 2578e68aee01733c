"""The design language holds: icons that exist, no style or script in a page, no colour outside the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triptych.web import assets
from triptych.web.pages import words
from triptych.web.pages.navigation import GROUPS, PLACES

WEB = Path(assets.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SHEETS = sorted((WEB / "static" / "css").glob("*.css"))
CHANNELS = {"mail-off", "message-off", "phone-off", "mailbox-off"}
NAMED = r'(?:Item|Option|icon)\(\s*"([a-z][a-z0-9-]+)"|: \("([a-z][a-z0-9-]+)", '
MODULES = sorted((WEB / "pages").rglob("*.py"))


def listed() -> set[str]:
    return set(assets.icon_names((WEB / "icons.txt").read_text()))


def test_it_has_every_icon_that_a_template_draws() -> None:
    drawn = {name for file in TEMPLATES for name in re.findall(r'{% icon "([a-z0-9-]+)"', file.read_text())}
    assert drawn - listed() == set()


def test_it_has_every_icon_that_a_module_names() -> None:
    named = {place.icon for place in PLACES} | {icon for _, icon, _ in GROUPS}
    named |= {words.identifier_icon(kind) for kind in words.KINDS}
    named |= {words.purpose_icon(name) for name, _ in words.purposes()} | CHANNELS
    for file in ("sentences.py", "palette/views.py", "templatetags/face.py", "audiences/saying.py"):
        text = (WEB / "pages" / file).read_text()
        named |= {one or other for one, other in re.findall(NAMED, text)}
    assert named - listed() - {"yes", "no", "plain", "none", "soon"} == set()


def test_it_draws_every_icon_that_is_listed() -> None:
    text = "\n".join(file.read_text() for file in [*TEMPLATES, *MODULES])
    assert {name for name in listed() - CHANNELS if not re.search(rf"\b{re.escape(name)}\b", text)} == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(WEB)))
def test_it_has_nothing_inline(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|hx-on|javascript:|hx-vals="js:', text), (
        "inline style, script or handler"
    )
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script


def test_it_has_no_colour_outside_the_tokens() -> None:
    for file in SHEETS:
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", file.read_text(), flags=re.DOTALL)
        colours = re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", text)
        assert not colours or file.name == "tokens.css", (file.name, colours)


def test_it_keeps_a_style_sheet_short() -> None:
    assert [file.name for file in SHEETS if len(file.read_text().splitlines()) > 400] == []


def test_it_loads_every_style_sheet() -> None:
    imported = set(re.findall(r'url\("([^"]+)"\)', (WEB / "static" / "css" / "app.css").read_text()))
    assert {file.name for file in SHEETS} - imported == {"app.css", "styleguide.css"}


def test_it_writes_one_sheet_of_the_parts(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: red; }\n")
    (tmp_path / "app.css").write_text('@import url("a.css");\n')
    assert assets.joined(tmp_path / "app.css") == "a { color: red; }\n"


def test_it_draws_a_sprite(tmp_path: Path) -> None:
    (tmp_path / "outline").mkdir()
    (tmp_path / "outline" / "mail.svg").write_text('<svg width="24">\n<path d="M1 1" />\n</svg>')
    assert '<symbol id="mail"' in assets.sprite(["mail"], tmp_path)
    with pytest.raises(assets.AssetsMissing):
        assets.sprite(["no-such-icon"], tmp_path)
