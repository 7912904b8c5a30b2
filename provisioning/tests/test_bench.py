"""What `make bench` measures is what it says: every decision right, every worst value refused or
made, every function there. How long it takes is nothing a test can know."""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from provisioning.bench import __main__ as bench
from provisioning.bench import functions, limits
from provisioning.bench.decisions import NOW, decided, decided_page
from provisioning.bench.people import DEFAULT_ACCESS, EXPECTED, FILTERED_OUT, UNASSIGNED, subject
from provisioning.bench.rules import ATTRIBUTES, FILTERS, document
from provisioning.core.definition import read_definition
from provisioning.core.evaluate import matching_values
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.vocabulary import Reason

RULES = read_definition(document(), ("userName", "displayName"))


def test_the_workload_is_twelve_mappings_and_two_filters():
    assert (len(ATTRIBUTES), len(FILTERS)) == (12, 2)


@pytest.mark.parametrize("number", range(40))
def test_each_person_is_decided_as_they_were_made(number):
    decision = decided(RULES, number)

    assert decision.operation == EXPECTED[number % 10]
    if decision.operation == "update":
        assert [(str(c.path), c.new) for c in decision.changes] == [("title", "Lead")]
    if decision.operation == "create":
        assert len(decision.changes) + len(decision.references) == len(ATTRIBUTES)


def test_three_of_ten_are_left_out_for_three_reasons():
    reasons = [decided(RULES, place).reason for place in (DEFAULT_ACCESS, UNASSIGNED, FILTERED_OUT)]

    assert reasons == [Reason.DEFAULT_ACCESS_ONLY, Reason.NOT_ASSIGNED, Reason.FILTER_FAILED]


def test_people_are_looked_up_by_the_value_that_is_mapped():
    ((path, value),) = matching_values(RULES, subject(7), NOW)

    assert (str(path), value) == ("userName", "person7.example@contoso.example")


def test_a_page_holds_its_people_and_the_last_one_what_is_left():
    page = decided_page(620, 500)

    assert page.operations == Counter({"create": 36, "skip": 36, "unchanged": 24, "update": 24})


@pytest.mark.parametrize("text", [*limits.SINGLE, *limits.REPEATED])
def test_a_value_at_the_limits_is_made_or_refused_by_them(text):
    expression = text if text in limits.SINGLE else limits.repeated(text)[1]

    assert limits.outcome(expression) in (
        "a value",
        "The expression takes more than 10,000 steps for this person.",
    )


def test_every_function_is_measured(monkeypatch):
    monkeypatch.setattr(functions, "cost", lambda example: len(example.expression))

    assert functions.costs() == {
        name: len(one.examples[0].expression) for name, one in REGISTRY.items()
    }


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (bench.Figure("P5", 12.34, "s", 30), "  12.3 s     ≤ 30            holds"),
        (bench.Figure("T23", 51, "ms", 50, 2), "51.0 ms     ≤ 50     2.0 ×  DOES NOT HOLD"),
        (bench.Figure("one", 1, "µs"), "1.0 µs"),
    ],
)
def test_a_row_says_the_figure_its_budget_and_the_ratio(figure, line):
    assert figure.line().endswith(line)


def test_the_figures_are_one_json_document(monkeypatch, capsys):
    monkeypatch.setattr(bench, "figures", lambda people: [bench.Figure("P5", people, "s", 30)])
    monkeypatch.setattr(sys, "argv", ["bench", "--json", "--people", "7"])

    bench.main()

    (figure,) = json.loads(capsys.readouterr().out)["figures"]
    assert figure == {
        "what": "P5", "value": 7, "unit": "s", "budget": 30, "ratio": None, "holds": True,
    }  # fmt: skip
