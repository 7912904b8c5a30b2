"""Whatever the core refuses can be told in French: every sentence of an error is marked for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from provisioning.core import errors
from provisioning.management.make.catalogue import CATALOGUE

CORE = Path(errors.__file__).parent
ERRORS = {name for name in vars(errors) if isinstance(vars(errors)[name], type)} | {"Problem"}
TEXTS = ("advice", "message")
FRENCH = {one.msgid: one.msgstr for one in polib.pofile(str(CATALOGUE))}


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every error that a module of the core makes, with its place."""
    for module in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
                yield f"{module.relative_to(CORE)}:{node.lineno}", node


def texts(call: ast.Call) -> Iterator[ast.expr]:
    """What the call says: its message and its advice, each branch of a choice."""
    told = [*call.args[:1], *(one.value for one in call.keywords if one.arg in TEXTS)]
    for one in told:
        yield from (one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,)


def test_no_error_is_raised_with_a_sentence_that_is_not_marked_for_the_catalogue():
    found = [
        f"{place}: {ast.unparse(text)}"
        for place, call in raised()
        for text in texts(call)
        if isinstance(text, ast.Constant | ast.JoinedStr | ast.BinOp)
        and not (isinstance(text, ast.Constant) and not text.value)
    ]

    assert found == []


def marked() -> Iterator[str]:
    """Every sentence of the core that is marked for the catalogue."""
    for module in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop":
                yield ast.literal_eval(node.args[0])


@pytest.mark.parametrize("sentence", sorted(set(marked())))
def test_a_sentence_of_the_core_is_translated(sentence: str):
    assert FRENCH.get(sentence), f"not translated: {sentence}"
