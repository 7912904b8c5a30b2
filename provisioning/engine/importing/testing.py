"""Test Connection for sources: is it there, does it let us in, whom does it show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import UsageProblems
from provisioning.core.wording import gettext_noop
from provisioning.engine.importing.kinds import Said, form_of, open_kind
from provisioning.engine.spoken import advice_of, message_of, problem_of
from provisioning.engine.test_connection import ProbeStep, Verdict
from provisioning.sources.base import ChangeFeed, DirectorySource, Part, Record, Sampling

SHOWN = 5
_PAGES = 20
STEPS = (
    gettext_noop("Settings"),
    gettext_noop("Sign-in"),
    gettext_noop("People"),
    gettext_noop("Groups"),
    gettext_noop("Changes"),
)


def probe_source(
    kind: str, said: Said, secret: Callable[[], str], now: datetime
) -> list[ProbeStep]:
    """Every layer until the first that fails; nothing is imported. Wrong settings are its first."""
    found: dict[str, DirectorySource] = {}

    def settings() -> str:
        if problems := form_of(kind).problems(said):
            raise UsageProblems(problems)
        found["source"] = open_kind(kind, said, secret, now)
        return ""

    def sign_in() -> str:
        if problems := found["source"].check():
            raise UsageProblems(problems)
        return ""

    layers: list[Callable[[], str]] = [
        settings,
        sign_in,
        lambda: _people(found["source"]),
        lambda: _groups(found["source"]),
        lambda: _changes(found["source"]),
    ]
    return _walk(layers)


def _walk(layers: list[Callable[[], str]]) -> list[ProbeStep]:
    steps: list[ProbeStep] = []
    for name, layer in zip(STEPS, layers, strict=True):
        if steps and steps[-1].verdict in (Verdict.FAILED, Verdict.NOT_TRIED):
            steps.append(ProbeStep(name, Verdict.NOT_TRIED))
            continue
        try:
            steps.append(ProbeStep(name, Verdict.PASSED, detail=layer()))
        except UsageProblems as error:
            advice = " ".join(map(problem_of, error.problems))
            steps.append(ProbeStep(name, Verdict.FAILED, advice))
        except ProvisioningError as error:
            advice = f"{message_of(error)} {advice_of(error)}"
            steps.append(ProbeStep(name, Verdict.FAILED, advice))
    return steps


def _people(source: DirectorySource) -> str:
    names = [_name(one) for one in _records(source, Part.USERS)[:SHOWN]]
    return _("For example %(names)s.") % {"names": ", ".join(names)} if names else _("Nobody.")


def _groups(source: DirectorySource) -> str:
    count = len(_records(source, Part.GROUPS))
    words = ngettext("%(count)d group or more.", "%(count)d groups or more.", count)
    return words % {"count": count} if count else _("None.")


def _changes(source: DirectorySource) -> str:
    if isinstance(source, ChangeFeed):
        return _("The source tells what changed.")
    return _("Everything is read and compared every time.")


def _records(source: DirectorySource, part: Part) -> tuple[Record, ...]:
    """Those of the first page that has any, or as few as the source can tell at once."""
    if isinstance(source, Sampling):
        return source.sample(part, SHOWN)
    pages = islice(source.full(part), _PAGES)
    return next((page.records for page in pages if page.records), ())


def _name(record: Record) -> str:
    for key in ("displayName", "userPrincipalName", "mail"):
        if isinstance(value := record.attributes.get(key), str):
            return value
    return record.source_id
