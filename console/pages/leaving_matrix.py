"""What the matrix of leaving would touch now, by the rules as they are typed or stored (S21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.forms.leaving import EVENTS
from console.forms.settings import Settings
from provisioning.core.leaving import Event
from provisioning.core.problems import UsageProblems
from provisioning.engine.leaving_effect import Touched, touched
from provisioning.engine.scope_effect import edited
from provisioning.models import Application


@dataclass(frozen=True, slots=True)
class Row:
    """One way out: its words, its fields, and whom it would touch."""

    event: str | Promise
    action: BoundField
    days: BoundField
    touches: str


def matrix_rows(app: Application, form: Settings, now: datetime) -> list[Row]:
    """A row for each event; without a word of whom it touches while something typed is wrong."""
    found = _touched(app, form, now)
    return [
        Row(EVENTS[event], action, days, _sentence(found[event]) if found else "")
        for event, action, days in form.matrix
    ]


def _touched(app: Application, form: Settings, now: datetime) -> dict[Event, Touched]:
    if app.job.definition is None or (form.is_bound and form.errors):
        return {}
    keys = ("deprovisioning", "on_deletion")
    changes = {key: form.as_changes()[key] for key in keys} if form.is_bound else {}
    try:
        return touched(app.job, edited(app.job, changes).leaving.rules, now)
    except UsageProblems:
        return {}


def _sentence(found: Touched) -> str:
    """How many are out, and what becomes of them."""
    if not found.out:
        return _("nobody now")
    out = ngettext("%(n)d is out now", "%(n)d are out now", found.out) % {"n": found.out}
    told = [
        (found.disabled, _("%(n)d to be disabled with the next cycle")),
        (found.deleted, _("%(n)d to be deleted with the next cycle")),
        (found.later, _("%(n)d to be deleted later")),
    ]
    return ": ".join([out, ", ".join(text % {"n": n} for n, text in told if n)]).removesuffix(": ")
