"""The URNs, and the users and groups of each personality (RFC 7643 4, genesys-scim 5 and 6)."""

from __future__ import annotations

from provisioning.simulator.personality import Personality
from provisioning.simulator.schema import (
    Attribute,
    Definition,
    Schema,
    complex_of,
    flag,
    many,
    reference,
    text,
)

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PURECLOUD = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"

PHONE_TYPES = (
    "work",
    "work2",
    "work3",
    "work4",
    "home",
    "mobile",
    "other",
    "microsoftteams",
    "zoomphone",
    "eightbyeight",
    "ringcentral",
)


def _valued(name: str, types: tuple[str, ...] = (), value: Attribute | None = None) -> Attribute:
    """Return a multi-valued attribute with the usual sub-attributes (RFC 7643 2.4)."""
    return many(
        name,
        value or text("value"),
        text("display"),
        text("type", canonical=types),
        flag("primary"),
    )


_GROUPS_OF_USER = many(
    "groups",
    text("value", mutability="readOnly", case_exact=True),
    reference("$ref", "Group", mutability="readOnly"),
    text("display", mutability="readOnly"),
    text("type", mutability="readOnly", canonical=("direct", "indirect")),
    mutability="readOnly",
)
_USER_NAME = Attribute("userName", required=True, uniqueness="server")
_PASSWORD = Attribute("password", mutability="writeOnly", returned="never")
_MANAGER = complex_of(
    "manager",
    text("value", case_exact=True),
    reference("$ref", "User"),
    text("displayName", mutability="readOnly"),
)
_MEMBERS = many(
    "members",
    text("value", mutability="immutable", case_exact=True),
    reference("$ref", "User", "Group", mutability="immutable"),
    text("type", mutability="immutable", canonical=("User", "Group")),
    text("display", mutability="readOnly"),
)

_PLAIN_USER = Schema(
    USER,
    "User",
    (
        _USER_NAME,
        complex_of(
            "name",
            text("formatted"),
            text("familyName"),
            text("givenName"),
            text("middleName"),
            text("honorificPrefix"),
            text("honorificSuffix"),
        ),
        text("displayName"),
        text("nickName"),
        reference("profileUrl", "external"),
        text("title"),
        text("userType"),
        text("preferredLanguage"),
        text("locale"),
        text("timezone"),
        flag("active"),
        _PASSWORD,
        _valued("emails", ("work", "home", "other")),
        _valued("phoneNumbers", ("work", "home", "mobile", "fax", "pager", "other")),
        _valued("ims"),
        _valued("photos", ("photo", "thumbnail"), reference("value", "external")),
        many(
            "addresses",
            text("formatted"),
            text("streetAddress"),
            text("locality"),
            text("region"),
            text("postalCode"),
            text("country"),
            text("type", canonical=("work", "home", "other")),
            flag("primary"),
        ),
        _GROUPS_OF_USER,
        _valued("entitlements"),
        _valued("roles"),
        _valued("x509Certificates", (), Attribute("value", type="binary", case_exact=True)),
    ),
)
_PLAIN_ENTERPRISE = Schema(
    ENTERPRISE,
    "EnterpriseUser",
    (
        text("employeeNumber"),
        text("costCenter"),
        text("organization"),
        text("division"),
        text("department"),
        _MANAGER,
    ),
)
_PLAIN_GROUP = Schema(GROUP, "Group", (text("displayName", required=True), _MEMBERS))

_GENESYS_USER = Schema(
    USER,
    "User",
    (
        _USER_NAME,
        text("displayName", required=True),
        flag("active"),
        text("title"),
        _PASSWORD,
        many("emails", text("value"), text("type", canonical=("work", "other")), flag("primary")),
        many("phoneNumbers", text("value"), text("type", canonical=PHONE_TYPES), flag("primary")),
        many("roles", text("value")),
        _GROUPS_OF_USER,
    ),
)
_GENESYS_ENTERPRISE = Schema(
    ENTERPRISE,
    "EnterpriseUser",
    (
        text("division"),
        text("department"),
        _MANAGER,
        text("employeeNumber"),
        text("dateHire"),
    ),
)
_PROFICIENCY = Attribute("proficiency", type="decimal")
_PURECLOUD = Schema(
    PURECLOUD,
    "PureCloudUser",
    (
        many("routingSkills", text("name", case_exact=True), _PROFICIENCY),
        many("routingLanguages", text("name", case_exact=True), _PROFICIENCY),
        many("externalIds", text("authority", case_exact=True), text("value", case_exact=True)),
    ),
)


def user_definition(personality: Personality) -> Definition:
    """Return what a user is made of."""
    if personality.genesys:
        extensions = (_GENESYS_ENTERPRISE, _PURECLOUD)
        return Definition(
            "User",
            "Users",
            _GENESYS_USER,
            extensions,
            bare_extensions=True,
            aliases={"email": "emails"},
        )
    return Definition("User", "Users", _PLAIN_USER, (_PLAIN_ENTERPRISE,))


def group_definition() -> Definition:
    """Return what a group is made of."""
    return Definition("Group", "Groups", _PLAIN_GROUP)
