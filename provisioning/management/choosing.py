"""How commands find what a person names: an application, somebody in the directory, a time."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop
from provisioning.models import Application, DirectoryObject, Job


def job_of(slug: str) -> Job:
    """The job of the application with this slug; `ConfigurationError` names those there are."""
    try:
        return Job.objects.select_related("application", "definition").get(application__slug=slug)
    except Job.DoesNotExist:
        known = ", ".join(Application.objects.values_list("slug", flat=True)) or _("none")
        raise ConfigurationError(
            gettext_noop("There is no application “%(slug)s”."),
            params={"slug": slug},
            advice=_("Applications: %(known)s.") % {"known": known},
        ) from None


def person(text: str) -> DirectoryObject:
    """The one object of the directory that `text` names."""
    found = DirectoryObject.objects.find(text)
    people = [one for one in found if one.kind == "user"] or found
    if len(people) == 1:
        return people[0]
    if not people:
        raise ConfigurationError(
            gettext_noop("Nobody in the directory is called “%(text)s”."),
            params={"text": text},
            advice=gettext_noop("Give a userPrincipalName, a source id or an externalId."),
        )
    raise ConfigurationError(
        gettext_noop("“%(text)s” names %(count)d people."),
        params={"text": text, "count": len(people)},
        advice=gettext_noop("Give the source id of the one you mean."),
    )


def moment(text: str | None) -> datetime | None:
    """A time in ISO 8601 with offset, or nothing."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise ConfigurationError(
            gettext_noop("“%(text)s” is not a time with an offset."),
            params={"text": text},
            advice=gettext_noop("Write ISO 8601, such as 2026-11-22T14:00:00+00:00."),
        )
    return value
