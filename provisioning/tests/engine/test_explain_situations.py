"""`explain` answers for every situation of a person: code, reasons, sentence, what would change it.

Each situation is made by the real engine in front of the simulator and asked for by the command.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, assign, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import account, mappings_with, seeded
from provisioning.tests.speaking import french_catalogue

FILTER = {
    "title": "Agents of France",
    "clauses": [
        {"attribute": "department", "operator": "EQUALS", "value": "Sales"},
        {"attribute": "country", "operator": "IN", "value": ["FR", "BE"]},
    ],
}
INSIDE: dict[str, Any] = {"department": "Sales", "country": "FR"}


def explained(name: str) -> dict[str, Any]:
    """The answer of the command."""
    said = command("explain", "genesys-eu", name, "--json")
    assert said.code == 0, said.err
    return dict(said.document)


def answer(name: str) -> tuple[bool, str, list[str], str, list[str]]:
    """Whether inside, the code, the reasons, the first sentence, and what would have to change."""
    told = explained(name)
    reasons = [one["reason"] for one in told["because"]]
    sentence = told["because"][0]["sentence"]
    return told["in_application"], told["code"], reasons, sentence, told["to_change"]


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Everybody who is not written to, and Ana who is."""
    directory.person("boss", **INSIDE)
    directory.person("ana", **INSIDE)
    directory.person("mia", manager="boss", **INSIDE)
    directory.person("ivo", **INSIDE)
    directory.person("zoe", **INSIDE)
    directory.person("dan", accountEnabled=False, **INSIDE)
    directory.person("sam", deletedDateTime="2026-11-01T00:00:00Z", **INSIDE)
    directory.person("fay", department="Support")
    directory.person("nil", userPrincipalName="", **INSIDE)
    directory.group("g", "Contact centre FR", ["zoe"])
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        assignments=[
            *({"user": name, "role": "agent"} for name in ("ana", "mia", "dan", "sam", "fay")),
            {"user": "nil", "role": "agent"},
            {"group": "Contact centre FR", "role": "Default Access"},
        ],
        mappings={"users": {"filters": [FILTER]}},
    )


def test_somebody_who_is_not_assigned(job: Job):
    cycle(job, approve=True)

    assert answer("ivo") == (
        False,
        "NotEffectivelyEntitled",
        ["NotAssigned"],
        "Not assigned to the application, directly or through a group.",
        [
            "Assign Person ivo, or a group with Person ivo in it, with a role that counts: Agent, "
            "Supervisor."
        ],
    )


def test_somebody_with_default_access_only(job: Job):
    cycle(job, approve=True)

    inside, code, reasons, sentence, to_change = answer("zoe")

    assert (inside, code, reasons) == (False, "NotEffectivelyEntitled", ["DefaultAccessOnly"])
    assert sentence.startswith("Assigned only with the role Default Access")
    assert to_change == [
        "Assign another role than Default Access to Person zoe, or to a group with Person zoe in "
        "it: Agent, Supervisor. Or switch the exclusion of Default Access off. Assigned now: "
        "Contact centre FR."
    ]
    role = explained("zoe")["because"][0]["detail"]["role"]
    assert (role["name"], role["won"], role["through"]) == (
        "Default Access",
        "no_other",
        ["Contact centre FR"],
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("dan", "Enable Person dan in the directory."),
        ("sam", "Restore Person sam from the deleted objects of the directory."),
    ],
)
def test_somebody_who_is_disabled(job: Job, name: str, change: str):
    cycle(job, approve=True)

    assert answer(name) == (
        False,
        "NotEffectivelyEntitled",
        ["NotActive"],
        "Not active in the directory: blocked, deleted or gone.",
        [change],
    )


def test_somebody_whom_a_filter_keeps_out(job: Job):
    cycle(job, approve=True)

    assert answer("fay") == (
        False,
        "NotEffectivelyEntitled",
        ["FilterFailed"],
        "No scoping filter lets this object through. “Agents of France”: department EQUALS Sales, "
        "found: Support; country IN FR, BE, no value found.",
        [
            "Change the attributes in the directory, or the filters, so that one filter lets "
            "everything through: “Agents of France”: department EQUALS Sales (found: Support) and "
            "country IN FR, BE (no value found)."
        ],
    )


def test_somebody_without_a_matching_value(job: Job):
    cycle(job, approve=True)

    assert answer("nil") == (
        False,
        "ImportSkipped",
        ["ImportSkipped"],
        "No matching attribute has a value (userName), so no account can be found or made.",
        ["Fill a matching attribute in the directory: what userName is mapped from."],
    )


def test_people_who_are_held_as_ambiguous(directory: Directory):
    directory.person("ana", employeeId="7")
    directory.person("ben", employeeId="8")
    directory.person("eva", employeeId="8")
    directory.sync()
    users = [account("one", externalId="7"), account("two", externalId="7")]
    users.append(account("three", externalId="8"))
    rule = {"target": "externalId", "source": "employeeId", "match": 2}
    with seeded(users, personality="scim") as target:
        job = application(
            target.tenant_url,
            target.token,
            template="scim",
            scope="all",
            mappings=mappings_with(rule, template="scim"),
        )
        cycle(job, approve=True)

        two_hits, two_people, other = answer("ana"), answer("ben"), answer("eva")

    assert two_hits == (
        False,
        "DuplicateTargetEntries",
        ["DuplicateTargetEntries"],
        "Several accounts match; none of them was changed. Make the matching value unique.",
        ["Leave only one account with this matching value in the application."],
    )
    assert (
        two_people
        == other
        == (
            False,
            "DuplicateSourceEntries",
            ["DuplicateSourceEntries"],
            "Several people of the directory match the same account; none of them was changed.",
            ["Give each of these people a matching value of their own in the directory."],
        )
    )


def test_somebody_whose_manager_has_no_account(job: Job):
    cycle(job, approve=True)

    assert answer("mia") == (
        True,
        "WaitingForReference",
        ["WaitingForReference"],
        "The account exists; a reference to somebody without an account is still missing.",
        ["Nothing: the reference follows as soon as the other person has an account."],
    )


def test_somebody_whom_the_target_refused(genesys: Running, job: Job):
    genesys.set_faults(["status:code=400,method=POST,times=2"])

    cycle(job, approve=True)

    inside, code, reasons, sentence, to_change = answer("ana")
    assert (inside, code, reasons) == (False, "Failed", ["Failed"])
    assert sentence.startswith("The last attempt failed: ")
    assert to_change == ["Follow the advice of the last log entry; it is tried again."]


def test_somebody_who_is_provisioned(job: Job):
    cycle(job, approve=True)

    assert answer("ana") == (
        True,
        "Provisioned",
        ["Provisioned"],
        "The account exists and agrees with the directory.",
        [],
    )
    role = explained("ana")["because"][0]["detail"]["role"]
    assert (role["value"], role["won"], role["directly"]) == ("agent", "only", True)


def test_whoever_does_all_that_has_to_change_gets_a_yes(directory: Directory, job: Job):
    directory.person("una", userPrincipalName="", accountEnabled=False)
    directory.sync()
    cycle(job, approve=True)

    inside, code, reasons, _, to_change = answer("una")

    assert (inside, code) == (False, "NotEffectivelyEntitled")
    assert reasons == ["NotAssigned", "NotActive", "FilterFailed"]
    assert [one.partition(" ")[0] for one in to_change] == ["Assign", "Enable", "Change", "Fill"]
    directory.person("una", userPrincipalName="una@contoso.example", accountEnabled=True, **INSIDE)
    directory.sync()
    assign(job, {"user": "una", "role": "agent"})
    cycle(job, approve=True)
    assert answer("una")[:2] == (True, "Provisioned")


@pytest.mark.parametrize(
    ("nested", "reasons", "through"), [(False, ["NotAssigned"], None), (True, [], ["Everybody"])]
)
def test_a_group_inside_an_assigned_group_counts_when_the_application_says_so(
    directory: Directory, job: Job, nested: bool, reasons: list[str], through: list[str] | None
):
    directory.group("top", "Everybody", ["inner"])
    directory.group("inner", "Inner circle", ["ivo"])
    directory.sync()
    configure({"slug": "genesys-eu", "nested_groups": nested})
    job.refresh_from_db()
    assign(job, {"group": "Everybody", "role": "supervisor"})

    told = explained("ivo")

    found = [one["reason"] for one in told["because"]]
    assert (found if told["code"] == "NotEffectivelyEntitled" else []) == reasons
    role = told["because"][0]["detail"].get("role")
    assert (role and role["through"]) == through
    near = ["Person ivo is in a group inside Everybody, which is assigned." in one
            for one in told["to_change"]]  # fmt: skip
    assert near == [not nested]


def test_the_role_that_wins_is_told_with_its_reason(directory: Directory, job: Job):
    directory.group("g2", "Leads", ["ana"])
    directory.sync()
    assign(job, {"user": "ana", "role": "supervisor"}, {"group": "Leads", "role": "agent"})

    role = explained("ana")["because"][0]["detail"]["role"]

    assert (role["name"], role["won"], role["others"]) == ("Agent", "listed_first", ["Supervisor"])
    assert role["sentence"] == (
        "The role Agent, assigned through Leads. Assigned too: Supervisor. Of several roles the "
        "first in the application's list wins; mappings that ask for all roles get all of them."
    )


def test_every_answer_is_spoken_in_french(job: Job, settings, tmp_path):
    cycle(job, approve=True)
    names = ("ivo", "zoe", "dan", "sam", "fay", "nil", "mia", "ana")

    def said() -> list[str]:
        told = [explained(name) for name in names]
        lines = [one["sentence"] for answer in told for one in answer["because"]]
        return lines + [line for answer in told for line in answer["to_change"]]

    with translation.override("en"):
        english = said()
    with french_catalogue(settings, tmp_path):
        french = said()

    assert len(french) == len(english)
    assert not set(french) & set(english)


def test_the_command_tells_people_reasons_role_and_changes_line_by_line(job: Job):
    cycle(job, approve=True)

    said = command("explain", "genesys-eu", "zoe")

    verdict, reason, role, change = said.out.splitlines()
    assert verdict == "Person zoe is not in the application."
    assert reason.startswith("  Assigned only with the role Default Access")
    assert role == (
        "  The role Default Access, assigned through Contact centre FR: there is no other."
    )
    assert change.startswith("  → Assign another role than Default Access to Person zoe")
