"""What another system pushes to us: its address and tokens, its resources, its uploads, its pushes.

A resource is kept as it was pushed, beside the directory object that it makes; the members of a
group stand in the directory only, as edges.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from provisioning.core.resource import Kind
from provisioning.models.directory import KEY_LENGTH, Source

MOST_DETAIL = 500
"""Characters of a refusal that are kept."""


class InboundEndpoint(models.Model):
    """The address, `/scim/v2/SLUG/`, at which one source is pushed to."""

    origin = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="inbound")
    slug = models.SlugField(max_length=50, unique=True)

    def __str__(self) -> str:
        return self.slug


class InboundToken(models.Model):
    """One bearer token: only its digest is kept, so that a copy of the database opens nothing."""

    endpoint = models.ForeignKey(InboundEndpoint, on_delete=models.CASCADE, related_name="tokens")
    # The part of the token that says which one it is, and is shown in lists.
    label = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    created = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    last_used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("endpoint", "label"), name="inbound_token_label"),
        ]

    def __str__(self) -> str:
        return self.label


class PushedResource(models.Model):
    """One user or group as it was pushed; its id is the `id` of SCIM and the directory's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    origin = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pushed")
    kind = models.CharField(max_length=5)
    # The folded userName, or the folded displayName of a group.
    key = models.CharField(max_length=KEY_LENGTH)
    external_id = models.CharField(max_length=KEY_LENGTH, blank=True)
    # By what the manager was named, folded: an id, or an externalId that may still appear.
    manager_reference = models.CharField(max_length=KEY_LENGTH, blank=True)
    document = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("origin", "key"),
                condition=Q(kind=Kind.USER.value),
                name="pushed_user_name_once",
            ),
        ]
        indexes = [
            # Lists in a stable order, page by page.
            models.Index(fields=("origin", "kind", "created", "id"), name="pushed_in_order"),
            # Filters by userName or displayName.
            models.Index(fields=("origin", "kind", "key"), name="pushed_key"),
            # Filters and references by externalId.
            models.Index(
                fields=("origin", "external_id"),
                name="pushed_external_id",
                condition=~Q(external_id=""),
            ),
            # Whose manager may appear.
            models.Index(
                fields=("origin", "manager_reference"),
                name="pushed_manager",
                condition=~Q(manager_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class PushedUpload(models.Model):
    """One `bulkUpload`: its operations until they are done, and the result of each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(InboundEndpoint, on_delete=models.CASCADE, related_name="uploads")
    received = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    total = models.PositiveIntegerField()
    # Emptied when all is done: results are kept, people's data is not kept twice.
    operations = models.JSONField(default=list)
    results = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=("ended", "received"), name="pushed_upload_waiting")]

    def __str__(self) -> str:
        return str(self.id)


class Push(models.Model):
    """One request that wrote, or was refused: what the page of the source shows."""

    endpoint = models.ForeignKey(InboundEndpoint, on_delete=models.CASCADE, related_name="pushes")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    status = models.PositiveSmallIntegerField()
    scim_type = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=MOST_DETAIL, blank=True)

    class Meta:
        indexes = [models.Index(fields=("endpoint", "-id"), name="push_history")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
