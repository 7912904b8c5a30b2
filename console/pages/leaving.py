"""Whether more people would leave the scope than leave without a decision, and what they lose."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from provisioning.core.guard import allowed_removals
from provisioning.core.leaving import Removal
from provisioning.engine.scope_effect import Effect
from provisioning.models import Application, Link

_TEXTS: Mapping[str, str | Promise] = {
    Removal.DISABLE: ngettext_lazy(
        "%(number)d person would leave the scope and be disabled in %(app)s.",
        "%(number)d people would leave the scope and be disabled in %(app)s.",
        "number",
    ),
    Removal.DELETE: ngettext_lazy(
        "%(number)d person would leave the scope, and the account in %(app)s be deleted.",
        "%(number)d people would leave the scope, and their accounts in %(app)s be deleted.",
        "number",
    ),
}


def needs_decision(app: Application, found: Effect, *, on_leaving: str, kind: str) -> bool:
    """Whether a person has to confirm; groups and accounts that are left as they are need none."""
    if app.job.definition is None or kind == "groups" or on_leaving not in _TEXTS:
        return False
    linked = Link.objects.filter(job=app.job, kind="user").count()
    guard = app.job.definition.as_definition().guard
    return found.estimate(found.leaving) > allowed_removals(guard, linked)


def leaving_text(app: Application, found: Effect, *, on_leaving: str) -> str:
    """How many would leave, and what happens to them."""
    number = found.estimate(found.leaving)
    return str(_TEXTS[on_leaving] % {"number": number, "app": app.name})


def leaving_word(found: Effect, *, on_leaving: str) -> str:
    """The button says what it does, to how many."""
    number = found.estimate(found.leaving)
    deletes = on_leaving == Removal.DELETE
    text = _("Save and delete %(number)d") if deletes else _("Save and disable %(number)d")
    return text % {"number": number}
