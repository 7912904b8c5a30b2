"""Which application a document means: by its slug, else the slugified name, from which template."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import Template, find_template
from provisioning.core.problems import UsageProblems
from provisioning.engine.configuration.normal import Document
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.configuration.schema import RESERVED_SLUGS, SLUG_LENGTH
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application


def slug_of(source: ConfigurationDocument, given: Document, taken: set[str]) -> str:
    """The slug that is written, else one from the name; the second of a name in a file gets -2."""
    if slug := given.get("slug"):
        if slug in taken:
            advice = _("Give each application a slug of its own.")
            message = _("The slug %(slug)s is used twice.") % {"slug": slug}
            raise UsageProblems([source.problem(("slug",), message, advice)])
        return str(slug)
    if not given.get("name"):
        message = _("The document names no application.")
        raise UsageProblems([source.problem((), message, _("Add name: or slug: to it."))])
    slug = slug_for(str(given["name"]), taken)
    if slug in RESERVED_SLUGS:
        message = _("The slug %(slug)s is reserved.") % {"slug": slug}
        advice = _("Add slug: with another word.")
        raise UsageProblems([source.problem(("name",), message, advice)])
    if not slug:
        message = _("No slug can be made of the name %(name)s.") % {"name": given["name"]}
        advice = _("Add slug: with small letters, digits and hyphens.")
        raise UsageProblems([source.problem(("name",), message, advice)])
    return slug


def slug_for(name: str, taken: set[str]) -> str:
    """The slugified name, with -2, -3 … when taken, at most 50 characters; it may be empty."""
    slug = base = slugify(name)[:SLUG_LENGTH].strip("-_")
    number = 2
    while slug in taken:
        ending = f"-{number}"
        slug = base[: SLUG_LENGTH - len(ending)].rstrip("-_") + ending
        number += 1
    return slug


def template_of(
    source: ConfigurationDocument, given: Document, application: Application | None
) -> Template:
    """The template it is made from: given at creation, and the same ever after."""
    name = given.get("template") or (application.template if application else None)
    if not name:
        advice = _("Add template: genesys-cloud or template: scim.")
        message = _("There is no application %(name)s yet, and no template to create it from.") % {
            "name": given.get("slug") or given.get("name")
        }
        raise UsageProblems(
            [
                source.problem(
                    ("template",),
                    message,
                    advice,
                )
            ]
        )
    try:
        template = find_template(str(name))
    except ConfigurationError as error:
        raise UsageProblems(
            [source.problem(("template",), message_of(error), advice_of(error))]
        ) from None
    if application and application.template != template.name:
        message = _("%(slug)s was created from %(template)s; that stays.") % {
            "slug": application.slug,
            "template": application.template,
        }
        advice = _("Remove the key, or give the new application another slug.")
        raise UsageProblems([source.problem(("template",), message, advice)])
    return template
