"""Six checks behind the sentence why: the first that fails decides, the rest say what they would.

The same facts and the same entitlement as a cycle and as `explain` (console-ux S24).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from provisioning.core.definition import JobDefinition
from provisioning.core.entitlement import Entitlement, entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import matching_values
from provisioning.core.redaction import shown
from provisioning.core.vocabulary import Reason
from provisioning.engine.facts import Fact
from provisioning.engine.knowing import Circumstances, Known
from provisioning.engine.role_words import role_sentence


class Answer(StrEnum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list."""

    text: str
    answer: Answer
    detail: str = ""


def checks(known: Known) -> list[Check]:
    """The six lines in the order in which a cycle decides, by the rules of the time."""
    around, fact = known.around, known.fact
    return [*scope_checks(around.definition, fact), _matching(around, fact), _account(fact)]


def scope_checks(definition: JobDefinition, fact: Fact) -> list[Check]:
    """Those that decide about the scope."""
    entitled = entitlement(definition, fact.subject)
    reasons = {because.reason for because in entitled.reasons}
    return [
        Check(_("Exists and is active in the directory"), _not(Reason.NOT_ACTIVE in reasons)),
        Check(_("Assigned to the application"), _assigned(definition, fact), _through(fact)),
        Check(
            _("Has a role other than Default Access"),
            _role(definition, fact, entitled),
            role_sentence(definition, fact.subject.assigned),
        ),
        Check(
            _("Passes a scoping filter"),
            _not(Reason.FILTER_FAILED in reasons),
            "" if definition.of(fact.subject.source.kind).filters else _("there is none"),
        ),
    ]


def _not(failed: bool) -> Answer:
    return Answer.FAILED if failed else Answer.PASSED


def _assigned(definition: JobDefinition, fact: Fact) -> Answer:
    if definition.scope == "all":
        return Answer.PASSED
    return _not(not fact.subject.assigned)


def _through(fact: Fact) -> str:
    groups = sorted({one.through for one in fact.subject.assigned if one.through})
    if groups:
        return _("through %(groups)s") % {"groups": ", ".join(groups[:5])}
    return _("directly") if fact.subject.assigned else ""


def _role(definition: JobDefinition, fact: Fact, entitled: Entitlement) -> Answer:
    if not fact.subject.assigned:
        return Answer.UNKNOWN
    if definition.exclude_default_access and definition.scope == "assigned":
        reasons = {because.reason for because in entitled.reasons}
        return _not(Reason.DEFAULT_ACCESS_ONLY in reasons)
    return Answer.PASSED


def _matching(around: Circumstances, fact: Fact) -> Check:
    text = _("Has the matching value")
    try:
        values = matching_values(around.definition, fact.subject, around.now)
    except ConfigurationError:
        return Check(text, Answer.FAILED, _("its expression fails"))
    if not values:
        return Check(text, Answer.FAILED)
    rows = [[str(path), value] for path, value in values]
    redacted = around.definition.of(fact.subject.source.kind).redacted
    told = ", ".join(f"{path} {value}" for path, value in shown(rows, redacted))
    return Check(text, Answer.PASSED, told)


def _account(fact: Fact) -> Check:
    text = _("Account in the application")
    if fact.link is None:
        return Check(text, Answer.UNKNOWN, _("none known"))
    return Check(text, Answer.PASSED, fact.link.target_id)
