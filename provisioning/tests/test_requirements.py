"""Requirements: exact pins with a reason, and everything that the code imports."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from provisioning.tests.servers import ROOT

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-nightly.txt")
EXTRAS = ("requirements-ldap.txt", "requirements-mysql.txt")
"""What only some sources need; each says what to install when it is missing."""
LINE = re.compile(r"^([\w.-]+)(\[[\w,-]+\])?==[\w.]+  # \S.*$")


def lines(name):
    text = (ROOT / name).read_text().splitlines()
    return [line for line in text if line and not line.startswith(("#", "-r"))]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", [*FILES, *EXTRAS])
def test_every_line_is_an_exact_pin_with_its_reason(name):
    assert [line for line in lines(name) if not LINE.match(line)] == []


def test_nothing_is_pinned_twice():
    names = [line.split("==")[0] for file in (*FILES, *EXTRAS) for line in lines(file)]

    assert len(set(map(normal, names))) == len(names)


def test_what_the_product_imports_is_required():
    pinned = [line for file in ("requirements.txt", *EXTRAS) for line in lines(file)]
    required = {normal(re.split(r"[\[=]", line)[0]) for line in pinned}
    ours = {"console", "provisioning"} | set(sys.stdlib_module_names)
    distributions = packages_distributions()

    imported = set()
    for path in [*ROOT.glob("console/**/*.py"), *ROOT.glob("provisioning/**/*.py")]:
        if "tests" not in path.parts:
            imported |= set(imports(path)) - ours
    missing = {
        name
        for name in imported
        if not required & {normal(one) for one in distributions.get(name, [name])}
    }
    assert missing == set()


def imports(path):
    """The top names of what a file imports at run time."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
