"""The sample directory: believable people to try Rollcall with, as `seed_demo` imports them."""

from __future__ import annotations

from provisioning.engine.clock import Clock
from provisioning.engine.directory_import import ImportReport, Terms, import_directory
from provisioning.sources.demo.source import DemoDirectory

SOURCE = "demo"
PEOPLE = 200


def sample_directory(
    *, people: int = PEOPLE, groups: int | None = None, seed: int = 1
) -> ImportReport:
    """Import them. It removes nobody: other sources and seeds stay."""
    groups = max(3, people // 6) if groups is None else groups
    return import_directory(
        DemoDirectory(people=people, groups=groups, seed=seed),
        name=SOURCE,
        now=Clock().now(),
        terms=Terms(removes=False),
    )
