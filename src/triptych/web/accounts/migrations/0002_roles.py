"""The roles, one group each."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ROLES = ("admin", "marketer", "sales", "support", "media", "engineer", "privacy", "viewer")


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make each role's group."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in _ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
