"""What came of interactions, whose a party is, and who was put away, by their own order; with statistics for SQLite."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STATISTICS = (
    ("crm_interaction", "crm_interaction_by_outcome", "2000000 1900000 1 1"),
    ("crm_interaction", "crm_interaction_by_kind", "2000000 1900000 1 1"),
    ("crm_interaction", "crm_interaction_by_division", "2000000 1900000 1 1"),
    ("crm_party", "crm_party_put_away", "100 1"),
    ("crm_standing", "sqlite_autoindex_crm_standing_1", "200000 1 1"),
    ("crm_standing", "crm_standing_owner", "200000 2000 1"),
)
"""A kind, an outcome and a division are told to hold nearly all interactions: two of them together are then looked for
along the order of time, where fifty are found soon, and not collected and sorted first."""


def advise(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the statistics down, as the migration before this one does for the other indexes."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for row in STATISTICS:
        schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s AND idx = %s", row[:2])
        schema_editor.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", row)
    schema_editor.execute("ANALYZE sqlite_schema")


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_plans")]

    operations = [
        migrations.AddIndex(
            "interaction", models.Index(fields=["outcome", "occurred_at", "id"], name="crm_interaction_by_outcome")
        ),
        migrations.AlterField(
            "standing",
            "owner",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                db_index=False,
            ),
        ),
        migrations.AddIndex("standing", models.Index(fields=["owner", "party"], name="crm_standing_owner")),
        migrations.AddIndex(
            "party",
            models.Index(fields=["id"], name="crm_party_put_away", condition=models.Q(("deleted_at__isnull", False))),
        ),
        migrations.RunPython(advise, migrations.RunPython.noop),
    ]
