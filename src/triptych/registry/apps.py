"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Definitions that people edit."""

    name = "triptych.registry"
    label = "registry"
