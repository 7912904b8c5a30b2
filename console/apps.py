"""The console as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages, forms, and the accounts of who may see them."""

    name = "console"
    default_auto_field = "django.db.models.BigAutoField"
