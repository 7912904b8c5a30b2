"""`assignments_from`: the source that roles and assignments are taken over from, and the id of the
application there.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.engine.configuration.normal import Document, section
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.models import Application, Source, TakenOver

KEY = "assignments_from"


def taken_over_document(application: Application) -> Document:
    """What is stored."""
    row = getattr(application, "taken_over", None)
    return {"source": row.origin.name if row else None, "app": row.app if row else None}


def taken_over_problems(document: Document, source: ConfigurationDocument) -> list[Problem]:
    """Half of it, or a source that nobody has connected."""
    wanted = section(document, KEY)
    problems = []
    for key, other in (("source", "app"), ("app", "source")):
        if wanted[other] and not wanted[key]:
            message = _("assignments_from needs both source and app.")
            problems.append(source.problem((KEY, key), message, _("Add %(key)s.") % {"key": key}))
    name = wanted["source"]
    if name and not Source.objects.filter(name=name).exists():
        known = ", ".join(Source.objects.order_by("name").values_list("name", flat=True)[:10])
        message = _("There is no source %(name)s.") % {"name": name}
        advice = _("Connect it first. Known are: %(known)s.") % {"known": known or _("none")}
        problems.append(source.problem((KEY, "source"), message, advice))
    return problems


def write_taken_over(application: Application, document: Document) -> None:
    """Store it; assignments stay as they are until the source is read."""
    wanted = section(document, KEY)
    rows = TakenOver.objects.filter(application=application)
    if not wanted["source"]:
        rows.delete()
        return
    origin = Source.objects.get(name=wanted["source"])
    if not rows.filter(origin=origin, app=wanted["app"]).exists():
        rows.delete()
        TakenOver.objects.create(application=application, origin=origin, app=str(wanted["app"]))
