"""The relation as a Django application."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """Parties and what people do with them."""

    name = "triptych.crm"
    label = "crm"
