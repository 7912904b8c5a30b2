"""The options of a query: `$select`, and the `$filter` on ids that a delta of groups may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from provisioning.simulator.graph.properties import DEFAULT, RELATIONS, is_known
from provisioning.simulator.graph.refusals import bad_request
from provisioning.simulator.graph.rounds import Wish

MOST_IDS = 50
_REFUSED_BY_DELTA = ("$expand", "$top", "$orderby", "$search", "$count")
_ID_CLAUSE = re.compile(r"\s*id\s+eq\s+'([^']*)'\s*")


def options_of(query: str) -> dict[str, str]:
    """Return the options by name."""
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def delta_wish(kind: str, options: Mapping[str, str], prefer: str) -> Wish:
    """Return what the first call of a delta asks for; else refuse."""
    for name in _REFUSED_BY_DELTA:
        if name in options:
            raise bad_request(f"The query option '{name}' is not supported by delta.")
    names = _selected(kind, options)
    related = RELATIONS[kind] in names
    return Wish(
        kind,
        tuple(name for name in names if name not in (RELATIONS[kind], "id")),
        related,
        _only(options.get("$filter", "")),
        "return=minimal" in prefer.replace(" ", ""),
    )


def selected(kind: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Return the properties that a plain read shows, the id among them; else refuse."""
    names = _selected(kind, options)
    return tuple(dict.fromkeys(["id", *(name for name in names if name != RELATIONS[kind])]))


def _selected(kind: str, options: Mapping[str, str]) -> tuple[str, ...]:
    given = options.get("$select", "")
    if not given:
        # A delta of groups without $select tells of members as well.
        return (*DEFAULT[kind], "members") if kind == "group" else DEFAULT[kind]
    names = [name.strip() for name in given.split(",") if name.strip()]
    for name in names:
        if name != RELATIONS[kind] and not is_known(kind, name):
            raise bad_request(
                f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
            )
    return tuple(dict.fromkeys(names))


def _only(text: str) -> frozenset[str]:
    if not text:
        return frozenset()
    found = [_ID_CLAUSE.fullmatch(clause) for clause in re.split(r"\bor\b", text)]
    ids = [match.group(1).lower() for match in found if match is not None]
    if len(ids) < len(found):
        raise bad_request("Delta supports $filter by 'id eq' only, joined by 'or'.")
    if len(ids) > MOST_IDS:
        raise bad_request(f"A $filter of a delta has at most {MOST_IDS} ids.")
    return frozenset(ids)
