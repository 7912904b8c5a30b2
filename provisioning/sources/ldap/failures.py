"""What python-ldap raises, as errors that say what happened and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ldap

from provisioning.core.errors import SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.base import CursorExpired

SYNC_REFRESH_REQUIRED = 4096
_MOST_WORDS = 200

_SAID: dict[type[ldap.LDAPError], tuple[str, str]] = {
    ldap.SERVER_DOWN: (
        gettext_noop("%(place)s cannot be reached: %(reason)s."),
        gettext_noop(
            "Check address, port and firewall. If the certificate is not trusted, give the "
            "certificate of the authority that signed it."
        ),
    ),
    ldap.INVALID_CREDENTIALS: (
        gettext_noop("%(place)s refused the user name or the password."),
        gettext_noop("Check the bind DN and enter the password again."),
    ),
    ldap.NO_SUCH_OBJECT: (
        gettext_noop("%(place)s has no such base: %(reason)s."),
        gettext_noop(
            "Check the bases: each must exist, and the account must be allowed to see it."
        ),
    ),
    ldap.INSUFFICIENT_ACCESS: (
        gettext_noop("%(place)s does not let this account read: %(reason)s."),
        gettext_noop("Give the account the right to read people and groups below the bases."),
    ),
    ldap.FILTER_ERROR: (
        gettext_noop("%(place)s cannot read a filter: %(reason)s."),
        gettext_noop("Correct the filter of people or groups."),
    ),
}
_PARTIAL = (
    gettext_noop("%(place)s answered only a part: %(reason)s."),
    gettext_noop(
        "Nothing was removed. Raise the size and time limits that the server has for this "
        "account, paged searches included."
    ),
)
_OTHER = (
    gettext_noop("%(place)s did not do what was asked: %(reason)s."),
    gettext_noop("Look into the log of the directory server, then try again."),
)
_LIMITS = (
    ldap.SIZELIMIT_EXCEEDED,
    ldap.TIMELIMIT_EXCEEDED,
    ldap.ADMINLIMIT_EXCEEDED,
    ldap.PARTIAL_RESULTS,
)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turns the library's errors into ours; a cursor that the server forgot is no failure."""
    try:
        yield
    except ldap.LDAPError as error:
        if result_code(error) == SYNC_REFRESH_REQUIRED:
            raise CursorExpired from None
        raise _failure(place, error) from None


def result_code(error: ldap.LDAPError) -> int:
    """The number of the answer (RFC 4511, 4.1.9); -1 when there was none."""
    found = _details(error).get("result", -1)
    return found if isinstance(found, int) else -1


def _failure(place: str, error: ldap.LDAPError) -> SourceUnavailable:
    message, advice = _SAID.get(type(error), _PARTIAL if isinstance(error, _LIMITS) else _OTHER)
    params = {"place": place, "reason": _reason(error)}
    return SourceUnavailable(message, params=params, advice=advice)


def _reason(error: ldap.LDAPError) -> str:
    details = _details(error)
    words = [str(details.get(key, "")).strip() for key in ("desc", "info", "matched")]
    return "; ".join(filter(None, words))[:_MOST_WORDS] or type(error).__name__


def _details(error: ldap.LDAPError) -> dict[str, object]:
    found = error.args[0] if error.args else {}
    return found if isinstance(found, dict) else {"desc": str(found)}
