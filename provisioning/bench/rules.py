"""The rules that are measured: twelve mappings as people write them, and two filters."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from provisioning.core.definition import Document
from provisioning.core.gallery import find_template
from provisioning.core.urns import ENTERPRISE_USER

ATTRIBUTES: list[dict[str, str | int]] = [
    {"target": "userName", "expression": "ToLower([userPrincipalName])", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "displayName", "expression": 'Join(" ", [givenName], [surname])'},
    {
        "target": 'emails[type eq "work"].value',
        "expression": 'Replace([mail], "@contoso.example", , , "@contoso.com", , )',
    },
    {"target": "title", "source": "jobTitle", "default": "Agent"},
    {
        "target": 'phoneNumbers[type eq "work"].value',
        "expression": 'Replace([telephoneNumber], , "[() -]+", , "", , )',
    },
    {
        "target": "preferredLanguage",
        "expression": 'Switch([country], "en-GB", "FR", "fr-FR", "DE", "de-DE")',
    },
    {
        "target": f"{ENTERPRISE_USER}:department",
        "expression": 'IIF(AND([country]="FR", IsPresent([city])),'
        ' Append([department], " France"), [department])',
    },
    {"target": f"{ENTERPRISE_USER}:employeeNumber", "expression": "Mid([employeeId], 2, 6)"},
    {
        "target": f"{ENTERPRISE_USER}:costCenter",
        "expression": 'FormatDateTime([hired], , "yyyy-MM-dd", "dd.MM.yyyy")',
    },
    {"target": f"{ENTERPRISE_USER}:division", "constant": "Europe"},
    {"target": f"{ENTERPRISE_USER}:manager", "source": "manager"},
]
FILTERS: list[dict[str, object]] = [
    {
        "title": "Sales",
        "clauses": [
            {"attribute": "department", "operator": "EQUALS", "value": "Sales"},
            {"attribute": "country", "operator": "IN", "value": "FR, DE, GB"},
        ],
    },
    {
        "title": "Numbered staff",
        "clauses": [
            {"attribute": "employeeId", "operator": "REGEX_MATCH", "value": "E[0-9]{6}"},
            {"attribute": "hired", "operator": "BEFORE", "value": "2026-01-01"},
        ],
    },
]


def document() -> Document:
    """The template of Genesys Cloud with these mappings and filters."""
    content: dict[str, Any] = deepcopy(find_template("genesys-cloud").document())
    content["mappings"]["users"].update(attributes=ATTRIBUTES, filters=FILTERS)
    return content
