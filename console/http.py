"""How views answer: a whole page or one fragment of it, kept by no cache, as pages hold names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.middleware import HtmxDetails

from provisioning.core.errors import ProvisioningError
from provisioning.engine.spoken import advice_of, message_of

STOP_POLLING = 286
"""The status that ends htmx's polling of a thing that has ended."""
_VERSION = "version-of-this-answer"
_INDENTED = re.compile(r"\n\s+")


class ConsoleRequest(HttpRequest):
    """A request that passed the access rules: somebody is signed in."""

    htmx: HtmxDetails
    user: User


def respond(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; for htmx that asked for `fragment` (its target's id), only that part of it.

    The fragment is `{% partialdef NAME %}` of the same template, dashes of the id as underscores.
    """
    if fragment and asked_for(request, fragment):
        template = f"{template}#{fragment.replace('-', '_')}"
    response = render(request, template, dict(context), status=status)
    add_never_cache_headers(response)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: all that was sent, even when that is nothing; unbound for a look."""
    return request.POST if request.method == "POST" else None


def respond_polled(
    request: HttpRequest, template: str, context: Mapping[str, object], *, fragment: str
) -> HttpResponse:
    """The fragment that asks for itself again; 204 when nothing of it changed since `?v=`.

    The template writes `{{ version }}` into the address it asks next.
    """
    marked = {**context, "version": _VERSION}
    rendered = render_to_string(f"{template}#{fragment.replace('-', '_')}", marked, request)
    text = _INDENTED.sub("\n", rendered)
    version = sha256(text.encode()).hexdigest()[:12]
    same = request.GET.get("v") == version
    response = HttpResponse(status=204) if same else HttpResponse(text.replace(_VERSION, version))
    add_never_cache_headers(response)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def done(request: HttpRequest, verb: Callable[[], object]) -> bool:
    """Call the verb; what it refuses is told on the page that comes next."""
    try:
        verb()
    except ProvisioningError as error:
        messages.error(request, f"{message_of(error)} {advice_of(error)}")
        return False
    return True


def asked_for(request: HttpRequest, fragment: str) -> bool:
    """Whether htmx wants this fragment, by the id of its target."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx) and htmx is not None and htmx.target == fragment
