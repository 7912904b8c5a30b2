"""Which application a command means: by its slug."""

from __future__ import annotations

from difflib import get_close_matches

from provisioning.core.errors import ConfigurationError
from provisioning.models import Application


def find_application(slug: str) -> Application:
    """The application with this slug; raises `ConfigurationError` with the nearest one."""
    application = (
        Application.objects.select_related("connection", "job", "job__definition")
        .filter(slug=slug)
        .first()
    )
    if application is not None:
        return application
    known = list(Application.objects.values_list("slug", flat=True))
    raise ConfigurationError(f"There is no application {slug[:60]}.", advice=_advice(slug, known))


def _advice(slug: str, known: list[str]) -> str:
    if not known:
        return "None exists yet: make one with `apply`."
    near = get_close_matches(slug, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known[:10])}."
