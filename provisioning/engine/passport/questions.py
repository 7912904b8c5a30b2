"""The questions of a probe, in the order in which the answers are needed.

Each tries one thing with the test objects, learns a quirk from what comes of it, and answers with
a sentence. RFC 7644: 3.4.2 (lists and filters), 3.5.2 (PATCH), 3.6 (DELETE), 3.14 (versions).
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from provisioning.core import filters
from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change
from provisioning.core.errors import Conflict, ObjectRejected
from provisioning.core.patch import Dialect, members_body
from provisioning.core.resource import Kind, Resource
from provisioning.core.wording import gettext_noop
from provisioning.engine.execution.bodies import spoken_dialect
from provisioning.engine.execution.reading_back import shown_members
from provisioning.engine.passport.trial import Answer, Trial
from provisioning.scim.versions import version_of

TITLE = AttributePath.parse("title")
USER_NAME = AttributePath.parse("userName")
INACTIVE = "active eq false"
LONGEST_DELAY = 15
FILTERS = gettext_noop("Filters")
DELAY = gettext_noop("Delay after writes")
PAGES = gettext_noop("Pages")
INACTIVES = gettext_noop("Inactive accounts")
TWINS = gettext_noop("Accounts that exist")
CHANGES = gettext_noop("Changes")
MEMBERS = gettext_noop("Members")
VERSIONS = gettext_noop("Versions")
DELETION = gettext_noop("Deletion")
QUOTA = gettext_noop("Quota")


def filtering(trial: Trial) -> Answer:
    """Nobody is found by a name nobody has, the test account by its own in any case."""
    try:
        if _total(trial, str(uuid4())):
            return _no_filters(trial, gettext_noop("Filters are ignored: everybody is answered."))
        name = str(USER_NAME.get(trial.people[0]))
        waited = _seconds_until_found(trial, name)
        if waited is None:
            return _no_filters(trial, gettext_noop("A filter does not find what is there."))
        trial.learn(settle_seconds=float(waited))
        if not _total(trial, name.upper()):
            return _no_filters(
                trial, gettext_noop("A filter finds a userName in one spelling only.")
            )
    except ObjectRejected:
        return _no_filters(trial, gettext_noop("Filters are refused."))
    return Answer(FILTERS, gettext_noop("Accounts are found by userName, in any case."))


def delay(trial: Trial) -> Answer:
    """What `filtering` measured."""
    seconds = int(trial.quirks.settle_seconds)
    if not seconds:
        return Answer(DELAY, gettext_noop("A write shows in searches at once."))
    late = gettext_noop("A write shows in searches after %(seconds)d s.")
    return Answer(DELAY, late, {"seconds": seconds}, broken=True)


def paging(trial: Trial) -> Answer:
    """Two pages of one, and what stands at and behind the end that the total promises."""
    zeroth, first, second = (trial.client.page(Kind.USER, n, 1) for n in (0, 1, 2))
    if _ids(zeroth.resources) != _ids(first.resources):
        trial.learn(first_index=0)
        second, first = first, zeroth
    begin = trial.quirks.first_index
    if not first.resources or _ids(first.resources) == _ids(second.resources):
        trial.learn(listing_trusted=False)
        return Answer(PAGES, gettext_noop("Pages repeat the same accounts."), broken=True)
    at_end = trial.client.page(Kind.USER, begin + first.total - 1, 1)
    if len(at_end.resources) != 1 or trial.client.page(Kind.USER, begin + first.total, 1).resources:
        trial.learn(listing_trusted=False)
        return Answer(PAGES, gettext_noop("The total of a listing is wrong."), broken=True)
    return _page_size(trial, begin)


def _page_size(trial: Trial, begin: int) -> Answer:
    wanted = trial.quirks.page_size
    page = trial.client.page(Kind.USER, begin, wanted)
    size = len(page.resources)
    capped = 0 < size < min(page.total, wanted)
    if capped:
        trial.learn(page_size=size)
    values = {"size": trial.quirks.page_size, "first": begin}
    told = gettext_noop("Pages of %(size)d accounts, counted from %(first)d; their totals agree.")
    return Answer(PAGES, told, values, broken=capped or begin == 0)


def inactive_accounts(trial: Trial) -> Answer:
    """Whether a listing without a filter shows an account that is inactive."""
    before = trial.client.page(Kind.USER, trial.quirks.first_index, 1).total
    made = trial.make_person(active=False)
    trial.people.append(made)
    trial.sleep(trial.quirks.settle_seconds)
    if trial.client.page(Kind.USER, trial.quirks.first_index, 1).total > before:
        return Answer(INACTIVES, gettext_noop("Listings show inactive accounts."))
    lists = trial.client.pages(Kind.USER, listed_by=INACTIVE)
    if trial.quirks.filter_supported and lists.first().total:
        trial.learn(user_lists=(None, INACTIVE))
        asked = gettext_noop("Listings show inactive accounts only when they are asked for.")
        return Answer(INACTIVES, asked, broken=True)
    trial.learn(listing_trusted=False)
    return Answer(INACTIVES, gettext_noop("Listings hide inactive accounts."), broken=True)


def twins(trial: Trial) -> Answer:
    """Whether a second account of the same userName is refused, and how."""
    name = str(USER_NAME.get(trial.people[0]))
    try:
        trial.make_person(name)
    except Conflict as conflict:
        told = gettext_noop("A second account of the same userName is refused with %(status)d.")
        return Answer(
            TWINS, told, {"status": conflict.status or 409}, broken=conflict.status != 409
        )
    except ObjectRejected as refused:
        trial.learn(uniqueness_enforced=False)
        told = gettext_noop(
            "A second account is refused with %(status)d, which says nothing of why."
        )
        return Answer(TWINS, told, {"status": refused.status or 0}, broken=True)
    trial.learn(uniqueness_enforced=False)
    told = gettext_noop("A second account of the same userName is made: everybody is looked up.")
    return Answer(TWINS, told, broken=True)


def changing(trial: Trial) -> Answer:
    """The first form of PATCH that changes the test account, else PUT."""
    forms: tuple[tuple[Dialect | None, dict[str, bool], str], ...] = (
        (Dialect.RFC, {}, gettext_noop("PATCH with paths, as the RFC has it.")),
        (Dialect.PATHLESS, {"patch_paths": False}, gettext_noop("PATCH without paths only.")),
        (Dialect.ENTRA, {"patch_as_entra": True}, gettext_noop("PATCH in Entra's form only.")),
        (None, {"patch_supported": False}, gettext_noop("No PATCH: accounts are put back whole.")),
    )
    for number, (form, learnt, told) in enumerate(forms):
        old = TITLE.get(trial.people[0])
        if trial.takes(Change(TITLE, old, f"Probe {number}"), form):
            trial.learn(**learnt)
            return Answer(CHANGES, told, broken=bool(learnt))
    return Answer(CHANGES, gettext_noop("No form of change was taken."), broken=True)


def membership(trial: Trial) -> Answer:
    """How many members join at once, and how one leaves."""
    if not trial.quirks.groups_creatable or not trial.quirks.patch_supported:
        return Answer(MEMBERS, gettext_noop("Not tried."))
    try:
        group = trial.make_group()
    except ObjectRejected:
        trial.learn(groups_creatable=False)
        return Answer(MEMBERS, gettext_noop("Groups cannot be made."), broken=True)
    chunk = next((n for n in (3, 2, 1) if _join(trial, group, n)), 0)
    if chunk == 0:
        return Answer(MEMBERS, gettext_noop("Members cannot be added by PATCH."), broken=True)
    if chunk < 3:
        trial.learn(member_chunk=chunk)
    leave = _leave(trial, group)
    told = gettext_noop("%(chunk)d members a request; leavers %(form)s.")
    values = {"chunk": trial.quirks.member_chunk, "form": leave}
    return Answer(MEMBERS, told, values, broken=chunk < 3 or leave != BY_PATH)


BY_PATH, AS_LIST = gettext_noop("each by a path"), gettext_noop("as a list")


def _join(trial: Trial, group: Resource, number: int) -> bool:
    """Whether so many joined with one request; who joined before joins no more."""
    ids = [str(one["id"]) for one in trial.people]
    joining = [one for one in ids if one not in _members(trial, group)][:number]
    return _modified(trial, group, joining, []) and _members(trial, group).issuperset(joining)


def _leave(trial: Trial, group: Resource) -> str:
    own = spoken_dialect(Dialect.RFC, trial.quirks) is Dialect.ENTRA
    for as_list, told in (
        (own, AS_LIST if own else BY_PATH),
        (not own, BY_PATH if own else AS_LIST),
    ):
        leaver = sorted(_members(trial, group))[:1]
        if _modified(trial, group, [], leaver, as_list=as_list) and not (
            _members(trial, group) & set(leaver)
        ):
            trial.learn(members_leave_as_list=None if as_list is own else as_list)
            return told
    return gettext_noop("in no form")


def _modified(
    trial: Trial,
    group: Resource,
    add: list[str],
    remove: list[str],
    *,
    as_list: bool | None = None,
) -> bool:
    dialect = spoken_dialect(Dialect.RFC, trial.quirks)
    body = members_body(add, remove, dialect, as_lists=as_list)
    try:
        trial.client.modify(Kind.GROUP, str(group["id"]), body)
    except ObjectRejected:
        return False
    return True


def _members(trial: Trial, group: Resource) -> set[str]:
    return shown_members(trial.read(group, Kind.GROUP) or {})


def versions(trial: Trial) -> Answer:
    """Whether a write under an old version is refused, and one under the current is not."""
    old = version_of(trial.people[0])
    if old is None:
        trial.learn(etag=False)
        return Answer(VERSIONS, gettext_noop("Accounts have no versions."), broken=True)
    form = spoken_dialect(Dialect.RFC, trial.quirks) if trial.quirks.patch_supported else None
    before = TITLE.get(trial.people[0])
    trial.takes(Change(TITLE, before, "Probe version"), form)
    try:
        trial.write(Change(TITLE, "Probe version", "Probe late"), form, old)
    except ObjectRejected:
        return Answer(VERSIONS, gettext_noop("An old version is refused, as it should be."))
    trial.learn(etag=False)
    return Answer(VERSIONS, gettext_noop("Versions are not checked."), broken=True)


def quota(trial: Trial) -> Answer:
    """What the answers so far said of a quota."""
    announced = trial.client.governor.requests_per_minute
    if announced is None:
        return Answer(QUOTA, gettext_noop("No quota is announced; it is learned from the answers."))
    told = gettext_noop("%(number)d requests a minute.")
    return Answer(QUOTA, told, {"number": int(announced)})


def deletion(*, soft: bool) -> Answer:
    """What cleaning up showed."""
    if soft:
        return Answer(
            DELETION, gettext_noop("A deleted account stays there, inactive."), broken=True
        )
    return Answer(DELETION, gettext_noop("A deleted account is gone."))


QUESTIONS: tuple[tuple[str, Callable[[Trial], Answer]], ...] = (
    (FILTERS, filtering),
    (DELAY, delay),
    (PAGES, paging),
    (INACTIVES, inactive_accounts),
    (TWINS, twins),
    (CHANGES, changing),
    (MEMBERS, membership),
    (VERSIONS, versions),
    (QUOTA, quota),
)


def _no_filters(trial: Trial, told: str) -> Answer:
    trial.learn(filter_supported=False)
    return Answer(FILTERS, told, broken=True)


def _total(trial: Trial, name: str) -> int:
    asked = filters.equals(USER_NAME, name)
    return trial.client.pages(Kind.USER, listed_by=asked).first().total


def _seconds_until_found(trial: Trial, name: str) -> int | None:
    for seconds in range(LONGEST_DELAY + 1):
        if _total(trial, name):
            return seconds
        trial.sleep(1.0)
    return None


def _ids(resources: tuple[Resource, ...]) -> list[str]:
    return [str(one.get("id")) for one in resources]
