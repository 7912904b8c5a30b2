"""Groups against their counterparts: attributes as people's, members as edges.

A group is read whole, one request each. Members of the target that we do not know are left alone,
as a cycle leaves them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from provisioning.core.entitlement import entitlement
from provisioning.core.evaluate import MEMBERS, matching_values
from provisioning.core.resource import Kind, Resource
from provisioning.core.verifying import Comparison, Difference, Drift
from provisioning.engine.facts import Fact
from provisioning.engine.planning.groups import members_of
from provisioning.engine.planning.looking_up import Match, look_up
from provisioning.engine.planning.rows import References
from provisioning.engine.verifying.judging import Judge, read_account
from provisioning.models import DirectoryObject, Link, Membership, TargetMember

PAGE = 50
MOST_NAMES = 100
"""Members that an exception names; the counts are of all."""


@dataclass(slots=True)
class Groups(Judge):
    """Compares the groups of one application with their counterparts."""

    def compare(self) -> None:
        """Every group that should be there. Raises what ends a reading for everybody."""
        groups = DirectoryObject.objects.groups().exclude(state="gone")
        ids = iter(groups.values_list("pk", flat=True).order_by("pk").iterator())
        while page := list(islice(ids, PAGE)):
            facts = [one for one in self.facts.page(page) if self._expected(one)]
            self.judge([(fact, self._read(fact)) for fact in facts])
            self.findings.keep()

    def _expected(self, fact: Fact) -> bool:
        return entitlement(self.findings.definition, fact.subject).entitled

    def _read(self, fact: Fact) -> Match:
        if fact.link is not None:
            return read_account(self.target, Kind.GROUP, fact.link.target_id)
        now = self.findings.around.now
        values = matching_values(self.findings.definition, fact.subject, now)
        return look_up(self.target, Kind.GROUP, [[str(path), value] for path, value in values])

    def _compared(self, fact: Fact, found: Resource, references: References) -> Comparison:
        compared = Judge._compared(self, fact, found, references)
        rules = self.findings.definition.groups.attributes
        if not any(str(rule.target) == MEMBERS for rule in rules):
            return compared
        differences = tuple(self._members(fact, found))
        return replace(
            compared,
            compared=compared.compared + 1,
            differences=compared.differences + differences,
        )

    def _members(self, fact: Fact, found: Resource) -> Iterator[Difference]:
        """Who should be a member and is not, and who is and should not be, by how it came."""
        wanted = self._wanted(fact)
        current = members_of(found)
        known: set[str] = set()
        if fact.link is not None:
            given = TargetMember.objects.filter(link=fact.link)
            known = set(given.values_list("target_id", flat=True))
        lacking = wanted.keys() - current
        beyond = self._ours(current - wanted.keys())
        for drift, members in (
            (Drift.LOST_THERE, lacking & known),
            (Drift.NEVER_WRITTEN, lacking - known),
        ):
            if members:
                yield Difference(MEMBERS, _names(wanted, members), None, drift)
        for drift, members in (
            (Drift.EDITED_THERE, beyond.keys() - known),
            (Drift.NEVER_WRITTEN, beyond.keys() & known),
        ):
            if members:
                yield Difference(MEMBERS, None, _names(beyond, members), drift)

    def _wanted(self, fact: Fact) -> dict[str, str]:
        """The accounts of the group's people in the directory, with their names."""
        edges = Membership.objects.current().filter(group=fact.row, member_kind="user")
        links = Link.objects.filter(job=self.findings.job, object_id__in=edges.values("member_id"))
        return dict(links.values_list("target_id", "object__display_name"))

    def _ours(self, target_ids: Collection[str]) -> dict[str, str]:
        """Those of these accounts that somebody of ours has."""
        found: dict[str, str] = {}
        rest = iter(sorted(target_ids))
        while page := list(islice(rest, 500)):
            links = Link.objects.filter(job=self.findings.job, kind="user", target_id__in=page)
            found |= dict(links.values_list("target_id", "object__display_name"))
        return found


def _names(names: Mapping[str, str], members: Collection[str]) -> list[str]:
    told = sorted(names[member] or member for member in members)
    return [*told[:MOST_NAMES], *(["…"] if len(told) > MOST_NAMES else [])]
