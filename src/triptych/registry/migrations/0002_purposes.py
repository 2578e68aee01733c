"""The purposes that a new installation starts with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_PURPOSES = (
    ("analytics", "Analytics", "We count visits and see how our pages and services are used."),
    ("personalisation", "Personalisation", "We show you what fits you."),
    ("advertising", "Advertising", "We and our media partners show you advertisements that fit you."),
    ("marketing:email", "Marketing by e-mail", "We write to you by e-mail about our offers."),
    ("marketing:sms", "Marketing by text message", "We write to you by text message about our offers."),
    ("marketing:phone", "Marketing by telephone", "We call you about our offers."),
    ("marketing:post", "Marketing by post", "We write to you by post about our offers."),
    ("marketing:push", "Marketing by notification", "We send you notifications about our offers."),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make each purpose with its first text."""
    purposes = apps.get_model("registry", "Purpose").objects.using(schema_editor.connection.alias)
    for name, title, text in _PURPOSES:
        purposes.get_or_create(name=name, defaults={"title": title, "text": text})


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
