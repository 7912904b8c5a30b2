"""Links: which account belongs to which directory object, and what the account last looked like."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from provisioning.models.directory import DirectoryObject
from provisioning.models.job import Job

LinkQuerySet = models.QuerySet["Link"]


class Link(models.Model):
    """A stored pair of source and target, one-to-one within a job (I10).

    `resource` is the account as last seen: what was sent, and what came back. An unchanged object
    therefore costs no request. `echo` keeps, by path, a value the target stores differently than
    it was sent, so that it is not sent again and again (F18).
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="links")
    object = models.ForeignKey(DirectoryObject, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=5)
    target_id = models.CharField(max_length=255)
    version = models.CharField(max_length=255, blank=True)
    resource = models.JSONField(default=dict)
    echo = models.JSONField(default=dict)
    # Whether we disabled the account because its person left; back in scope enables it again.
    disabled_by_us = models.BooleanField(default=False)
    # In which ways the object left, each with the time at which that was first decided.
    left = models.JSONField(default=dict)
    # When the account is deleted, by the rules of the last decision: the timer that runs.
    delete_at = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("job", "object"), name="link_one_per_object"),
            models.UniqueConstraint(
                fields=("job", "kind", "target_id"), name="link_one_per_target"
            ),
        ]
        indexes = [
            # Timers that may have run out: planning joins them in.
            models.Index(
                fields=("job", "delete_at"),
                name="link_timer",
                condition=models.Q(delete_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} = {self.target_id}"


class TargetMember(models.Model):
    """One member the target's group is known to have: edges, never a blob."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="members")
    target_id = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("link", "target_id"), name="target_member_once"),
        ]

    def __str__(self) -> str:
        return self.target_id
