"""People whose every string is like no other, and browsers that come with a cookie of the house."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.house import Source, instant
from triptych.collect.visitors import HOUR, KeyRing, cookie

YES = {"categoryPreferences": {"analytics": True, "advertising": True}}
NO = {"categoryPreferences": {"analytics": True, "advertising": False}}
ANALYTICS = {"categoryPreferences": {"analytics": True}}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name, a mail address, a phone, and ids on every system."""

    word: str

    @property
    def user_id(self) -> str:
        return f"user-{self.word}"

    @property
    def anonymous_id(self) -> str:
        return f"anon-{self.word}"

    @property
    def name(self) -> str:
        return f"Alice Canary{self.word}"

    @property
    def mail(self) -> str:
        return f"Alice.{self.word}@Example.org"

    @property
    def phone(self) -> str:
        return "+336" + str(int(self.word, 16))[-8:].zfill(8)

    @property
    def device(self) -> str:
        return f"Mozilla/5.0 ({self.word})"

    def message(self, number: int) -> str:
        return f"message-{self.word}-{number}"

    def strings(self, messages: int = 3) -> list[str]:
        """All that must not be found below the wall."""
        mine = [self.user_id, self.anonymous_id, self.name, self.mail, self.phone, self.device, f"canary{self.word}"]
        return mine + [self.message(number) for number in range(messages)]

    def events(self, consent: dict[str, Any], path: str = "/tea/green") -> list[dict[str, Any]]:
        """A visit: a page, a login, a look at a product; each says more than it should."""
        page = {"path": path, "url": f"https://shop.example{path}?mail={self.mail}", "title": self.name}
        context = {
            "consent": consent,
            "page": page,
            "traits": {"email": self.mail},
            "device": {"id": self.user_id},
        }
        common = {"anonymousId": self.anonymous_id, "userId": self.user_id, "timestamp": instant(), "context": context}
        traits = {"email": self.mail, "phone": self.phone, "name": self.name}
        return [
            {
                **common,
                "type": "page",
                "messageId": self.message(0),
                "properties": {"name": self.name, **page},
            },
            {**common, "type": "identify", "messageId": self.message(1), "traits": traits},
            {
                **common,
                "type": "track",
                "event": "Product Viewed",
                "messageId": self.message(2),
                "properties": {"category": self.name, "campaign": self.mail, "email": self.mail},
            },
        ]


def person() -> Person:
    """Somebody new."""
    return Person(secrets.token_hex(6))


def visitor() -> str:
    """A visitor's id."""
    return cookie.new_id()


def cookie_of(home: Path, who: str, *, hours_ago: int = 1) -> str:
    """The cookie that the edge would have given a visitor some hours ago."""
    since = int(time.time() * 1_000_000) // HOUR - hours_ago
    return f"{cookie.NAME}={cookie.mint(KeyRing.of_home(home).visitor, who, since)}"


def send(source: Source, events: list[dict[str, Any]], *, key: str = "", **headers: str) -> str:
    """Post events as a browser does, and give the cookie that came back."""
    answer = source.house.post(
        "/v1/batch",
        {"batch": events, "sentAt": instant()},
        auth=(key or source.write_key, ""),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    assert answer.status_code == 200, answer.text
    source.house.client.cookies.clear()
    return str(answer.headers.get("set-cookie", ""))
