"""A client that writes down what it sent and what was acknowledged, before it says so to anybody."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.house import House, Source

PEOPLE = 5
PER_BATCH = 10


def fingerprint(properties: dict[str, Any]) -> str:
    """What an event's content is compared by."""
    return hashlib.sha256(json.dumps(properties, sort_keys=True).encode()).hexdigest()


def event(client: str, number: int) -> dict[str, Any]:
    """The client's event of that number, always the same."""
    return {
        "type": "track",
        "event": "Counted",
        "userId": f"{client}-{number % PEOPLE}",
        "messageId": f"{client}/{number:06}",
        "properties": {"number": number, "word": hashlib.sha256(f"{client}{number}".encode()).hexdigest()},
    }


@dataclass(slots=True)
class Journal:
    """Lines of ``id hash sent|acked``, each synced before the client goes on."""

    path: Path
    sent: dict[str, str] = field(default_factory=dict)
    acked: set[str] = field(default_factory=set)

    def note(self, word: str, events: list[dict[str, Any]]) -> None:
        """Write down that events were sent or acknowledged."""
        with self.path.open("a") as file:
            for each in events:
                file.write(f"{each['messageId']} {fingerprint(each['properties'])} {word}\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Journal:
        """Take in what was written."""
        for line in self.path.read_text().splitlines():
            name, content, word = line.split(" ")
            if word == "sent":
                self.sent[name] = content
            else:
                self.acked.add(name)
        return self


class Client(threading.Thread):
    """Sends one batch after the other; each until it is acknowledged, as a client with a queue does."""

    def __init__(self, shop: Source, name: str, folder: Path, *, pause: float = 0) -> None:
        super().__init__(name=name)
        self._pause = pause
        self._shop = shop
        self._done = threading.Event()
        self.journal = Journal(folder / f"{name}.journal")

    def run(self) -> None:
        number = 0
        while not self._done.is_set():
            events = [event(self.name, each) for each in range(number, number + PER_BATCH)]
            self.journal.note("sent", events)
            while not self._sent(events):
                time.sleep(0.05)
            self.journal.note("acked", events)
            number += PER_BATCH
            time.sleep(self._pause)

    def stop(self) -> None:
        """Finish the batch under way."""
        self._done.set()
        self.join()

    def _sent(self, events: list[dict[str, Any]]) -> bool:
        with suppress(httpx.HTTPError):
            return self._shop.send(*events).status_code == 200
        return False


def check(house: House, out: Path, journals: list[Journal]) -> list[dict[str, Any]]:
    """Each acknowledged event is there once and as it was sent, none was invented, each person's order is kept."""
    house.run("export", "events", "--out", str(out))
    stored = [json.loads(line) for line in out.read_text().splitlines()]
    contents = {each["message_id"]: fingerprint(each["properties"]) for each in stored}
    sent = {name: content for journal in journals for name, content in journal.read().sent.items()}
    acked = {name for journal in journals for name in journal.acked}
    assert len(contents) == len(stored), "an event is stored twice"
    assert acked <= contents.keys(), f"{len(acked - contents.keys())} acknowledged events are lost"
    assert contents.items() <= sent.items(), "an event was invented or altered"
    last: dict[str, int] = {}
    for each in stored:
        number = each["properties"]["number"]
        assert last.get(each["profile_id"], -1) < number, "a person's order is not kept"
        last[each["profile_id"]] = number
    assert len(last) == PEOPLE * len(journals)
    return stored
