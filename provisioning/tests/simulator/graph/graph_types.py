"""The types of Microsoft Graph v1.0 that a directory needs, as documented for each resource
(learn.microsoft.com/graph/api/resources/user, group, serviceprincipal, approle, approleassignment),
and a reader that refuses every answer of another type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

_GUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_TEXT = {"type": ["string", "null"]}
_FLAG = {"type": ["boolean", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_MOMENT = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties}


def _named(type_: object, names: str) -> dict[str, object]:
    return dict.fromkeys(names.split(), type_)


APP_ROLE = _object(
    allowedMemberTypes=_TEXTS,
    id=_GUID,
    isEnabled={"type": "boolean"},
    **_named(_TEXT, "description displayName origin value"),
) | {"required": ["id", "isEnabled"]}
ASSIGNMENT = _object(
    id={"type": "string"},
    appRoleId=_GUID,
    **_named({**_GUID, "type": ["string", "null"]}, "principalId resourceId"),
    **_named(_TEXT, "principalDisplayName resourceDisplayName"),
    **_named(_MOMENT, "createdDateTime deletedDateTime"),
    principalType={"enum": ["User", "Group", "ServicePrincipal"]},
) | {"required": ["id", "appRoleId", "principalId", "principalType"]}
DIRECTORY_OBJECT = _object(
    id={"type": "string"}, displayName=_TEXT, **{"@odata.type": {"type": "string"}}
) | {"required": ["id", "@odata.type"]}
RELATED = {
    "type": "array",
    "items": _object(
        id={"type": "string"},
        **{
            "@odata.type": {"type": "string", "pattern": "^#microsoft.graph."},
            "@removed": _object(reason={"const": "deleted"}),
        },
    )
    | {"required": ["id"]},
}
_DELTA = {"@removed": _object(reason={"enum": ["changed", "deleted"]}) | {"required": ["reason"]}}
EXTENSION_ATTRIBUTES = _object(
    **_named(_TEXT, " ".join(f"extensionAttribute{n}" for n in range(1, 16)))
)
USER = _object(
    id={"type": "string"},
    **_named(_FLAG, "accountEnabled onPremisesSyncEnabled"),
    **_named(_TEXTS, "businessPhones imAddresses otherMails proxyAddresses"),
    **_named(
        _MOMENT,
        "createdDateTime deletedDateTime employeeHireDate employeeLeaveDateTime"
        " lastPasswordChangeDateTime onPremisesLastSyncDateTime",
    ),
    **_named(
        _TEXT,
        "city companyName country department displayName employeeId employeeType externalUserState"
        " faxNumber givenName jobTitle mail mailNickname mobilePhone officeLocation"
        " onPremisesDistinguishedName onPremisesImmutableId onPremisesSamAccountName"
        " onPremisesUserPrincipalName postalCode preferredLanguage state streetAddress surname"
        " usageLocation userPrincipalName userType",
    ),
    employeeOrgData=_object(costCenter=_TEXT, division=_TEXT) | {"type": ["object", "null"]},
    onPremisesExtensionAttributes=EXTENSION_ATTRIBUTES | {"type": ["object", "null"]},
    **{"manager@delta": RELATED, **_DELTA},
) | {"required": ["id"]}
GROUP = _object(
    id={"type": "string"},
    **_named(_FLAG, "mailEnabled onPremisesSyncEnabled securityEnabled"),
    **_named(_TEXTS, "groupTypes proxyAddresses"),
    **_named(_MOMENT, "createdDateTime deletedDateTime"),
    **_named(
        _TEXT,
        "description displayName mail mailNickname membershipRule onPremisesSamAccountName"
        " visibility",
    ),
    **{"members@delta": RELATED, **_DELTA},
) | {"required": ["id"]}
PRINCIPAL = _object(
    id={"type": "string"},
    accountEnabled=_FLAG,
    appRoleAssignmentRequired={"type": "boolean"},
    appRoles={"type": "array", "items": APP_ROLE},
    tags=_TEXTS,
    **_named(_TEXT, "appDisplayName appId displayName servicePrincipalType"),
) | {"required": ["id"]}
ERROR = _object(
    error=_object(
        code={"type": "string"},
        message={"type": "string"},
        innerError=_object(**_named({"type": "string"}, "date request-id client-request-id")),
    )
    | {"required": ["code", "message"]}
) | {"required": ["error"]}

_CONTEXT = {"@odata.context": {"type": "string"}, "@odata.nextLink": {"type": "string"}}


def _list(item: Mapping[str, object]) -> dict[str, object]:
    value = {"type": "array", "items": item}
    return _object(value=value, **_CONTEXT) | {"required": ["value", "@odata.context"]}


def _round(item: Mapping[str, object]) -> dict[str, object]:
    links = {"@odata.deltaLink": {"type": "string"}}
    one_of = [{"required": ["@odata.nextLink"]}, {"required": ["@odata.deltaLink"]}]
    listed = _list(item)
    return listed | {"properties": {**listed["properties"], **links}, "oneOf": one_of}  # type: ignore[dict-item]


_ANSWERS: tuple[tuple[str, Mapping[str, object]], ...] = (
    (r"/users/delta", _round(USER)),
    (r"/groups/delta", _round(GROUP)),
    (r"/(users|directory/deletedItems/microsoft\.graph\.user)", _list(USER)),
    (r"/(groups|directory/deletedItems/microsoft\.graph\.group)", _list(GROUP)),
    (r"/users/\$count", {"type": "integer"}),
    (r"/users/[^/]+/manager", DIRECTORY_OBJECT),
    (r"/groups/[^/]+/members", _list(DIRECTORY_OBJECT)),
    (r"/(users|groups)/[^/]+/appRoleAssignments", _list(ASSIGNMENT)),
    (r"/servicePrincipals/[^/]+/appRoleAssignedTo", _list(ASSIGNMENT)),
    (r"/servicePrincipals", _list(PRINCIPAL)),
    (r"/servicePrincipals/[^/]+", PRINCIPAL),
    (r"/users/[^/]+", USER),
    (r"/groups/[^/]+", GROUP),
)


def type_of(path: str, status: int) -> Mapping[str, object]:
    """The type of what an address below the version answers with this status."""
    if status >= 400:
        return ERROR
    for pattern, schema in _ANSWERS:
        if re.fullmatch(pattern, path):
            return schema
    raise LookupError(f"no documented type for {path}")


def check(path: str, status: int, body: Any) -> None:
    """Raise `ValidationError`, which names the property, when an answer has another type."""
    Draft202012Validator(type_of(path, status), format_checker=FormatChecker()).validate(body)
