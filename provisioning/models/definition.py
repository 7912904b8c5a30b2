"""Definitions: immutable numbered versions of everything that decides."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone

from provisioning.core.definition import JobDefinition, cached_definition
from provisioning.core.gallery import find_template
from provisioning.models.job import Job


class Definition(models.Model):
    """One version; `content` is the normal form that `core.definition` reads."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="definitions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("job", "version"), name="definition_version"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"

    @cached_property
    def _definition(self) -> JobDefinition:
        application = self.job.application
        template = find_template(application.template)
        return cached_definition(self.content, template.required, application.published)

    def as_definition(self) -> JobDefinition:
        """The core value, parsed once in a process."""
        return self._definition
