"""What Entra's reference prints or states of each function: the oracle, not our own output.

Worked examples first, then the edge cases that the reference states (null, empty, 1-based, beyond
the end). Extensions of ours have their own tests.
"""

from __future__ import annotations

from datetime import UTC, datetime

from provisioning.core.expressions import Context
from provisioning.tests.core.published.texts import TEXTS, Case
from provisioning.tests.core.published.values import VALUES

PUBLISHED: dict[str, tuple[Case, ...]] = {**TEXTS, **VALUES}

DRAWN = {
    "Guid": {"Guid()": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"},
    "RandomString": {
        "RandomString(6, 3, 0, 0, 3)": r"[0-9a-z]{6}",
        "RandomString(4, 4, 0, 0, 0)": r"[0-9]{4}",
        "RandomString(256, 0, 0, 256, 0)": r"[A-Z]{256}",
        'RandomString(10, 2, 2, 2, 1, "?,")': r"[^?,]{10}",
    },
}
"""What is drawn by chance is published as a form, not as a value."""

EXCLUDED = {
    "Replace: blanks, brackets and dashes taken out of a telephone number": (
        "Printed without the plus sign, which the pattern does not take out."
    ),
    "Replace: 1000 and the digits of the object id": (
        "Printed for another object id than the one it names."
    ),
}
"""Published samples that do not hold when they are recomputed, and are no oracle."""

CONTEXT = Context(
    now=datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC),
    seed=b"a published example",
    default_domain="contoso.com",
    taken=frozenset({"john.smith@contoso.com"}),
)
"""The surroundings that the reference's examples assume."""
