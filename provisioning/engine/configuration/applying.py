"""`apply`: the configuration made to match files, all or nothing in one transaction.

Everything that is wrong in any document is told at once, with its path and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.core.definition import cached_definition
from provisioning.core.mapping_checks import warning_about
from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.diff import Change
from provisioning.engine.configuration.judge import judge
from provisioning.engine.configuration.normal import Document, definition_part
from provisioning.engine.configuration.read import (
    ConfigurationDocument,
    ConfigurationText,
    read_configuration,
)
from provisioning.engine.configuration.write import write_configuration
from provisioning.engine.removal import remove_application
from provisioning.models import Application

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply changed, or with a dry run would change."""

    changes: list[Change] = field(default_factory=list)
    applied: bool = True
    warnings: list[Problem] = field(default_factory=list)
    """What works, but not well, in the configuration as it is now."""


def apply_configuration(
    actor: User | None,
    texts: Sequence[ConfigurationText],
    *,
    dry_run: bool = False,
    prune: bool = False,
) -> Applied:
    """Make the configuration match the files, or raise `UsageProblems` and change nothing."""
    return apply_documents(actor, read_configuration(texts), dry_run=dry_run, prune=prune)


def apply_documents(
    actor: User | None,
    documents: Sequence[ConfigurationDocument],
    *,
    dry_run: bool = False,
    prune: bool = False,
) -> Applied:
    """As `apply_configuration`, for documents that were read already."""
    with transaction.atomic():
        changes: list[Change] = []
        slugs: set[str] = set()
        problems: list[Problem] = []
        warnings: list[Problem] = []
        for document in documents:
            try:
                judged = judge(document, slugs)
            except UsageProblems as error:
                problems.extend(error.problems)
                continue
            write_configuration(actor, judged)
            prefix = f"{judged.document['slug']}." if len(documents) > 1 else ""
            changes.extend({**one, "path": f"{prefix}{one['path']}"} for one in judged.changes)
            published = judged.application.published if judged.application else None
            warnings.extend(_warnings(definition_part(judged.document), published, prefix))
        if problems:
            raise UsageProblems(problems)
        if prune:
            changes.extend(_prune(actor, slugs))
        if dry_run:
            transaction.set_rollback(True)
    return Applied(changes, applied=not dry_run, warnings=warnings)


def _warnings(content: Document, published: object, prefix: str) -> Iterator[Problem]:
    definition = cached_definition(content, published=published)
    for mapping in (definition.users, definition.groups):
        for index, rule in enumerate(mapping.attributes):
            if warning := warning_about(rule):
                place = f"{prefix}mappings.{mapping.kind}s.attributes[{index}]"
                yield Problem(place, _(warning))


def _prune(actor: User | None, slugs: set[str]) -> list[Change]:
    removed = list(Application.objects.exclude(slug__in=slugs))
    for application in removed:
        remove_application(actor, application)
    return [{"path": one.slug, "old": one.name, "new": None} for one in removed]
