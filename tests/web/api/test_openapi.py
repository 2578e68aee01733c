import re
from pathlib import Path

from django.test import Client

from triptych.web.api.openapi import document
from triptych.web.api.routes import ROUTES

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"


def test_the_description_has_every_route_and_every_body() -> None:
    described = document()
    assert sum(len(methods) for methods in described["paths"].values()) == len(ROUTES)
    references = set(re.findall(r"#/components/schemas/(\w+)", str(described)))
    assert references <= set(described["components"]["schemas"])
    assert "NewSource" in references


def test_the_description_is_read_without_a_token(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_the_reference_names_every_route_with_its_right() -> None:
    text = REFERENCE.read_text()
    for route in ROUTES:
        line = f"| {route.method} | `/api/v1/{route.shown}` | `{route.action.value}` |"
        assert line in text, line
