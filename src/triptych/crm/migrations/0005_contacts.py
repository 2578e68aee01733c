"""A stage's and a city's parties by their last contact, interactions with a next step by time; statistics for SQLite.

SQLite makes a table anew when a column of it changes, and forgets its statistics. So all of them are written down here
again, and a later migration that alters a column has to do the same.
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
        "crm_party_stage_contact": "200000 100000 20000 2 1",
        "crm_party_city_contact": "200000 100000 500 2 1",
        "crm_party_put_away": "100 1",
    },
    "crm_partyrole": {"crm_role_now": "200000 50000 1", "crm_role_once": "200000 1 1"},
    "crm_standing": {
        "sqlite_autoindex_crm_standing_1": "200000 1 1",
        "crm_standing_stage": "200000 15000 3000 1",
        "crm_standing_division": "200000 15000 1",
        "crm_standing_owner": "200000 2000 1",
    },
    "crm_interaction": {
        "sqlite_autoindex_crm_interaction_1": "2000000 1",
        "crm_interaction_by_party": "2000000 10 1 1",
        "crm_interaction_by_time": "2000000 1 1",
        "crm_interaction_by_kind": "2000000 1900000 1 1",
        "crm_interaction_by_division": "2000000 1900000 1 1",
        "crm_interaction_by_author": "2000000 20000 1 1",
        "crm_interaction_by_outcome": "2000000 1900000 1 1",
        "crm_interaction_by_due": "20000 20 1",
        "crm_interaction_steps": "20000 1 1 1",
    },
    "crm_division": {"sqlite_autoindex_crm_division_1": "12 1"},
}
"""By table and index: rows in all, then rows for one value of its first column, of its first two, and so on."""


def advise(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the statistics down."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, indexes in STATISTICS.items():
        schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
        for index, numbers in indexes.items():
            schema_editor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, numbers]
            )
    schema_editor.execute("ANALYZE sqlite_schema")  # reads them again


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_reach")]

    operations = [
        migrations.AddIndex(
            "party",
            models.Index(fields=["kind", "stage", "last_contact_at", "id"], name="crm_party_stage_contact"),
        ),
        migrations.AddIndex(
            "party",
            models.Index(fields=["kind", "city", "last_contact_at", "id"], name="crm_party_city_contact"),
        ),
        migrations.AddIndex(
            "interaction",
            models.Index(
                fields=["occurred_at", "id", "next_due"],
                name="crm_interaction_steps",
                condition=models.Q(("next_due__isnull", False)),
            ),
        ),
        migrations.RunPython(advise, migrations.RunPython.noop),
    ]
