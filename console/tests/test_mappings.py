"""Mappings: what fills each attribute, with the value of a real person beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from console.tests.reading import first
from console.tests.signing_in import administrator, reader
from provisioning.core.vocabulary import Reason
from provisioning.models import (
    Application,
    AuditEvent,
    Definition,
    DirectoryObject,
    Link,
    Standing,
)
from provisioning.tests.builders import Directory, configure, directory_object

INDEX = "/applications/phone/mappings/"
USERS = f"{INDEX}users/"
GROUPS = f"{INDEX}groups/"
NEW = f"{USERS}new/"
ATTRIBUTES: list[dict[str, object]] = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "displayName", "source": "displayName"},
    {"target": "title", "source": "jobTitle"},
]
TYPED = {
    "target": "nickName",
    "type": "direct",
    "source": "mailNickname",
    "apply": "always",
    "when_empty": "leave",
    "op": "save",
}


@pytest.fixture
def phone(tmp_path, db):
    directory = Directory(tmp_path)
    directory.person("ana", displayName="Ana <b>Ruiz</b>", jobTitle="Coach")
    directory.person("bob", displayName="Bob", jobTitle="Agent")
    directory.group("g1", "Sales", ["ana"])
    directory.sync()
    configure(
        {
            "name": "Phone",
            "slug": "phone",
            "template": "scim",
            "roles": [{"value": "agent", "name": "Agent"}],
            "assignments": [{"user": "ana", "role": "agent"}],
            "mappings": {"users": {"attributes": ATTRIBUTES}},
        }
    )
    return Application.objects.get()


@pytest.fixture
def marie(client, phone):
    return administrator(client)


def content():
    return Definition.objects.latest("version").content["mappings"]


def targets():
    return [one["target"] for one in content()["users"]["attributes"]]


def row(target):
    return next(one for one in content()["users"]["attributes"] if one["target"] == target)


def text_of(answer):
    return unescape(answer.content.decode())


def page(client, address, query=None):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return text_of(answer)


def test_both_kinds_stand_there_with_what_differs_from_the_default(client, marie):
    text = page(client, INDEX)

    assert "Synchronize directory users to Phone" in text
    assert "Synchronize directory groups to Phone" in text
    assert "differ from default" in text


def test_each_mapping_shows_its_value_for_somebody_who_is_assigned(client, marie):
    text = client.get(USERS).content.decode()

    assert "ana@contoso.example" in text
    assert "Coach" in text
    assert "Ana &lt;b&gt;Ruiz&lt;/b&gt;" in text
    assert "<b>Ruiz" not in text


@pytest.mark.parametrize("query", [{"find": "bob"}, {"user": "bob"}])
def test_the_person_whose_values_are_shown_is_chosen(client, marie, query):
    if "user" in query:
        query = {"user": str(directory_object("bob").pk)}

    assert "bob@contoso.example" in page(client, USERS, query)


def test_a_required_value_that_is_empty_is_told_in_its_row(client, marie, tmp_path):
    directory_object("ana").attributes.clear()
    one = directory_object("ana")
    one.attributes = {"displayName": "Ana"}
    one.save()

    assert "Required, but empty in the directory." in page(client, USERS)


def test_a_mapping_is_added(client, marie):
    answer = client.post(NEW, TYPED)

    assert answer["Location"] == USERS
    assert row("nickName")["source"] == "mailNickname"
    assert AuditEvent.objects.latest("pk").actor == marie


@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ({"type": "constant", "constant": "Phone"}, "constant", "Phone"),
        ({"type": "expression", "expression": "ToUpper([mail])"}, "expression", "ToUpper([mail])"),
        ({"default": "none"}, "default", "none"),
        ({"match": "2"}, "match", 2),
        ({"apply": "on_create"}, "apply", "on_create"),
        ({"when_empty": "clear"}, "when_empty", "clear"),
    ],
)
def test_every_field_of_a_mapping_is_kept(client, marie, typed, key, value):
    client.post(NEW, {**TYPED, **typed})

    assert row("nickName")[key] == value


@pytest.mark.parametrize(
    ("wrong", "told", "field"),
    [
        ({"source": ""}, "Fill this field, or choose another mapping type.", "source"),
        ({"type": "expression", "expression": ""}, "Fill this field", "expression"),
        ({"type": "expression", "expression": "Joyn([mail])"}, "Join", "expression"),
        ({"type": "expression", "expression": "Join("}, "", "expression"),
        ({"target": "emails["}, "", "target"),
        ({"target": "userName"}, "", "target"),
        ({"match": "77"}, "less than or equal to 9", "match"),
        ({"type": "nothing"}, "Select a valid choice.", "type"),
    ],
)
def test_a_wrong_mapping_is_told_at_its_field_and_nothing_typed_is_lost(
    client, marie, wrong, told, field
):
    answer = client.post(NEW, {**TYPED, "default": "what I typed", **wrong})
    text = text_of(answer)

    assert answer.status_code == 422
    assert told in text
    assert f'href="#id_{field}"' in text
    assert 'value="what I typed"' in text
    assert "nickName" not in targets()


@pytest.mark.parametrize(
    ("op", "order"),
    [
        ("up", ["userName", "displayName", "active", "title"]),
        ("down", ["userName", "active", "title", "displayName"]),
        ("delete", ["userName", "active", "title"]),
    ],
)
def test_a_mapping_is_moved_or_deleted(client, marie, op, order):
    client.post(f"{USERS}2/", {"op": op})

    assert targets() == order


def test_the_first_cannot_move_further_up(client, marie):
    client.post(f"{USERS}0/", {"op": "up"})

    assert targets()[0] == "userName"


def test_what_the_application_requires_is_not_deleted(client, marie):
    answer = client.post(f"{USERS}0/", {"op": "delete"})

    assert answer.status_code == 422
    assert "The application requires this attribute." in text_of(answer)
    assert "userName" in targets()


def read_now(client, address):
    """What the page says it was read up to."""
    return first(r'name="read" value="(\d+)"', page(client, address))


def theirs(**changed):
    """Somebody saves other mappings while the page is open."""
    rows = [{**one, **changed} if one["target"] == "title" else one for one in ATTRIBUTES]
    configure({"slug": "phone", "mappings": {"users": {"attributes": rows}}})


def test_a_change_of_the_same_mapping_meanwhile_is_shown_and_nothing_typed_is_lost(client, marie):
    mine = {**TYPED, "target": "title", "was": "title", "read": read_now(client, f"{USERS}3/")}
    theirs(source="position")

    answer = client.post(f"{USERS}3/", mine)
    text = text_of(answer)

    assert answer.status_code == 409
    assert "A command changed this" in text
    assert re.search(r"jobTitle</bdi> → <bdi>position", text)
    assert 'value="mailNickname"' in text
    assert row("title")["source"] == "position"
    again = first(r'name="read" value="(\d+)"', text)
    assert client.post(f"{USERS}3/", {**mine, "read": again}).status_code == 302
    assert row("title")["source"] == "mailNickname"


def test_a_change_of_another_mapping_meanwhile_stays_and_is_no_conflict(client, marie):
    mine = {**TYPED, "target": "title", "was": "title", "read": read_now(client, f"{USERS}3/")}
    rows = [
        ATTRIBUTES[0],
        ATTRIBUTES[3],
        {"target": "nickName", "source": "mail"},
        *ATTRIBUTES[1:3],
    ]
    configure({"slug": "phone", "mappings": {"users": {"attributes": rows}}})

    assert client.post(f"{USERS}3/", mine).status_code == 302

    assert row("title")["source"] == "mailNickname"
    assert row("active") == ATTRIBUTES[1]
    assert row("nickName")["source"] == "mail"


def test_actions_that_somebody_changed_meanwhile_are_not_changed_back(client, marie):
    read = read_now(client, USERS)
    configure({"slug": "phone", "mappings": {"users": {"actions": ["update"]}}})

    answer = client.post(USERS, {"actions": ["create", "update"], "read": read})

    assert answer.status_code == 409
    assert "User mapping · Actions" in text_of(answer)
    assert content()["users"]["actions"] == ["update"]


def try_out(client, **typed):
    headers = {"hx-request": "true", "hx-target": "tried"}
    typed = {"user": str(directory_object("ana").pk), **typed}
    return text_of(client.post(f"{USERS}values/", typed, headers=headers))


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("ToUpper([jobTitle])", "COACH"),
        ('Join("-", [jobTitle], "x")', "Coach-x"),
        ("Joyn([mail])", "Join"),
        ("[mail", "Position"),
        ("", ""),
    ],
)
def test_an_expression_is_tried_on_a_person_while_it_is_typed(client, marie, expression, told):
    assert told in try_out(client, expression=expression)


def test_results_stand_there_for_the_person_first_and_for_the_awkward_others(
    client, marie, tmp_path
):
    directory = Directory(tmp_path)
    directory.person("ana", displayName="Ana", jobTitle="Coach")
    directory.person("accents", displayName="Zoë", jobTitle="Conseillère")
    directory.person("empty", displayName="Nobody", jobTitle="")
    for number in range(9):
        directory.person(f"p{number}", displayName=f"Plain {number}", jobTitle="Agent")
    directory.sync()

    text = try_out(client, type="direct", source="jobTitle")

    assert "Results for 5 people" in text
    assert text.index("Coach") < text.index("Conseillère")
    assert "Nobody" in text
    assert text.count("<dt>") == 5


@pytest.mark.parametrize("typed", [{"type": "none"}, {"type": "constant", "expression": "Now("}])
def test_what_needs_no_source_has_no_results(client, marie, typed):
    assert "<dt>" not in try_out(client, **typed)


def test_a_mapping_of_type_none_only_gives_its_default(client, marie):
    assert client.post(NEW, {**TYPED, "type": "none", "source": ""}).status_code == 422

    client.post(NEW, {**TYPED, "type": "none", "default": "Agent"})

    assert row("nickName") == {**row("nickName"), "constant": "", "default": "Agent"}
    assert re.search(r'value="none"[^>]*checked', page(client, f"{USERS}4/"))
    assert "Agent" in page(client, USERS)


def test_an_attribute_that_matches_says_whether_it_can_be_searched_by(client, phone, marie):
    connection = phone.connection
    assert "is not known yet" in page(client, f"{USERS}0/")
    assert "answers filters" not in page(client, f"{USERS}3/")

    steps = [{"name": "Filter", "verdict": "passed", "detail": "userName can be searched by"}]
    connection.last_test = {"ok": True, "steps": steps}
    connection.save()
    assert "Phone answers filters on this attribute." in page(client, f"{USERS}0/")

    steps[0] |= {"verdict": "failed"}
    connection.save()
    assert "would be created a second time" in page(client, f"{USERS}0/")
    assert "would be created a second time" in page(client, USERS)


def test_people_who_share_what_they_are_recognised_by_are_counted(client, marie, tmp_path):
    directory = Directory(tmp_path)
    for name in ("ana", "bob", "cid"):
        directory.person(name, jobTitle="Agent" if name != "cid" else "Coach")
    directory.sync()
    client.post(f"{USERS}3/", {**TYPED, "target": "title", "source": "jobTitle", "match": "2"})

    assert "2 people share their value with somebody else." in page(client, f"{USERS}3/")


def test_only_the_mappings_with_a_problem_are_shown_when_asked(client, marie):
    one = directory_object("ana")
    one.attributes = {"displayName": "Ana"}
    one.save()

    assert "1 problem for" in page(client, USERS)
    rows = page(client, USERS, {"problems": "1"}).partition("<tbody>")[2].partition("</tbody>")[0]

    assert rows.count("<tr>") == 1
    assert "userName" in rows


def test_a_group_shows_who_of_it_is_not_in_the_application_yet(client, phone, marie, tmp_path):
    directory = Directory(tmp_path)
    for name in ("ana", "bob"):
        directory.person(name, displayName=name.title())
    directory.group("g1", "Sales", ["ana", "bob"])
    directory.sync()
    Link.objects.create(
        job=phone.job, object=directory_object("ana"), kind="user", target_id="t-ana"
    )

    text = page(client, GROUPS)

    assert "1 of 2 have an account in Phone." in text
    assert "<bdi>Bob</bdi>" in text.partition("Not in the application yet")[2]
    assert "Members of" not in page(client, USERS)


def test_a_group_without_counterpart_whose_name_has_odd_spaces_says_so(client, phone, marie):
    group = directory_object("g1")
    Standing.objects.create(
        job=phone.job, object=group, code=Reason.NO_COUNTERPART, since=timezone.now()
    )
    assert 'data-copy="Sales"' in page(client, GROUPS)
    assert "two spaces in a row" not in page(client, GROUPS)

    DirectoryObject.objects.filter(pk=group.pk).update(display_name="Sales  FR")

    assert "two spaces in a row" in page(client, GROUPS)


def test_another_person_is_shown_at_the_press_of_a_button(client, marie):
    ana = str(directory_object("ana").pk)

    assert "bob@contoso.example" in page(client, USERS, {"another": ana})


def test_a_name_that_nobody_has_is_told_beside_the_search(client, marie):
    assert "Nobody has that name." in page(client, USERS, {"find": "zzz"})
    assert "Nobody has that name." not in page(client, USERS, {"find": "bob"})


def test_an_action_that_is_switched_off_says_what_no_longer_happens(client, marie):
    assert "New people will not get an account." not in page(client, USERS)

    client.post(USERS, {"actions": ["update", "delete"]})

    assert "New people will not get an account." in page(client, USERS)


def test_the_actions_are_saved(client, marie):
    client.post(USERS, {"actions": ["create"]})

    assert content()["users"]["actions"] == ["create"]


def test_groups_can_be_switched_off_and_users_cannot(client, marie):
    client.post(GROUPS, {"actions": ["update"]})
    assert content()["groups"]["enabled"] is False
    assert "Groups are not synchronized" in page(client, GROUPS)

    assert 'name="enabled"' not in page(client, USERS)
    assert "Users cannot be switched off" in page(client, INDEX) + page(client, USERS)


def test_the_defaults_come_back_after_showing_what_changes(client, marie):
    question = page(client, f"{INDEX}restore/")
    assert "These mappings change" in question
    assert len(targets()) == 4

    client.post(f"{INDEX}restore/", {"confirmed": "yes"})

    assert len(targets()) > 4
    assert "Nothing would change." in page(client, f"{INDEX}restore/")


@pytest.mark.parametrize("address", [f"{INDEX}devices/", f"{USERS}99/", f"{INDEX}devices/new/"])
def test_what_is_not_there_is_said_to_be_missing(client, marie, address):
    assert client.get(address).status_code == 404


def test_a_reader_reads_mappings_and_values_only(client, phone):
    reader(client)

    text = page(client, USERS)

    assert "ana@contoso.example" in text
    assert "Add new mapping" not in text
    assert client.get(f"{USERS}0/").status_code == 403


def offers(client):
    """The target attributes that a new mapping may fill, with what is said of each."""
    found = re.search(r'<datalist id="targets">(.*?)</datalist>', page(client, NEW), re.DOTALL)
    assert found
    return re.findall(r'<option value="(.*?)">(.*?)</option>', found[1])


def describe(app, *lines):
    """As if Test Connection had read this schema."""
    app.connection.passport = {"schema": {"user": ["userName string required", *lines]}}
    app.connection.save()


def test_the_template_s_attributes_are_offered_with_their_types(client, marie):
    found = dict(offers(client))

    assert found["nickName"] == "nickName · String"
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert found[f"{enterprise}:manager"] == "enterprise: manager · Reference"
    assert "title" not in found, "it is mapped already"


def test_an_application_that_describes_itself_is_offered_what_it_describes(client, marie, phone):
    describe(phone, "urn:example:hr:2.0:User:grade integer required", "nickName string")

    assert offers(client) == [
        ("externalId", "externalId · String"),
        ("nickName", "nickName · String"),
        ("urn:example:hr:2.0:User:grade", "urn:example:hr:2.0:User:grade · Integer *"),
    ]


def test_a_read_only_attribute_is_refused_beside_its_field(client, marie, phone):
    describe(phone, "nickName string readOnly")

    answer = client.post(NEW, TYPED)

    assert answer.status_code == 422
    assert "nickName belongs to the application: nobody else may write it." in text_of(answer)
    assert "nickName" not in targets()


def test_an_attribute_that_the_schema_lacks_is_warned_of_in_its_row(client, marie, phone):
    describe(phone, "displayName string", "active boolean")

    assert "does not name this attribute" in page(client, USERS)


def test_a_password_is_shown_to_nobody(client, marie):
    configure(
        {
            "slug": "phone",
            "mappings": {
                "users": {"attributes": [*ATTRIBUTES, {"target": "password", "source": "jobTitle"}]}
            },
        }
    )

    text = page(client, USERS)

    assert text.count("Coach") == 1
    assert "[Redact]" in text
