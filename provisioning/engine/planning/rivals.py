"""Who else would have the account of the one person or group provisioned on demand.

A cycle sees everybody's rows and notices two claims for one account (duplicates). On demand plans
one object, so the others who claim the account are looked for in the directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from provisioning.core.compare import matches
from provisioning.core.definition import ObjectMapping
from provisioning.core.entitlement import entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import matching_values
from provisioning.core.mapping import Direct
from provisioning.core.resource import Kind, State, Value
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.work import Work
from provisioning.models import DirectoryObject, Link, PlanRow
from provisioning.models.directory import name_key

PAGE = 500
USER_NAME = "userPrincipalName"


def has_rivals(work: Work, row: PlanRow) -> bool:
    """Whether somebody else in scope without an account matches what this row would link."""
    mapping = work.definition.of(Kind(row.object.kind))
    claims = _claims(mapping, row)
    others = _candidates(work, mapping, row, claims)
    facts = Facts(work.job, work.definition)
    return any(
        _claims_too(work, fact, claims) for page in _pages(others) for fact in facts.page(page)
    )


def _claims(mapping: ObjectMapping, row: PlanRow) -> dict[str, Value]:
    """Values by target path: of the account that is taken over, else what creates one."""
    if row.resource is not None:
        found = {str(rule.target): rule.target.get(row.resource) for rule in mapping.matching}
        return {path: value for path, value in found.items() if value not in (None, "")}
    return {str(path): value for path, value in row.matching}


def _candidates(
    work: Work, mapping: ObjectMapping, row: PlanRow, claims: dict[str, Value]
) -> QuerySet[DirectoryObject]:
    """Active ones without an account; only those with the value where the directory can tell."""
    linked = Link.objects.filter(job=work.job, kind=mapping.kind).values("object_id")
    others = DirectoryObject.objects.filter(kind=mapping.kind, state=State.ACTIVE)
    others = others.exclude(pk=row.object_id).exclude(pk__in=linked)
    wanted = Q(pk__in=[])
    for number, rule in enumerate(mapping.matching):
        value = claims.get(str(rule.target))
        if value is None:
            continue
        if not isinstance(rule.source, Direct) or not str(value).isascii():
            return others
        if rule.source.attribute == USER_NAME:
            wanted |= Q(key_name=name_key(str(value)))
            continue
        name = f"matching_{number}"
        others = others.annotate(**{name: KeyTextTransform(rule.source.attribute, "attributes")})
        wanted |= Q(**{f"{name}__icontains": str(value)})
    return others.filter(wanted)


def _pages(objects: QuerySet[DirectoryObject]) -> Iterator[list[UUID]]:
    ids = iter(objects.order_by("pk").values_list("pk", flat=True).iterator())
    while page := list(islice(ids, PAGE)):
        yield page


def _claims_too(work: Work, fact: Fact, claims: dict[str, Value]) -> bool:
    if not entitlement(work.definition, fact.subject).entitled:
        return False
    try:
        values = matching_values(work.definition, fact.subject, work.now)
    except ConfigurationError:
        # Nobody's account can be told from it: this person fails by themselves.
        return False
    kind = fact.subject.source.kind
    return any(matches(path, kind, claims.get(str(path)), value) for path, value in values)
