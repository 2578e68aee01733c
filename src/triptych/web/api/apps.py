"""The API as a Django application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The management API."""

    name = "triptych.web.api"
    label = "api"
