"""A refusal names filter, clause and the value found: here in words, in both languages."""

from __future__ import annotations

import pytest

from provisioning.engine.refusal_words import (
    clause_notes,
    told_refusal,
    told_refusals,
    what_would_pass,
)
from provisioning.engine.sentences import sentence
from provisioning.tests.speaking import french_catalogue

SALES = {
    "filter": "French sales",
    "attribute": "department",
    "operator": "EQUALS",
    "values": ["Sales"],
    "found": "Support",
}
COUNTRY = {**SALES, "attribute": "country", "operator": "NOT_IN", "values": ["FR", "BE"]}
PATTERN = {
    "filter": "",
    "number": 2,
    "attribute": "employeeId",
    "operator": "REGEX_MATCH",
    "values": ["1[0-9]+"],
    "found": None,
    "regex": "full",
    "ignore_case": True,
}


@pytest.mark.parametrize(
    ("one", "english", "french"),
    [
        (SALES, "“French sales”: department EQUALS Sales, found: Support",
         "« French sales » : department EQUALS Sales, trouvé : Support"),
        ({**SALES, "found": ["Support", "IT"]},
         "“French sales”: department EQUALS Sales, found: Support, IT",
         "« French sales » : department EQUALS Sales, trouvé : Support, IT"),
        ({**SALES, "found": ""}, "“French sales”: department EQUALS Sales, no value found",
         "« French sales » : department EQUALS Sales, aucune valeur trouvée"),
        ({**SALES, "found": False}, "“French sales”: department EQUALS Sales, found: False",
         "« French sales » : department EQUALS Sales, trouvé : False"),
        (COUNTRY, "“French sales”: country NOT IN FR, BE, found: Support",
         "« French sales » : country NOT IN FR, BE, trouvé : Support"),
        (PATTERN,
         "Filter 2: employeeId REGEX MATCH 1[0-9]+ [the whole value, ignoring case],"
         " no value found",
         "Filtre 2 : employeeId REGEX MATCH 1[0-9]+ [la valeur entière, sans tenir compte"
         " de la casse], aucune valeur trouvée"),
        ({"filter": "Old", "attribute": "city", "operator": "EQUALS", "found": "Rome"},
         "“Old”: city EQUALS, found: Rome", "« Old » : city EQUALS, trouvé : Rome"),
    ],
)  # fmt: skip
def test_filter_clause_and_value_are_named(one, english, french, settings, tmp_path):
    assert told_refusal(one) == english
    with french_catalogue(settings, tmp_path):
        assert told_refusal(one).replace("\u00a0", " ") == french


def test_the_sentence_of_the_reason_tells_every_refusal():
    told = sentence("FilterFailed", {"filters": [SALES, PATTERN]})

    assert told == (
        "No scoping filter lets this object through. “French sales”: department EQUALS Sales, "
        "found: Support. Filter 2: employeeId REGEX MATCH 1[0-9]+ [the whole value, "
        "ignoring case], no value found."
    )


def test_the_ways_in_join_the_clauses_of_a_filter_and_separate_filters():
    assert what_would_pass([SALES, COUNTRY, PATTERN]) == (
        "“French sales”: department EQUALS Sales (found: Support) and country NOT IN FR, BE (found:"
        " Support); or Filter 2: employeeId REGEX MATCH 1[0-9]+ [the whole value,"
        " ignoring case] (no value found)"
    )


def test_two_filters_without_a_title_stay_two_ways():
    first = {**SALES, "filter": "", "number": 1}

    assert what_would_pass([first, PATTERN]).count("; or ") == 1
    assert told_refusals([first, {**COUNTRY, "filter": "", "number": 1}]) == (
        "Filter 1: department EQUALS Sales, found: Support; country NOT IN FR, BE, found: Support"
    )
    assert told_refusal({**SALES, "filter": ""}).startswith("Scoping filter: ")


@pytest.mark.parametrize(
    ("one", "notes"),
    [
        ({}, ""),
        ({"missing": "fails"}, ""),
        ({"missing": "passes", "ignore_case": True}, "ignoring case, an empty value passes"),
        ({"regex": "contains"}, "a part of the value"),
    ],
)
def test_what_a_clause_makes_of_patterns_case_and_missing_values_is_said(one, notes):
    assert clause_notes(one) == notes
