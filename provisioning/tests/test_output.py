"""How a command speaks: documents, exit codes, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO

import pytest

from provisioning.core.errors import ConnectionFailed, ExpressionError, NeedsApproval
from provisioning.core.problems import Problem, UsageProblems
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.tests.servers import ROOT


class Speaking(RollcallCommand):
    """A command that answers with what it was given."""

    def __init__(self, answer):
        self.answer = answer
        super().__init__(stdout=StringIO(), stderr=StringIO(), no_color=True)

    def arguments(self, parser):
        parser.add_argument("--number", type=int)

    def work(self, options):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def run():
    def run(answer, *arguments):
        command = Speaking(answer)
        code: object = 0
        try:
            command.run_from_argv(["manage.py", "speak", "--skip-checks", *arguments])
        except SystemExit as exit_:
            code = exit_.code
        return code, command.stdout.getvalue(), command.stderr.getvalue()

    return run


def test_a_person_reads_text_and_a_script_one_document(run):
    outcome = Outcome({"name": "Zoë"}, text="Zoë is there.")

    assert run(outcome) == (0, "Zoë is there.\n", "")
    code, out, err = run(outcome, "--json")
    assert (code, json.loads(out), err) == (0, {"name": "Zoë"}, "")


def test_json_lines_are_one_document_a_line(run):
    _, out, _ = run(Outcome(lines=({"n": n} for n in (1, 2))), "--json")

    assert [json.loads(line) for line in out.splitlines()] == [{"n": 1}, {"n": 2}]


def test_the_outcome_decides_the_exit_code(run):
    assert run(Outcome({"rejected": []}, Exit.PARTLY), "--json")[0] == 5


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionFailed("No answer."), 1),
        (RuntimeError("a defect"), 1),
        (ExpressionError("It does not parse."), 2),
        (UsageProblems([Problem("name", "It is missing.")]), 2),
        (NeedsApproval("A plan waits."), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_one_line_and_never_a_traceback(run, error, code):
    found, out, err = run(error)

    assert (found, out) == (code, "")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_every_problem_is_told_with_its_place(run):
    problems = [
        Problem("mappings.users[0]", "Unknown function.", "Write Join."),
        Problem("users.csv", "A cell is empty.", line=7),
    ]
    code, out, err = run(UsageProblems(problems), "--json")

    assert code == 2
    assert json.loads(out)["errors"] == [
        {"path": "mappings.users[0]", "line": None}
        | {"message": "Unknown function.", "advice": "Write Join."},
        {"path": "users.csv", "line": 7, "message": "A cell is empty.", "advice": ""},
    ]
    assert err.splitlines() == [
        "mappings.users[0]: Unknown function. Write Join.",
        "users.csv, line 7: A cell is empty.",
    ]


def test_a_wrong_argument_is_told_like_everything_else(run):
    code, out, err = run(Outcome(), "--json", "--number", "many")

    assert code == 2
    assert "--number" in json.loads(out)["errors"][0]["message"]
    assert "--help" in err


def test_a_defect_does_not_show_what_it_held(run):
    _, out, err = run(RuntimeError("Bearer secret-token"), "--json")

    assert "secret-token" not in out + err


def test_a_reader_that_leaves_early_changes_nothing():
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'console.settings'\n"
        "import django; django.setup()\n"
        "from provisioning.management.output import *\n"
        "class Long(RollcallCommand):\n"
        "    def work(self, options):\n"
        "        return Outcome(lines=({'n': n} for n in range(200_000)), exit_code=5)\n"
        "Long().run_from_argv(['manage.py', 'long', '--json'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        complaint = process.stderr.read()

    assert (process.returncode, complaint) == (5, b"")


def test_a_name_that_no_encoding_can_hold_is_escaped():
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'console.settings'\n"
        "import django; django.setup()\n"
        "from provisioning.management.output import *\n"
        "class Odd(RollcallCommand):\n"
        "    def work(self, options):\n"
        "        return Outcome({'name': 'Zo\\xeb \\ud800'}, text='Zo\\xeb \\ud800')\n"
        "Odd().run_from_argv(['manage.py', 'odd', *sys.argv[1:]])\n"
    )
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    for arguments in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )
        assert b"\\ud800" in done.stdout
    assert json.loads(done.stdout) == {"name": "Zoë \ud800"}
