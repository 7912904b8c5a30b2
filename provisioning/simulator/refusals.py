"""Answers that refuse: SCIM errors (RFC 7644 3.12) and the errors of Genesys Cloud's gateway.

Raised anywhere below the service, which writes the body. Genesys Cloud has two shapes and a
client has to read both; the plain server speaks SCIM only.
"""

from __future__ import annotations

ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"

_PLATFORM_CODES = {
    400: "bad.request",
    401: "authentication.required",
    403: "missing.any.permissions",
    404: "not.found",
    405: "method.not.allowed",
    408: "request.timeout",
    412: "precondition.failed",
    413: "request.entity.too.large",
    415: "unsupported.media.type",
    429: "too.many.requests.retry.after",
    500: "internal.server.error",
    501: "not.implemented",
    503: "service.unavailable",
    504: "authentication.request.timeout",
}


class Refusal(Exception):
    """A request that is answered with an error; `platform` chooses the gateway's shape."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        scim_type: str | None = None,
        platform: bool = False,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Keep what the body and the status line will say."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type = scim_type
        self.platform = platform
        self.headers = headers

    def body(self, correlation_id: str, genesys: bool) -> dict[str, object]:
        """Return the error as the personality writes it."""
        if self.platform and genesys:
            return {
                "message": self.detail,
                "code": _PLATFORM_CODES.get(self.status, "bad.request"),
                "status": self.status,
                "contextId": correlation_id,
                "details": [],
                "errors": [],
            }
        body: dict[str, object] = {"schemas": [ERROR_SCHEMA], "status": str(self.status)}
        if self.scim_type:
            body["scimType"] = self.scim_type
        body["detail"] = self.detail
        return body


def gateway(status: int, detail: str, *headers: tuple[str, str]) -> Refusal:
    """Return a refusal of the gateway, before SCIM has looked at the request."""
    return Refusal(status, detail, platform=True, headers=headers)


def bad_request(scim_type: str, detail: str) -> Refusal:
    """Return a 400 with its scimType (RFC 7644, table 9)."""
    return Refusal(400, detail, scim_type=scim_type)


def invalid_value(detail: str) -> Refusal:
    """Return a 400 about a value that does not fit its attribute."""
    return bad_request("invalidValue", detail)


def read_only(detail: str) -> Refusal:
    """Return a 400 about an attribute that clients may not write."""
    return bad_request("mutability", detail)
