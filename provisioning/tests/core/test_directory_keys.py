"""Names of directory objects: what counts as the same, and what a guest is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.directory_keys import fold_key, guest_address, search_key
from provisioning.core.resource import Kind, SourceObject, State, Value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" Ana@Contoso.example ", "ana@contoso.example"),
        ("Zoe\u0308", "ZOË"),
        ("STRASSE", "straße"),
        ("\u00a0Zoë\u00a0", "zoë"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str):
    assert fold_key(one) == fold_key(other)


@given(st.text(max_size=20))
def test_a_key_is_its_own_key(text: str):
    assert fold_key(fold_key(text)) == fold_key(text)


@pytest.mark.parametrize("asked", ["adele", "ADÈLE", "Adele V", "vañce", "contoso"])
def test_a_search_finds_without_case_and_accents(asked: str):
    assert search_key(asked) in search_key(" Adèle Vance ", "", "adele@contoso.example")


def test_a_search_finds_nothing_across_two_texts():
    assert search_key("Ana", "Ruiz") == "ana\nruiz"
    assert search_key("ana r") not in search_key("Ana", "Ruiz")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ana_fabrikam.example#EXT#@contoso.example", "ana@fabrikam.example"),
        ("ana_b_fabrikam.example#ext#@contoso.example", "ana_b@fabrikam.example"),
        ("ana@contoso.example", "ana@contoso.example"),
        ("ana#EXT#@contoso.example", "ana#EXT#@contoso.example"),
        ("_fabrikam.example#EXT#@contoso.example", "_fabrikam.example#EXT#@contoso.example"),
        ("ana_#EXT#@contoso.example", "ana_#EXT#@contoso.example"),
        ("", ""),
    ],
)
def test_a_guest_is_called_by_the_address_of_their_home(name: str, address: str):
    assert guest_address(name) == address


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"displayName": "Ana", "mail": "a@x.org"}, "Ana"),
        ({"displayName": "", "userPrincipalName": "ana@x.org", "mail": "a@x.org"}, "ana@x.org"),
        ({"displayName": 7, "mail": "a@x.org"}, "a@x.org"),
        ({}, "s1"),
    ],
)
def test_somebody_is_shown_by_the_best_name_there_is(attributes: dict[str, Value], name: str):
    assert SourceObject("s1", Kind.USER, State.ACTIVE, attributes).display_name == name
