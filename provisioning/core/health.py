"""Whether a cycle says that the application is unwell, and not only some of its objects.

The rules of Entra (entra-provisioning 11), whose numbers are made for large companies, and one of
ours that also sees a small application in which nothing works. Rejected credentials and ten faults
in a row end a cycle before it is judged here (engine/target.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.core.wording import gettext_noop

MANUAL = "QuarantinedOnDemand"
"""The reason of a quarantine that a person began, and that only a person ends."""

PROPORTION = "EncounteredEscrowProportionThreshold"
BASE = "EncounteredBaseEscrowThreshold"
TOTAL = "EncounteredTotalEscrowThreshold"

LEAST_FAILURES, LARGEST_SHARE = 5_000, 0.4
MOST_FAILURES = 40_000
MOST_WITH_REFERENCES = 60_000
NOBODY_OF = 5
"""From this many objects on, every one of them failing is the target's health, not theirs."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a cycle came to, counted in objects.

    `written` were written; `equal` needed nothing; `failed` could not be written, for whatever
    reason; of these, `refused` failed at the target, and not for the reason that was known of them
    before. `lacking` are without a reference whose object has no account: they count in the total
    only, as their own values were written.
    """

    written: int = 0
    equal: int = 0
    failed: int = 0
    refused: int = 0
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Why the application is unwell: a reason code of Entra's, and a sentence with its values."""

    code: str
    sentence: str
    params: Mapping[str, int] = field(default_factory=dict)


def finding_of(tally: Tally) -> Finding | None:
    """The first rule that the cycle breaks; `None` for a healthy application."""
    if tally.refused >= NOBODY_OF and not tally.written:
        text = gettext_noop("All %(count)d accounts that were written failed.")
        return Finding(PROPORTION, text, {"count": tally.refused})
    if tally.failed > MOST_FAILURES:
        text = gettext_noop("%(count)d people and groups failed; %(most)d is the limit.")
        return Finding(BASE, text, {"count": tally.failed, "most": MOST_FAILURES})
    if tally.failed + tally.lacking > MOST_WITH_REFERENCES:
        text = gettext_noop(
            "%(count)d people and groups failed or lack a reference; %(most)d is the limit."
        )
        count = tally.failed + tally.lacking
        return Finding(TOTAL, text, {"count": count, "most": MOST_WITH_REFERENCES})
    everybody = tally.failed + tally.written + tally.equal
    if tally.failed >= LEAST_FAILURES and tally.failed > LARGEST_SHARE * everybody:
        text = gettext_noop("%(count)d of %(everybody)d people and groups failed.")
        return Finding(PROPORTION, text, {"count": tally.failed, "everybody": everybody})
    return None
