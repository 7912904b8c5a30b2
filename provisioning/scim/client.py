"""SCIM 2.0 over HTTP: find, read, create, modify, replace, delete, list (RFC 7644, section 3).

Resources are plain mappings, never validated against models: real targets deviate, and we must
accept what they send and describe it. Every method raises the errors of `core/errors.py` only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import cast

from provisioning.core import filters
from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import matches
from provisioning.core.errors import AmbiguousMatch, NotScim
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.wording import gettext_noop
from provisioning.scim import addresses
from provisioning.scim.auth import Credentials
from provisioning.scim.exchange import Exchange
from provisioning.scim.governor import Clockwork, Governor
from provisioning.scim.listing import Listing, Page, Pages
from provisioning.scim.quirks import GENERIC, Quirks
from provisioning.scim.sending import Answer, Patience, Queueing, Sender
from provisioning.scim.session import Call, Door
from provisioning.scim.tenant_url import TenantUrl
from provisioning.scim.verbs import Verb
from provisioning.scim.versions import if_match, with_version

MEDIA_TYPE = "application/scim+json"
LONGEST_PAGE = 200
READING = {"Accept": MEDIA_TYPE}
WRITING = {"Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE}
WITHOUT_MEMBERS = ("excludedAttributes", "members")


@dataclass(frozen=True, slots=True)
class Manners:
    """How a client behaves: the target's quirks, its patience, its clock, who may stop it, and how
    its requests wait for their turn.

    `before_each` runs directly before every request, repeated ones too; what it raises stops it,
    and the seconds that it answers are what the request may take at most.
    """

    quirks: Quirks = GENERIC
    patience: Patience = field(default_factory=Patience)
    clockwork: Clockwork = field(default_factory=Clockwork)
    before_each: Callable[[Verb], float | None] | None = None
    queueing: Queueing = field(default_factory=Queueing)


class ScimClient:
    """One target. Safe to share between threads."""

    def __init__(
        self,
        tenant_url: TenantUrl,
        credentials: Credentials,
        door: Door,
        governor: Governor | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.tenant_url = tenant_url
        self._manners = manners or Manners()
        self.quirks = self._manners.quirks
        self._door = door
        self._sender = Sender(
            door,
            credentials,
            governor or Governor(self.quirks.requests_per_minute),
            patience=self._manners.patience,
            before_each=self._manners.before_each,
        )
        self._sender.queueing = self._manners.queueing

    @property
    def requests(self) -> Counter[str]:
        """How many requests were sent so far, by HTTP method; token requests are not counted."""
        return Counter(self._sender.requests)

    @property
    def governor(self) -> Governor:
        """What decides when requests leave."""
        return self._sender.governor

    def close(self) -> None:
        """Close all connections; the client is not used again."""
        self._door.close()

    def recording(self) -> AbstractContextManager[list[Exchange]]:
        """Collect the exchanges that this thread causes, for its log entry."""
        return self._sender.recording()

    def find(
        self,
        kind: Kind,
        path: AttributePath,
        value: str | bool | int | float,
        *,
        exclude_members: bool = False,
    ) -> list[Resource]:
        """The resources that really have the value (T13); AmbiguousMatch if that cannot be told."""
        if not self.quirks.filter_supported:
            return self._searched(kind, path, value)
        query = [("filter", filters.equals(path, value))]
        if exclude_members:
            query.insert(0, WITHOUT_MEMBERS)
        body = self._get(Verb.LIST, addresses.collection(self.tenant_url, kind, query)).body
        found = _resources(body)
        equal = [each for each in found if _has(path, kind, value, each)]
        if _total(body) > len(found) or (found and not equal):
            raise AmbiguousMatch(
                gettext_noop(
                    "A search for “%(value)s” by %(path)s found other accounts: the application "
                    "ignores the filter or reads it differently."
                ),
                params={"value": str(value), "path": str(path)},
                advice=gettext_noop("Choose another matching attribute, one it can search by."),
            )
        return equal

    def _searched(self, kind: Kind, path: AttributePath, value: Value) -> list[Resource]:
        """The same from a whole listing; one that cannot be believed does not prove absence."""
        listing = self.listing(kind, exclude_members=False)
        equal = [each for each in listing if _has(path, kind, value, each)]
        if not equal and not listing.complete:
            raise AmbiguousMatch(
                gettext_noop(
                    "The application neither searches by %(path)s nor lists its accounts reliably, "
                    "so nobody can tell whether “%(value)s” exists."
                ),
                params={"value": str(value), "path": str(path)},
                advice=gettext_noop("Ask its vendor to mend either; until then, nothing is made."),
            )
        return equal

    def read(self, kind: Kind, identity: str, *, exclude_members: bool = False) -> Resource:
        """The resource with the id; LinkBroken when there is none."""
        query = [WITHOUT_MEMBERS] if exclude_members else []
        url = addresses.resource(self.tenant_url, kind, identity, query)
        answer = self._get(Verb.READ, url)
        body = cast(Resource, answer.body)
        if str(body["id"]).lower() != identity.lower():
            raise NotScim(gettext_noop("The application answered with another account than asked."))
        return with_version(body, answer.etag)

    def create(self, kind: Kind, body: Resource) -> Resource:
        """The created resource as the target describes it. Its id may be an old one (5.4)."""
        url = addresses.collection(self.tenant_url, kind)
        answer = self._send(Verb.CREATE, url, body)
        return with_version(cast(Resource, answer.body), answer.etag)

    def modify(
        self, kind: Kind, identity: str, body: Resource, version: str | None = None
    ) -> Resource | None:
        """Send a PatchOp; the resource afterwards, or None when the target does not say."""
        url = addresses.resource(self.tenant_url, kind, identity)
        return _afterwards(self._send(Verb.MODIFY, url, body, self._condition(version)))

    def replace(
        self, kind: Kind, identity: str, body: Resource, version: str | None = None
    ) -> Resource | None:
        """Replace the whole resource; the resource afterwards, or None as `modify`."""
        url = addresses.resource(self.tenant_url, kind, identity)
        return _afterwards(self._send(Verb.REPLACE, url, body, self._condition(version)))

    def delete(self, kind: Kind, identity: str, version: str | None = None) -> None:
        """Delete the resource; one that is gone already counts as deleted."""
        url = addresses.resource(self.tenant_url, kind, identity)
        call = Call("DELETE", url, {**READING, **self._condition(version)})
        self._sender.send(Verb.DELETE, call, self._manners.clockwork)

    def pages(
        self,
        kind: Kind,
        *,
        listed_by: str | None = None,
        exclude_members: bool = False,
        attributes: Sequence[str] = (),
    ) -> Pages:
        """One listing, page by page; `listed_by` is a filter of the quirks, never a person's."""
        fixed = [("count", str(min(self.quirks.page_size, LONGEST_PAGE)))]
        fixed += [("filter", listed_by)] if listed_by else []
        fixed += [WITHOUT_MEMBERS] if exclude_members else []
        fixed += [("attributes", ",".join(attributes))] if attributes else []

        def fetch(start: int) -> Page:
            query = [("startIndex", str(start - 1 + self.quirks.first_index)), *fixed]
            body = self._get(Verb.LIST, addresses.collection(self.tenant_url, kind, query)).body
            return Page(_total(body), tuple(_resources(body)[:LONGEST_PAGE]))

        return Pages(fetch, self.quirks.page_size)

    def page(self, kind: Kind, start_index: int, count: int) -> Page:
        """One page exactly as it is asked for, to see how the target counts."""
        query = [("startIndex", str(start_index)), ("count", str(count))]
        body = self._get(Verb.LIST, addresses.collection(self.tenant_url, kind, query)).body
        return Page(_total(body), tuple(_resources(body)))

    def listing(self, kind: Kind, *, exclude_members: bool = True) -> Listing:
        """Everybody of a kind, inactive ones included, however many listings that takes."""
        parts = self.quirks.user_lists if kind is Kind.USER else (None,)
        without = exclude_members and kind is Kind.GROUP
        return Listing(
            tuple(self.pages(kind, listed_by=each, exclude_members=without) for each in parts),
            trusted=self.quirks.listing_trusted,
        )

    def read_service_provider_config(self) -> Resource:
        """The target's own description of what it can do (RFC 7643, section 5)."""
        return cast(Resource, self._discover("ServiceProviderConfig"))

    def schemas(self) -> list[Resource]:
        """The schemas the target publishes; empty when it publishes none in a known form."""
        return _resources(self._discover("Schemas"))

    def resource_types(self) -> list[Resource]:
        """The kinds of resource the target offers."""
        return _resources(self._discover("ResourceTypes"))

    def _discover(self, name: str) -> dict[str, Value]:
        body = self._get(Verb.DISCOVER, addresses.document(self.tenant_url, name)).body
        return body or {}

    def _get(self, verb: Verb, url: str) -> Answer:
        return self._sender.send(verb, Call("GET", url, READING), self._manners.clockwork)

    def _send(
        self, verb: Verb, url: str, body: Resource, headers: dict[str, str] | None = None
    ) -> Answer:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        sent = text.encode("utf-8", "replace")  # a lone surrogate must not stop the others
        call = Call(verb.method, url, {**WRITING, **(headers or {})}, sent)
        return self._sender.send(verb, call, self._manners.clockwork)

    def _condition(self, version: str | None) -> dict[str, str]:
        return if_match(version) if self.quirks.etag else {}


def _afterwards(answer: Answer) -> Resource | None:
    return None if answer.body is None else with_version(answer.body, answer.etag)


def _resources(body: Resource | None) -> list[Resource]:
    listed = (body or {}).get("Resources")
    return [each for each in _items(listed) if isinstance(each, dict)]


def _items(value: Value) -> Iterable[Value]:
    return value if isinstance(value, list) else ()


def _total(body: Resource | None) -> int:
    return cast(int, (body or {})["totalResults"])


def _has(path: AttributePath, kind: Kind, value: Value, resource: Resource) -> bool:
    held = path.get(resource)
    return any(
        matches(path, kind, value, each) for each in (held if isinstance(held, list) else [held])
    )
