"""One request to the inbound service and its answer, without any HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.core.inbound.refusals import Refusal, invalid_syntax
from provisioning.core.resource import Value
from provisioning.models.inbound import InboundEndpoint
from provisioning.scim import json_body


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an opened source: `path` has no slash in front; `query` holds the last values;
    `base` is the address of the service.
    """

    endpoint: InboundEndpoint
    base: str
    method: str
    path: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    if_match: str = ""
    if_none_match: str = ""
    # A body that was part of another and has been read.
    given: Value = None

    def document(self) -> Value:
        """The body as JSON; `Refusal` when it is none that is safe to keep."""
        if self.given is not None:
            return self.given
        try:
            return json_body.parse(self.body)
        except json_body.NotJson as problem:
            raise invalid_syntax(f"The body is not usable JSON: {problem}") from None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; `subject` is who it was about, for the list of pushes."""

    status: int
    document: Mapping[str, Value] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""

    @classmethod
    def refusing(cls, refusal: Refusal) -> Answer:
        """The answer to what is not done."""
        return cls(refusal.status, refusal.document())
