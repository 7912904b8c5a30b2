"""Registers provisioning with Django, and its settings checks."""

from __future__ import annotations

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "provisioning"
    label = "provisioning"
    verbose_name = "Provisioning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the module registers its checks."""
        from provisioning import checks  # noqa: F401  registration is the import's purpose
