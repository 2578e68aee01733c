"""The accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, roles and login."""

    name = "triptych.web.accounts"
    label = "accounts"
