"""Who else would have the account of the one person provisioned on demand.

A cycle sees everybody's rows and notices two claims for one account (references). On demand plans
one person, so the others who claim the account are looked for in the directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from provisioning.core.definition import ObjectMapping
from provisioning.core.entitlement import entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import matching_values
from provisioning.core.mapping import Direct
from provisioning.core.resource import State
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.planning.listing import key_of
from provisioning.engine.work import Work
from provisioning.models import DirectoryObject, Link, PlanRow
from provisioning.models.directory import name_key

PAGE = 500
USER_NAME = "userPrincipalName"


def has_rivals(work: Work, row: PlanRow) -> bool:
    """Whether somebody else in scope without an account matches what this row would link."""
    claims = _claims(work.definition.users, row)
    people = _candidates(work, row, claims)
    facts = Facts(work.job, work.definition)
    return any(
        _claims_too(work, fact, claims) for page in _pages(people) for fact in facts.page(page)
    )


def _claims(mapping: ObjectMapping, row: PlanRow) -> dict[str, str]:
    """Values by target path: of the account that is taken over, else what creates one."""
    if row.resource is not None:
        found = {str(rule.target): rule.target.get(row.resource) for rule in mapping.matching}
        return {path: key_of(value) for path, value in found.items() if value not in (None, "")}
    return {str(path): key_of(value) for path, value in row.matching[:1]}


def _candidates(work: Work, row: PlanRow, claims: dict[str, str]) -> QuerySet[DirectoryObject]:
    """Active people without an account; only those with the value where the directory can tell."""
    linked = Link.objects.filter(job=work.job, kind="user").values("object_id")
    people = DirectoryObject.objects.people().filter(state=State.ACTIVE)
    people = people.exclude(pk=row.object_id).exclude(pk__in=linked)
    wanted = Q(pk__in=[])
    for number, rule in enumerate(work.definition.users.matching):
        value = claims.get(str(rule.target))
        if value is None:
            continue
        if not isinstance(rule.source, Direct) or not value.isascii():
            return people
        if rule.source.attribute == USER_NAME:
            wanted |= Q(key_name=name_key(value))
            continue
        name = f"matching_{number}"
        people = people.annotate(**{name: KeyTextTransform(rule.source.attribute, "attributes")})
        wanted |= Q(**{f"{name}__icontains": value})
    return people.filter(wanted)


def _pages(people: QuerySet[DirectoryObject]) -> Iterator[list[UUID]]:
    ids = iter(people.order_by("pk").values_list("pk", flat=True).iterator())
    while page := list(islice(ids, PAGE)):
        yield page


def _claims_too(work: Work, fact: Fact, claims: dict[str, str]) -> bool:
    if not entitlement(work.definition, fact.subject).entitled:
        return False
    try:
        values = matching_values(work.definition, fact.subject, work.now)
    except ConfigurationError:
        # Nobody's account can be told from it: this person fails by themselves.
        return False
    return any(claims.get(str(path)) == key_of(value) for path, value in values)
