"""The roles of the CRM that are new, one group each."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ROLES = ("procurement", "agent")


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make each role's group."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in _ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
