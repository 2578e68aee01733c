"""The records database as runtime uses it. Importing this starts Django, so the home must have its keys by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from triptych.web.boot import migrate, start

start()

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from triptych.crm import commerce, outbox
from triptych.crm import privacy as crm_privacy
from triptych.crm.front_door import FrontDoor
from triptych.registry import audit, privacy, publish, read, services
from triptych.registry.services import Desk, RegistryError
from triptych.runtime.errors import Refused
from triptych.vocabulary import Identifier
from triptych.web.accounts.services import (
    NewAccount,
    accounts,
    create_admin,
    create_demo_accounts,
    demo_accounts_exist,
    set_password,
    token_for,
)

__all__ = [
    "Desk",
    "FrontDoor",
    "NewAccount",
    "close",
    "commerce",
    "crm_privacy",
    "demo_accounts_exist",
    "erase",
    "make_accounts",
    "migrate",
    "naming",
    "outbox",
    "pending",
    "read",
    "refusals",
    "services",
    "set_password",
    "token_for",
    "verify_audit",
]


def pending() -> list[str]:
    """The migrations that the records database has not had yet, in their order: ``crm.0005_contacts``."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def close() -> None:
    """Let go of the records database."""
    connections.close_all()


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the registry refuses into a ``Refused`` with the same code."""
    try:
        yield
    except RegistryError as error:
        raise Refused(error.problem.value, error.message) from None


def make_accounts(*, admin: str, demo: bool) -> tuple[NewAccount, ...]:
    """Make the first administrator or, in a demo home, one account a role. Existing ones are left alone."""
    if demo:
        return create_demo_accounts()
    if any("admin" in card.roles for card in accounts()):
        return ()
    with refusals():
        return (create_admin(admin),)


def erase(home: Path, identifiers: Iterable[Identifier]) -> dict[str, int]:
    """Take a person's identifiers out of definitions, and of every version that was published."""
    return privacy.erase(Desk(home=home, actor="cli"), identifiers)


def naming(identifiers: Iterable[Identifier]) -> dict[str, list[Any]]:
    """Which definitions name a person."""
    return privacy.export(identifiers)


def verify_audit(home: Path) -> list[audit.Damage]:
    """The entries of the audit chain that are not what was written, as far as the published head tells."""
    document = publish.load(home)
    known = None if document is None else audit.Head(document.audit.number, document.audit.hash)
    return audit.verify(known)
