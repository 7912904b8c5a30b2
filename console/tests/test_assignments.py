"""Users and groups: who is assigned, with which role, and whom that leaves out."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning.core.vocabulary import Reason
from provisioning.models import Application, Assignment, AuditEvent, Escrow, Job, Link, Standing
from provisioning.models.audit import Activity
from provisioning.tests.builders import Directory, configure, directory_object

INDEX = "/applications/phone/assignments/"
ADD = f"{INDEX}add/"
CHANGE = f"{INDEX}change/"
REMOVE = f"{INDEX}remove/"


@pytest.fixture
def directory(tmp_path, db):
    made = Directory(tmp_path)
    for name in ("ana", "bob", "cid"):
        made.person(name, displayName=name.title())
    made.person("evil", displayName="<b>Eve</b>")
    made.group("sales", "Sales", ["ana", "bob"])
    made.sync()
    return made


@pytest.fixture
def phone(directory) -> Application:
    configure({"name": "Phone", "slug": "phone", "template": "genesys-cloud"})
    return Application.objects.get()


@pytest.fixture
def marie(client, phone):
    return administrator(client)


def ids(*names):
    return [str(directory_object(name).pk) for name in names]


def assigned():
    rows = Assignment.objects.values_list("object__source_id", "role")
    return dict(rows)


def text_of(answer):
    return unescape(answer.content.decode())


def test_while_nobody_is_assigned_the_form_to_assign_somebody_is_open(client, marie):
    text = text_of(client.get(INDEX))

    assert "Nobody is assigned. Assign one or two people to try." in text
    assert 'id="assign"' in text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("an", {"ana"}),
        ("contoso", {"ana", "bob", "cid", "evil"}),
        ("sal", {"sales"}),
        ("zz", set()),
    ],
)
def test_candidates_are_found_while_one_types(client, marie, typed, found):
    headers = {"hx-request": "true", "hx-target": "candidates"}
    text = client.get(ADD, {"find": typed}, headers=headers).content.decode()

    shown = {name for name in ("ana", "bob", "cid", "evil", "sales") if ids(name)[0] in text}
    assert shown == found
    assert "<html" not in text
    assert found or "Nobody has that name." in text


def test_whoever_is_ticked_stays_in_the_list_while_one_searches_on(client, marie):
    text = client.get(ADD, {"find": "bob", "ids": ids("ana")}).content.decode()

    [ana], [bob] = ids("ana"), ids("bob")
    assert f'value="{ana}" checked' in text
    assert f'value="{bob}"' in text
    assert f'value="{bob}" checked' not in text


def test_several_get_a_role_at_once(client, marie):
    answer = client.post(ADD, {"ids": ids("ana", "sales"), "role": "agent"}, follow=True)

    assert assigned() == {"ana": "agent", "sales": "agent"}
    assert "2 assignments were made." in text_of(answer)
    assert AuditEvent.objects.get(activity=Activity.ASSIGNMENT).actor == marie


@pytest.mark.parametrize(
    ("typed", "told", "field"),
    [
        ({"role": "agent"}, "Tick at least one person or group first.", "id_ids"),
        ({"ids": ["ana"]}, "Choose a role.", "id_role"),
        ({"ids": ["ana"], "role": "king"}, "Select a valid choice.", "id_role"),
        ({"ids": ["nonsense"], "role": "agent"}, "Select a valid choice.", "id_ids"),
    ],
)
def test_what_is_missing_is_told_and_nothing_ticked_is_lost(client, marie, typed, told, field):
    if typed.get("ids") == ["ana"]:
        typed = {**typed, "ids": ids("ana")}

    answer = client.post(ADD, {**typed, "find": "a"})
    text = text_of(answer)

    assert answer.status_code == 422
    assert told in text
    assert f'href="#{field}"' in text
    assert assigned() == {}
    if typed.get("ids") == ids("ana"):
        assert f'value="{ids("ana")[0]}" checked' in text


def test_default_access_only_is_shown_as_excluded(client, marie):
    client.post(ADD, {"ids": ids("ana"), "role": "Default Access"})

    text = text_of(client.get(INDEX))

    assert assigned() == {"ana": ""}
    assert "1 person has only the role Default Access and is excluded." in text
    assert "Excluded (Default Access)" in text


def test_the_role_of_those_ticked_is_changed(client, marie):
    client.post(ADD, {"ids": ids("ana", "bob"), "role": "agent"})

    client.post(CHANGE, {"ids": ids("ana"), "role": "supervisor"})

    assert assigned() == {"ana": "supervisor", "bob": "agent"}


def test_a_change_without_a_role_keeps_what_was_ticked(client, marie):
    client.post(ADD, {"ids": ids("ana"), "role": "agent"})

    answer = client.post(CHANGE, {"ids": ids("ana")})

    assert answer.status_code == 422
    assert f'value="{ids("ana")[0]}" checked' in text_of(answer)


def test_removing_names_whom_it_concerns_and_who_loses_or_keeps_access(client, marie):
    client.post(ADD, {"ids": ids("ana", "cid", "sales"), "role": "agent"})
    address = client.post(CHANGE, {"ids": ids("ana", "cid"), "do": "remove"})["Location"]

    question = text_of(client.get(address))
    assert "Remove 2 assignments" in question
    assert "1 person loses access to Phone with the next cycle." in question
    assert "1 person keeps it through Sales." in question
    assert "Cid" in question
    assert len(assigned()) == 3

    client.post(address, {"confirmed": "yes"})
    assert assigned() == {"sales": "agent"}


def test_a_role_that_takes_access_away_is_asked_about_first(client, marie):
    client.post(ADD, {"ids": ids("ana", "bob"), "role": "agent"})
    chosen = {"ids": ids("ana"), "role": "Default Access"}

    question = text_of(client.post(CHANGE, chosen))
    assert "1 person loses access to Phone with the next cycle." in question
    assert f'name="ids" value="{ids("ana")[0]}"' in question
    assert assigned() == {"ana": "agent", "bob": "agent"}

    client.post(CHANGE, {**chosen, "confirmed": "yes"})
    assert assigned() == {"ana": "", "bob": "agent"}


def test_a_role_that_takes_nothing_away_is_not_asked_about(client, marie):
    configure({"slug": "phone", "exclude_default_access": False})
    client.post(ADD, {"ids": ids("ana"), "role": "agent"})

    assert client.post(CHANGE, {"ids": ids("ana"), "role": "Default Access"}).status_code == 302
    assert assigned() == {"ana": ""}


def test_everybody_whom_the_filters_let_through_is_changed_or_removed_at_once(
    client, marie, monkeypatch
):
    monkeypatch.setattr("console.views.assignments.PAGE_SIZE", 1)
    client.post(ADD, {"ids": ids("ana", "bob"), "role": "agent"})
    client.post(ADD, {"ids": ids("cid"), "role": "supervisor"})
    assert "Select all 2, on every page" in text_of(client.get(INDEX, {"role": "agent"}))

    client.post(f"{CHANGE}?role=agent", {"everyone": "yes", "role": "supervisor"})
    assert set(assigned().values()) == {"supervisor"}

    address = client.post(f"{CHANGE}?q=an", {"everyone": "yes", "do": "remove"})["Location"]
    assert "Remove 1 assignment" in text_of(client.get(address))
    client.post(address, {"confirmed": "yes"})
    assert set(assigned()) == {"bob", "cid"}


def test_all_on_the_page_are_ticked_by_a_link(client, marie):
    client.post(ADD, {"ids": ids("ana", "bob"), "role": "agent"})

    text = text_of(client.get(INDEX, {"select": "page"}))

    assert len(re.findall(r'name="ids" value="[0-9a-f-]+" checked', text)) == 2


def test_before_assigning_the_number_of_people_it_adds_is_told(client, marie):
    client.post(ADD, {"ids": ids("ana"), "role": "agent"})
    headers = {"hx-request": "true", "hx-target": "adds"}

    told = text_of(client.get(ADD, {"find": "", "ids": ids("sales", "cid")}, headers=headers))

    assert "this adds 2 people." in told
    assert "<html" not in told


def test_a_group_says_how_many_of_its_people_have_an_account(client, phone, marie):
    client.post(ADD, {"ids": ids("sales"), "role": "agent"})
    Link.objects.create(
        job=phone.job, object=directory_object("ana"), kind="user", target_id="t-ana"
    )

    assert "1 of 2 people" in text_of(client.get(INDEX))


def test_groups_in_groups_that_are_not_followed_are_counted(client, marie, directory):
    directory.group("all", "Everybody", ["cid", "sales"])
    directory.sync()
    client.post(ADD, {"ids": ids("all"), "role": "agent"})

    assert "1 nested group is not followed." in text_of(client.get(INDEX))
    configure({"slug": "phone", "nested_groups": True})
    assert "nested group" not in text_of(client.get(INDEX))


def test_without_any_other_role_the_form_leads_to_adding_one(client, marie):
    assert "Add an app role" not in text_of(client.get(ADD))

    configure({"slug": "phone", "roles": []})

    assert "Add an app role" in text_of(client.get(ADD))


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("in_sync", {"Ana"}),
        ("failed", {"Bob"}),
        ("out", {"Cid"}),
        ("excluded", {"<b>Eve</b>"}),
        ("waiting", {"Sales"}),
        ("nonsense", {"Ana", "Bob", "Cid", "<b>Eve</b>", "Sales"}),
    ],
)
def test_the_list_is_filtered_by_what_came_of_it(client, phone, marie, result, found):
    client.post(ADD, {"ids": ids("ana", "bob", "cid", "sales"), "role": "agent"})
    client.post(ADD, {"ids": ids("evil"), "role": "Default Access"})
    job = phone.job
    for name in ("ana", "bob", "cid"):
        Link.objects.create(
            job=job, object=directory_object(name), kind="user", target_id=f"t-{name}"
        )
    now = timezone.now()
    out = {"code": Reason.NOT_EFFECTIVELY_ENTITLED, "since": now}
    Standing.objects.create(job=job, object=directory_object("cid"), **out)
    Escrow.objects.create(job=job, object=directory_object("bob"), first_failed=now, next_try=now)

    text = text_of(client.get(INDEX, {"result": result}))
    rows = text.partition("<tbody>")[2].partition("</tbody>")[0]

    assert set(re.findall(r"<bdi>(.*?)</bdi>", rows)) == found


def test_nothing_ticked_removes_nothing(client, marie):
    answer = client.get(REMOVE, follow=True)

    assert "Tick at least one person or group first." in text_of(answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "an"}, {"Ana"}),
        ({"role": "supervisor"}, {"Bob"}),
        ({"kind": "group"}, {"Sales"}),
        ({"q": "nobody"}, set()),
    ],
)
def test_the_list_is_searched_and_filtered(client, marie, query, found):
    client.post(ADD, {"ids": ids("ana", "sales"), "role": "agent"})
    client.post(ADD, {"ids": ids("bob"), "role": "supervisor"})

    rows = text_of(client.get(INDEX, query)).partition("<tbody>")[2].partition("</tbody>")[0]

    assert {name for name in ("Ana", "Bob", "Sales") if f">{name}<" in rows} == found


def test_a_reader_sees_who_is_assigned_and_no_way_to_change_it(client, marie):
    client.post(ADD, {"ids": ids("ana"), "role": "agent"})
    reader(client)

    text = text_of(client.get(INDEX))

    assert "Ana" in text
    assert "Assign users and groups" not in text
    assert "Change role" not in text


def test_T17_names_are_shown_literally(client, marie):
    client.post(ADD, {"ids": ids("evil"), "role": "agent"})

    for address in (INDEX, f"{ADD}?find=eve", f"{REMOVE}?ids={ids('evil')[0]}"):
        page = client.get(address).content.decode()
        assert "&lt;b&gt;Eve" in page
        assert "<b>Eve" not in page


def test_sync_all_says_that_assignments_only_decide_roles(client, marie):
    configure({"slug": "phone", "scope": "all"})

    assert "Assignments decide roles only" in text_of(client.get(INDEX))


def test_assigning_again_replaces_the_role_and_marks_the_person_for_the_next_cycle(client, marie):
    before = directory_object("ana").change_number
    client.post(ADD, {"ids": ids("ana"), "role": "agent"})
    client.post(ADD, {"ids": ids("ana"), "role": "supervisor"})

    assert assigned() == {"ana": "supervisor"}
    assert directory_object("ana").change_number > before
    assert Job.objects.get().definitions.count() == 1
