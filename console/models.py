"""Who may sign in to the console, as what, and how the console speaks to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do here: a reader sees everything but secrets and changes nothing."""

    READER = "reader", _("Reader")
    ADMINISTRATOR = "administrator", _("Administrator")


class Theme(models.TextChoices):
    """Light, dark, or as the system says."""

    SYSTEM = "", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Account(models.Model):
    """One person's role and taste. A user without a row may do nothing, a superuser everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account"
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.READER)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, blank=True)
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
