"""Forget sessions that ended and login failures that no longer count."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from triptych.web.accounts import throttle


class Command(BaseCommand):
    """Called by `triptych.web.boot.tidy`, once a day."""

    help = "Forget sessions that ended and login failures that no longer count."

    def handle(self, **_options: object) -> None:
        """Delete what is old."""
        call_command("clearsessions")
        throttle.tidy(now=timezone.now())
