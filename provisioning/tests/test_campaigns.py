"""The campaigns of `make nightly` look for what they say they look for."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ExpressionError
from provisioning.management.make import nightly
from provisioning.tests import promises
from provisioning.tests.campaigns.mutants import mutants
from provisioning.tests.campaigns.seeds import KINDS, decoded, encoded, inputs, keep_promise, words


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_campaign_begins_with_keeps_every_promise(kind):
    seeds = [data for data in inputs() if decoded(data)[0] == kind]

    assert seeds
    for data in seeds:
        keep_promise(data)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"\x00(\x1f\x1f\x1f\x1f\x1f", b"\x04IN\x1f["])
def test_any_bytes_are_an_input(data):
    keep_promise(data)


def test_an_input_is_read_as_it_was_written():
    assert decoded(encoded("clause", "IN", "é", "")) == ("clause", ["IN", "é", ""])


def test_a_broken_promise_is_noticed(monkeypatch):
    monkeypatch.setattr(promises, "parse", lambda text: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        keep_promise(encoded("expression", "[a]"))


def test_a_refusal_outside_the_text_is_noticed():
    error = ExpressionError("Refused.", position=9, advice="Correct it.")

    with pytest.raises(AssertionError):
        promises._is_told(error, "[a]")


def test_the_words_of_a_campaign_are_those_of_the_languages():
    assert {"Replace", "REGEX_MATCH", "(?<n>"} <= set(words())


SOURCE = '''
"""Documentation stays."""
LIMIT: int = 3


def small(size: int) -> bool:
    """So does this."""
    if size > LIMIT or not size:
        raise ValueError("A sentence stays too.")
    return [part for part in "ab" if part]
'''


def test_a_module_is_changed_in_every_place_that_decides():
    names = {mutant.name for mutant in mutants(SOURCE, "small.py")}

    assert names == {
        "module: 3 → 4",
        "small: size > LIMIT or not size → True",
        "small: size > LIMIT or not size → False",
        "small: size > LIMIT or not size → size > LIMIT and (not size)",
        "small: size > LIMIT or not size → not size",
        "small: size > LIMIT or not size → size > LIMIT",
        "small: size > LIMIT → size >= LIMIT",
        "small: not size → size",
        "small: [part for part in 'ab' if part] → None",
        "small: 'ab' → 'abXX'",
        "small: part → True",
    }


def test_a_mutant_is_one_change_and_the_next_is_another():
    values = []
    for mutant in mutants("A = 1\nB = 2\n", "two.py"):
        found: dict[str, int] = {}
        exec(mutant.code, found)  # noqa: S102  two lines of this test
        values.append((found["A"], found["B"]))

    assert values == [(2, 2), (1, 3)]


@pytest.mark.parametrize(
    ("verdicts", "ci", "code"),
    [
        (("ok", "ok", "ok"), "true", 0),
        (("ok", "failed", "ok"), "", 1),
        (("ok", "not run. No network.", "ok"), "", 0),
        (("ok", "not run. No network.", "ok"), "true", 1),
    ],
)
def test_each_part_of_the_night_has_its_verdict(monkeypatch, capsys, tmp_path, verdicts, ci, code):
    covered, fuzzed, mutated = verdicts
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("ROLLCALL_DATA", str(tmp_path))
    monkeypatch.setattr(nightly, "_covered", lambda folder: covered)
    monkeypatch.setattr(nightly, "_fuzzed", lambda seconds, folder: fuzzed)
    monkeypatch.setattr(nightly, "_verdict", lambda module, **environment: mutated)

    assert nightly.main(["1"]) == code

    assert f"make nightly: fuzzed: {fuzzed}" in capsys.readouterr().out
