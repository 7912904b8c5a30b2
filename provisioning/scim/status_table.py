"""Which error a status or a `scimType` is, for each verb. Every one that exists has an entry."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from provisioning.core.errors import (
    AmbiguousMatch,
    Conflict,
    CredentialsRejected,
    InvalidPath,
    InvalidValue,
    LicenceLimit,
    LinkBroken,
    MissingRequired,
    Mutability,
    NoTarget,
    NotScim,
    ObjectRejected,
    OutcomeUnknown,
    ProvisioningError,
    TargetBusy,
    TooManyRequests,
    VersionMismatch,
)
from provisioning.core.wording import gettext_noop
from provisioning.scim.verbs import Verb

Error = type[ProvisioningError]
Column = Mapping[Verb, Error]


def _column(*, discover: Error, search: Error, read: Error, create: Error, change: Error) -> Column:
    return {
        Verb.DISCOVER: discover,
        Verb.LIST: search,
        Verb.READ: read,
        Verb.CREATE: create,
        Verb.MODIFY: change,
        Verb.REPLACE: change,
        Verb.DELETE: change,
    }


def _always(error: Error) -> Column:
    return _column(discover=error, search=error, read=error, create=error, change=error)


def _rejected(error: Error) -> Column:
    """This one object is refused; a discovery document that is refused is no SCIM service."""
    return _column(discover=NotScim, search=error, read=error, create=error, change=error)


def _no_such_thing(error: Error) -> Column:
    """The address itself is unknown, unless it was the address of one resource."""
    return _column(discover=NotScim, search=NotScim, read=error, create=NotScim, change=error)


FAULT = _column(
    discover=TargetBusy,
    search=TargetBusy,
    read=TargetBusy,
    create=OutcomeUnknown,
    change=OutcomeUnknown,
)
"""Something broke over there: a read is repeated, a write may have been applied (F08)."""

NOT_OFFERED = _column(
    discover=NotScim,
    search=NotScim,
    read=NotScim,
    create=ObjectRejected,
    change=ObjectRejected,
)
UNEXPECTED_SUCCESS = _column(
    discover=NotScim, search=NotScim, read=NotScim, create=OutcomeUnknown, change=OutcomeUnknown
)

STATUSES: Mapping[int, Column] = {
    **{status.value: UNEXPECTED_SUCCESS for status in HTTPStatus if status < 300},
    **{status.value: _always(NotScim) for status in HTTPStatus if 300 <= status < 400},
    400: _rejected(InvalidValue),
    401: _always(CredentialsRejected),
    402: _rejected(LicenceLimit),
    403: _always(CredentialsRejected),
    404: _no_such_thing(LinkBroken),
    405: NOT_OFFERED,
    406: _always(NotScim),
    407: _always(NotScim),
    408: FAULT,
    409: _column(
        discover=NotScim,
        search=InvalidValue,
        read=InvalidValue,
        create=Conflict,
        change=VersionMismatch,
    ),
    410: _no_such_thing(LinkBroken),
    411: _always(NotScim),
    412: _rejected(VersionMismatch),
    413: _rejected(InvalidValue),
    414: _rejected(InvalidValue),
    415: _always(NotScim),
    416: _always(NotScim),
    417: _always(NotScim),
    418: _always(NotScim),
    421: _always(NotScim),
    422: _rejected(InvalidValue),
    423: _always(TargetBusy),
    424: _rejected(ObjectRejected),
    425: _always(TargetBusy),
    426: _always(NotScim),
    428: _rejected(VersionMismatch),
    429: _always(TooManyRequests),
    431: _rejected(InvalidValue),
    451: _rejected(ObjectRejected),
    500: FAULT,
    501: NOT_OFFERED,
    502: FAULT,
    503: FAULT,
    504: FAULT,
    505: _always(NotScim),
    506: _always(NotScim),
    507: FAULT,
    508: FAULT,
    510: _always(NotScim),
    511: _always(NotScim),
}

SCIM_TYPES: Mapping[str, Error] = {
    "invalidFilter": InvalidPath,
    "tooMany": AmbiguousMatch,
    "uniqueness": Conflict,
    "mutability": Mutability,
    "invalidSyntax": InvalidValue,
    "invalidPath": InvalidPath,
    "noTarget": NoTarget,
    "invalidValue": InvalidValue,
    "invalidVers": VersionMismatch,
    "sensitive": InvalidValue,
    "invalidCount": NotScim,
    "invalidCursor": NotScim,
    "expiredCursor": NotScim,
}
"""RFC 7644, table 9, and RFC 9865 (cursors, which are never asked for). `invalidVers` on an update
is Genesys' way to say that `If-Match` is stale."""

SENTENCES: Mapping[Error, str] = {
    NotScim: gettext_noop(
        "What answers at this address is not the SCIM service: it answered %(status)s."
    ),
    CredentialsRejected: gettext_noop("The application rejects our credentials (%(status)s)."),
    TooManyRequests: gettext_noop("The application's quota is used up (%(status)s)."),
    TargetBusy: gettext_noop("The application could not do it now (%(status)s)."),
    OutcomeUnknown: gettext_noop(
        "The application failed with %(status)s; the change may have been made all the same."
    ),
    Conflict: gettext_noop("The value already belongs to another account (%(status)s)."),
    VersionMismatch: gettext_noop(
        "The account was changed by somebody else since it was last seen (%(status)s)."
    ),
    LinkBroken: gettext_noop("The account is gone from the application (%(status)s)."),
    LicenceLimit: gettext_noop("The application has no licence left for it (%(status)s)."),
    InvalidValue: gettext_noop("The application does not accept a value (%(status)s)."),
    MissingRequired: gettext_noop("A value that the application requires is empty (%(status)s)."),
    Mutability: gettext_noop("An attribute cannot be changed in the application (%(status)s)."),
    InvalidPath: gettext_noop("The application does not know an attribute (%(status)s)."),
    NoTarget: gettext_noop("The account has no such value to change (%(status)s)."),
    AmbiguousMatch: gettext_noop("Too many accounts of the application match (%(status)s)."),
    ObjectRejected: gettext_noop("The application refuses this request (%(status)s)."),
}


def by_status(verb: Verb, status: int) -> Error:
    """The error for a status; unknown ones as the first of their class (RFC 9110, section 15)."""
    column = STATUSES.get(status)
    if column is None:
        column = FAULT if status >= 500 else _rejected(ObjectRejected)
    return column[verb]
