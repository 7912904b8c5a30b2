"""Values that nobody may have twice: SelectUniqueValue asks the snapshot, then the target.

The core offers values; whether one is taken is found out here, and it is asked for the next one
until one is free or none is left. Two people of one plan who want the same value are told apart
within a page; beyond it, the target refuses the second, and the next cycle chooses again.
"""

from __future__ import annotations

from dataclasses import replace

from provisioning.core.entitlement import Entitlement, Subject
from provisioning.core.errors import AmbiguousMatch, ProvisioningError
from provisioning.core.evaluate import Decision, decide
from provisioning.core.resource import Resource
from provisioning.core.vocabulary import Operation
from provisioning.engine.planning.listing import is_listed, key_of
from provisioning.engine.planning.looking_up import look_up
from provisioning.engine.work import Work
from provisioning.models import ListedAccount


def with_unique_values(
    work: Work, subject: Subject, decision: Decision, given: set[tuple[str, str]]
) -> Decision:
    """The decision with values that are free; `given` are those of the page, and is added to.

    Raises `ExpressionError` when every value is taken, and what the target says to a look-up.
    """
    paths = work.definition.of(subject.source.kind).unique
    taken: set[str] = set()
    while paths and decision.operation is Operation.CREATE:
        wanted = {
            (str(change.path), str(change.new))
            for change in decision.changes
            if str(change.path) in paths
        }
        refused = {one for one in wanted if _is_taken(work, subject, one, given)}
        if not refused:
            given.update((path, key_of(value)) for path, value in wanted)
            break
        taken |= {value.lower() for _, value in refused}
        context = replace(subject.context, taken=frozenset(taken))
        offered = replace(subject, context=context)
        decision = decide(work.definition, offered, Entitlement(), None, work.now)
    return decision


def _is_taken(
    work: Work, subject: Subject, wanted: tuple[str, str], given: set[tuple[str, str]]
) -> bool:
    path, value = wanted
    if (path, key_of(value)) in given:
        return True
    if is_listed(work):
        known = ListedAccount.objects.filter(cycle=work.cycle, path=path, key=key_of(value))
        return known.exists()
    found: Resource | ProvisioningError | None = look_up(work, subject.source.kind, [[path, value]])
    if isinstance(found, ProvisioningError) and not isinstance(found, AmbiguousMatch):
        raise found
    return found is not None
