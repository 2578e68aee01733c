"""The furniture as Django knows it."""

from django.apps import AppConfig


class FurnitureConfig(AppConfig):
    """Keeps which columns a colleague chose."""

    name = "triptych.web.furniture"
    label = "furniture"
