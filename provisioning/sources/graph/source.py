"""Microsoft Graph as a directory source: a first round is everything, each later one what changed.

People come from `users/delta` with their manager, groups and memberships together from
`groups/delta`; both rounds are put together before anything is handed over. Who is soft-deleted is
told by the deleted items (directory-sources 2.2 to 2.4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.problems import Problem, ToldProblem
from provisioning.core.resource import Value
from provisioning.sources.assigned import SourceApp
from provisioning.sources.base import Edge, Finding, Page, Part, Record
from provisioning.sources.graph.assignments import read_app
from provisioning.sources.graph.certificates import Certificate
from provisioning.sources.graph.client import GraphClient
from provisioning.sources.graph.deleted import deleted_items
from provisioning.sources.graph.members import edges_of, others_skipped
from provisioning.sources.graph.names import KNOWN, attributes, read_names, selection
from provisioning.sources.graph.rounds import Round
from provisioning.sources.graph.settings import GraphSettings, Proof
from provisioning.sources.graph.spool import Item, Spool

PAGE = 500
SOON = 30
"""Days before the end of a certificate from which on every read warns of it."""

_RELATIONS = {Part.USERS: "manager", Part.GROUPS: "members"}
_FORMAT = 1
"""Part of every cursor's basis: another way of reading makes old cursors void."""


class GraphDirectory:
    """One tenant; `used` are the attribute names that mappings and filters ask for."""

    kind = "graph"

    def __init__(
        self,
        settings: GraphSettings,
        client: GraphClient,
        used: Mapping[Part, Iterable[str]],
        now: datetime,
    ) -> None:
        self._settings = settings
        self._client = client
        self._now = now
        self._names = {part: read_names(part, used.get(part, ())) for part in _RELATIONS}
        # The round of groups tells of memberships too; it is kept until those are asked for.
        self._groups: tuple[str, Round] | None = None
        self._hidden: set[str] = set()

    def parts(self) -> tuple[Part, ...]:
        return (Part.USERS, Part.GROUPS, Part.MEMBERSHIPS)

    def name_of(self, part: Part) -> str:
        return f"{self._settings.graph_url}{_path_of(part)}"

    def check(self) -> list[Problem]:
        """A certificate that is none. Raises `SourceUnavailable` when the sign-in is refused."""
        try:
            self._certificate()
        except ConfigurationError as error:
            return [ToldProblem.of("secret", error)]
        self._client.sign_in()
        return []

    def sample(self, part: Part, count: int) -> tuple[Record, ...]:
        """A few of those who are there, for somebody who waits in front of a screen."""
        names = self._names[part]
        chosen = selection(part, names).removesuffix(f",{_RELATIONS[part]}")
        address = f"{_path_of(part).removesuffix('/delta')}?$select={chosen}&$top={count}"
        page = self._client.read(address, **{"x-ms-throttle-priority": "High"})
        return tuple(
            Record(str(item["id"]), attributes(part, names, item)) for item in page["value"]
        )

    def schema(self, part: Part) -> tuple[str, ...]:
        if part is Part.MEMBERSHIPS:
            return ("group", "member", "type")
        more = ("manager", "deletedDateTime") if part is Part.USERS else ()
        return ("id", *KNOWN[part], *more)

    def basis(self) -> str:
        """The tenant and what a round asks for; the secret is no part of it."""
        asked = {part.value: selection(part, names) for part, names in self._names.items()}
        settings = self._settings
        said = [_FORMAT, settings.graph_url, settings.token_url, settings.client_id, asked]
        return json.dumps(said, sort_keys=True)

    def full(self, part: Part) -> Iterator[Page]:
        """Everything there is. Nothing is handed over before the round is over."""
        if part is Part.MEMBERSHIPS:
            yield from self._memberships("", whole=True)
            return
        found = self._round(part, "")
        yield from _arriving(found, self._client)
        deleted = deleted_items(self._client, part, self._names[part])
        self._hidden.update(deleted)
        for records in _pages(self._living(part, found.spool, restored=False)):
            yield Page(records=records)
        for records in _pages(Record(id_, said, adds=True) for id_, said in deleted.items()):
            yield Page(records=records)
        yield Page(last=True, cursor=found.link, warnings=self._warnings(part))

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        """What changed since the link was handed out."""
        if part is Part.MEMBERSHIPS:
            yield from self._memberships(cursor, whole=False)
            return
        found = self._round(part, cursor)
        yield from _arriving(found, self._client)
        for records in _pages(self._living(part, found.spool, restored=True)):
            yield Page(records=records)
        yield from self._removed(part, found.spool)
        yield Page(last=True, cursor=found.link, warnings=self._warnings(part))

    def assigned(self, app: str) -> SourceApp:
        """Everybody who is assigned to the enterprise application, all pages."""
        return read_app(self._client, app)

    def _certificate(self) -> Certificate | None:
        if self._settings.proof is Proof.SECRET:
            return None
        return Certificate.read(self._settings.secret)

    def _warnings(self, part: Part) -> tuple[Finding, ...]:
        """A certificate that ends soon, once a read."""
        certificate = self._certificate() if part is Part.USERS else None
        if certificate is None or not certificate.expires_within(SOON, self._now):
            return ()
        reason = _("The certificate of this source ends on %(day)s: renew it before.")
        day = certificate.expires.date().isoformat()
        return (Finding(self.name_of(part), None, reason % {"day": day}),)

    def _round(self, part: Part, cursor: str) -> Round:
        address = cursor or f"{_path_of(part)}?$select={selection(part, self._names[part])}"
        found = Round(address, _RELATIONS[part])
        if part is Part.GROUPS:
            self._groups = (cursor, found)
        return found

    def _living(self, part: Part, spool: Spool, *, restored: bool) -> Iterator[Record]:
        """Who is there. Among changes it may be somebody who was deleted: then no longer."""
        again: dict[str, Value] = {"deletedDateTime": None} if restored else {}
        for item in spool.items():
            if item.removed is None:
                said = attributes(part, self._names[part], item.said)
                manager = _manager_of(spool, item) if part is Part.USERS else {}
                yield Record(item.id, {**again, **said, **manager})

    def _removed(self, part: Part, spool: Spool) -> Iterator[Page]:
        removed = [item for item in spool.items() if item.removed is not None]
        soft = [item.id for item in removed if item.removed == "changed"]
        moments = deleted_items(self._client, part, self._names[part]) if soft else {}
        otherwise = self._now.isoformat(timespec="seconds")
        for records in _pages(
            Record(id_, {"deletedDateTime": moments.get(id_, {}).get("deletedDateTime", otherwise)})
            for id_ in soft
        ):
            yield Page(records=records)
        yield Page(gone=tuple(item.id for item in removed if item.removed != "changed"))

    def _memberships(self, cursor: str, *, whole: bool) -> Iterator[Page]:
        known, found = self._groups or ("", None)
        if found is None or known != cursor or not found.link:
            found = self._round(Part.GROUPS, cursor)
            yield from _arriving(found, self._client)
        place = self.name_of(Part.MEMBERSHIPS)
        edges = list[Edge]()
        ended = list[Edge]()
        for one in found.spool.members():
            (edges if one.present else ended).extend(edges_of(one))
            if len(edges) + len(ended) >= PAGE:
                yield Page(edges=tuple(edges), ended=tuple(ended))
                edges, ended = [], []
        warnings = others_skipped(found.spool, place)
        # Graph does not list who is soft-deleted, and restores memberships without a word.
        hidden = tuple(sorted(self._hidden)) if whole else ()
        yield Page(edges=tuple(edges), ended=tuple(ended), warnings=warnings, present=hidden)
        yield Page(last=True, cursor=found.link)
        found.spool.close()
        self._groups = None


def _arriving(found: Round, client: GraphClient) -> Iterator[Page]:
    """A page without anything for each that came in, so that whoever waits knows it goes on."""
    for _arrived in found.read(client):
        yield Page()


def _path_of(part: Part) -> str:
    return "/users/delta" if part is Part.USERS else "/groups/delta"


def _manager_of(spool: Spool, item: Item) -> dict[str, Value]:
    """The manager, where the round says anything about it; None when there is none any more."""
    related = spool.related_to(item.id)
    if not related:
        return {}
    present = sorted(one.member for one in related if one.present)
    return {"manager": present[0] if present else None}


def _pages(records: Iterable[Record]) -> Iterator[tuple[Record, ...]]:
    page: list[Record] = []
    for one in records:
        page.append(one)
        if len(page) == PAGE:
            yield tuple(page)
            page = []
    if page:
        yield tuple(page)
