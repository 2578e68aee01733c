"""An author's interactions and what is due by their own order; and for SQLite, how large a large house is.

SQLite chooses its way by statistics. Without any it takes "all persons" for ten rows, and reads two hundred thousand of
them to show fifty; with those of the first day it plans for an empty house. The numbers here are those of a large one:
a small one is quick on any way.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STATISTICS = {
    "crm_party": {
        "sqlite_autoindex_crm_party_1": "200000 1",
        "crm_party_by_name": "200000 100000 3 1",
        "crm_party_by_stage": "200000 100000 20000 2 1",
        "crm_party_by_city": "200000 100000 500 2 1",
        "crm_party_by_change": "200000 100000 2 1",
        "crm_party_by_contact": "200000 100000 2 1",
    },
    "crm_partyrole": {"crm_role_now": "200000 50000 1", "crm_role_once": "200000 1 1"},
    "crm_standing": {"crm_standing_stage": "200000 15000 3000 1", "crm_standing_division": "200000 15000 1"},
    "crm_interaction": {
        "sqlite_autoindex_crm_interaction_1": "2000000 1",
        "crm_interaction_by_party": "2000000 10 1 1",
        "crm_interaction_by_time": "2000000 1 1",
        "crm_interaction_by_kind": "2000000 300000 1 1",
        "crm_interaction_by_division": "2000000 150000 1 1",
        "crm_interaction_by_author": "2000000 20000 1 1",
        "crm_interaction_by_due": "20000 20 1",
    },
    "crm_division": {"sqlite_autoindex_crm_division_1": "12 1"},
}
"""By table and index: rows in all, then rows for one value of its first column, of its first two, and so on."""


def advise(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the statistics down."""
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("ANALYZE crm_division")  # makes the table of statistics where there is none
    for table, indexes in STATISTICS.items():
        schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
        for index, numbers in indexes.items():
            schema_editor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, numbers]
            )
    schema_editor.execute("ANALYZE sqlite_schema")  # reads them again


def forget(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the statistics away."""
    if schema_editor.connection.vendor == "sqlite":
        for table in STATISTICS:
            schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_search")]

    operations = [
        migrations.AddIndex(
            "interaction", models.Index(fields=["author", "occurred_at", "id"], name="crm_interaction_by_author")
        ),
        migrations.AddIndex(
            "interaction",
            models.Index(
                fields=["next_due", "id"],
                name="crm_interaction_by_due",
                condition=models.Q(("next_due__isnull", False)),
            ),
        ),
        migrations.RunPython(advise, forget),
    ]
