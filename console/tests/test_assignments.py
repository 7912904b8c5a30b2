"""Users and groups: who is assigned, with which role, and whom that leaves out."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.models import Application, Assignment, AuditEvent, Job
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


def test_removing_names_whom_it_concerns_and_how_many_come_in_through_groups(client, marie):
    client.post(ADD, {"ids": ids("ana", "sales"), "role": "agent"})
    address = client.post(CHANGE, {"ids": ids("sales", "ana"), "do": "remove"})["Location"]

    question = text_of(client.get(address))
    assert "Remove 2 assignments" in question
    assert "2 people come in through these groups." in question
    assert "Sales" in question
    assert len(assigned()) == 2

    client.post(address, {"confirmed": "yes"})
    assert assigned() == {}


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
