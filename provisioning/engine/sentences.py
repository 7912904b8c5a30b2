"""The sentence of a reason: one catalogue of templates, spoken in the reader's language.

Stored rows hold a code and parameters; page, log, mail and command line all read their sentence
here. A template names its parameters, so a translation may put them in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.vocabulary import Reason
from provisioning.engine.refusal_words import told_refusals
from provisioning.engine.spoken import spoken

OUTCOMES: Mapping[str, str] = {
    "create": gettext_noop("%(name)s was created in %(application)s: no account matched."),
    "adopt": gettext_noop("%(name)s already had an account in %(application)s: it was taken over."),
    "update": gettext_noop("%(name)s was updated in %(application)s: attributes differed."),
    "enable": gettext_noop("%(name)s was enabled in %(application)s: in scope again."),
    "disable": gettext_noop("%(name)s was disabled in %(application)s. %(why)s"),
    "delete": gettext_noop("%(name)s was deleted in %(application)s. %(why)s"),
    "membership": gettext_noop("The members of %(name)s were updated in %(application)s."),
    "held": gettext_noop(
        "%(name)s would be removed from %(application)s; the deletion guard holds it until "
        "somebody decides. %(why)s"
    ),
    "held_change": gettext_noop(
        "%(name)s would be changed in %(application)s; the guard holds it until somebody decides. "
        "%(why)s"
    ),
    "held_back": gettext_noop(
        "%(name)s was held back from a plan for %(application)s: nothing is written until somebody "
        "releases it. %(why)s"
    ),
    "failed": gettext_noop("%(name)s was not written to %(application)s: %(message)s"),
    "stale": gettext_noop(
        "%(name)s was not written to %(application)s: the account is not as it was when this was "
        "planned (%(properties)s). The next cycle decides anew."
    ),
    "refused": gettext_noop(
        "%(application)s refused a request for %(name)s; another way was tried at once: %(message)s"
    ),
}

HELD_BACK = "held_back"
"""The parameter of a row that a person held back: only by name is it released."""

REASONS: Mapping[str, str] = {
    "NotAssigned": gettext_noop("Not assigned to the application, directly or through a group."),
    "DefaultAccessOnly": gettext_noop(
        "Assigned only with the role Default Access, which is excluded from provisioning. "
        "Assign another role."
    ),
    "NotActive": gettext_noop("Not active in the directory: blocked, deleted or gone."),
    "FilterFailed": gettext_noop("No scoping filter lets this object through. %(filters)s."),
    "ImportSkipped": gettext_noop(
        "No matching attribute has a value (%(properties)s), so no account can be found or made."
    ),
    "AttributeValidationFailed": gettext_noop(
        "Required attributes are empty: %(properties)s. Fill them in the directory or give the "
        "mapping a default."
    ),
    "NoCounterpart": gettext_noop(
        "The application has no counterpart, and creating one is not among the allowed actions. "
        "For a group: create it there with exactly the same name."
    ),
    "DuplicateSourceEntries": gettext_noop(
        "Several people of the directory match the same account; none of them was changed."
    ),
    "DuplicateTargetEntries": gettext_noop(
        "Several accounts match; none of them was changed. Make the matching value unique."
    ),
    "NoMatchInTarget": gettext_noop("In scope, and no account matches: it is created."),
    "MatchedInTarget": gettext_noop("In scope, and an account matches: it is taken over."),
    "AttributesDiffer": gettext_noop("The account differs from the directory."),
    "RedundantExport": gettext_noop("The account agrees with the directory."),
    "BackInScope": gettext_noop("In scope again."),
    "DeletedInDirectory": gettext_noop("Deleted in the directory."),
    "NotWritable": gettext_noop(
        "The application lets nobody change these attributes once they are set, though they differ "
        "from the directory: %(properties)s."
    ),
    "MembersDiffer": gettext_noop("The members differ from the directory."),
    "ReferenceClosed": gettext_noop("The manager has an account by now."),
    "NoLongerFits": gettext_noop(
        "The account is not as it was when this was planned (%(properties)s): nothing was sent, "
        "and the next cycle decides anew."
    ),
    "MatchingAttributesChange": gettext_noop(
        "A matching attribute would get another value, with those of many others (%(properties)s)."
    ),
    "ValuesEmptied": gettext_noop(
        "A value would be taken away, with those of many others (%(properties)s)."
    ),
    "ValuesCutOff": gettext_noop(
        "A value would lose its end, with those of many others (%(properties)s)."
    ),
    "ValuesCollide": gettext_noop(
        "Somebody else would get the same value of a matching attribute (%(properties)s)."
    ),
    "MembersEmptied": gettext_noop("The group would lose every member, as would many others."),
    "HeldBack": gettext_noop("A person held this back by name before the plan was approved."),
    "WaitingForReference": gettext_noop(
        "The account exists; a reference to somebody without an account is still missing."
    ),
    "WaitingForApproval": gettext_noop("The plan waits for a person to approve it."),
    "Kept": gettext_noop(
        "Somebody decided to leave everything as it is until the directory says something new."
    ),
    "WaitingForCycle": gettext_noop("In scope; the next cycle looks for the account."),
    "ChangesWaiting": gettext_noop(
        "The account differs from the directory (%(properties)s); the next cycle writes it."
    ),
    "Quarantined": gettext_noop(
        "The application is in quarantine: nothing is written until it works again. %(message)s"
    ),
    "Failed": gettext_noop("The last attempt failed: %(message)s"),
    "Provisioned": gettext_noop("The account exists and agrees with the directory."),
    "NotEffectivelyEntitled": gettext_noop("Not entitled to an account in the application."),
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a reason code; a code without one is shown as it is."""
    template = REASONS.get(code)
    if template is None:
        return _message(params) or code
    values = {"properties": "", "filters": "", **params, "message": _message(params)}
    return _(template) % {name: _text(value) for name, value in values.items()}


def because(reasons: Sequence[Mapping[str, Any]]) -> str:
    """All reasons, one sentence each."""
    return " ".join(sentence(one["reason"], one.get("params", {})) for one in reasons)


def why_held(params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Why a row waits, by its parameters: that a person held it back, and why somebody leaves, or
    what it would take away.
    """
    if params.get(HELD_BACK):
        return [{"reason": Reason.HELD_BACK.value}, *params.get("because", ())]
    return list(params.get("dangers") or params.get("because", ()))


def entry_sentence(
    operation: str, status: str, params: Mapping[str, Any], *, application: str, reason: str
) -> str:
    """What a log entry says happened to somebody, and why."""
    name = str(params.get("name", ""))
    if status == "skipped":
        why = because(params.get("reasons", ())) or sentence(reason, params)
        return _("%(name)s was left out of %(application)s. %(why)s") % {
            "name": name, "application": application, "why": why,
        }  # fmt: skip
    key = {"failure": "failed", "warning": "refused"}.get(status, operation)
    if params.get("stale"):
        key = "stale"
    if key == "held" and params.get(HELD_BACK):
        key = "held_back"
    elif key == "held" and params.get("dangers"):
        key = "held_change"
    return _(OUTCOMES[key]) % {
        "name": name,
        "application": application,
        "why": because(why_held(params)),
        "message": _message(params),
        "properties": _text(params.get("properties", ())) or _("another version"),
    }


def _message(params: Mapping[str, Any]) -> str:
    """The message among the parameters: of an entry, or of an error that a row keeps."""
    return spoken({"message": params.get("reason", ""), **params})


def _text(value: object) -> str:
    """A parameter as part of a sentence: lists are joined, filter clauses told one by one."""
    if isinstance(value, list | tuple):
        refusals = [one for one in value if isinstance(one, Mapping)]
        return told_refusals(refusals) if refusals else ", ".join(map(str, value))
    return str(value)
