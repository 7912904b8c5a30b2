"""Every status and every `scimType` has its error, and a doubtful write is never called failed."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from scim2_models import SCIMException

from provisioning.core import errors
from provisioning.scim.responses import judge
from provisioning.scim.retry_after import retry_after
from provisioning.scim.session import Reply
from provisioning.scim.status_table import SCIM_TYPES, SENTENCES, STATUSES
from provisioning.scim.verbs import Verb
from provisioning.tests.core.samples import sample

READS = [Verb.DISCOVER, Verb.LIST, Verb.READ]
UPDATES = [Verb.MODIFY, Verb.REPLACE, Verb.DELETE]
WRITES = [Verb.CREATE, *UPDATES]


def _error(
    verb: Verb, status: int, body: object = None, **headers: str
) -> errors.ProvisioningError:
    data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(errors.ProvisioningError) as caught:
        judge(verb, Reply(status, named, data, 1))
    return caught.value


def _scim(status: int, scim_type: str = "", detail: str = "") -> dict[str, object]:
    body: dict[str, object] = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": str(status),
        "detail": detail,
    }
    return {**body, "scimType": scim_type} if scim_type else body


def _platform(status: int, code: str) -> dict[str, object]:
    return {"message": "No.", "code": code, "status": status, "contextId": "c-1", "errors": []}


def test_every_status_that_exists_has_an_entry_for_every_verb():
    for status in HTTPStatus:
        assert set(STATUSES[status]) == set(Verb), status


def test_every_scim_type_of_the_rfc_has_an_entry():
    named = {kind.scim_type for kind in SCIMException.__subclasses__()} - {None, ""}

    assert len(named) >= 10
    assert named <= set(SCIM_TYPES)


@pytest.mark.parametrize(
    ("name", "kind"), [("not_found", errors.LinkBroken), ("bad_request", errors.Mutability)]
)
def test_the_errors_that_the_standard_prints_are_understood(name: str, kind: type[Exception]):
    printed = sample(f"rfc7644-3.12-error-{name}")

    error = _error(Verb.MODIFY, int(printed["status"]), printed)

    assert (type(error), error.target_message) == (kind, printed["detail"])


def test_every_error_of_the_tables_has_a_sentence():
    used = {error for column in STATUSES.values() for error in column.values()}

    assert used | set(SCIM_TYPES.values()) <= set(SENTENCES)


@pytest.mark.parametrize("verb", list(Verb))
def test_any_refusal_is_an_error_with_its_status_or_a_deletion_already_done(verb):
    for status in (*range(300, 600), 600, 999):
        if verb is Verb.DELETE and status in (404, 410):
            assert judge(verb, Reply(status, {}, b"", 1)) is None
            continue
        error = _error(verb, status)
        assert error.status == status
        assert str(status) in error.message
        assert error.advice


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("status", [401, 403])
def test_F21_refused_credentials_are_named(verb, status):
    assert type(_error(verb, status)) is errors.CredentialsRejected


@pytest.mark.parametrize("verb", [Verb.READ, Verb.MODIFY, Verb.REPLACE])
@pytest.mark.parametrize("status", [404, 410])
def test_F16_a_linked_resource_that_is_gone_breaks_the_link(verb, status):
    assert type(_error(verb, status)) is errors.LinkBroken


@pytest.mark.parametrize("verb", [Verb.DISCOVER, Verb.LIST, Verb.CREATE])
def test_404_on_a_collection_means_that_there_is_no_scim_service(verb):
    assert type(_error(verb, 404)) is errors.NotScim


@pytest.mark.parametrize("status", [200, 204, 404, 410])
def test_F17_a_deletion_of_what_is_gone_is_done(status):
    assert judge(Verb.DELETE, Reply(status, {}, b"", 1)) is None


@pytest.mark.parametrize("body", [_scim(409, "uniqueness"), _scim(409), {}, b"<html>"])
def test_F15_409_on_create_is_a_conflict(body):
    assert type(_error(Verb.CREATE, 409, body)) is errors.Conflict


@pytest.mark.parametrize("verb", UPDATES)
@pytest.mark.parametrize(
    ("status", "body"),
    [(409, _scim(409)), (412, {}), (400, _scim(400, "invalidVers")), (428, {})],
)
def test_a_stale_version_has_many_faces(verb, status, body):
    assert type(_error(verb, status, body)) is errors.VersionMismatch


@pytest.mark.parametrize("status", [400, 409])
def test_F15_an_update_onto_a_taken_value_is_a_conflict(status):
    assert type(_error(Verb.MODIFY, status, _scim(status, "uniqueness"))) is errors.Conflict


def test_a_protocol_version_that_is_not_spoken_is_no_stale_account():
    assert type(_error(Verb.LIST, 400, _scim(400, "invalidVers"))) is errors.NotScim


@pytest.mark.parametrize("scim_type", sorted(SCIM_TYPES))
def test_F17_each_scim_type_on_an_update_is_its_error(scim_type):
    assert type(_error(Verb.MODIFY, 400, _scim(400, scim_type))) is SCIM_TYPES[scim_type]


def test_a_missing_value_is_told_from_a_wrong_one():
    missing = _scim(400, "invalidValue", "Attribute 'displayName' is required.")

    assert type(_error(Verb.CREATE, 400, missing)) is errors.MissingRequired
    assert type(_error(Verb.CREATE, 400, _scim(400, "invalidValue"))) is errors.InvalidValue


@pytest.mark.parametrize("status", [400, 402, 403, 409])
def test_a_full_licence_is_told_from_refused_credentials(status):
    body = _scim(status, detail="No licence is left for this user.")

    assert type(_error(Verb.CREATE, status, body)) is errors.LicenceLimit


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_F08_a_fault_is_repeatable_for_a_read_and_unknown_for_a_write(status):
    for verb in READS:
        assert type(_error(verb, status)) is errors.TargetBusy
    for verb in WRITES:
        assert type(_error(verb, status)) is errors.OutcomeUnknown


@pytest.mark.parametrize("verb", WRITES)
def test_F08_503_that_says_not_processed_may_be_repeated(verb):
    said = _error(verb, 503, _platform(503, "service.unavailable"))
    asked = _error(verb, 503, retry_after="2")

    assert type(said) is errors.TargetBusy
    assert type(asked) is errors.TargetBusy
    assert asked.retry_after == 2.0


@pytest.mark.parametrize("verb", list(Verb))
def test_F07_429_is_a_full_quota(verb):
    error = _error(verb, 429, _platform(429, "too.many.requests.retry.after"), retry_after="3")

    assert type(error) is errors.TooManyRequests
    assert error.retry_after == 3.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("-3", 0.0),
        ("1e300", 900.0),
        ("inf", 900.0),
        ("86400", 900.0),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("Sun, 22 Nov 9999 10:00:30 GMT", 900.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Nov 2026 10:00:30 GMT", None),
    ],
)
def test_F07_retry_after_in_any_form_is_seconds_within_fifteen_minutes(text, seconds):
    headers = {"retry-after": text, "date": "Sun, 22 Nov 2026 10:00:00 GMT"}

    assert retry_after(headers) == seconds


def test_F07_without_a_date_of_the_answer_our_own_clock_counts():
    headers = {"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT"}

    assert retry_after(headers, now=1795341620.0) == 10.0


def test_the_targets_own_words_and_number_are_kept():
    genesys = _error(Verb.MODIFY, 400, _platform(400, "invalid.value"), inin_correlation_id="abc-1")
    scim = _error(Verb.MODIFY, 400, _scim(400, "invalidValue", "Bad\x1b[31m title\r" + "x" * 9_000))

    assert (genesys.target_message, genesys.correlation_id) == ("No.", "abc-1")
    assert scim.target_message.startswith("Bad [31m title x")
    assert len(scim.target_message) == 2_048


def test_a_success_is_its_body():
    assert judge(Verb.READ, Reply(200, {}, b'{"id": "1"}', 1)) == {"id": "1"}
    assert judge(Verb.CREATE, Reply(201, {}, b'{"id": 7}', 1)) == {"id": "7"}
    assert judge(Verb.LIST, Reply(200, {}, b'{"totalResults": "0"}', 1)) == {"totalResults": 0}
    assert judge(Verb.MODIFY, Reply(204, {}, b"", 1)) is None
    assert judge(Verb.REPLACE, Reply(200, {}, b"", 1)) is None


@pytest.mark.parametrize("status", [202, 204])
def test_F12_a_create_without_a_resource_is_an_unknown_outcome(status):
    assert type(_error(Verb.CREATE, status, b"")) is errors.OutcomeUnknown
