"""The demo directory as a source like any other: it goes through the same importer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from provisioning.core.problems import Problem
from provisioning.sources.base import Edge, Page, Part, Record
from provisioning.sources.columns import KNOWN
from provisioning.sources.demo import awkward, known
from provisioning.sources.demo.groups import Groups
from provisioning.sources.demo.people import Colleague, Workforce

_PAGE = 1000
_ONE_AWKWARD_IN = 8


class DemoDirectory:
    """`people` people and `groups` groups; the same seed always gives the same."""

    kind = "demo"

    def __init__(self, *, people: int, groups: int, seed: int) -> None:
        awkward_people = min(awkward.count(), people // _ONE_AWKWARD_IN)
        named = [*known.people(), *awkward.people(seed, awkward_people)]
        self._named = named[:people]
        self._workforce = Workforce(seed, max(0, people - len(self._named)))
        self._groups = Groups(seed, groups)
        # The workforce after it was read once: memberships need all of it.
        self._seen: list[Colleague] = []

    def parts(self) -> tuple[Part, ...]:
        """Everything."""
        return tuple(Part)

    def name_of(self, part: Part) -> str:
        """There is no file: the part itself."""
        return f"demo {part.value}"

    def check(self) -> list[Problem]:
        """Nothing can be wrong."""
        return []

    def schema(self, part: Part) -> tuple[str, ...]:
        """As directory files, and whether somebody is a guest."""
        return (*KNOWN[part], "userType") if part is Part.USERS else KNOWN[part]

    def full(self, part: Part) -> Iterator[Page]:
        """All people, groups or memberships."""
        match part:
            case Part.USERS:
                return _record_pages(self._people())
            case Part.GROUPS:
                return _record_pages(self._groups.records())
            case Part.MEMBERSHIPS:
                return _edge_pages(self._edges())

    def _people(self) -> Iterator[Record]:
        yield from self._named
        seen = []
        for colleague in self._workforce:
            seen.append(_slim(colleague))
            yield colleague.record
        self._seen = seen

    def _edges(self) -> Iterator[Edge]:
        here = {record.source_id for record in self._named}
        elsewhere = {one for members in known.MEMBERS.values() for one in members} - here
        workforce = self._seen or list(map(_slim, self._workforce))
        for edge in self._groups.edges(workforce):
            if edge.member not in elsewhere:
                yield edge


def _slim(colleague: Colleague) -> Colleague:
    """Without the attributes: all of the workforce is held at once to draw teams from."""
    record = Record(colleague.record.source_id, {})
    return Colleague(record, colleague.department, colleague.country, colleague.is_member)


def _record_pages(records: Iterable[Record]) -> Iterator[Page]:
    waiting = iter(records)
    while page := tuple(islice(waiting, _PAGE)):
        yield Page(records=page)
    yield Page(last=True)


def _edge_pages(edges: Iterable[Edge]) -> Iterator[Page]:
    waiting = iter(edges)
    while page := tuple(islice(waiting, _PAGE)):
        yield Page(edges=page)
    yield Page(last=True)
