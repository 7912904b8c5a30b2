"""What `make bench` measures is what it says: every decision right, every worst value refused or
made, every function there. How long it takes is nothing a test can know."""

from __future__ import annotations

import json
import sys
from collections import Counter
from subprocess import CalledProcessError

import pytest

from provisioning.bench import __main__ as bench
from provisioning.bench import functions, limits
from provisioning.bench.decisions import NOW, decided, decided_page
from provisioning.bench.figure import Figure
from provisioning.bench.lines import WHERE, line
from provisioning.bench.people import DEFAULT_ACCESS, EXPECTED, FILTERED_OUT, UNASSIGNED, subject
from provisioning.bench.rules import ATTRIBUTES, FILTERS, document
from provisioning.bench.world import measured
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
    ("figure", "cells"),
    [
        (Figure("P5", 12.34, "s", 30), "12.3 s     ≤ 30            holds"),
        (Figure("T23", 51, "ms", 50, 2), "51.0 ms     ≤ 50     2.0 ×  DOES NOT HOLD"),
        (Figure("P9", 1.7, "×", 1.8, least=True), "1.70 ×    ≥ 1.8            DOES NOT HOLD"),
        (Figure("P1", 1.5, "×", 1.6, measured="3 s against 2 s"), "holds          3 s against 2 s"),
        (Figure("P3", 0, "", 0, database="sqlite"), "0.00       ≤ 0            holds"),
        (Figure("one", 1, "µs"), "1.00 µs"),
    ],
)  # fmt: skip
def test_a_row_says_the_figure_its_budget_and_the_ratio(figure, cells):
    assert figure.line().endswith(cells)


def test_the_figures_are_one_json_document(monkeypatch, capsys):
    monkeypatch.setattr(bench, "figures", lambda *chosen: [Figure("P5", chosen[2], "s", 30)])
    monkeypatch.setattr(sys, "argv", ["bench", "--json", "--people", "7"])

    bench.main()

    (figure,) = json.loads(capsys.readouterr().out)["figures"]
    assert figure == {
        "what": "P5", "value": 7, "unit": "s", "budget": 30, "ratio": None, "holds": True,
        "least": False, "measured": "", "database": "",
    }  # fmt: skip


def test_every_figure_of_speed_and_size_has_its_line():
    assert {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P9", "P11"} <= set(bench.NAMES)
    for name in WHERE:
        measure, people = line(name)
        assert callable(measure)
        assert people > 0


def test_each_line_is_measured_on_both_databases_and_alone_when_it_is_asked_for(monkeypatch):
    asked = []

    def measured(name, database, people):
        asked.append((name, database, people))
        return [Figure(name, 1, "s")]

    monkeypatch.setattr(bench, "measured", measured)

    assert [one.what for one in bench.figures({"P1"}, None, 9)] == ["P1", "P1"]
    assert asked == [("P1", "sqlite", 9), ("P1", "postgresql", 9)]


def test_a_line_that_cannot_be_measured_does_not_hold_and_the_others_go_on(monkeypatch):
    def measured(name, database, people):
        if name == "P1":
            raise CalledProcessError(1, name)
        return [Figure(name, 1, "s")]

    monkeypatch.setattr(bench, "measured", measured)

    failed, other = bench.figures({"P1", "P2"}, {"sqlite"})
    assert (failed.holds, other.what) == (False, "P2")


@pytest.mark.processes
@pytest.mark.parametrize(
    ("name", "people", "said"),
    [
        ("P1", 3, ["P1 create 3 people, latency 0"]),
        ("P7", 60, ["P7 a group of 60: requests of the first fill",
                    "P7 a group of 60: requests of one joiner"]),
    ],
)  # fmt: skip
def test_a_line_is_measured_in_a_world_of_its_own(name, people, said):
    figures = measured(name, "sqlite", people)

    assert [one.what for one in figures] == said
    assert {one.database for one in figures} == {"sqlite"}
    if name == "P7":
        assert [(one.value, one.holds) for one in figures] == [(3, True), (1, True)]
    else:
        assert figures[0].ratio == figures[0].value > 0
