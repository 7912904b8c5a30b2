"""The one counter that orders every change of the directory (design 2).

Numbers become visible in their own order: a writer takes them inside the transaction that writes
the changed rows and keeps the counter's row locked until its commit. So everything up to
`current()` is committed, and a watermark never jumps over a change that appears later.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models, transaction
from django.db.models import F, Q


class ChangeNumber(models.Model):
    """The highest change number given out; the table has one row."""

    value = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager[ChangeNumber]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="change_number_has_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def take(cls, n: int = 1) -> int:
        """Reserve `n` numbers and return the first; writers wait for each other until commit."""
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("Change numbers are taken in the transaction that uses them.")
        if not cls._advance(n):
            cls.objects.get_or_create(pk=1)
            cls._advance(n)
        return cls.current() - n + 1

    @classmethod
    def current(cls) -> int:
        """The number of the latest change; 0 while the directory is empty."""
        return cls.objects.filter(pk=1).values_list("value", flat=True).first() or 0

    @classmethod
    def _advance(cls, n: int) -> int:
        return cls.objects.filter(pk=1).update(value=F("value") + n)
