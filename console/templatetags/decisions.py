"""For the banner of an application's pages."""

from __future__ import annotations

from django import template

from console.pages.decisions import Decision, decision_of
from provisioning.models import Application

register = template.Library()


@register.simple_tag
def waiting_decision(application: Application) -> Decision | None:
    """The decision this application waits for."""
    return decision_of(application)
