"""The parts of the reference that the code knows: written between two marks of a page.

`make reference` writes them anew; a test holds the pages to them. Operators come with examples that
run as tests, reasons with the sentence that log and `explain` tell, error codes with their advice.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module

import django

from provisioning.core import errors as errors_of_core
from provisioning.core.errors import ProvisioningError
from provisioning.core.health import BASE, MANUAL, PROPORTION, TOTAL
from provisioning.core.operator_meanings import MEANINGS, Meaning
from provisioning.core.resource import Value
from provisioning.core.scoping_operators import Operator
from provisioning.core.vocabulary import Reason
from provisioning.engine.causes import CAUSES
from provisioning.engine.remedies import INACTIVE, REMEDIES
from provisioning.engine.sentences import REASONS
from provisioning.management.make.setup import ROOT
from provisioning.scim import secret, tenant_url

REFERENCE = ROOT / "docs" / "reference"
_MARK = "<!-- made by provisioning.management.make.reference: {name} -->"
_END = "<!-- end -->"
_PLACE = re.compile(r"%\((\w+)\)[sd]")

WITH_ERRORS = tuple(
    f"provisioning.engine.{name}"
    for name in ("containing", "learnt_quota", "recognising", "running", "target")
)
"""Modules of the engine with errors of their own; they need Django."""

NOT_ENTITLED = (
    Reason.NOT_ASSIGNED,
    Reason.DEFAULT_ACCESS_ONLY,
    Reason.NOT_ACTIVE,
    Reason.FILTER_FAILED,
)
SKIPS = (
    Reason.NOT_EFFECTIVELY_ENTITLED,
    Reason.IMPORT_SKIPPED,
    Reason.ATTRIBUTE_VALIDATION_FAILED,
    Reason.NO_COUNTERPART,
    Reason.REDUNDANT_EXPORT,
)
HELD = (Reason.DUPLICATE_TARGET, Reason.DUPLICATE_SOURCE)
GUARDED = (
    Reason.MATCHING_CHANGES,
    Reason.VALUES_EMPTIED,
    Reason.VALUES_CUT_OFF,
    Reason.VALUES_COLLIDE,
    Reason.MEMBERS_EMPTIED,
    Reason.HELD_BACK,
)
WRITES = (
    Reason.NO_MATCH,
    Reason.MATCHED,
    Reason.ATTRIBUTES_DIFFER,
    Reason.BACK_IN_SCOPE,
    Reason.DELETED_IN_DIRECTORY,
    Reason.MEMBERS_DIFFER,
    Reason.REFERENCE_CLOSED,
    Reason.NO_LONGER_FITS,
)
STANDINGS = (
    Reason.PROVISIONED,
    Reason.NOT_WRITABLE,
    Reason.CHANGES_WAITING,
    Reason.WAITING_FOR_CYCLE,
    Reason.WAITING_FOR_APPROVAL,
    Reason.WAITING_FOR_REFERENCE,
    Reason.KEPT,
    Reason.QUARANTINED,
    Reason.FAILED,
)


def operators() -> str:
    """Every operator of a scoping clause."""
    head = "| Operator | Admits when the attribute | Compares with | Example |\n|---|---|---|---|\n"
    return head + "".join(_operator(one, meaning) for one, meaning in MEANINGS.items())


def _operator(one: Operator, meaning: Meaning) -> str:
    more = " *Beyond Entra.*" if meaning.beyond_entra else ""
    value = "" if meaning.value is None else f"`{_json(meaning.value)}` "
    example = f"{value}admits {_listed(meaning.admits)}, refuses {_listed(meaning.refuses)}"
    return f"| `{one}` | {meaning.admits_when}.{more} | {meaning.takes} | {example} |\n"


def _listed(values: Iterable[Value]) -> str:
    return ", ".join(
        "a missing value" if value is None else f"`{_json(value)}`" for value in values
    )


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False).replace("|", "\\|")


def reasons(group: Iterable[Reason]) -> str:
    """Reasons with what log and `explain` say, and what to do."""
    head = "| Code | Sentence | What to do |\n|---|---|---|\n"
    return head + "".join(
        f"| `{one}` | {_spoken(REASONS[one])} | {_what_to_do(one)} |\n" for one in group
    )


def _what_to_do(reason: Reason) -> str:
    if reason is Reason.NOT_ACTIVE:
        return " ".join(_spoken(text) for text in INACTIVE.values())
    if reason is Reason.NOT_EFFECTIVELY_ENTITLED:
        return "What the reasons behind it ask for, all of it."
    return _spoken(REMEDIES.get(reason, "Nothing: it is done."))


def errors() -> str:
    """Every code of a failure, with its meaning and what to do."""
    known = _advice()
    head = "| Code | Means | What to do |\n|---|---|---|\n"
    return head + "".join(
        f"| `{code}` | {meaning} | {_spoken(' '.join(known[code]))} |\n"
        for code, meaning in CAUSES.items()
    )


def _advice() -> Mapping[str, Sequence[str]]:
    """What to do about each code: the advice of every error that has it, each once."""
    modules = {errors_of_core.__name__, *(import_module(name).__name__ for name in WITH_ERRORS)}
    found: defaultdict[str, list[str]] = defaultdict(list)
    waiting: list[type[ProvisioningError]] = [ProvisioningError]
    while waiting:
        one = waiting.pop(0)
        waiting += one.__subclasses__()
        if one.__module__ in modules and one.advice and one.advice not in found[one.code]:
            found[one.code].append(one.advice)
    closing = import_module("provisioning.engine.closing")
    return {
        **found,
        "InvalidTenantUrl": [tenant_url.EXAMPLE],
        "InvalidSecretToken": [secret.ADVICE],
        "DuplicateSourceEntries": [REMEDIES[Reason.DUPLICATE_SOURCE]],
        **{key: [closing.FAILURES_ADVICE] for key in (PROPORTION, BASE, TOTAL)},
        MANUAL: [import_module("provisioning.engine.quarantine").MANUAL_ADVICE],
    }


def _spoken(template: str) -> str:
    """A sentence with its places named, as a cell of a table."""
    return _PLACE.sub(r"*\1*", template).replace("|", "\\|")


PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "scoping-filters.md": {"operators": operators},
    "provisioning-logs.md": {
        "skip reasons": lambda: reasons(SKIPS),
        "reasons of NotEffectivelyEntitled": lambda: reasons(NOT_ENTITLED),
        "held": lambda: reasons(HELD),
        "held changes": lambda: reasons(GUARDED),
        "reasons of a write": lambda: reasons(WRITES),
        "standings": lambda: reasons(STANDINGS),
        "error codes": errors,
    },
}


def written(page: str) -> str:
    """The page with its generated parts as the code has them now."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    for name, part in PAGES[page].items():
        before, mark, rest = text.partition(_MARK.format(name=name))
        _old, end, after = rest.partition(_END)
        if not mark or not end:
            raise LookupError(f"{page} has no place for {name}.")
        text = f"{before}{mark}\n\n{part()}\n{end}{after}"
    return text


def main() -> int:
    """Write every page."""
    django.setup()
    for page in PAGES:
        (REFERENCE / page).write_text(written(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
