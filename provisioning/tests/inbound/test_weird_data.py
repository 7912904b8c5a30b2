"""The weird-data catalogue through a push: a person, or a refusal that names the attribute."""

from __future__ import annotations

import pytest

from provisioning.core.resource import Kind
from provisioning.models import DirectoryObject
from provisioning.tests.inbound.pusher import ENTERPRISE, Pusher, stored

CLEAN = {
    "W03 quotes and plus": ("o'brien+test", {}),
    "W04 guest": ("anna_gmail.com#EXT#", {}),
    "W06 right to left": ("rtl", {"displayName": "\u200fדנה\u202e"}),
    "W07 joined emoji": ("emoji", {"displayName": "Ana 👩‍👩‍👧‍👦 𝒜"}),
    "W08 a very long name": ("long", {"displayName": "x" * 100_000}),
    "W09 spaces": ("spaces", {"displayName": "  Ana\u00a0 Ruiz "}),
    "W10 newline and tab": ("tabs", {"displayName": "Ana\n\tRuiz"}),
    "W21 commas and backslashes": ("commas", {"displayName": 'Ruiz, Ana+"<;#\\'}),
    "W22 markup and formulas": ("markup", {"displayName": "=cmd()<script>{{7*7}}javascript:"}),
    "W27 telephone": ("phone", {"phoneNumbers": [{"type": "work", "value": "+49 (0) 30/123 x"}]}),
    "W28 an id that is no number": ("ids", {ENTERPRISE: {"employeeNumber": "007"}}),
    "W28 an id as a number": ("number", {ENTERPRISE: {"employeeNumber": 12345678901234567890}}),
    "W29 country": ("country", {"addresses": [{"type": "work", "country": "Deutschland"}]}),
    "W30 Turkish and German": ("İstanbul-Straße-ςσ", {}),
    "W31 homoglyph": ("\u0430na", {}),
    "W35 service account": ("krbtgt", {}),
}


@pytest.fixture
def pusher(db):
    return Pusher()


@pytest.mark.parametrize("login, attributes", CLEAN.values(), ids=CLEAN)  # noqa: PT006
def test_it_ends_as_a_person_with_the_values_that_were_sent(pusher, login, attributes):
    identifier = pusher.user(login, **attributes)

    told = pusher.get(f"Users/{identifier}")
    one = stored(identifier)
    assert one.attributes["userPrincipalName"] == told["userName"] == f"{login}@example.com"
    if "displayName" in attributes:
        assert one.attributes["displayName"] == told["displayName"] == attributes["displayName"]


def test_W28_an_id_is_text_whatever_it_was_sent_as(pusher):
    kept = stored(pusher.user("a", **{ENTERPRISE: {"employeeNumber": 12345678901234567890}}))

    assert kept.attributes["employeeId"] == "12345678901234567890"


def test_W01_two_people_may_have_the_same_mail(pusher):
    for login, mail in (("a", "DUP@example.com"), ("b", "dup@example.com")):
        pusher.user(login, emails=[{"value": mail}])

    assert DirectoryObject.objects.people().count() == 2


@pytest.mark.parametrize("nothing", [None, [], {}, "absent", "blank"])
def test_W24_absent_null_and_empty_are_one_thing(pusher, nothing):
    attributes = {"title": nothing, "emails": nothing, "name": nothing, ENTERPRISE: nothing}
    if nothing == "absent":
        attributes = {}
    if nothing == "blank":
        attributes = {"title": "", "emails": [{"value": ""}], "name": {"givenName": ""}}
    if isinstance(nothing, list | dict):
        attributes["title"] = None
    if nothing == []:
        attributes |= {"name": None, ENTERPRISE: None}

    one = stored(pusher.user("ana", **attributes))

    assert one.attributes == {"userPrincipalName": "ana@example.com"}


def test_W23_of_several_mails_the_same_one_counts_in_any_order(pusher):
    mails = [{"value": "b@example.com"}, {"value": "a@example.com"}]
    first, second = pusher.user("a", emails=mails), pusher.user("b", emails=mails[::-1])

    assert stored(first).attributes["mail"] == stored(second).attributes["mail"] == "a@example.com"


@pytest.mark.parametrize(("sent", "kept"), [(True, True), ("True", True), ("false", False)])
def test_W25_a_boolean_is_understood_as_a_text_too(pusher, sent, kept):
    assert stored(pusher.user("ana", active=sent)).attributes["accountEnabled"] is kept


def test_W10_what_no_database_keeps_is_replaced(pusher):
    body = b'{"userName": "ana@example.com", "displayName": "A\\u0000B\\ud800"}'

    said = pusher.ask("POST", "Users", body)

    assert said.status == 201
    one = DirectoryObject.objects.get()
    assert one.attributes["displayName"] == "A\N{REPLACEMENT CHARACTER}B\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "userName"),
        ({"userName": ""}, "userName"),
        ({"userName": "   "}, "userName"),
        ({"userName": "a\x01"}, "userName"),
        ({"userName": "x" * 600}, "userName"),
        ({"userName": ["a"]}, "userName"),
        ({"userName": "a", "externalId": "x" * 600}, "externalId"),
        ({"userName": "a", "displayName": "bell\x07"}, "displayName"),
        ({"userName": "a", "active": "512"}, "active"),
        ({"userName": "a", "title": {"de": "x"}}, "title"),
        ({"userName": "a", "name": [1]}, "name"),
        ({"userName": "a", ENTERPRISE: {"manager": {"value": "x" * 600}}}, "manager"),
        ({"userName": "a", ENTERPRISE: "x"}, "enterprise"),
        ({"userName": "a", "deletedDateTime": "2026-02-30"}, "deletedDateTime"),
    ],
)
def test_what_no_person_can_hold_is_refused_by_the_name_of_its_attribute(pusher, document, named):
    said = pusher.ask("POST", "Users", document)

    assert (said.status, said.document["scimType"]) == (400, "invalidValue")
    assert named in said.document["detail"]
    assert not DirectoryObject.objects.exists()


def test_a_body_with_two_ids_or_of_the_other_kind_is_refused(pusher):
    group = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Staff"}

    assert pusher.refused("POST", "Users", b'{"id": "a", "id": "b"}') == (400, "invalidSyntax")
    assert pusher.refused("POST", "Users", group) == (400, "invalidSyntax")


def test_extension_attributes_are_kept_under_their_names(pusher):
    own = "urn:contoso:scim:2.0:User"
    one = stored(
        pusher.user("ana", nickName="Anita", roles=["b", {"value": "a"}], **{own: {"badge": "7"}})
    )

    assert one.attributes["nickName"] == "Anita"
    assert one.attributes["roles"] == ["a", "b"]
    assert one.attributes["badge"] == "7"


def test_a_group_needs_a_name_and_may_be_of_nobody(pusher):
    assert pusher.refused("POST", "Groups", {"displayName": None}) == (400, "invalidValue")

    assert stored(pusher.group("Nobody"), Kind.GROUP).attributes["displayName"] == "Nobody"
