"""A colleague at work: records of the relation through the management API, and pages with a login."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.house import House, fresh

ADMIN = "admin@example.org"


@dataclass(slots=True)
class Colleague:
    """An account of a house with a token."""

    house: House
    token: str

    @classmethod
    def of(cls, house: House, email: str = ADMIN) -> Colleague:
        """The colleague with this mail address."""
        return cls(house, house.run("admin", "token", email)["token"])

    def call(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        """One call of the API, answered as expected."""
        answer = self.send(method, path, body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One call of the API, whatever comes of it."""
        return self.house.client.request(
            method,
            f"http://{self.house.addresses['web']}/api/v1/{path}",
            json=body,
            headers={"authorization": f"Bearer {self.token}"},
        )

    def party(self, *, roles: tuple[str, ...] = ("customer",), mail: str = "", **fields: str) -> dict[str, Any]:
        """A person, or an organisation where it has a ``name``."""
        body = {
            "kind": "organisation" if "name" in fields else "person",
            "fields": fields,
            "roles": roles,
            "contact_points": [{"kind": "email", "value": mail}] if mail else [],
        }
        made: dict[str, Any] = self.call("POST", "parties", body, status=201)
        return made

    def read(self, party: dict[str, Any]) -> dict[str, Any]:
        """The party as it stands."""
        answer: dict[str, Any] = self.call("GET", f"parties/{party['id']}")
        return answer

    def edit(self, party: dict[str, Any], city: str) -> httpx.Response:
        """Change the city, on whatever version there is."""
        return self.send("PATCH", f"parties/{party['id']}", {"field": "city", "value": city, "base_version": 1_000_000})

    def log(self, party: dict[str, Any], kind: str, **said: Any) -> dict[str, Any]:
        """Log an interaction."""
        body = {"kind": kind, "division": "shop", **said}
        made: dict[str, Any] = self.call("POST", f"parties/{party['id']}/interactions", body, status=201)
        return made

    def in_shop(self) -> Colleague:
        """Make the division, with the administrator in it."""
        self.call("POST", "divisions", {"id": "shop", "name": "Shop", "kind": "shop"}, status=201)
        self.call("PUT", "divisions/shop/members/1", status=204)
        return self


def told(house: House, folder: Path) -> list[dict[str, Any]]:
    """The stored events of the relation, in the order of the ledger."""
    out = folder / f"{fresh('events')}.jsonl"
    house.run("export", "events", "--out", str(out))
    return [event for line in out.read_text().splitlines() if (event := json.loads(line))["source"] == "crm"]


def waiting(house: House) -> int:
    """How many events wait in the outbox."""
    with closing(sqlite3.connect(f"file:{house.home / 'records.sqlite'}?mode=ro", uri=True)) as records:
        return int(records.execute("SELECT count(*) FROM crm_outbox WHERE sent_at IS NULL").fetchone()[0])


def records_of(house: House) -> list[str]:
    """Every row of the relation's tables, as text."""
    with closing(sqlite3.connect(f"file:{house.home / 'records.sqlite'}?mode=ro", uri=True)) as records:
        return [line for line in records.iterdump() if re.match(r'INSERT INTO "crm_(?!counter|outbox)', line)]
