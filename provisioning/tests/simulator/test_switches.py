"""Every switch of the Genesys Cloud personality changes the one rule that it names."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import requests

from provisioning.simulator.personality import NAMED, describe_switches, parse_personality
from provisioning.simulator.settings_error import SettingError
from provisioning.simulator.switches import SWITCHES
from provisioning.tests.simulator.caller import (
    ENTERPRISE,
    Clock,
    calling,
    op,
    person,
)

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def genesys(*switches: str) -> str:
    return f"genesys:{','.join(switches)}"


@pytest.mark.parametrize(
    ("switches", "status", "scim_type"),
    [
        ((), 400, "invalidVers"),
        (("stale_if_match=409",), 409, None),
        (("stale_if_match=412",), 412, None),
    ],
)
def test_stale_if_match_is_refused_as_the_switch_says(switches, status, scim_type):
    with calling(personality=genesys(*switches)) as target:
        user = target.user()

        answer = target.patch(
            f"/Users/{user['id']}", op("replace", "title", "Agent"), **{"If-Match": '"7"'}
        )

    assert (answer.status_code, answer.json().get("scimType")) == (status, scim_type)


@pytest.mark.parametrize(("value", "scim_type"), [("uniqueness", "uniqueness"), ("plain", None)])
def test_duplicate_user_has_a_scim_type_or_none(value, scim_type):
    with calling(personality=genesys(f"duplicate_user={value}")) as target:
        target.user("ana@example.org")

        answer = target.post("/Users", person("ANA@example.org"))

    assert (answer.status_code, answer.json().get("scimType")) == (409, scim_type)


@pytest.mark.parametrize(
    ("value", "status", "same_id"), [("201", 201, True), ("200", 200, True), ("new_id", 201, False)]
)
def test_restore_answers_a_create_over_a_deleted_user(value, status, same_id):
    with calling(personality=genesys(f"restore={value}")) as target:
        user = target.user()
        target.delete(f"/Users/{user['id']}")

        answer = target.post("/Users", person())

    assert answer.status_code == status
    assert (answer.json()["id"] == user["id"]) is same_id


@pytest.mark.parametrize(("value", "status"), [("ignore", 201), ("refuse", 400)])
def test_unknown_attributes_are_ignored_or_refused(value, status):
    with calling(personality=genesys(f"unknown_attributes={value}")) as target:
        answer = target.post("/Users", person(name={"givenName": "Ana"}))

    assert answer.status_code == status
    assert "name" not in answer.json()


@pytest.mark.parametrize(("value", "status"), [("create", 200), ("no_target", 400)])
@pytest.mark.parametrize("kind", ["add", "replace"])
def test_unmatched_path_makes_the_element_or_has_no_target(value, status, kind):
    with calling(personality=genesys(f"unmatched_path={value}")) as target:
        user = target.user()

        path = 'phoneNumbers[type eq "mobile"].value'
        answer = target.patch(f"/Users/{user['id']}", op(kind, path, "+33600000000"))

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["phoneNumbers"] == [{"type": "mobile", "value": "+33600000000"}]
    else:
        assert answer.json()["scimType"] == "noTarget"


@pytest.mark.parametrize(("value", "status"), [("insensitive", 200), ("sensitive", 400)])
def test_op_case_counts_or_not(value, status):
    with calling(personality=genesys(f"op_case={value}")) as target:
        user = target.user()

        answer = target.patch(f"/Users/{user['id']}", op("Replace", "title", "Agent"))

    assert answer.status_code == status


@pytest.mark.parametrize(("value", "status"), [("accept", 200), ("refuse", 400)])
def test_boolean_text_is_accepted_or_refused(value, status):
    with calling(personality=genesys(f"boolean_text={value}")) as target:
        user = target.user()

        answer = target.patch(f"/Users/{user['id']}", op("replace", "active", "False"))

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["active"] is False


@pytest.mark.parametrize("value", ["405", "501"])
def test_patch_is_refused_with_its_status_and_not_announced(value):
    with calling(personality=genesys(f"patch={value}")) as target:
        user = target.user()

        answer = target.patch(f"/Users/{user['id']}", op("replace", "title", "Agent"))
        replaced = target.put(f"/Users/{user['id']}", {**user, "title": "Agent"})
        config = target.get("/ServiceProviderConfig").json()

    assert (answer.status_code, answer.headers["Allow"]) == (int(value), "GET, PUT, DELETE")
    assert (replaced.status_code, replaced.json()["title"]) == (200, "Agent")
    assert config["patch"] == {"supported": False}


@pytest.mark.parametrize(("value", "status"), [("405", 405), ("404", 404), ("403", 403)])
def test_group_lifecycle_is_refused_with_a_platform_error(value, status):
    with calling(personality=genesys(f"group_lifecycle={value}"), groups=["Sales"]) as target:
        group = target.group("Sales")

        created = target.post("/Groups", {"displayName": "Support"})
        deleted = target.delete(f"/Groups/{group['id']}")

    assert (created.status_code, deleted.status_code) == (status, status)
    assert created.json()["status"] == status


def test_group_lifecycle_can_be_allowed():
    with calling(personality=genesys("group_lifecycle=allow")) as target:
        created = target.post("/Groups", {"displayName": "Support"})
        deleted = target.delete(f"/Groups/{created.json()['id']}")

    assert (created.status_code, deleted.status_code) == (201, 204)


def test_unfiltered_groups_are_refused_on_the_versioned_family_alone():
    with calling(personality=genesys("unfiltered_groups=refuse"), groups=["Sales"]) as target:
        versioned = target.get("/Groups")
        filtered = target.get("/Groups", filter='displayName eq "Sales"')
        unversioned = target.get(f"{target.running.root}/api/v2/scim/groups")

    assert (versioned.status_code, versioned.json()["scimType"]) == (400, "invalidFilter")
    assert filtered.json()["totalResults"] == unversioned.json()["totalResults"] == 1


@pytest.mark.parametrize(
    ("value", "status", "name"),
    [("refuse", 400, "Sales"), ("ignore", 200, "Sales"), ("allow", 200, "Buying")],
)
def test_group_rename_is_refused_ignored_or_done(value, status, name):
    with calling(personality=genesys(f"group_rename={value}"), groups=["Sales"]) as target:
        group = target.group("Sales")

        patched = target.patch(f"/Groups/{group['id']}", op("replace", "displayName", "Buying"))
        replaced = target.put(f"/Groups/{group['id']}", {"displayName": "Buying"})
        kept = target.get(f"/Groups/{group['id']}").json()["displayName"]

    assert (patched.status_code, replaced.status_code, kept) == (status, status, name)
    assert status == 200 or patched.json()["scimType"] == "mutability"


@pytest.mark.parametrize(("value", "status"), [("refuse", 400), ("ignore", 200)])
def test_unknown_member_is_refused_or_ignored(value, status):
    with calling(personality=genesys(f"unknown_member={value}"), groups=["Sales"]) as target:
        group = target.group("Sales")

        answer = target.patch(f"/Groups/{group['id']}", op("add", "members", [{"value": "nobody"}]))
        members = target.get(f"/Groups/{group['id']}").json()["members"]

    assert (answer.status_code, members) == (status, [])


@pytest.mark.parametrize(("value", "status"), [("accept", 200), ("refuse", 400)])
def test_redundant_member_is_accepted_or_refused(value, status):
    with calling(personality=genesys(f"redundant_member={value}"), groups=["Sales"]) as target:
        group, user = target.group("Sales"), target.user()
        absent = op("remove", f'members[value eq "{user["id"]}"]')
        joining = op("add", "members", [{"value": user["id"]}])

        removed = target.patch(f"/Groups/{group['id']}", absent)
        target.patch(f"/Groups/{group['id']}", joining)
        again = target.patch(f"/Groups/{group['id']}", joining)

    assert (removed.status_code, again.status_code) == (status, status)


@pytest.mark.parametrize(
    ("value", "parameters", "status"),
    [
        ("allow", {"count": 26}, 200),
        ("429", {"count": 26}, 429),
        ("429", {"count": 25}, 200),
        ("429", {"count": 26, "attributes": "userName"}, 200),
        ("429", {"count": 26, "attributes": "userName,externalId"}, 429),
    ],
)
def test_large_page_with_expensive_attributes_can_be_refused(value, parameters, status):
    with calling(personality=genesys(f"large_page={value}")) as target:
        answer = target.get("/Users", **parameters)

    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) is (status == 429)


def test_filter_lag_hides_a_write_from_filters_but_not_from_reads():
    clock = Clock()
    with calling(personality=genesys("filter_lag=5"), now=clock) as target:
        user = target.user()
        by_name = {"filter": 'userName eq "ana@example.org"'}

        at_once = target.names(**by_name)
        read = target.get(f"/Users/{user['id']}").status_code
        clock.move(6)
        later = target.names(**by_name)
        target.patch(f"/Users/{user['id']}", op("replace", "active", False))
        still_listed = target.names()
        clock.move(6)
        gone = target.names()

    assert (at_once, read, later) == ([], 200, ["ana@example.org"])
    assert (still_listed, gone) == (["ana@example.org"], [])


def test_allowance_and_window_set_the_rate():
    clock = Clock()
    personality = genesys("allowance=2", "window=10")
    with calling(personality=personality, quota=None, now=clock) as target:
        statuses = [target.get("/Users").status_code for _ in range(3)]
        clock.move(10)
        statuses.append(target.get("/Users").status_code)

    assert statuses == [200, 200, 429, 200]


def test_random_errors_hit_a_share_of_the_requests_the_same_way_each_time():
    def outcomes() -> list[int]:
        with calling(personality=genesys("random_errors=0.5")) as target:
            return [status_of(target) for _ in range(40)]

    def status_of(target) -> int:
        try:
            return int(target.get("/Users").status_code)
        except requests.ConnectionError:
            return 0

    first = outcomes()

    assert first == outcomes()
    assert set(first) > {200}
    assert set(first) <= {0, 200, 408, 500, 503, 504}


@pytest.mark.parametrize(
    ("value", "status", "stored"),
    [("refuse", 400, 0), ("refuse_but_keep", 400, 1), ("ignore", 201, 1)],
)
@pytest.mark.parametrize(
    "attributes", [{"roles": [{"value": "Astronaut"}]}, {ENTERPRISE: {"division": "Mars"}}]
)
def test_unknown_name_in_a_create_is_refused_and_the_user_may_stay(
    value, status, stored, attributes
):
    with calling(personality=genesys(f"unknown_name={value}")) as target:
        answer = target.post("/Users", person(**attributes))
        users = target.running.state()["users"]

    assert (answer.status_code, len(users)) == (status, stored)


@pytest.mark.parametrize(("value", "status"), [("accept", 200), ("refuse", 400)])
def test_unquoted_filter_is_accepted_or_refused(value, status):
    with calling(personality=genesys(f"unquoted_filter={value}"), groups=["Sales"]) as target:
        answer = target.get("/groups", filter="displayname eq Sales")

    assert answer.status_code == status


@pytest.mark.parametrize(("value", "status"), [("eq", 400), ("all", 200)])
def test_operators_other_than_eq_are_refused_or_known(value, status):
    with calling(personality=genesys(f"operators={value}")) as target:
        answer = target.get("/Users", filter='userName sw "ana"')

    assert answer.status_code == status


@pytest.mark.parametrize(("value", "found"), [("yes", ["ana@example.org"]), ("no", [])])
def test_find_inactive_by_a_filter_or_not(value, found):
    with calling(personality=genesys(f"find_inactive={value}")) as target:
        target.user(active=False)

        by_name = target.names(filter='userName eq "ana@example.org"')
        by_state = target.names(filter="active eq false")

    assert by_name == found
    assert by_state == ["ana@example.org"]


@pytest.mark.parametrize(("value", "status"), [("refuse", 400), ("ignore", 200)])
def test_other_email_cannot_be_written_or_is_left_alone(value, status):
    with calling(personality=genesys(f"other_email={value}")) as target:
        user = target.user()

        path = 'emails[type eq "other"].value'
        answer = target.patch(f"/Users/{user['id']}", op("replace", path, "x@example.org"))
        emails = target.get(f"/Users/{user['id']}").json()["emails"]

    assert answer.status_code == status
    assert emails == [{"value": "ana@example.org", "type": "other", "primary": True}]


@pytest.mark.parametrize(("value", "status"), [("insensitive", 200), ("sensitive", 404)])
def test_path_case_counts_or_not(value, status):
    with calling(personality=genesys(f"path_case={value}")) as target:
        assert target.get("/uSERS").status_code == status


@pytest.mark.parametrize("value", ["404", "405"])
def test_missing_endpoints_answer_404_or_405(value):
    with calling(personality=genesys(f"missing_endpoints={value}")) as target:
        answers = [
            target.post("/Bulk", {}),
            target.post("/.search", {}),
            target.post("/Users/.search", {}),
            target.get("/Me"),
        ]

    assert {answer.status_code for answer in answers} == {int(value)}


@pytest.mark.parametrize(
    ("value", "number", "status"),
    [
        ("any", "01 23 45 67 89", 201),
        ("e164", "01 23 45 67 89", 400),
        ("e164", "+33123456789", 201),
        ("e164", "tel:+33123456789;ext=12", 201),
    ],
)
def test_phone_format_is_free_or_e164(value, number, status):
    with calling(personality=genesys(f"phone_format={value}")) as target:
        phones = [{"type": "work", "value": number}]

        answer = target.post("/Users", person(phoneNumbers=phones))

    assert answer.status_code == status


def test_token_lifetime_ends_an_issued_token():
    clock = Clock()
    with calling(
        personality=genesys("token_lifetime=300"), clients=["us:secret"], now=clock
    ) as target:
        basic = base64.b64encode(b"us:secret").decode()
        issued = requests.post(
            target.running.token_url,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
            timeout=10,
        ).json()
        target.session.headers["Authorization"] = f"Bearer {issued['access_token']}"

        before = target.get("/Users").status_code
        clock.move(300)
        after = target.get("/Users").status_code

    assert (issued["expires_in"], before, after) == (300, 200, 401)


def test_body_limit_refuses_a_larger_body():
    with calling(personality=genesys("body_limit=1000")) as target:
        answer = target.post("/Users", person(title="x" * 1000))

    assert answer.status_code == 413
    assert "1000 bytes" in answer.json()["message"]


@pytest.mark.parametrize(
    ("held", "users", "groups"),
    [
        ("all", 201, 200),
        ("none", 403, 403),
        ("directory:group:edit", 403, 200),
        ("directory:user:add+directory:group:edit", 201, 200),
    ],
)
def test_permissions_decide_what_a_client_may_do(held, users, groups):
    with calling(personality=genesys(f"permissions={held}")) as target:
        created = target.post("/Users", person())
        listed = target.get("/Groups")
        read = target.get("/Users")

    assert (created.status_code, listed.status_code, read.status_code) == (users, groups, 200)
    assert users == 201 or created.json()["code"] == "missing.any.permissions"


def plain(switch: str) -> str:
    return f"scim:{switch}"


@pytest.mark.parametrize(
    ("switch", "status", "names"),
    [
        ("filtering=honest", 200, ["ben@x.example"]),
        ("filtering=ignored", 200, ["ana@x.example", "ben@x.example"]),
        ("filtering=refused", 400, None),
        ("name_case=sensitive", 200, []),
    ],
)
def test_filtering_and_name_case_decide_whom_a_filter_finds(switch, status, names):
    with calling(personality=plain(switch)) as target:
        for name in ("ana@x.example", "ben@x.example"):
            target.user(name)
        answer = target.get("/Users", filter='userName eq "BEN@x.example"')

    assert answer.status_code == status
    assert names is None or [one["userName"] for one in answer.json()["Resources"]] == names


@pytest.mark.parametrize(
    ("switch", "start", "names", "total"),
    [
        ("first_index=1", "2", ["b"], 2),
        ("first_index=0", "1", ["b"], 2),
        ("pages=repeated", "2", ["a", "b"], 8),
        ("pages=overstated", "2", ["b"], 7),
        ("page_cap=1", "1", ["a"], 2),
        ("list_inactive=no", "1", ["a"], 1),
    ],
)
def test_pages_are_counted_cut_and_stated_as_the_switch_says(switch, start, names, total):
    with calling(personality=plain(switch)) as target:
        target.user("a")
        target.user("b", active=False)
        listed = target.get("/Users", startIndex=start, count="3").json()

    assert ([one["userName"] for one in listed["Resources"]], listed["totalResults"]) == (
        names,
        total,
    )


@pytest.mark.parametrize(
    ("switch", "operation", "status"),
    [
        ("patch_form=path", op("replace", None, {"title": "Boss"}), 400),
        ("patch_form=pathless", op("replace", "title", "Boss"), 400),
        ("patch_form=pathless", op("replace", None, {"title": "Boss"}), 200),
        ("patch_form=entra", op("replace", "title", "Boss"), 400),
        ("patch_form=entra", op("Replace", "title", "Boss"), 200),
    ],
)
def test_patch_form_is_the_only_one_understood(switch, operation, status):
    with calling(personality=plain(switch)) as target:
        answer = target.patch(f"/Users/{target.user()['id']}", operation)

    assert answer.status_code == status


def test_patch_ignored_answers_and_changes_nothing():
    with calling(personality=plain("patch=ignored")) as target:
        answer = target.patch(f"/Users/{target.user()['id']}", op("replace", "title", "Boss"))

    assert (answer.status_code, "title" in answer.json()) == (200, False)


@pytest.mark.parametrize(
    ("switch", "status"), [("uniqueness=none", 201), ("duplicate_status=400", 400)]
)
def test_a_second_user_of_a_name_is_made_or_refused(switch, status):
    with calling(personality=plain(switch)) as target:
        target.user("ana@example.org")
        answer = target.post("/Users", person("ana@example.org"))

    assert answer.status_code == status


def test_deleted_inactive_keeps_the_user():
    with calling(personality=plain("deleted=inactive")) as target:
        user = target.user()
        status = target.delete(f"/Users/{user['id']}").status_code
        after = target.get(f"/Users/{user['id']}").json()

    assert (status, after["active"]) == (204, False)


@pytest.mark.parametrize(
    ("switch", "shown"), [("versions=none", False), ("versions=unchecked", True)]
)
def test_versions_are_absent_or_not_checked(switch, shown):
    with calling(personality=plain(switch)) as target:
        user = target.user()
        stale = {"If-Match": 'W/"77"'}
        answer = target.patch(f"/Users/{user['id']}", op("replace", "title", "Boss"), **stale)

    assert answer.status_code == 200
    assert ("version" in user["meta"], "ETag" in answer.headers) == (shown, shown)


@pytest.mark.parametrize(
    ("switch", "operation", "status"),
    [
        ("member_limit=1", "two", 400),
        ("member_limit=2", "two", 200),
        ("member_removal=path", "list", 400),
        ("member_removal=list", "list", 200),
        ("member_removal=list", "path", 400),
        ("member_removal=any", "path", 200),
    ],
)
def test_members_come_and_go_as_the_switch_says(switch, operation, status):
    with calling(personality=plain(switch)) as target:
        ids = [target.user(name)["id"] for name in ("a", "b")]
        members = [{"value": one} for one in ids]
        held = [] if operation == "two" else members
        group = target.post("/Groups", {"schemas": [GROUP], "displayName": "G", "members": held})
        sent = {
            "two": op("add", "members", members),
            "list": op("remove", "members", members[:1]),
            "path": op("remove", f'members[value eq "{ids[0]}"]'),
        }[operation]
        answer = target.patch(f"/Groups/{group.json()['id']}", sent)

    assert answer.status_code == status


@pytest.mark.parametrize("name", NAMED)
def test_every_named_personality_is_described(name):
    reference = Path(__file__).parents[3] / "docs" / "reference" / "simulator.md"

    assert parse_personality(name).values
    assert f"`{name}`" in reference.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [switch.name for switch in SWITCHES])
def test_every_switch_is_tested_here_and_described(name):
    here = Path(__file__).read_text(encoding="utf-8")
    reference = Path(__file__).parents[3] / "docs" / "reference" / "simulator.md"

    assert f"{name}=" in here
    assert f"\n  {name}=" in f"\n{describe_switches()}"
    assert f"`{name}`" in reference.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["okta", "genesys:nothing=1", "genesys:restore", "genesys:restore=9", "scim:window=-1"]
)
def test_a_wrong_personality_is_refused_with_advice(text):
    with pytest.raises(SettingError) as caught:
        parse_personality(text)

    assert caught.value.path == "--personality"
    assert caught.value.advice
