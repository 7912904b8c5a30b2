"""Work units: pages of planning and batches of execution that any worker claims.

A claim is an UPDATE that repeats the expected old state, so one winner is sure (reliability 1.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from provisioning.core.vocabulary import Phase
from provisioning.models.cycle import Cycle
from provisioning.models.plan import PLAN_FORMAT


class UnitState(models.TextChoices):
    """The life of a unit."""

    FREE = "free", "Free"
    CLAIMED = "claimed", "Claimed"
    DONE = "done", "Done"


class WorkUnitQuerySet(models.QuerySet["WorkUnit"]):
    """Claiming and renewing by compare-and-set."""

    def workable(self) -> WorkUnitQuerySet:
        """Units of open cycles whose plan this version understands (F33)."""
        return self.filter(cycle__ended__isnull=True, cycle__plan__format__lte=PLAN_FORMAT)

    def claimable(self, now: datetime) -> WorkUnitQuerySet:
        """Units that are free, or whose holder's lease ran out."""
        return self.filter(
            Q(state=UnitState.FREE) | Q(state=UnitState.CLAIMED, lease_until__lt=now)
        )

    def shorten(self, now: datetime, lease: timedelta) -> int:
        """Cut leases that run longer than any can: the database's clock was set back (F32).

        A holder who lives renews; the lease of one who died runs out as if nothing had happened.
        """
        longer = self.filter(state=UnitState.CLAIMED, lease_until__gt=now + lease)
        return longer.update(lease_until=now + lease)

    def held(self, now: datetime) -> WorkUnitQuerySet:
        """Units somebody is working on now."""
        return self.filter(state=UnitState.CLAIMED, lease_until__gte=now)


class WorkUnit(models.Model):
    """One page or batch of one phase of a cycle."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="units")
    phase = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Phase])
    wave = models.PositiveIntegerField(default=0)
    ordinal = models.PositiveIntegerField()
    # What the unit covers: ids of directory objects while planning; execution rows point here.
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=UnitState, default=UnitState.FREE)
    owner = models.CharField(max_length=80, blank=True)
    generation = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # By method, what was sent for it and is not in the cycle's count yet: a death forgets none.
    requests = models.JSONField(default=dict, db_default={})

    objects = WorkUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("cycle", "phase", "wave", "ordinal"), name="unit_once_per_phase"
            ),
        ]
        indexes = [
            # The next unit of a cycle to claim.
            models.Index(fields=("cycle", "state", "ordinal"), name="unit_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} {self.wave}/{self.ordinal}"

    def claim(self, owner: str, now: datetime, lease: timedelta) -> bool:
        """Take the unit if nobody was faster; the generation grows with every holder."""
        won = (
            WorkUnit.objects.filter(pk=self.pk, generation=self.generation)
            .claimable(now)
            .update(
                state=UnitState.CLAIMED,
                owner=owner,
                generation=F("generation") + 1,
                lease_until=now + lease,
            )
        )
        if won:
            self.generation += 1
            self.owner = owner
        return bool(won)

    def renew(self, now: datetime, lease: timedelta) -> bool:
        """Hold on longer; `False` when somebody else holds the unit by now."""
        return bool(self._mine().update(lease_until=now + lease))

    def finish(self) -> bool:
        """Mark it done, with its payload, if it is still ours."""
        done = {"state": UnitState.DONE, "lease_until": None, "payload": self.payload}
        return bool(self._mine().update(**done))

    def give_back(self) -> bool:
        """Let anybody claim it at once, if it is still ours."""
        return bool(self._mine().update(state=UnitState.FREE, lease_until=None))

    def keep_requests(self, new: Mapping[str, int]) -> None:
        """Remember what was sent, in the transaction that records what became of it."""
        if new:
            self.requests = dict(Counter(self.requests) + Counter(new))
            self._mine().update(requests=self.requests)

    def still_mine_locked(self) -> bool:
        """Whether the unit is ours, kept so until the end of the transaction."""
        return self._mine().select_for_update().exists()

    def _mine(self) -> WorkUnitQuerySet:
        return WorkUnit.objects.filter(
            pk=self.pk, generation=self.generation, state=UnitState.CLAIMED
        )
