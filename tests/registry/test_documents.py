from pathlib import Path

import msgspec

from triptych.collect import Source
from triptych.registry.plans import PlanFile
from triptych.registry.publish import Document

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_reference_explains_every_field_that_is_published() -> None:
    text = (REFERENCE / "registry.md").read_text()
    for field in msgspec.structs.fields(Document):
        assert f"| `{field.name}` |" in text, field.name


def test_the_reference_explains_every_choice_of_a_source_and_of_a_plan() -> None:
    text = (REFERENCE / "sources.md").read_text()
    keys = {"write_key", "secret_digest", "plan", "retiring"}  # a section of their own
    for name in {field.name for field in msgspec.structs.fields(Source)} - keys:
        assert f"| `{name}` |" in text, name
    for field in msgspec.structs.fields(PlanFile):
        assert f"| `{field.name}` |" in text, field.name
