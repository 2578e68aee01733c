import json
import os
import stat

import pytest

from tests.registry.conftest import StandingClock
from triptych.registry import audit, publish, read
from triptych.registry.models import Published, Source
from triptych.registry.services import (
    Desk,
    Problem,
    RegistryError,
    add_audience,
    add_destination,
    add_source,
    setup,
)
from triptych.vocabulary import PURPOSES, Party

pytestmark = pytest.mark.django_db


def test_a_new_home_starts_with_version_nought_and_our_own_sources(desk: Desk) -> None:
    assert setup(desk) == 0

    document = publish.load(desk.home)
    assert document is not None
    assert document.version == 0
    assert [source.id for source in document.sources] == ["crm", "internal"]
    assert sorted(purpose.name for purpose in document.purposes) == sorted(PURPOSES)


def test_setting_up_again_changes_nothing(desk: Desk, clock: StandingClock) -> None:
    setup(desk)
    before = (desk.home / "published" / "definitions.json").read_bytes()
    clock.pass_seconds(5)
    assert setup(desk) == 0
    assert (desk.home / "published" / "definitions.json").read_bytes() == before


def test_setting_up_a_home_without_keys_says_so(desk: Desk) -> None:
    (desk.home / "keys" / "internal.key").unlink()
    with pytest.raises(RegistryError) as refused:
        setup(desk)
    assert refused.value.problem is Problem.NOT_SET_UP


def test_it_takes_over_a_new_internal_key(desk: Desk) -> None:
    setup(desk)
    before = Source.objects.get(id="internal").secret_digest
    (desk.home / "keys" / "internal.key").write_text("another token")
    assert setup(desk) == 1
    assert Source.objects.get(id="internal").secret_digest != before


def test_each_change_is_a_version_and_every_version_is_kept(desk: Desk) -> None:
    setup(desk)
    for number, name in enumerate(("alice", "bob", "charlie"), start=1):
        add_source(desk, id=name, party=Party.FIRST)
        kept = (desk.home / "published" / "versions" / f"{number}.json").read_bytes()
        assert kept == (desk.home / "published" / "definitions.json").read_bytes()
    assert [card.version for card in read.versions()] == [3, 2, 1, 0]


def test_what_it_publishes_is_read_back_whole(desk: Desk) -> None:
    setup(desk)
    add_source(desk, id="shop", party=Party.FIRST)
    add_destination(desk, id="hook", kind="webhook", url="https://example.org/in")
    add_audience(desk, id="buyers", purpose="marketing:email", text='did "Order Completed"', to=["hook"])

    document = publish.load(desk.home)
    assert document is not None
    assert document.definitions == publish.collect_definitions()
    [buyers] = document.audiences
    assert (buyers.purpose, buyers.destinations, buyers.version) == ("marketing:email", ("hook",), 1)
    assert document.destinations[0].url == "https://example.org/in"
    assert document.audit == publish.AuditHead(*audit.head())


def test_only_we_may_read_what_it_writes(desk: Desk) -> None:
    setup(desk)
    for file in (desk.home / "published").rglob("*.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_number_is_never_given_twice_even_after_a_stop_between_file_and_record(desk: Desk) -> None:
    setup(desk)
    add_source(desk, id="alice", party=Party.FIRST)
    Published.objects.filter(version=1).delete()  # as if the machine had stopped before the record was written
    (desk.home / "published" / "definitions.json").write_bytes(
        (desk.home / "published" / "versions" / "0.json").read_bytes()
    )
    add_source(desk, id="bob", party=Party.FIRST)
    document = publish.load(desk.home)
    assert document is not None
    assert document.version == 2


def test_a_change_that_was_recorded_but_not_published_is_published_at_the_next_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup(desk)

    def stop(*_: object) -> None:
        raise OSError("the machine stops here")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "replace_file", stop)
        with pytest.raises(OSError, match="stops here"):
            add_source(desk, id="shop", party=Party.FIRST)
    assert [card.id for card in read.sources()] == ["crm", "internal", "shop"]

    assert setup(desk) == 1
    document = publish.load(desk.home)
    assert document is not None
    assert [source.id for source in document.sources] == ["crm", "internal", "shop"]


def test_a_refused_change_leaves_no_record_no_audit_no_version(desk: Desk) -> None:
    setup(desk)
    before = read.audit(), read.versions(), read.sources()
    with pytest.raises(RegistryError):
        add_audience(desk, id="buyers", purpose="world domination", text='did "Order Completed"')
    assert (read.audit(), read.versions(), read.sources()) == before


def test_a_reader_never_sees_half_a_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(desk)
    before = (desk.home / "published" / "definitions.json").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            add_source(desk, id="shop", party=Party.FIRST)
    assert (desk.home / "published" / "definitions.json").read_bytes() == before
    assert json.loads(before)["version"] == 0
