"""What a target says of its attributes: read, offered, and never trusted further than that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.gallery import find_template
from provisioning.core.offers import MOST as MOST_OFFERED
from provisioning.core.offers import offered
from provisioning.core.resource import Kind
from provisioning.core.schema import Mutability, Type, characteristics
from provisioning.core.target_schema import MOST, UNKNOWN, TargetSchema, read_schemas
from provisioning.core.urns import CORE_GROUP, CORE_USER, ENTERPRISE_USER

HR = "urn:example:hr:2.0:User"
PLAIN = find_template("scim")


def attribute(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", **more}


def schema(*attributes: Any, urn: str = CORE_USER) -> dict[str, Any]:
    return {"id": urn, "attributes": list(attributes)}


def user_type(*extensions: Any) -> dict[str, Any]:
    return {"schema": CORE_USER, "schemaExtensions": [{"schema": one} for one in extensions]}


def path(text: str) -> AttributePath:
    return AttributePath.parse(text)


def names(published: TargetSchema, kind: Kind = Kind.USER) -> list[str]:
    return [one.target for one in offered(PLAIN, published, kind)]


def test_the_word_of_the_target_comes_before_ours():
    published = read_schemas(
        [schema(attribute("title", mutability="readOnly"), attribute("nickName"))], []
    )

    assert published.rules(path("title"), Kind.USER).mutability is Mutability.READ_ONLY
    assert published.rules(path("active"), Kind.USER) == characteristics(path("active"), Kind.USER)
    assert published.rules(path("title"), Kind.GROUP).mutability is Mutability.READ_WRITE


def test_an_extension_whose_name_no_path_can_have_is_passed_over():
    urn = "urn:with space:User"

    published = read_schemas([schema(attribute("grade"), urn=urn)], [user_type(urn)])

    assert published == UNKNOWN


def test_an_extension_is_read_with_every_characteristic():
    grade = attribute("grade", type="integer", required=True, mutability="immutable")
    badge = attribute("badge", caseExact=True, uniqueness="server")
    tags = attribute("tags", multiValued=True)
    published = read_schemas([schema(grade, badge, tags, urn=HR)], [user_type(HR)])

    found = {name: published.rules(path(f"{HR}:{name}"), Kind.USER) for name in
             ("grade", "badge", "tags")}  # fmt: skip
    assert (found["grade"].type, found["grade"].required) == (Type.INTEGER, True)
    assert found["grade"].mutability is Mutability.IMMUTABLE
    assert (found["badge"].case_exact, found["badge"].uniqueness) == (True, "server")
    assert found["tags"].multi_valued
    assert names(published)[-3:] == [f"{HR}:grade", f"{HR}:badge", f"{HR}:tags"]


def test_what_points_to_a_person_is_ours_to_know():
    manager = attribute("manager", type="complex", subAttributes=[attribute("value")])
    published = read_schemas(
        [schema(attribute("userName")), schema(manager, urn=ENTERPRISE_USER)],
        [user_type(ENTERPRISE_USER)],
    )

    rules = published.rules(path(f"{ENTERPRISE_USER}:manager"), Kind.USER)
    assert rules.type is Type.REFERENCE
    assert f"{ENTERPRISE_USER}:manager" in names(published)


def test_lists_are_offered_by_the_types_that_the_target_names():
    kinds = attribute("type", canonicalValues=["work", "boat"])
    ims = attribute(
        "ims", type="complex", multiValued=True, subAttributes=[attribute("value"), kinds]
    )
    skills = attribute(
        "skills", type="complex", multiValued=True, subAttributes=[attribute("name")]
    )
    published = read_schemas([schema(ims, skills)], [])

    assert names(published) == [
        "externalId", 'ims[type eq "work"].value', 'ims[type eq "boat"].value', "skills",
    ]  # fmt: skip
    assert published.rules(path("skills"), Kind.USER).plain == "name"


def test_parts_are_offered_one_by_one_and_what_nobody_may_write_is_not():
    name = attribute("name", type="complex", subAttributes=[attribute("middleName")])
    groups = attribute("groups", type="complex", mutability="readOnly", multiValued=True)
    score = attribute("score", mutability="readOnly")
    published = read_schemas([schema(name, groups, score, attribute("title"))], [])

    assert names(published) == [
        "title", "externalId", "name.givenName", "name.familyName", "name.formatted",
        "name.middleName",
    ]  # fmt: skip


def test_a_target_that_tells_nothing_is_offered_the_template_s_attributes():
    expected = list(PLAIN.attributes[Kind.USER])

    assert names(UNKNOWN) == names(read_schemas([], [])) == expected
    assert names(read_schemas([schema(urn=CORE_GROUP)], [])) == expected
    assert not UNKNOWN.lacks(path("nonsense"), Kind.USER)


def test_without_resource_types_extensions_are_known_by_their_name():
    schemas = [schema(attribute("title")), schema(attribute("grade"), urn=HR)]

    assert read_schemas(schemas, []).rules(path(f"{HR}:grade"), Kind.USER) is not None
    assert not read_schemas(schemas, []).lacks(path(f"{HR}:grade"), Kind.USER)
    assert read_schemas(schemas, [user_type()]).lacks(path(f"{HR}:grade"), Kind.USER)


def test_common_attributes_are_never_missing():
    published = read_schemas([schema(attribute("title"))], [])

    assert not published.lacks(path("externalId"), Kind.USER)
    assert published.lacks(path("nickName"), Kind.USER)


HOSTILE = [
    None,
    7,
    "attributes",
    {},
    attribute(""),
    attribute(None),  # type: ignore[arg-type]
    attribute("<script>alert(1)</script>"),
    attribute('emails[type eq "x"]'),
    attribute("a b"),
    attribute("x" * 65),
    attribute("two\nlines string readOnly"),
    attribute("\u202etitle"),
]


def test_what_is_no_attribute_is_passed_over():
    published = read_schemas([schema(*HOSTILE, attribute("title"))], [])

    assert published.as_document() == {"user": ["title string"]}


def test_of_two_attributes_with_one_name_the_first_counts():
    first, second = attribute("title"), attribute("TITLE", mutability="readOnly")

    published = read_schemas([schema(first, second), schema(second)], [])

    assert published.rules(path("title"), Kind.USER).mutability is Mutability.READ_WRITE


def test_a_schema_that_contains_itself_ends():
    looping = attribute("loop", type="complex")
    looping["subAttributes"] = [looping]

    published = read_schemas([schema(looping)], [])

    assert published.as_document() == {"user": ["loop complex plain:loop", "loop.loop complex"]}


def test_a_huge_schema_is_cut():
    wide = [attribute(f"a{number}") for number in range(5_000)]
    deep = attribute("list", type="complex", multiValued=True,
                     subAttributes=[attribute(f"s{n}") for n in range(5_000)])  # fmt: skip
    kinds = attribute("type", canonicalValues=[f"t{n}" for n in range(5_000)])
    typed = attribute("many", type="complex", multiValued=True, subAttributes=[kinds])
    schemas = [schema(typed, deep, *wide), *(schema(*wide, urn=f"{HR}{n}:User") for n in range(99))]

    published = read_schemas(schemas, [])

    assert len(published.as_document()["user"]) == MOST
    assert len(json.dumps(published.as_document())) < 60_000
    assert len(names(published)) <= MOST_OFFERED


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"type": "float"}, Type.STRING),
        ({"type": ["string"]}, Type.STRING),
        ({"type": "reference", "referenceTypes": ["User"]}, Type.STRING),
        ({"type": "dateTime"}, Type.DATE_TIME),
        ({"mutability": ["readOnly"], "multiValued": "yes", "required": 1}, Type.STRING),
    ],
)
def test_wrong_kinds_of_words_say_nothing(said: dict[str, Any], meant: Type):
    rules = read_schemas([schema(attribute("x", **said))], []).rules(path("x"), Kind.USER)

    assert (rules.type, rules.mutability) == (meant, Mutability.READ_WRITE)
    assert (rules.multi_valued, rules.required) == (False, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "attributes",
                    "subAttributes",
                    "type",
                    "schema",
                    "schemaExtensions",
                    "canonicalValues",
                    "mutability",
                    "multiValued",
                    CORE_USER,
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4), st.lists(JSON, max_size=4))
def test_anything_at_all_is_read_without_harm_and_kept_as_it_was_read(
    schemas: list[Any], types: list[Any]
):
    """The client hands over objects only; what is in them is the target's."""
    described = [{"id": CORE_USER, "attributes": one} for one in schemas]

    published = read_schemas(described, [one for one in types if isinstance(one, dict)])

    stored = json.loads(json.dumps(published.as_document()))
    assert TargetSchema.stored(stored) == published
    assert all(AttributePath.parse(name) for name in names(published))
    assert not any(set("<>&\n") & set(name) for name in names(published))


@pytest.mark.parametrize("document", [None, "", [], {}, {"other": ["x string"]}])
def test_nothing_stored_is_nothing_known(document: Any):
    assert TargetSchema.stored(document) == UNKNOWN
