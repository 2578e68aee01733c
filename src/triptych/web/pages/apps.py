"""The pages as a Django application: it holds no records, only tags and templates."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """What people see."""

    name = "triptych.web.pages"
    label = "pages"
