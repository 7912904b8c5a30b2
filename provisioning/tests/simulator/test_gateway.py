"""The order of checks, the two shapes of errors, the headers that every answer carries."""

from __future__ import annotations

import json

import pytest

from provisioning.tests.simulator.caller import Clock, calling, op, person

ALWAYS = ("ININ-Correlation-Id", "Cache-Control")
RATE = ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset")


def test_every_answer_carries_the_headers_of_genesys_cloud():
    with calling(quota=300) as target:
        user = target.user()
        answers = [
            target.get(f"/Users/{user['id']}"),
            target.get("/Users"),
            target.get("/Users/nobody"),
            target.delete(f"/Users/{user['id']}"),
        ]

    for answer in answers:
        assert {name for name in (*ALWAYS, *RATE) if name in answer.headers} == {*ALWAYS, *RATE}
        assert answer.headers["Cache-Control"] == "no-cache, no-store, must-revalidate"
    assert [answer.headers["inin-ratelimit-count"] for answer in answers] == list("2345")


def test_answers_are_scim_json_and_platform_errors_plain_json():
    with calling() as target:
        assert target.get("/Users").headers["Content-Type"] == "application/scim+json"
        assert target.get("/Users/nobody").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("headers", "message"),
    [({"Authorization": "Bearer wrong"}, "Invalid"), ({"Authorization": ""}, "No authentication")],
)
def test_a_missing_or_wrong_token_is_401_for_every_address(headers, message):
    with calling() as target:
        answers = [
            target.send("GET", path, headers=headers)
            for path in ("/Users", "/ServiceProviderConfig", "/nothing", "/Groups/1")
        ]

    assert {answer.status_code for answer in answers} == {401}
    assert all(message in answer.json()["message"] for answer in answers)
    assert answers[0].json()["code"] == "authentication.required"


def test_the_checks_come_in_the_documented_order():
    """Each request breaks every rule from one on; the first broken rule answers."""
    clock = Clock()
    with calling(
        personality="genesys:permissions=directory:user:edit,body_limit=200,window=60",
        quota=8,
        now=clock,
    ) as target:
        user = "/Users/nobody"
        text = {"Content-Type": "text/plain", "If-Match": '"9"'}
        stale = {"If-Match": '"9"'}

        def sent(method: str, path: str, data: str, **headers: str) -> int:
            return target.send(method, path, data=data, headers=headers).status_code

        statuses = [
            sent("POST", "/Users", "{" * 300, Authorization="", **text),
            sent("POST", "/Users", "{" * 300, **text),
            sent("OPTIONS", user, "{" * 300, **text),
            sent("GET", "/nothing", ""),
            sent("PATCH", user, "{" * 300, **text),
            sent("PATCH", user, "{" * 300, **stale),
            sent("PATCH", user, "{", **stale),
            sent("PATCH", user, '{"Operations": []}', **stale),
        ]
        while len(statuses) < 10:
            statuses.append(sent("POST", "/Users", "{" * 300, **text))

    assert statuses == [401, 403, 405, 404, 415, 413, 400, 404, 403, 429]


def test_the_version_is_checked_before_the_values():
    with calling() as target:
        user = target.user()

        answer = target.patch(
            f"/Users/{user['id']}", op("replace", "active", "perhaps"), **{"If-Match": '"9"'}
        )

    assert answer.json()["scimType"] == "invalidVers"


def test_values_are_checked_before_uniqueness():
    with calling() as target:
        target.user()

        answer = target.post("/Users", {"userName": "ana@example.org"})

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


def test_a_platform_error_has_a_number_as_status_and_a_correlation_id():
    with calling() as target:
        answer = target.get("/Users/nobody")

    body = answer.json()
    assert (body["status"], body["code"]) == (404, "not.found")
    assert body["contextId"] == answer.headers["ININ-Correlation-Id"]
    assert (body["details"], body["errors"]) == ([], [])


def test_a_scim_error_has_a_text_as_status():
    with calling() as target:
        body = target.get("/Users", filter="active pr").json()

    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (body["status"], body["scimType"]) == ("400", "invalidFilter")


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"', "[" * 100_000, "NaN"])
def test_T11_a_body_that_is_no_json_object_is_invalid_syntax(body):
    with calling() as target:
        answer = target.send("POST", "/Users", data=body)

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")


def test_both_media_types_are_accepted():
    with calling() as target:
        for number, kind in enumerate(("application/json", "application/scim+json; charset=utf-8")):
            body = json.dumps(person(f"p{number}@example.org"))
            answer = target.send("POST", "/Users", data=body, headers={"Content-Type": kind})
            assert answer.status_code == 201


def test_both_families_answer_and_write_their_own_locations():
    with calling() as target:
        user = target.user()
        base = f"{target.running.root}/api/v2/scim"

        versioned = target.get(f"/users/{user['id']}").json()["meta"]["location"]
        unversioned = target.get(f"{base}/Users/{user['id']}").json()["meta"]["location"]

    assert versioned == f"/api/v2/scim/v2/users/{user['id']}"
    assert unversioned == f"/api/v2/scim/users/{user['id']}"


def test_the_discovery_documents_say_what_is_supported():
    with calling() as target:
        config = target.get("/serviceproviderconfig").json()
        types = target.get("/resourcetypes").json()["Resources"]
        schemas = target.get("/schemas").json()["Resources"]
        one = target.get(f"/Schemas/{schemas[0]['id']}").json()
        unchanged = target.get("/serviceproviderconfig", headers={"If-None-Match": '"1"'})

    assert config["patch"]["supported"] is config["etag"]["supported"] is True
    assert config["bulk"] == {"supported": False, "maxOperations": 0, "maxPayloadSize": 0}
    assert {kind["id"] for kind in types} >= {"User", "Group", "Schema", "ResourceType"}
    assert one == schemas[0]
    assert len(schemas) == 7
    assert unchanged.status_code == 304


def test_schemas_cannot_be_filtered_nor_written():
    with calling() as target:
        assert target.get("/schemas", filter="id eq x").status_code == 403
        assert target.post("/schemas", {}).status_code == 405
        assert target.get("/schemas/urn:none").status_code == 404


def test_an_address_outside_scim_is_404_and_not_recorded():
    with calling() as target:
        assert target.get(f"{target.running.root}/favicon.ico").status_code == 404
        assert target.running.requests == []


def test_F07_the_quota_refuses_with_retry_after_and_the_headers():
    clock = Clock()
    with calling(quota=2, now=clock) as target:
        target.get("/Users")
        clock.move(20)
        target.get("/Users")

        refused = target.get("/Users")
        clock.move(40)
        accepted = target.get("/Users")

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == refused.headers["inin-ratelimit-reset"] == "40"
    assert refused.json()["code"] == "too.many.requests.retry.after"
    assert (accepted.status_code, accepted.headers["inin-ratelimit-count"]) == (200, "1")


def test_without_a_quota_no_rate_is_shown():
    with calling(quota=0) as target:
        headers = target.get("/Users").headers

    assert not [name for name in RATE if name in headers]


def test_the_default_quota_is_that_of_the_personality():
    with calling(quota=None) as target:
        assert target.get("/Users").headers["inin-ratelimit-allowed"] == "300"
    with calling(quota=None, personality="scim") as target:
        assert "inin-ratelimit-allowed" not in target.get("/Users").headers


def test_latency_delays_each_answer():
    with calling(latency=150) as target:
        assert target.get("/Users").elapsed.total_seconds() >= 0.15
