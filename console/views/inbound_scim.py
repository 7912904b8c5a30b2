"""The address at which another system pushes people and groups (`/scim/v2/SOURCE/…`).

Only HTTP stands here: a bearer token instead of a session, so that no cookie opens it and no CSRF
token is needed; a limit on the body, which is read for who holds a token only.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from console.access import public
from provisioning.core.inbound.discovery import LARGEST_BODY
from provisioning.core.inbound.refusals import Refusal
from provisioning.engine.inbound.endpoints import opened_by, tenant_url
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.service import answer
from provisioning.models.inbound import InboundEndpoint

_MEDIA_TYPE = "application/scim+json"
_READABLE = {"", _MEDIA_TYPE, "application/json"}


@csrf_exempt
@public
@never_cache
def service(request: HttpRequest, slug: str, path: str = "") -> HttpResponse:
    """One request of the system that pushes. SCIM is English: so is every answer."""
    now = timezone.now()
    endpoint = opened_by(slug, request.headers.get("Authorization", ""), now)
    if endpoint is None:
        return _unauthorized()
    with translation.override("en"):
        try:
            call = _call(request, endpoint, path)
        except Refusal as refusal:
            return _response(Answer.refusing(refusal))
        return _response(answer(call, now))


def _call(request: HttpRequest, endpoint: InboundEndpoint, path: str) -> Call:
    method = request.method or ""
    return Call(
        endpoint=endpoint,
        base=tenant_url(endpoint),
        method="GET" if method == "HEAD" else method,
        path=tuple(part for part in path.split("/") if part),
        query={name: str(value) for name, value in request.GET.items()},
        body=_body(request) if method in ("POST", "PUT", "PATCH") else b"",
        if_match=request.headers.get("If-Match", ""),
        if_none_match=request.headers.get("If-None-Match", ""),
    )


def _body(request: HttpRequest) -> bytes:
    if (request.content_type or "").lower() not in _READABLE:
        raise Refusal(415, f"Send {_MEDIA_TYPE}.")
    too_long = Refusal(413, f"The body has more than {LARGEST_BODY} bytes.")
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise too_long
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise too_long
    return body


def _unauthorized() -> HttpResponse:
    """The same for an unknown source, a wrong token and a revoked one."""
    refusal = Refusal(401, "The Authorization header holds no valid token for this source.")
    response = _response(Answer.refusing(refusal))
    response["WWW-Authenticate"] = 'Bearer realm="Rollcall"'
    return response


def _response(said: Answer) -> HttpResponse:
    response: HttpResponse
    if said.document is None:
        response = HttpResponse(status=said.status)
        del response["Content-Type"]
    else:
        response = JsonResponse(dict(said.document), status=said.status, content_type=_MEDIA_TYPE)
    for name, value in said.headers.items():
        response[name] = value
    return response
