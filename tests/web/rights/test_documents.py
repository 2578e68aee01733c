from pathlib import Path

from triptych.web.rights import TABLE, Action, Role

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"


def test_the_reference_has_the_table_of_rights_as_it_is() -> None:
    text = REFERENCE.read_text()
    assert f"| action | {' | '.join(Role)} |" in text
    for action in Action:
        marks = " | ".join("yes" if role in TABLE[action] else "" for role in Role)
        assert f"| `{action.value}` | {marks} |" in text, action
