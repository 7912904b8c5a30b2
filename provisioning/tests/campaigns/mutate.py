"""Which changes of the core does no test hear? `python -m provisioning.tests.campaigns.mutate`.

Every mutant of a module gets a process of its own that runs the module's tests until one fails. A
survivor that `docs/explanation/mutants.md` does not list and justify is a failure.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest

from provisioning.tests.campaigns.mutants import Mutant, mutants

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "explanation" / "mutants.md"
PATIENCE = 120
"""Seconds after which a mutant that runs in circles is heard."""

FEW = hypothesis.settings(max_examples=30, derandomize=True, database=None, deadline=None)
"""Of a property's examples: the same in every run, so that what survives stays the same."""

TESTS = {
    "evaluate": ["evaluate", "mapping_rules"],
    "patch": ["patch"],
    "compare": ["compare", "diff"],
    "scoping": ["scoping", "scoping_clauses", "scoping_operators", "entitlement"],
    "scoping_operators": ["scoping_operators", "scoping_clauses", "scoping"],
    "entitlement": ["entitlement", "entitlement_table", "evaluate"],
    "diff": ["diff", "mapping_rules"],
}
"""Modules of the core, and the tests that must hear every change of one."""


LOADED_ONCE = ("phonenumbers", "re2", "scim2_models", "hypothesis.strategies", "django.conf")
"""What tests of the core import from elsewhere, before the processes part."""


def main(names: Sequence[str]) -> int:
    """0 when every survivor is justified, and everything that is justified survives."""
    for library in (*LOADED_ONCE, "hypothesis.internal.conjecture.engine"):
        importlib.import_module(library)
    listed = set(justified())
    wrong = 0
    for name in names or TESTS:
        survived = {mutant.name: mutant for mutant in survivors(name)}
        known = {change for module, change in listed if module == name}
        for change in survived.keys() - known:
            print(f"{name}.py:{survived[change].line} unheard: {change}")
        for change in known - survived.keys():
            print(f"{name}.py heard, but listed as a survivor: {change}")
        wrong += len(survived.keys() ^ known)
    return 1 if wrong else 0


def justified() -> Iterator[tuple[str, str]]:
    """The survivors that the page lists, by module."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\| `(\w+)` \| `` (.+?) `` \|", line):
            yield found[1], found[2]


def survivors(name: str) -> list[Mutant]:
    """The mutants of one module that no test hears."""
    module = f"provisioning.core.{name}"
    file = ROOT / "provisioning" / "core" / f"{name}.py"
    tests = [str(ROOT / "provisioning/tests/core" / f"test_{test}.py") for test in TESTS[name]]
    source = file.read_text(encoding="utf-8")
    everyone = list(mutants(source, str(file)))
    unchanged = Mutant(0, "", "nothing changed", compile(source, str(file), "exec"))
    if not list(_unheard([unchanged], lambda code: _hears(module, code, tests))):
        raise SystemExit(f"The tests of {name} fail without any change.")
    found = list(_unheard(everyone, lambda code: _hears(module, code, tests)))
    print(f"{name}.py: {len(everyone)} mutants, {len(found)} survive", flush=True)
    return found


def _unheard(everyone: Iterable[Mutant], hears: Callable[[CodeType], bool]) -> Iterator[Mutant]:
    """As many processes at a time as there are processors."""
    running: dict[int, Mutant] = {}
    for mutant in everyone:
        if len(running) >= (os.cpu_count() or 1):
            yield from _ended(running)
        child = os.fork()
        if child == 0:
            signal.alarm(PATIENCE)
            os._exit(1 if hears(mutant.code) else 0)
        running[child] = mutant
    while running:
        yield from _ended(running)


def _ended(running: dict[int, Mutant]) -> Iterator[Mutant]:
    child, status = os.wait()
    mutant = running.pop(child)
    if status == 0:
        yield mutant


def _hears(module: str, code: CodeType, tests: list[str]) -> bool:
    """Whether some test fails with this code in the module's place."""
    sys.meta_path.insert(0, _Changed(module, code))
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("mutants", FEW)
    hypothesis.settings.load_profile("mutants")
    options = ["-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "--noconftest"]
    try:
        return pytest.main([*options, "-p", "no:cacheprovider", *tests]) != 0
    except BaseException:
        return True


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the one module, and runs the changed code in it."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(
        self, fullname: str, path: object, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102  our own source, changed in one place


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
