"""Questions about visitors: what is told, and what never is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from tests.river.visitors.script import CONTRACTS, SEGMENTS
from tests.river.visitors.world import ALICE, NOON, World
from triptych.audiences import parse
from triptych.dmp.visitors import privacy, read
from triptych.river.questions import QUESTIONS, Desk, Refusal

NOW = read.at(NOON)


class Asking:
    """A desk over an engine that runs in a thread of its own."""

    def __init__(self, world: World) -> None:
        config = SimpleNamespace(state_path=Path("nowhere"))
        self._desk = Desk(cast("Any", SimpleNamespace(config=config)), world.engine)

    def __call__(self, name: str, **said: Any) -> Any:
        question = QUESTIONS[name]
        return question.answer(self._desk, msgspec.convert(said, question.takes))


@pytest.fixture
def ask(world: World) -> Iterator[Asking]:
    """Sixty visitors look at coffee, forty at tea; a partner says something of Alice."""
    world.publish(segments=SEGMENTS, contracts=list(CONTRACTS.values()))
    crowd = [f"v_{number:032x}" for number in range(1 << 90, (1 << 90) + 60)]
    for _ in range(2):
        world.observe(*(world.observation(each) for each in crowd))
    world.observe(*(world.observation(each, category="tea") for each in crowd[:40]))
    world.observe(world.observation(ALICE, by="tcf", purposes=(1, 3), campaign="spring", kind="click"))
    world.file(ALICE)
    world.settle()
    stop = threading.Event()
    thread = threading.Thread(target=world.engine.run, args=(stop,))
    thread.start()
    yield Asking(world)
    stop.set()
    thread.join()


def test_it_pages_through_everybody_the_youngest_first(ask: Asking) -> None:
    found, after = [], ""
    while True:
        answer = ask("visitors", after=after, limit=25)
        found += answer["visitors"]
        after = answer["next"]
        if not after:
            break
    assert len({each["handle"] for each in found}) == len(found) == 61
    assert found[0]["segments"] == ["renewers"]
    assert found[-1] | {"handle": ""} == {
        "handle": "",
        "since": NOW,
        "until": read.at(NOON + 395 * 24),
        "last_hour": NOW,
        "observations": 3,
        "by": "signal",
        "segments": ["coffee", "lookers"],
    }


def test_it_tells_all_that_is_kept_of_one_visitor(world: World, ask: Asking) -> None:
    answer = ask("visitor", handle=world.keys.handle_of(ALICE))
    assert ALICE[2:] not in str(answer)
    assert answer["by"] == "tcf"
    assert answer["purposes"] == [1, 3]
    assert answer["categories"] == [{"category": "coffee", "kind": "click", "count": 1, "last_hour": NOW}]
    assert answer["campaigns"] == [{"campaign": "spring", "count": 1, "last_hour": NOW}]
    assert answer["segments"] == [{"segment": "renewers", "since": NOW}]
    assert [(each["contract"], each["code"]) for each in answer["said"]] == [("loire", "renews-60")]
    assert answer == read.own(world.home, world.keys.handle_of(ALICE))
    with world.engine.reading() as state:
        assert privacy.export(state, world.keys.handle_of(ALICE)) == {"visitor": answer}


@pytest.mark.parametrize("handle", ["0" * 16, "nonsense", "", "0" * 15, "' OR 1=1 --"])
def test_nobody_is_nobody(ask: Asking, handle: str) -> None:
    assert ask("visitor", handle=handle) is None


def test_no_number_below_fifty_leaves(ask: Asking) -> None:
    sizes = {each["segment"]: each for each in ask("segments")["segments"]}
    assert sizes["coffee"] == {"segment": "coffee", "size": 60}
    assert sizes["renewers"] == {"segment": "renewers", "size": None, "under": 50}
    assert ask("visitors", segment="renewers")["visitors"] == []
    assert len(ask("visitors", segment="coffee", limit=500)["visitors"]) == 60
    matrix = ask("overlap", segments=["coffee", "lookers", "renewers"])["matrix"]
    assert matrix == [[60, 60, None], [60, 60, None], [None, None, None]]
    tree = msgspec.to_builtins(parse('did "page" where "category" = "tea" or did "page"', world="visitors"))
    answer = ask("segment_size", tree=tree)
    assert (answer["size"], answer["of"]) == (60, 61)
    assert answer["parts"] == [{"path": "0", "size": None, "under": 50}, {"path": "1", "size": 60}]


def test_a_tree_about_people_is_refused(ask: Asking) -> None:
    with pytest.raises(Refusal):
        ask("segment_size", tree=msgspec.to_builtins(parse('trait "city" = "Nantes"')))
    with pytest.raises(Refusal):
        ask("segment_size", tree={"node": "and", "of": "everybody"})


def test_it_tells_how_far_it_has_come(ask: Asking) -> None:
    status = ask("visitors_status")
    assert (status["lag"], status["visitors"], status["observations"], status["hour"]) == (0, 61, 161, NOW)


def test_without_a_river_there_is_no_answer() -> None:
    desk = Desk(cast("Any", SimpleNamespace(config=SimpleNamespace(state_path=Path("nowhere")))))
    with pytest.raises(Refusal):
        QUESTIONS["segments"].answer(desk, QUESTIONS["segments"].takes())
