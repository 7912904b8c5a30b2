"""The sample directory: believable people to try Rollcall with, as `seed_demo` imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.engine.clock import Clock
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.sources.demo.source import DemoDirectory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SOURCE = "demo"
PEOPLE = 200


def sample_directory(
    actor: User | None = None, *, people: int = PEOPLE, groups: int | None = None, seed: int = 1
) -> ImportReport:
    """Import them. It removes nobody: other sources and seeds stay."""
    groups = max(3, people // 6) if groups is None else groups
    return import_directory(
        DemoDirectory(people=people, groups=groups, seed=seed),
        name=SOURCE,
        now=Clock().now(),
        terms=Terms(removes=False),
        actor=actor,
    )
