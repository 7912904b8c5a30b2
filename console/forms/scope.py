"""The scope form: mode, exclusion, and filters of clauses that grow and shrink without JavaScript.

Fields are named `f0-title`, `f0-c1-attribute`; a button's `op` says what to add or remove.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from provisioning.core.definition import ScopeMode
from provisioning.core.errors import FilterError, PositionedError
from provisioning.core.leaving import Removal
from provisioning.core.problems import UsageProblems
from provisioning.core.scoping import Clause
from provisioning.core.scoping_operators import PATTERNS, UNARY, Operator, Reach
from provisioning.engine.refusal_words import clause_notes
from provisioning.engine.spoken import advice_of, message_of, problem_of

MOST_FILTERS, MOST_CLAUSES = 100, 100
_FILTER = re.compile(r"^f(\d{1,4})-")
_CLAUSE = re.compile(r"^f\d{1,4}-c(\d{1,4})-")
_REFUSED = re.compile(
    r"filters\[(?P<filter>\d+)\](?:\.clauses\[(?P<clause>\d+)\])?(?:\.(?P<key>\w+))?"
)
_CLAUSE_FIELDS = ("attribute", "operator", "value")


@dataclass(slots=True)
class ClauseDraft:
    """One clause as it was typed."""

    attribute: str = ""
    operator: str = Operator.EQUALS.value
    value: str = ""
    ignore_case: bool = False
    missing: bool = False
    contains: bool = False
    error: str = ""
    wrong: str = ""

    def as_document(self) -> dict[str, object]:
        """The clause as the configuration file has it."""
        document: dict[str, object] = {"attribute": self.attribute, "operator": self.operator}
        if self.operator not in UNARY:
            document["value"] = self.value
        if self.ignore_case:
            document["ignore_case"] = True
        if self.missing:
            document["missing"] = "passes"
        if self.contains:
            document["regex"] = Reach.CONTAINS.value
        return document

    def judge(self) -> None:
        """Note what is wrong with it, and in which of its fields."""
        try:
            Clause.parse(self.as_document())
        except (FilterError, PositionedError) as error:
            self.error = f"{message_of(error)} {advice_of(error)}".strip()
            self.wrong = self._wrong_field()

    def _wrong_field(self) -> str:
        """The value, unless the attribute is missing or nobody knows the operator."""
        if self.operator not in {one.value for one in Operator}:
            return "operator"
        named = self.attribute or self.operator == Operator.IS_MEMBER_OF
        return "value" if named else "attribute"

    @property
    def notes(self) -> str:
        """What is said of pattern, case and missing values, for who only reads."""
        regex = {"regex": Reach.CONTAINS if self.contains else Reach.FULL}
        return clause_notes(self.as_document() | (regex if self.operator in PATTERNS else {}))

    @property
    def has_options(self) -> bool:
        """Whether one of the rarer choices is made, which are folded away otherwise."""
        return self.ignore_case or self.missing or self.contains


@dataclass(slots=True)
class FilterDraft:
    """One filter as it was typed."""

    title: str = ""
    clauses: list[ClauseDraft] = field(default_factory=lambda: [ClauseDraft()])
    error: str = ""


@dataclass(slots=True)
class ScopeDraft:
    """Everything on the page, whether it is right or not."""

    kind: str
    scope: str = "assigned"
    exclude: bool = True
    on_leaving: str = Removal.DISABLE.value
    filters: list[FilterDraft] = field(default_factory=list)

    @property
    def places(self) -> tuple[str, ...]:
        """Where in the configuration file this page writes."""
        filters = f"mappings.{self.kind}.filters"
        return "scope", "exclude_default_access", "on_leaving_scope", filters

    def as_changes(self) -> dict[str, Any]:
        """The keys of the configuration file that this page changes."""
        filters = [
            {"title": one.title, "clauses": [clause.as_document() for clause in one.clauses]}
            for one in self.filters
        ]
        return {
            "scope": self.scope,
            "exclude_default_access": self.exclude,
            "on_leaving_scope": self.on_leaving,
            "mappings": {self.kind: {"filters": filters}},
        }

    def perform(self, op: str) -> str:
        """Do what an add or remove button says; answers the id that focus goes to."""
        match op.split("-"):
            case ["add"]:
                self.filters.append(FilterDraft())
                return f"f{len(self.filters) - 1}-title"
            case ["add", number] if number.isdigit() and int(number) < len(self.filters):
                clauses = self.filters[int(number)].clauses
                clauses.append(ClauseDraft())
                return f"f{number}-c{len(clauses) - 1}-attribute"
            case ["remove", number] if number.isdigit() and int(number) < len(self.filters):
                del self.filters[int(number)]
                return "add-filter"
            case ["remove", number, clause] if number.isdigit() and clause.isdigit():
                return self._remove_clause(int(number), int(clause))
        return ""

    def _remove_clause(self, number: int, clause: int) -> str:
        if number >= len(self.filters) or clause >= len(self.filters[number].clauses):
            return ""
        del self.filters[number].clauses[clause]
        return f"f{number}-c{max(clause - 1, 0)}-attribute"

    def judge(self) -> bool:
        """Look at every clause by itself and note what is wrong. Whether all are right."""
        for one in self.filters:
            if not one.clauses:
                one.error = _("A filter without a clause would admit everybody. Add one.")
            for clause in one.clauses:
                clause.judge()
        return not self.errors()

    def add_problems(self, problems: UsageProblems) -> list[str]:
        """Note what the engine refused at its field; answers what belongs to none."""
        rest = []
        for one in problems.problems:
            text = problem_of(one)
            found = _REFUSED.search(one.path)
            if found is None or int(found["filter"]) >= len(self.filters):
                rest.append(text)
            elif found["clause"] is None:
                self.filters[int(found["filter"])].error = text
            else:
                clause = self.filters[int(found["filter"])].clauses[int(found["clause"])]
                clause.error = text
                clause.wrong = found["key"] if found["key"] in _CLAUSE_FIELDS else "value"
        return rest

    def errors(self) -> list[tuple[str, str]]:
        """Everything that is wrong, with the id of its field."""
        found = []
        if self.scope not in set(ScopeMode):
            found.append(("scope-assigned", _("Choose whom the scope begins with.")))
        if self.on_leaving not in set(Removal):
            found.append(("on-leaving", _("Choose what happens to the account.")))
        for number, one in enumerate(self.filters):
            if one.error:
                found.append((f"f{number}-title", one.error))
            for place, clause in enumerate(one.clauses):
                if clause.error:
                    found.append((f"f{number}-c{place}-{clause.wrong}", clause.error))
        return found


def stored_draft(content: Mapping[str, Any], kind: str) -> ScopeDraft:
    """The page as the definition has it."""
    return ScopeDraft(
        kind=kind,
        scope=content["scope"],
        exclude=content["exclude_default_access"],
        on_leaving=content["on_leaving_scope"],
        filters=[
            FilterDraft(one.get("title", ""), [_clause(clause) for clause in one["clauses"]])
            for one in content["mappings"][kind]["filters"]
        ],
    )


def posted_draft(data: QueryDict, kind: str) -> ScopeDraft:
    """The page as it was sent."""
    numbers = sorted({int(m[1]) for name in data if (m := _FILTER.match(name))})
    return ScopeDraft(
        kind=kind,
        scope=data.get("scope", ""),
        exclude=bool(data.get("exclude")),
        on_leaving=data.get("on_leaving", ""),
        filters=[_posted_filter(data, f"f{number}-") for number in numbers[:MOST_FILTERS]],
    )


def _posted_filter(data: QueryDict, prefix: str) -> FilterDraft:
    names = [name for name in data if name.startswith(prefix)]
    numbers = sorted({int(m[1]) for name in names if (m := _CLAUSE.match(name))})
    clauses = [_posted_clause(data, f"{prefix}c{number}-") for number in numbers[:MOST_CLAUSES]]
    return FilterDraft(data.get(f"{prefix}title", "").strip(), clauses)


def _posted_clause(data: QueryDict, prefix: str) -> ClauseDraft:
    return ClauseDraft(
        attribute=data.get(f"{prefix}attribute", "").strip(),
        operator=data.get(f"{prefix}operator", ""),
        value=data.get(f"{prefix}value", ""),
        ignore_case=bool(data.get(f"{prefix}ignore_case")),
        missing=bool(data.get(f"{prefix}missing")),
        contains=bool(data.get(f"{prefix}contains")),
    )


def _clause(document: Mapping[str, Any]) -> ClauseDraft:
    value = document.get("value")
    return ClauseDraft(
        attribute=document["attribute"],
        operator=document["operator"],
        value=", ".join(map(str, value)) if isinstance(value, list) else str(value or ""),
        ignore_case=bool(document.get("ignore_case")),
        missing=document.get("missing") == "passes",
        contains=document.get("regex") == Reach.CONTAINS,
    )


def operators() -> list[tuple[str, str]]:
    """Every operator with a plain sentence of what it asks."""
    return [(one.value, str(text)) for one, text in _sentences().items()]


def _sentences() -> dict[Operator, str]:
    return {
        Operator.EQUALS: _("is the same text"),
        Operator.NOT_EQUALS: _("is another text"),
        Operator.IS_TRUE: _("is true"),
        Operator.IS_FALSE: _("is false"),
        Operator.IS_NULL: _("is empty"),
        Operator.IS_NOT_NULL: _("is not empty"),
        Operator.GREATER_THAN: _("is a greater number"),
        Operator.GREATER_THAN_OR_EQUALS: _("is this number or a greater one"),
        Operator.INCLUDES: _("contains the text"),
        Operator.STARTS_WITH: _("starts with the text"),
        Operator.ENDS_WITH: _("ends with the text"),
        Operator.REGEX_MATCH: _("matches the pattern"),
        Operator.NOT_REGEX_MATCH: _("does not match the pattern"),
        Operator.IN: _("is one of a list, separated by commas"),
        Operator.NOT_IN: _("is none of a list, separated by commas"),
        Operator.IS_MEMBER_OF: _("is a member of the group"),
        Operator.BEFORE: _("is before the date"),
        Operator.AFTER: _("is after the date"),
    }
