"""Start Django in this process: what runtime calls before it touches a record."""

from __future__ import annotations

import os

import django
from django.apps import apps
from django.core.management import call_command


def start() -> None:
    """Make Django ready, once. The environment must already say where the home is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "triptych.web.settings")
    if not apps.ready:
        django.setup()


def tidy() -> None:
    """Forget sessions that ended and login failures that no longer count. The worker calls it once a day."""
    start()
    call_command("tidy")


def migrate() -> None:
    """Bring the records database to the shape that this version expects. Running it again changes nothing."""
    start()
    call_command("migrate", interactive=False, verbosity=0)
