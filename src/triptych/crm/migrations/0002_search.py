"""The words of the search, in the shape that each database finds them fastest."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """
    CREATE VIRTUAL TABLE crm_search USING fts5(
        name, contact, other, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )
    """,
)
POSTGRESQL = (
    "CREATE TABLE crm_search (serial bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX crm_search_words ON crm_search USING gin (words)",
)


def create(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away."""
    schema_editor.execute("DROP TABLE crm_search")


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
