"""Hostile JSON ends in one typed error or in a value that is safe to walk and store (T11)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import NotScim, OutcomeUnknown, ProvisioningError
from provisioning.scim.json_body import NotJson, parse
from provisioning.scim.refusals import read_refusal
from provisioning.scim.responses import judge
from provisioning.scim.session import Reply
from provisioning.scim.verbs import Verb

REFUSED = [
    b"",
    b" ",
    b"{",
    b"}",
    b"[1,]",
    b"{'id': '1'}",
    b'{"id": "1"',
    b'{"id": "1"} x',
    b'{"id": "1"}{"id": "2"}',
    b"NaN",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": -1e999}',
    b"[" * 200_000,
    b"[" * 200_000 + b"]" * 200_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b"[" * 40 + b"]" * 40,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"a": ' + b"1" * 200_000 + b"}",
    b'{"id": "1", "id": "2"}',
    b'{"id": "1", "ID": "2", "id": "3"}',
    b'{"Resources": [{"id": "1", "id": "2"}]}',
    b'{"a": "\x00"}',
    b'{"a": "\x01"}',
    b'{"a": "\n"}',
    b'{"a": "\\x41"}',
    b'{"a": "\\u12"}',
    b'{"a": "\xff"}',
    b'{"a": "\xed\xa0\x80"}',
    b"\xff\xfe{\x00}\x00",
    b"<html></html>",
    b"undefined",
    b"01",
    b"+1",
    b".5",
    b"0x10",
    b"/* */{}",
    b"{,}",
    b'{"a" "b"}',
    b'{"a": tru}',
]
ACCEPTED = [
    b"\xef\xbb\xbf{}",
    b'{"a": "\\u0000"}',
    b'{"a": "\\ud800"}',
    b'{"\\udfff": ["\\u0000"]}',
    b'{"a": 1, "a": 2}',
    b'{"a": 12345678901234567890123}',
    b"null",
    b'"text"',
    b"[" * 30 + b"]" * 30,
]


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
def test_T11_what_is_not_honest_json_is_one_typed_error(body):
    with pytest.raises(NotJson):
        parse(body)


@pytest.mark.parametrize("body", ACCEPTED, ids=range(len(ACCEPTED)))
def test_T11_what_is_accepted_can_be_stored(body):
    stored = json.dumps(parse(body), ensure_ascii=False)

    assert "\x00" not in stored
    assert "\\u0000" not in stored
    stored.encode("utf-8")


@pytest.mark.parametrize("verb", list(Verb))
def test_T11_no_body_breaks_a_judgement(verb):
    for body in REFUSED + ACCEPTED:
        for status in (200, 201, 400, 503):
            reply = Reply(status, {}, body, 1)
            try:
                judge(verb, reply)
            except ProvisioningError as error:
                error.target_message.encode("utf-8")
            read_refusal(reply)


@given(st.binary(max_size=300))
def test_T11_any_bytes_are_a_value_or_one_typed_error(body):
    try:
        parse(body)
    except NotJson:
        return


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_T11_any_json_value_comes_through_as_it_was_but_for_what_cannot_be_stored(value):
    text = json.dumps(value, allow_nan=False)
    if "\\u0000" in text or "\\ud" in text:
        return

    assert parse(text.encode()) == value


def test_F12_html_in_answer_to_a_read_is_no_scim_endpoint():
    reply = Reply(200, {"content-type": "text/html; charset=utf-8"}, b"<html>Welcome</html>", 1)

    with pytest.raises(NotScim, match="not a SCIM endpoint") as error:
        judge(Verb.LIST, reply)
    assert error.value.target_message == "", "no text of a stranger's page is shown"


@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.MODIFY, Verb.REPLACE])
@pytest.mark.parametrize("body", [b"<html>", b"{", b"[]", b'{"userName": "ana"}', b'{"id": ""}'])
def test_F12_an_unreadable_success_of_a_write_is_an_unknown_outcome(verb, body):
    with pytest.raises(OutcomeUnknown):
        judge(verb, Reply(200, {}, body, 1))
