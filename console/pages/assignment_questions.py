"""What is asked before people lose access by a change of assignments (S12, L2)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.forms.assignments import WithRole
from provisioning.engine.assignment_effect import AccessChange, access_change
from provisioning.models import Application, DirectoryObject

FIRST = 10


def removal_question(app: Application, known: Sequence[UUID]) -> dict[str, object]:
    """Taking assignments away: how many lose access, how many keep it and through what."""
    number = ngettext(
        "Remove %(number)d assignment", "Remove %(number)d assignments", len(known)
    ) % {"number": len(known)}
    return _question(app, known, number, access_change(app, known, None))


def default_access_question(
    app: Application, form: WithRole, known: Sequence[UUID]
) -> dict[str, object] | None:
    """Giving a role after which people lose access; nothing to ask when nobody does."""
    change = access_change(app, known, form.value)
    if not change.losing:
        return None
    form.hide()
    word = ngettext(
        "Change the role of %(number)d assignment",
        "Change the role of %(number)d assignments",
        len(known),
    ) % {"number": len(known)}
    return _question(app, known, word, change) | {"form": form}


def _question(
    app: Application, known: Sequence[UUID], word: str, change: AccessChange
) -> dict[str, object]:
    objects = DirectoryObject.objects.filter(pk__in=list(known)[:FIRST]).order_by("display_name")
    return {
        "app": app,
        "section": "assignments",
        "question": word,
        "consequences": consequences(app, change),
        "names": [str(one) for one in objects],
        "word": word,
        "danger": True,
        "back": reverse("assignments", args=[app.slug]),
    }


def consequences(app: Application, change: AccessChange) -> list[str]:
    """In sentences: who loses access, who keeps it."""
    losing = ngettext(
        "%(number)d person loses access to %(app)s with the next cycle.",
        "%(number)d people lose access to %(app)s with the next cycle.",
        change.losing,
    ) % {"number": change.losing, "app": app.name}
    texts = [losing if change.losing else _("Nobody loses access.")]
    if change.keeping:
        kept = ngettext(
            "%(number)d person keeps it", "%(number)d people keep it", change.keeping
        ) % {"number": change.keeping}
        through = _("through %(groups)s") % {"groups": ", ".join(change.through)}
        texts.append(f"{kept} {through}." if change.through else f"{kept}.")
    return texts
