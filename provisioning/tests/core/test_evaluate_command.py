"""`evaluate` answers as the interface says: JSON's own types; exit 2 with a mistake's place."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command


class Console:
    """What one run of the command wrote, and how it ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: Any = 0
        try:
            call_command("evaluate", *arguments)
        except SystemExit as end:
            code = end.code
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ToLower([mail])", "adèle@x"),
        ("IsPresent([mail])", True),
        ("Count([list])", 2),
        ("[list]", ["a", 1.5]),
        ("[absent]", None),
    ],
)
def test_a_value_is_printed_as_json(evaluate, tmp_path, expression, value):
    person = tmp_path / "person.json"
    person.write_text('\ufeff{"mail": "Adèle@X", "list": ["a", 1.5]}', encoding="utf-8")

    code, out, err = evaluate(expression, "--object", str(person))
    as_document = evaluate(expression, "--object", str(person), "--json")

    assert (code, json.loads(out), err) == (0, value, "")
    assert (as_document[0], json.loads(as_document[1]), as_document[2]) == (0, {"value": value}, "")


def test_the_object_may_come_from_standard_input(evaluate):
    code, out, _ = evaluate("[a]", "--object", "-", stdin=b'{"a": "b"}')

    assert (code, out) == (0, '"b"\n')


def test_without_an_object_every_attribute_is_missing(evaluate):
    assert evaluate("IsNull([a])")[:2] == (0, "true\n")


@pytest.mark.parametrize(
    ("expression", "position"), [('Append([a], Jion("a"))', 12), ("Item([a], 0)", 10)]
)
def test_a_bad_expression_exits_2_with_its_position_and_advice(evaluate, expression, position):
    code, out, err = evaluate(expression, "--json")

    answer = json.loads(out)
    assert code == 2
    assert answer.keys() == {"error", "position", "advice"}
    assert answer["position"] == position
    assert answer["advice"]
    assert answer["error"] in err


def test_without_json_a_bad_expression_is_told_on_standard_error_only(evaluate):
    code, out, err = evaluate("Jion([a])")

    assert (code, out) == (2, "")
    assert "At character 1: There is no function Jion. Did you mean Join?" in err


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'{"a": 1,\n "b":}', 2, "line 2, column 6"),
        (b'{\n"a": "\xff"}', 2, "not UTF-8"),
        (b"[1]", 1, "not an object"),
        (b'{"a": NaN}', None, "NaN is not a number of JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", None, "number that cannot be used"),
        (b"[" * 100_000, None, "nested too deeply"),
    ],
)
def test_a_bad_object_names_file_line_and_column(evaluate, tmp_path, content, line, message):
    person = tmp_path / "person.json"
    person.write_bytes(content)

    code, out, err = evaluate("[a]", "--object", str(person), "--json")

    (error,) = json.loads(out)["errors"]
    assert (code, error["path"], error["line"]) == (2, str(person), line)
    assert message in error["message"]
    assert message in err


def test_a_file_that_is_not_there_is_named(evaluate, tmp_path):
    missing = str(tmp_path / "nobody.json")

    code, _, err = evaluate("[a]", "--object", missing)

    assert code == 2
    assert f"{missing}: The file cannot be read: No such file or directory." in err


def test_lines_answer_each_line_in_order_and_exit_0(evaluate):
    requests = b"""{"expression": "Not([x])", "object": {"x": true}}
{"expression": "Jion([x])"}

no json
{"object": {}}
{"expression": "[x]", "object": []}
{"expression": "[x]", "object": {"x": [1, null, "\\u00e9"]}}
"""

    code, out, err = evaluate("--lines", "--json", stdin=requests)

    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [answer.get("value", answer.get("position")) for answer in answers] == [
        False, 0, 0, 0, 0, 0, [1, None, "é"],
    ]  # fmt: skip
    assert all("value" in answer or answer["advice"] for answer in answers)


def test_lines_are_the_same_without_json(evaluate):
    request = b'{"expression": "Left([x], 1)", "object": {"x": "ab"}}\n'

    assert evaluate("--lines", stdin=request) == (0, '{"value": "a"}\n', "")


@pytest.mark.parametrize("arguments", [[], ["--lines", "[a]"], ["--lines", "--object", "-"]])
def test_wrong_use_exits_2_and_says_how(evaluate, arguments):
    code, out, err = evaluate(*arguments)

    assert (code, out) == (2, "")
    assert "Write evaluate EXPRESSION" in err


def test_a_real_process_answers_whatever_characters_and_locale_there_are():
    requests = '{"expression": "[x]", "object": {"x": "Zoë \\ud800"}}\n'.encode()

    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate", "--lines", "--json"],
        input=requests,
        capture_output=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=True,
        timeout=60,
    )

    assert json.loads(done.stdout) == {"value": "Zoë \ud800"}


def test_a_trace_tells_how_the_value_came_about(evaluate):
    person = b'{"mail": "Ana@X"}'

    code, out, _ = evaluate("ToLower([mail])", "--object", "-", "--trace", "--json", stdin=person)
    as_text = evaluate("ToLower([mail])", "--object", "-", "--trace", stdin=person)

    assert (code, json.loads(out)["trace"]) == (
        0,
        [
            {"expression": "[mail]", "position": 8, "inputs": [], "value": "Ana@X"},
            {
                "expression": "ToLower([mail])",
                "position": 0,
                "inputs": ["Ana@X"],
                "value": "ana@x",
            },
        ],
    )
    assert as_text[1] == '"ana@x"\n\n[mail] → "Ana@X"\nToLower([mail]): "Ana@X" → "ana@x"\n'


def test_a_trace_of_what_fails_ends_with_the_reason(evaluate):
    code, out, err = evaluate("Item([a], [n])", "--trace", "--json")

    answer = json.loads(out)
    assert code == 2
    assert answer["trace"][-1]["error"] == answer["error"]
    assert "[a] → null\n" in err


def test_clock_and_chance_are_handed_in(evaluate, settings):
    settings.DEFAULT_DOMAIN = "contoso.com"

    assert len(json.loads(evaluate("Guid()")[1])) == 36
    assert json.loads(evaluate("DefaultDomain()")[1]) == "contoso.com"
    assert json.loads(evaluate('DateDiff("yyyy", "2026-01-01", Now())')[1]) >= 0
