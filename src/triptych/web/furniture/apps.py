"""The furniture as Django knows it."""

from django.apps import AppConfig


class FurnitureConfig(AppConfig):
    """Brings the tags of lists and record pages; it keeps nothing."""

    name = "triptych.web.furniture"
    label = "furniture"
