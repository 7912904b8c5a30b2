"""How views answer: the page, kept by no cache, because pages hold personal data."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers


def respond(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """The whole page in the reader's language."""
    response = render(request, template, dict(context), status=status)
    add_never_cache_headers(response)
    patch_vary_headers(response, ["HX-Request"])
    return response
