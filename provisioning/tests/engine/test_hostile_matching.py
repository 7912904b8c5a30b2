"""Matching values that mean something to filters, addresses or JSON: one account, found again."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning import simulator
from provisioning.models import Link
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.watching import Watch, account, accounts, entries, seeded

NAME = {"target": "displayName", "source": "displayName"}
VALUES = [
    'o"brien',
    "back\\slash",
    '\\"',
    '" or userName pr or userName eq "',
    "50%",
    "%22",
    "a&b=c",
    "#tag?x",
    "two words",
    "plus+sign",
    "línea",
    "日本語",
    "𝒜na",
    "new\nline",
    "tab\there",
    "(x) and y",
    "null",
    "true",
    "007",
    "/../Groups",
]


def by_number(target: Running) -> Any:
    rows = [
        {"target": "externalId", "source": "number", "match": 1},
        {"target": "userName", "source": "userPrincipalName"},
        NAME,
    ]
    return application(
        target.tenant_url, target.token, template="scim", scope="all",
        mappings={"users": {"attributes": rows}, "groups": {"enabled": False}},
    )  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_one_account_is_made_and_found_by_a_look_up(
    directory: Directory, generic: Running, value: str
):
    directory.person("ana", number=value)
    directory.sync()
    job = by_number(generic)

    cycle(job, approve=True)
    assert accounts(generic)["ana"]["externalId"] == value
    Link.objects.all().delete()
    again = cycle(job, initial=True)

    assert (again.counts, again.requests) == ({"adopt": 1}, {"GET": 1})


def test_all_of_them_are_found_in_a_listing(directory: Directory):
    for number, value in enumerate(VALUES):
        directory.person(f"p{number}", number=value)
    directory.sync()
    there = [account(f"p{n}", externalId=value, displayName=f"Person p{n}")
             for n, value in enumerate(VALUES)]  # fmt: skip
    with seeded(there, personality="scim") as target:
        run = cycle(by_number(target), approve=True)

        assert run.counts == {"adopt": len(VALUES)}
        assert run.requests == {"GET": 1}


@pytest.mark.parametrize("value", ["nobody", 'x" or id pr or id eq "'])
def test_T13_a_target_that_ignores_the_filter_gets_nobody_adopted(directory: Directory, value: str):
    directory.person("ana", number=value)
    directory.sync()
    others = [account("one", externalId="1"), account("two", externalId="2")]
    seed: dict[str, Any] = {"users": others, "groups": []}
    with simulator.start(
        personality="scim", quota=0, seed=seed, faults=["ignore_filter"]
    ) as target:
        watch = Watch(target)

        run = cycle(by_number(target), approve=True)

        assert run.counts == {"failed": 1}
        assert watch.writes == []
        assert entries()[-1].reason == "DuplicateTargetEntries"


@pytest.mark.parametrize(
    ("first", "second", "adopted"),
    [("9", "ana@contoso.example", "ana"), ("", "ana@contoso.example", "ana"), ("1", "", "one"),
     ("1", "ana@contoso.example", "one"), ("9", "nobody@contoso.example", None)],
)  # fmt: skip
def test_the_second_attribute_is_asked_only_after_no_value_or_no_hit(
    directory: Directory, first: str, second: str, adopted: str | None
):
    directory.person("ana", number=first, userPrincipalName=second)
    directory.sync()
    rows = [
        {"target": "externalId", "source": "number", "match": 1},
        {"target": "userName", "source": "userPrincipalName", "match": 2, "apply": "on_create"},
        {**NAME, "apply": "on_create"},
    ]
    with seeded([account("ana"), account("one", externalId="1")], personality="scim") as target:
        job = application(
            target.tenant_url, target.token, template="scim", scope="all",
            mappings={"users": {"attributes": rows}, "groups": {"enabled": False}},
        )  # fmt: skip
        before = {one["id"]: name for name, one in accounts(target).items()}

        run = cycle(job, approve=True)

        assert run.counts == ({"adopt": 1} if adopted else {"create": 1})
        assert before.get(Link.objects.get().target_id) == adopted
