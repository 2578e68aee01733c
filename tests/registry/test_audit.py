import pytest
from django.db import DatabaseError, transaction

from tests.registry.conftest import StandingClock
from triptych.registry import audit, publish, read
from triptych.registry.models import AuditEntry
from triptych.registry.services import Desk, add_source, change_source, setup
from triptych.vocabulary import Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(desk: Desk, clock: StandingClock) -> Desk:
    """Four entries, not yet protected by the database."""
    for name in ("alice", "bob", "charlie"):
        add_source(desk, id=name, party=Party.FIRST)
        clock.pass_seconds(1.000001)
    change_source(desk, "bob", name="Bob's shop")
    return desk


def test_it_says_who_changed_what_when_from_what_to_what(log: Desk, clock: StandingClock) -> None:
    newest = read.audit()[0]
    assert (newest.actor, newest.action, newest.kind, newest.thing) == ("user:1", "change", "source", "bob")
    assert newest.at == clock.now
    assert newest.before is not None
    assert newest.after is not None
    assert (newest.before["name"], newest.after["name"]) == ("bob", "Bob's shop")
    assert [entry.thing for entry in read.audit(kind="source", thing="bob")] == ["bob", "bob"]


def test_an_untouched_chain_is_whole(log: Desk) -> None:
    document = publish.load(log.home)
    assert document is not None
    assert audit.verify() == []
    assert audit.verify(audit.Head(document.audit.number, document.audit.hash)) == []


def test_a_changed_entry_is_found(log: Desk) -> None:
    AuditEntry.objects.filter(number=2).update(actor="user:2")
    assert audit.verify() == [audit.Damage(2, "changed")]


def test_a_removed_entry_is_found(log: Desk) -> None:
    AuditEntry.objects.filter(number=2).delete()
    assert audit.Damage(2, "missing") in audit.verify()


def test_two_entries_that_changed_places_are_found(log: Desk) -> None:
    AuditEntry.objects.filter(number=2).update(number=99)
    AuditEntry.objects.filter(number=3).update(number=2)
    AuditEntry.objects.filter(number=99).update(number=3)
    assert {damage.number for damage in audit.verify()} >= {2, 3}


def test_a_log_that_was_cut_at_its_end_is_found_by_the_published_head(log: Desk) -> None:
    head = audit.head()
    AuditEntry.objects.filter(number=4).delete()
    assert audit.verify() == []
    assert audit.verify(head) == [audit.Damage(4, "cut off: the published head is later")]


def test_a_log_that_was_written_anew_is_found_by_the_published_head(log: Desk) -> None:
    head = audit.head()
    newest = AuditEntry.objects.get(number=4)
    AuditEntry.objects.filter(number=4).update(actor="user:2")
    newest.refresh_from_db()
    AuditEntry.objects.filter(number=4).update(hash=audit.hash_of(newest))
    assert audit.verify() == []
    assert audit.verify(head) == [audit.Damage(4, "differs from the published head")]


def test_the_database_itself_refuses_to_change_or_delete_an_entry(desk: Desk) -> None:
    setup(desk)
    for change in (
        lambda: AuditEntry.objects.filter(number=1).update(actor="user:2"),
        lambda: AuditEntry.objects.filter(number=1).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert audit.verify() == []


def test_a_change_that_fails_leaves_no_entry(desk: Desk) -> None:
    def change() -> None:
        with transaction.atomic():
            audit.append(desk, "add", kind="source", thing="ghost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert audit.head().number == 0
