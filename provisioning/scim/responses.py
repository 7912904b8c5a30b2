"""Status and body of an answer: its result, or the right error. The tables are the decision.

RFC 7644 sections 3.12 and 3.14, genesys-scim.md sections 7 and 8, faults F07-F13. The rule behind
them: a write that may have been applied is never called failed, it is an unknown outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlsplit

from provisioning.core import errors
from provisioning.core.errors import OutcomeUnknown, ProvisioningError
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop
from provisioning.scim.json_body import NotJson, parse
from provisioning.scim.refusals import Refusal, read_refusal
from provisioning.scim.retry_after import retry_after
from provisioning.scim.secret import Secret
from provisioning.scim.session import Reply
from provisioning.scim.status_table import SCIM_TYPES, SENTENCES, by_status
from provisioning.scim.verbs import Verb

Result = dict[str, Value] | None

LICENCE = re.compile(r"\blicen[cs]e|\bseats?\b", re.IGNORECASE)
REQUIRED = re.compile(r"\b(required|missing|mandatory|must not be (empty|null))\b", re.IGNORECASE)
NOT_PROCESSED = frozenset({"service.unavailable"})


def judge(verb: Verb, reply: Reply, secrets: Iterable[Secret] = ()) -> Result:
    """The resource or list of a success (None when the answer has no body), or the right error."""
    if 200 <= reply.status < 300:
        return _success(verb, reply)
    if verb is Verb.DELETE and reply.status in (404, 410):
        return None
    raise refusal_error(verb, reply, read_refusal(reply, secrets))


def refusal_error(verb: Verb, reply: Reply, refusal: Refusal) -> ProvisioningError:
    """The error for an answer that is no success, with the target's own words attached."""
    kind = _kind(verb, reply, refusal)
    params: dict[str, str | int] = {"status": reply.status}
    sentence = SENTENCES[kind]
    if 300 <= reply.status < 400:
        sentence = gettext_noop(
            "The application redirects to “%(host)s” (%(status)s); redirects are never followed."
        )
        params["host"] = _location_host(reply)
    elif reply.status == 403 and kind is errors.CredentialsRejected:
        sentence = gettext_noop(
            "The application knows our credentials but does not permit this request (403)."
        )
    if issubclass(kind, errors.RetryLater):
        seconds = retry_after(reply.headers)
        error: ProvisioningError = kind(sentence, params=params, retry_after=seconds)
    else:
        error = kind(sentence, params=params)
    error.status = reply.status
    error.target_message = refusal.message
    error.correlation_id = refusal.correlation_id
    return error


def _kind(verb: Verb, reply: Reply, refusal: Refusal) -> type[ProvisioningError]:
    kind = by_status(verb, reply.status)
    if verb.writes and reply.status == 503 and _not_processed(reply, refusal):
        return errors.TargetBusy
    if not issubclass(kind, errors.ObjectRejected | errors.CredentialsRejected):
        return kind
    if verb.writes and LICENCE.search(f"{refusal.message} {refusal.code}"):
        return errors.LicenceLimit
    if reply.status in (400, 409, 412, 422):
        return _by_scim_type(verb, refusal, kind)
    return kind


def _not_processed(reply: Reply, refusal: Refusal) -> bool:
    return refusal.code in NOT_PROCESSED or "retry-after" in reply.headers


def _by_scim_type(
    verb: Verb, refusal: Refusal, otherwise: type[ProvisioningError]
) -> type[ProvisioningError]:
    kind = SCIM_TYPES.get(refusal.scim_type, otherwise)
    if kind is errors.VersionMismatch and not (verb.writes and verb is not Verb.CREATE):
        return errors.NotScim  # RFC 7644, table 9: a protocol version the target does not speak
    if kind is errors.InvalidValue and REQUIRED.search(refusal.message):
        return errors.MissingRequired
    return kind


def _success(verb: Verb, reply: Reply) -> Result:
    if verb is Verb.DELETE and reply.status != 202:
        return None
    if not reply.body.strip() or reply.status == 204:
        if verb in (Verb.MODIFY, Verb.REPLACE) and reply.status != 202:
            return None
        raise _unreadable(verb, reply)
    try:
        body = parse(reply.body)
    except NotJson:
        raise _unreadable(verb, reply) from None
    if reply.status == 202 or not isinstance(body, dict) or not _fits(verb, body):
        raise _unreadable(verb, reply)
    return cast(dict[str, Value], body)


def _fits(verb: Verb, body: dict[str, Value]) -> bool:
    """True when a body is what the verb asks for; numbers as ids become text."""
    match verb:
        case Verb.LIST:
            return _is_list(body)
        case Verb.DISCOVER:
            return "urn:ietf:params:scim:api:messages:2.0:Error" not in _schemas(body)
        case _:
            identity = body.get("id")
            if isinstance(identity, int) and not isinstance(identity, bool):
                body["id"] = identity = str(identity)
            return isinstance(identity, str) and bool(identity)


def _is_list(body: dict[str, Value]) -> bool:
    total, resources = body.get("totalResults"), body.get("Resources")
    if resources is not None and not isinstance(resources, list):
        return False
    if isinstance(total, str) and total.isascii() and total.isdigit() and len(total) < 12:
        body["totalResults"] = total = int(total)
    return isinstance(total, int) and not isinstance(total, bool) and total >= 0


def _schemas(body: dict[str, Value]) -> list[Value]:
    schemas = body.get("schemas")
    return schemas if isinstance(schemas, list) else []


def _unreadable(verb: Verb, reply: Reply) -> ProvisioningError:
    if verb.writes:
        error: ProvisioningError = OutcomeUnknown(
            gettext_noop("The application answered %(status)s, but not with the changed account."),
            params={"status": reply.status},
        )
    elif "html" in reply.headers.get("content-type", "").lower():
        error = errors.NotScim(
            gettext_noop("A web page answered (%(status)s): this is not a SCIM endpoint."),
            params={"status": reply.status},
        )
    else:
        error = errors.NotScim(
            gettext_noop("The application answered %(status)s, but not with a SCIM document."),
            params={"status": reply.status},
        )
    error.status = reply.status
    return error


def _location_host(reply: Reply) -> str:
    """Only the host of a redirect: the rest of it may hold anything."""
    try:
        host = urlsplit(reply.headers.get("location", "")).hostname
    except ValueError:
        host = None
    return re.sub(r"[^\w.:-]", "", host or "")[:253] or "?"
