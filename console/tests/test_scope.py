"""Scope: who is provisioned, said by mode and filters, with the effect beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from console.tests.reading import first
from console.tests.signing_in import administrator, reader
from provisioning.models import Application, AuditEvent, Definition, Link
from provisioning.tests.builders import Directory, configure, directory_object

PAGE = "/applications/phone/scope/"
COUNT = f"{PAGE}count/"
SALES = {
    "f0-title": "Only sales",
    "f0-c0-attribute": "department",
    "f0-c0-operator": "EQUALS",
    "f0-c0-value": "Sales",
}
ALL = {"scope": "all", "on_leaving": "disable", "kind": "users"}


@pytest.fixture
def phone(tmp_path, db):
    directory = Directory(tmp_path)
    for number in range(8):
        directory.person(f"s{number}", department="Sales")
    for number in range(4):
        directory.person(f"h{number}", department="HR")
    directory.sync()
    configure({"name": "Phone", "slug": "phone", "template": "genesys-cloud", "scope": "all"})
    return Application.objects.get()


@pytest.fixture
def marie(client, phone):
    return administrator(client)


def content():
    return Definition.objects.latest("version").content


def filters():
    return content()["mappings"]["users"]["filters"]


def text_of(answer):
    return unescape(answer.content.decode())


def test_the_page_shows_what_is_in_force_and_whom_it_admits(client, marie):
    text = text_of(client.get(PAGE))

    assert 'value="all" checked' in text
    assert "12 of 12 people in scope" in text
    assert "Nobody enters, nobody leaves." in text


def test_a_filter_is_saved_with_an_audit_row(client, marie):
    answer = client.post(PAGE, {**ALL, **SALES, "op": "save", "confirmed": "yes"})

    assert answer["Location"] == f"{PAGE}?kind=users"
    [only] = filters()
    assert only["title"] == "Only sales"
    assert only["clauses"][0] | {"attribute": "department", "value": "Sales"} == only["clauses"][0]
    assert AuditEvent.objects.latest("pk").actor == marie
    assert "8 of 12 people in scope" in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("op", "there", "gone"),
    [
        ("add", ["f0-title", "f1-title"], []),
        ("add-0", ["f0-c1-attribute"], ["f1-title"]),
        ("remove-0", [], ["f0-title"]),
        ("remove-0-0", ["f0-title"], ["f0-c0-attribute"]),
        ("remove-7", ["f0-c0-attribute"], ["f1-title"]),
        ("nonsense", ["f0-c0-attribute"], []),
    ],
)
def test_filters_and_clauses_come_and_go_without_javascript_and_nothing_is_saved(
    client, marie, op, there, gone
):
    text = text_of(client.post(PAGE, {**ALL, **SALES, "op": op}))

    assert all(f'id="{one}"' in text for one in there)
    assert not any(f'id="{one}"' in text for one in gone)
    assert filters() == []


@pytest.mark.parametrize(
    ("wrong", "told", "place"),
    [
        ({"f0-c0-operator": "REGEX_MATCH", "f0-c0-value": "("}, "pattern", "f0-c0-value"),
        ({"f0-c0-operator": "GREATER_THAN", "f0-c0-value": "many"}, "number", "f0-c0-value"),
        ({"f0-c0-operator": "LIKE"}, "LIKE", "f0-c0-operator"),
        ({"f0-c0-attribute": ""}, "", "f0-c0-attribute"),
        ({"scope": "some"}, "Choose whom the scope begins with.", "scope-assigned"),
        ({"on_leaving": "forget"}, "Choose what happens to the account.", "on-leaving"),
    ],
)
def test_a_wrong_clause_is_told_and_everything_typed_stays(client, marie, wrong, told, place):
    answer = client.post(PAGE, {**ALL, **SALES, **wrong, "op": "save"})
    text = text_of(answer)

    assert answer.status_code == 422
    assert "Nothing was saved: there is a problem" in text
    assert told in text
    assert f'href="#{place}"' in text
    assert f'id="{place}"' in text
    assert 'value="Only sales"' in text
    assert filters() == []


def test_a_filter_without_a_clause_is_not_saved(client, marie):
    answer = client.post(PAGE, {**ALL, "f0-title": "Empty", "op": "save"})

    assert answer.status_code == 422
    assert "A filter without a clause would admit everybody." in text_of(answer)


def ask(client, **typed):
    headers = {"hx-request": "true", "hx-target": "effect"}
    return text_of(client.post(COUNT, {**ALL, **typed}, headers=headers))


def test_the_effect_of_what_is_typed_is_counted_before_it_is_saved(client, marie):
    text = ask(client, **SALES)

    assert "8 of 12 people in scope" in text
    assert "−4 leave" in text
    assert "Person h0" in text
    assert "<html" not in text
    assert filters() == []


def test_while_something_is_wrong_there_are_no_numbers(client, marie):
    text = ask(client, **{**SALES, "f0-c0-operator": "LIKE"})

    assert "the numbers come back" in text


def test_nobody_in_scope_is_a_warning(client, marie):
    assert "Nobody is in scope." in ask(client, **{**SALES, "f0-c0-value": "Nowhere"})


def test_a_person_is_checked_and_the_clause_that_refuses_is_named(client, marie):
    refused = ask(client, **SALES, check="h0@contoso.example")
    assert "Person h0</bdi>: not in scope." in refused
    assert "department EQUALS Sales" in refused
    assert "HR" in refused

    assert "Person s0</bdi>: in scope." in ask(client, **SALES, check="s0@contoso.example")
    assert "The directory has nobody called zz." in ask(client, **SALES, check="zz")


def test_a_person_whom_nothing_but_the_assignment_keeps_out_is_told_so(client, marie):
    told = ask(client, scope="assigned", check="s0@contoso.example")

    assert "Person s0</bdi>: not in scope." in told
    assert re.search(r"no:</span></span> Assigned to the application", told)
    assert re.search(r"yes:</span></span> Passes a scoping filter", told)


def test_without_javascript_a_button_looks_and_saves_nothing(client, marie):
    typed = {**ALL, **SALES, "check": "h0@contoso.example", "op": "look"}

    text = text_of(client.post(PAGE, typed))

    assert "8 of 12 people in scope" in text
    assert "Person h0</bdi>: not in scope." in text
    assert text.index('value="look"') < text.index('value="remove-0-0"')
    assert filters() == []


@pytest.mark.parametrize(
    ("op", "focused"),
    [("add", "f1-title"), ("add-0", "f0-c1-attribute"), ("remove-0", "add-filter")],
)
def test_focus_goes_to_what_was_added_or_to_what_is_left(client, marie, op, focused):
    text = text_of(client.post(PAGE, {**ALL, **SALES, "op": op}))

    assert re.search(rf'id="{focused}"[^>]* autofocus', text)


def test_an_attribute_of_few_values_offers_them(client, marie):
    text = text_of(client.post(PAGE, {**ALL, **SALES, "op": "look"}))

    offered = first(r'<datalist id="usual-f0-c0">(.*?)</datalist>', text)
    assert re.findall(r'value="(\w+)"', offered) == ["Sales", "HR"]


def test_a_scope_that_somebody_changed_meanwhile_is_not_changed_back(client, marie):
    read = first(r'name="read" value="(\d+)"', text_of(client.get(PAGE)))
    configure({"slug": "phone", "on_leaving_scope": "nothing"})

    answer = client.post(PAGE, {**ALL, **SALES, "op": "save", "confirmed": "yes", "read": read})
    text = text_of(answer)

    assert answer.status_code == 409
    assert "When someone leaves the scope:" in text
    assert re.search(r"Disable</bdi> → <bdi>Leave as is", text)
    assert 'value="Only sales"' in text
    assert content()["on_leaving_scope"] == "nothing"
    assert filters() == []


def test_what_somebody_changed_elsewhere_meanwhile_is_no_conflict(client, marie):
    read = first(r'name="read" value="(\d+)"', text_of(client.get(PAGE)))
    configure({"slug": "phone", "provisioning": {"interval": "2h"}})

    typed = {**ALL, **SALES, "op": "save", "confirmed": "yes", "read": read}

    assert client.post(PAGE, typed).status_code == 302


def linked(phone, *names):
    for name in names:
        Link.objects.create(
            job=phone.job, object=directory_object(name), kind="user", target_id=name
        )


def test_more_people_leaving_than_the_guard_lets_go_are_confirmed_by_name(client, phone, marie):
    linked(phone, *(f"s{number}" for number in range(8)), *(f"h{number}" for number in range(4)))

    asked = client.post(PAGE, {**ALL, **SALES, "op": "save"})
    text = text_of(asked)
    assert "4 people would leave the scope and be disabled in Phone." in text
    assert "Person h0" in text
    assert filters() == []

    client.post(PAGE, {**ALL, **SALES, "op": "save", "confirmed": "yes"})
    assert len(filters()) == 1


@pytest.mark.parametrize(
    ("on_leaving", "told"),
    [("delete", "Save and delete 4"), ("disable", "Save and disable 4"), ("nothing", "")],
)
def test_the_button_that_confirms_says_what_it_does(client, phone, marie, on_leaving, told):
    linked(phone, *(f"h{number}" for number in range(4)))

    answer = client.post(PAGE, {**ALL, **SALES, "on_leaving": on_leaving, "op": "save"})

    assert told in text_of(answer)
    assert answer.status_code == (200 if told else 302)


def test_fewer_than_the_guard_allows_need_no_confirmation(client, phone, marie):
    client.post(PAGE, {**ALL, **SALES, "f0-c0-operator": "IS_NOT_NULL", "op": "save"})

    assert len(filters()) == 1


def test_mode_and_exclusion_are_saved(client, marie):
    client.post(
        PAGE,
        {"scope": "assigned", "on_leaving": "nothing", "op": "save", "confirmed": "yes"},
    )

    saved = content()
    assert (saved["scope"], saved["exclude_default_access"], saved["on_leaving_scope"]) == (
        "assigned",
        False,
        "nothing",
    )


def test_groups_have_filters_of_their_own(client, marie):
    client.post(PAGE, {**ALL, **SALES, "kind": "groups", "op": "save", "confirmed": "yes"})

    assert filters() == []
    assert len(content()["mappings"]["groups"]["filters"]) == 1


def test_a_list_of_values_is_separated_by_commas(client, marie):
    typed = {**SALES, "f0-c0-operator": "IN", "f0-c0-value": "HR, Legal"}

    assert "4 of 12 people in scope" in ask(client, **typed)
    client.post(PAGE, {**ALL, **typed, "op": "save", "confirmed": "yes"})
    assert 'value="HR, Legal"' in text_of(client.get(PAGE))


def test_a_reader_checks_a_person_but_changes_nothing(client, phone):
    reader(client)

    text = text_of(client.get(PAGE, {"check": "h0@contoso.example"}))

    assert "Person h0</bdi>: in scope." in text
    assert '<input type="radio"' not in text
    assert "Sync all users and groups" in text
    assert "Add scoping filter" not in text
    assert client.post(PAGE, {**ALL, "op": "save"}).status_code == 403
