"""People against their accounts: listed where a listing can be believed, else asked for one by one.

First every account is compared with whom the links say has it; then everybody is looked for who
should have one and was not among them; what is left belongs to nobody we know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice

from django.db.models import Q, QuerySet

from provisioning.core.entitlement import entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import matching_values
from provisioning.core.resource import Kind, Resource, State, Value
from provisioning.engine.facts import Fact
from provisioning.engine.planning.listing import key_of
from provisioning.engine.planning.looking_up import Match, look_up
from provisioning.engine.planning.matching import Snapshot
from provisioning.engine.verifying.judging import Judge, read_account
from provisioning.models import DirectoryObject, Link, ReadAccount
from provisioning.models.verification import DivergenceKind
from provisioning.scim.client import ScimClient

PAGE = 200
LOOKUPS_IN_FLIGHT = 4


@dataclass(slots=True)
class People(Judge):
    """Compares the people of one application with their accounts."""

    proven: bool = False
    """Whether absence from what was listed proves that there is no account."""

    def compare(self) -> None:
        """All of them, in three passes. Raises what ends a reading for everybody."""
        self.findings.total = self._candidates().count()
        if self.target.client.quirks.listing_trusted:
            self.proven = self.target.read(self._listed)
        else:
            self._tell_not_listed(())
        self._look_at_the_rest()
        self._tell_left_over()

    def _listed(self, client: ScimClient) -> bool:
        """Everything the target lists, page by page; a listing that breaks off begins anew."""
        self.findings.forget()
        listing = client.listing(Kind.USER)
        self.findings.total = listing.total + self._candidates().count()
        accounts = iter(listing)
        while page := list(islice(accounts, PAGE)):
            self._page(page)
            self.findings.keep(len(page))
        if not listing.complete:
            self._tell_not_listed(listing.doubts)
        return listing.complete

    def _tell_not_listed(self, doubts: Sequence[str]) -> None:
        because = [{"reason": "NotListed", "detail": {"doubts": list(doubts)}}]
        self.findings.row(DivergenceKind.NOT_LISTED, None, "", name="", because=because)

    def _page(self, accounts: Sequence[Resource]) -> None:
        """Those somebody has are compared; the others are remembered by their matching values."""
        by_id = {str(one["id"]): one for one in accounts}
        links = Link.objects.filter(job=self.findings.job, kind=Kind.USER, target_id__in=by_id)
        ours = {link.object_id: link for link in links.select_related("object")}
        for target_id in by_id.keys() - {link.target_id for link in ours.values()}:
            self.findings.saw(*self._unclaimed(target_id, by_id[target_id]))
        facts = self.facts.of([link.object for link in ours.values()], ours.values())
        self.judge([(fact, by_id[ours[fact.row.pk].target_id]) for fact in facts])
        self.findings.saw(*(ReadAccount(run=self.findings.run, object=one.row) for one in facts))

    def _unclaimed(self, target_id: str, account: Resource) -> Iterator[ReadAccount]:
        run = self.findings.run
        name = str(account.get("userName") or account.get("displayName") or target_id)
        yield ReadAccount(run=run, target_id=target_id, key=name[:255])
        for rule in self.findings.definition.users.matching:
            value = rule.target.get(account)
            if value not in (None, ""):
                path, key = str(rule.target), key_of(value)
                yield ReadAccount(
                    run=run, target_id=target_id, path=path, key=key, resource=account
                )

    def _candidates(self) -> QuerySet[DirectoryObject]:
        """Everybody, but for those who are gone and left no account behind."""
        linked = Link.objects.filter(job=self.findings.job).values("object_id")
        people = DirectoryObject.objects.filter(kind="user")
        return people.filter(~Q(state=State.GONE) | Q(pk__in=linked))

    def _look_at_the_rest(self) -> None:
        """Whoever should have an account, and was not among those that were listed."""
        ids = iter(self._candidates().values_list("pk", flat=True).order_by("pk").iterator())
        while page := list(islice(ids, PAGE)):
            seen = ReadAccount.objects.filter(run=self.findings.run, object_id__in=page)
            rest = set(page) - set(seen.values_list("object_id", flat=True))
            facts = [fact for fact in self.facts.page(list(rest)) if self._matters(fact)]
            self.judge(list(zip(facts, self._found(facts), strict=True)))
            self.findings.keep(len(page))

    def _matters(self, fact: Fact) -> bool:
        """Who is entitled; and a leaver, as long as nothing proves that the account is gone."""
        if entitlement(self.findings.definition, fact.subject).entitled:
            return True
        return fact.link is not None and not self.proven

    def _found(self, facts: Sequence[Fact]) -> list[Match]:
        """The account of each: among those listed, else asked for unless there can be none."""
        wanted = [self._matching(fact) for fact in facts]
        accounts = ReadAccount.objects.filter(run=self.findings.run)
        snapshot = Snapshot.of(accounts, [one for one in wanted if isinstance(one, list)])
        found: list[Match] = []
        asking: dict[int, Callable[[], Match]] = {}
        for index, (fact, values) in enumerate(zip(facts, wanted, strict=True)):
            found.append(snapshot.match(values) if isinstance(values, list) else values)
            if fact.link is not None:
                link = fact.link
                asking[index] = partial(read_account, self.target, Kind.USER, link.target_id)
            elif found[-1] is None and isinstance(values, list) and values:
                asking[index] = partial(look_up, self.target, Kind.USER, values)
        if not self.proven:
            self._ask(asking, found)
        self._claim(found)
        return found

    def _matching(self, fact: Fact) -> list[list[Value]] | ConfigurationError:
        """What somebody without a link is looked for with; a rule that fails says so."""
        if fact.link is not None:
            return []
        now = self.findings.around.now
        try:
            values = matching_values(self.findings.definition, fact.subject, now)
        except ConfigurationError as error:
            return error
        return [[str(path), value] for path, value in values]

    def _ask(self, asking: Mapping[int, Callable[[], Match]], found: list[Match]) -> None:
        self.target.open()
        with ThreadPoolExecutor(LOOKUPS_IN_FLIGHT) as pool:
            answers = pool.map(lambda ask: ask(), asking.values())
            for index, answer in zip(asking, answers, strict=True):
                found[index] = answer

    def _claim(self, found: Sequence[Match]) -> None:
        """Whoever matches an account has it, link or not: it is nobody's no more."""
        ids = [str(one["id"]) for one in found if isinstance(one, Mapping)]
        ReadAccount.objects.filter(run=self.findings.run, target_id__in=ids).delete()

    def _tell_left_over(self) -> None:
        """The accounts that the target has, and nobody of ours."""
        left = ReadAccount.objects.filter(run=self.findings.run, object=None, path="")
        names = iter(left.values_list("target_id", "key").order_by("key").iterator())
        while page := list(islice(names, PAGE)):
            for target_id, name in page:
                self.findings.people["extra"] += 1
                self.findings.row(DivergenceKind.EXTRA, None, target_id, name=name)
            self.findings.keep()
