"""The other ways of writing a change, in front of a target that reads them."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.engine.credentials import keep_quirks
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.strictly import last_operations
from provisioning.tests.engine.watching import ENTERPRISE, accounts, mappings_with, member_names

GROUP = "Contact centre FR"
MOBILE = 'phoneNumbers[type eq "mobile"].value'
CLEARED = {"target": MOBILE, "source": "mobile", "when_empty": "clear"}


@pytest.fixture
def job(directory: Directory, genesys: Running, request: pytest.FixtureRequest) -> Job:
    """Ana and Ben in front of Genesys Cloud, which reads every dialect; Ana is in the group."""
    directory.person("ana", mobile="+33612345678")
    directory.person("ben")
    directory.group("g", GROUP, ["ana"])
    directory.sync()
    made = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        dialect=getattr(request, "param", "rfc"),
        mappings=mappings_with(CLEARED),
    )
    assert cycle(made, approve=True).state == "succeeded"
    return made


@pytest.mark.parametrize("job", ["entra"], indirect=True)
def test_entras_dialect_reaches_what_is_wanted(job: Job, directory: Directory, genesys: Running):
    directory.person(
        "ana", manager="ben", jobTitle="Lead", mobile="", telephoneNumber="+33112345678"
    )
    directory.person("ben", accountEnabled=False)
    directory.group("g", GROUP, ["ben"])
    directory.sync()

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 3})
    ana, ben = accounts(genesys)["ana"], accounts(genesys)["ben"]
    assert (ana["title"], ana[ENTERPRISE]["manager"]["value"]) == ("Lead", ben["id"])
    assert [(p["type"], p["value"]) for p in ana["phoneNumbers"]] == [("work", "+33112345678")]
    assert ben["active"] is False
    assert member_names(genesys, GROUP) == ["ben"]
    assert last_operations(operation="disable") == [
        {"op": "Replace", "path": "active", "value": "False"}
    ]
    assert last_operations(operation="membership") == [
        {"op": "Add", "path": "members", "value": [{"$ref": None, "value": ben["id"]}]},
        {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": ana["id"]}]},
    ]
    assert cycle(job, initial=True).requests == {}


FORMS: list[tuple[str, bool, Any]] = [
    ("rfc", True, {"op": "remove", "path": "members", "value": [{"value": "{ana}"}]}),
    ("entra", False, {"op": "Remove", "path": 'members[value eq "{ana}"]'}),
]


@pytest.mark.parametrize(("job", "as_list", "form"), FORMS, indirect=["job"])
def test_leavers_of_a_group_are_written_as_the_passport_says(
    job: Job, directory: Directory, genesys: Running, as_list: bool, form: Any
):
    keep_quirks(job.application, members_leave_as_list=as_list)
    directory.group("g", GROUP, ["ben"])
    directory.sync()

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 1})
    assert member_names(genesys, GROUP) == ["ben"]
    ana = str(accounts(genesys)["ana"]["id"])
    (leaving,) = last_operations(operation="membership")[1:]
    assert repr(leaving) == repr(form).replace("{ana}", ana)
    assert cycle(job).requests == {}
