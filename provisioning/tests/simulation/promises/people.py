"""Whose account is whose: nobody has two, no name is there twice, no link leads to a stranger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from provisioning.tests.simulation.findings import History, moment_of
from provisioning.tests.simulation.network import Applied, user_of


def I01_nobody_twice(history: History) -> Iterator[str]:
    """One live account for one person, also in between."""
    live: defaultdict[str, set[str]] = defaultdict(set)
    for one in history.truth:
        for change in one.changes:
            if change.after.kind != "User" or not user_of(change.after):
                continue
            owned = live[user_of(change.after)]
            (owned.discard if change.action == "delete" else owned.add)(change.after.id)
            if len(owned) > 1 and one.ours:
                yield f"{user_of(change.after)} has {len(owned)} accounts"
                return


def I01_no_name_twice(history: History) -> Iterator[str]:
    """We never create a second account with a name, nor give one a name that another has."""
    names: dict[str, str] = {}
    for account in history.application.first_accounts:
        names[account.id] = account.name
    for one in history.truth:
        for change in one.changes:
            if change.after.kind != "User":
                continue
            names.pop(change.after.id, None)
            if not change.after.present:
                continue
            if one.ours and change.after.name in names.values() and _named_by(one):
                yield f"a second {change.after.name} at {moment_of(history, one)}"
                return
            names[change.after.id] = change.after.name


def I10_links_are_true(history: History) -> Iterator[str]:
    """A link leads to the person's own account, and nobody shares one."""
    everything = history.application.target.service.organisation.store.users.everything
    shared = Counter((one.kind, one.target_id) for one in history.links)
    yield from (f"{key} is shared" for key, number in shared.items() if number > 1)
    for link in history.links:
        account = everything.get(link.target_id)
        if link.kind != "user" or link.target_id in history.touched:
            continue
        if account is None:
            yield f"{link.object.source_id} is linked to {link.target_id}, which never was"
        elif user_of(account) not in ("", link.object.source_id):
            yield f"{link.object.source_id} is linked to the account of {user_of(account)}"


def _named_by(one: Applied) -> bool:
    return one.method == "POST" or "userName" in str(one.body)
