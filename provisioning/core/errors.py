"""Every error provisioning can raise, grouped by what happens next.

    ProvisioningError
    ├── ConfigurationError        a person must change something; the job does not run
    │   ├── ExpressionError  AttributePathError  FilterError  MappingError  SecretUnreadable
    ├── SourceUnavailable         ends the read of a directory source; nothing is removed
    ├── TargetUnavailable         ends the cycle; counts towards quarantine
    │   ├── CredentialsRejected  ConnectionFailed  NotScim
    ├── RetryLater                wait and repeat the same request
    │   ├── TooManyRequests  TargetBusy  TimedOutBeforeSending
    ├── QuietNow                  quiet hours have begun: the cycle ends, the next does the rest
    │   └── MaintenanceNow        the same while the application is being maintained
    ├── OutcomeUnknown            sent, no answer: read back, then adopt or resend
    ├── ObjectRejected            escrow this object, go on with the next
    │   ├── Conflict  InvalidValue  MissingRequired  Mutability  InvalidPath
    │   ├── NoTarget  AmbiguousMatch  LinkBroken  LicenceLimit  VersionMismatch
    └── NeedsApproval             a first plan, or rows the guard holds, wait for a person

A message is a sentence of the catalogue with named places (`template`, `params`), so that it can be
spoken in the reader's language, and so is its advice; what the target itself said stays apart, in
`target_message`.
`code` is the error code of the provisioning log (the names of Entra's log where it has one) and
`advice` the next step for the administrator. Only `provisioning/scim/responses.py` and the door
beside it turn HTTP into these; only `provisioning/engine/` catches them.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.wording import gettext_noop


class ProvisioningError(Exception):
    """Something an administrator can be told: `message` says what happened, `advice` what to do."""

    code = "InternalError"
    advice = gettext_noop("The next cycle tries again. If it stays, look into the server's log.")

    target_message = ""
    """The target's own words, redacted and at most 2 KB; empty when it said nothing."""
    correlation_id = ""
    """The number under which the target keeps the request (`ININ-Correlation-Id`)."""
    status: int | None = None
    """The HTTP status that was answered, if any was."""

    def __init__(
        self,
        message: str,
        *,
        params: Mapping[str, str | int] | None = None,
        advice: str | None = None,
        code: str | None = None,
    ) -> None:
        self.template = message
        self.params = dict(params or {})
        self.message = message % self.params if params else message
        super().__init__(self.message)
        if advice is not None:
            self.advice = advice
        self.advice_template = self.advice
        if "%(" in self.advice:
            self.advice = self.advice % self.params
        if code is not None:
            self.code = code


class ConfigurationError(ProvisioningError):
    """A person must change something before the job can run."""

    code = "InvalidConfiguration"
    advice = gettext_noop("Correct the configuration, then try again.")


class PositionedError(ConfigurationError):
    """A configuration text that does not parse; `position` counts characters from 0."""

    def __init__(
        self,
        message: str,
        *,
        params: Mapping[str, str | int] | None = None,
        position: int = 0,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, params=params, advice=advice)
        self.position = position


class ExpressionError(PositionedError):
    """A mapping expression that cannot be read or evaluated."""

    code = "InvalidExpression"


class AttributePathError(PositionedError):
    """A text that is not an attribute path of RFC 7644, section 3.10."""

    code = "SchemaAttributeNotFound"


class FilterError(PositionedError):
    """A filter of RFC 7644, section 3.4.2.2, or a scoping filter, that does not parse."""

    code = "InvalidFilter"


class MappingError(ConfigurationError):
    """An attribute mapping that contradicts another or its target's schema."""

    code = "InvalidMapping"


class SecretUnreadable(ConfigurationError):
    """A stored secret that no key of the ring decrypts for this row and host."""

    code = "SecretUnreadable"
    advice = gettext_noop("Enter the secret again, or restore the key it was stored with.")


class SourceUnavailable(ProvisioningError):
    """A directory source cannot be read, or stopped before it had told everything."""

    code = "SourceUnavailable"
    advice = gettext_noop(
        "What was read before stands and nothing was removed; the next read tries again. "
        "Test Connection on the source's page says what is wrong."
    )


class TargetUnavailable(ProvisioningError):
    """The application cannot be worked with at all: the cycle ends."""

    code = "TargetUnavailable"
    advice = gettext_noop(
        "Check that the application answers at its Tenant URL, then use Test Connection."
    )


class QuietNow(ProvisioningError):
    """The application's quiet hours have begun: the cycle ends, the next one does the rest."""

    code = "QuietHours"
    advice = gettext_noop(
        "Nothing to do: the next cycle after the quiet hours does the rest. Provision on demand "
        "works meanwhile."
    )


class MaintenanceNow(QuietNow):
    """The application is being maintained: the cycle ends, and nothing that fails now counts."""

    code = "Maintenance"
    advice = gettext_noop(
        "Nothing to do: the next cycle after the maintenance does the rest. Provision on demand is "
        "tried all the same, and what fails in it does not count."
    )


class CredentialsRejected(TargetUnavailable):
    """The application answered 401 or 403 to our credentials."""

    code = "Unauthorized"
    advice = gettext_noop("Enter new credentials, then use Test Connection.")


class ConnectionFailed(TargetUnavailable):
    """No connection: nothing was sent. Name, address, TLS or refusal, as the message says."""

    code = "ConnectionFailed"


class NotScim(TargetUnavailable):
    """What answered does not speak SCIM."""

    code = "SystemForCrossDomainIdentityManagementServiceIncompatible"
    advice = gettext_noop("Check the Tenant URL: it must be the base address of the SCIM service.")


class RetryLater(ProvisioningError):
    """Not applied; the same request may be repeated after `retry_after` seconds, if stated."""

    code = "InternalServerError"

    def __init__(
        self,
        message: str,
        *,
        params: Mapping[str, str | int] | None = None,
        advice: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, params=params, advice=advice)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    """429: the target's quota is used up."""

    code = "TooManyRequests"


class TargetBusy(RetryLater):
    """A read answered 408 or 5xx, or a write that the target says it did not process."""

    code = "InternalServerError"


class TimedOutBeforeSending(RetryLater):
    """The request was not sent before its deadline."""

    code = "Timeout"


class OutcomeUnknown(ProvisioningError):
    """A write was sent and its answer lost or unreadable: it may have been applied."""

    code = "Timeout"
    advice = gettext_noop("Nothing to do: the account is read back before anything is sent again.")


class ObjectRejected(ProvisioningError):
    """The target refused this one object; others go on."""

    code = "UnprocessableEntity"
    advice = gettext_noop(
        "Read the application's own words below, correct the value or its mapping."
    )


class Conflict(ObjectRejected):
    """409 or `uniqueness`: the value belongs to another account."""

    code = "EntryConflict"
    advice = gettext_noop(
        "Two accounts claim the same value: correct one, or the matching attribute."
    )


class InvalidValue(ObjectRejected):
    """`invalidValue`, `invalidSyntax`: the target does not accept a value."""

    code = "UnprocessableEntity"


class MissingRequired(ObjectRejected):
    """A value that the target requires is empty."""

    code = "MandatoryFieldsMissing"
    advice = gettext_noop("Fill the attribute in the directory, or give its mapping a default.")


class Mutability(ObjectRejected):
    """`mutability`: the attribute cannot be changed at the target."""

    code = "SchemaPropertyReadOnly"
    advice = gettext_noop("Remove this attribute's mapping, or apply it on creation only.")


class InvalidPath(ObjectRejected):
    """`invalidPath`: the target does not know the attribute."""

    code = "SchemaAttributeNotFound"
    advice = gettext_noop("Remove this attribute's mapping: the application does not have it.")


class NoTarget(ObjectRejected):
    """`noTarget`: the filter of a path selects no value of the account as it is by now."""

    code = "SchemaAttributeNotFound"
    advice = gettext_noop(
        "If the application's dialect is entra, choose rfc: then the value is created first."
    )


class AmbiguousMatch(ObjectRejected):
    """Several accounts match one person, or several people match one account."""

    code = "DuplicateTargetEntries"
    advice = gettext_noop("Make the matching value unique, then let the next cycle try again.")


class LinkBroken(ObjectRejected):
    """404 for an account that was linked."""

    code = "InvalidAnchor"
    advice = gettext_noop(
        "The account is gone from the application; the next cycle looks for it again."
    )


class LicenceLimit(ObjectRejected):
    """The target has no free seat."""

    code = "LicenseLimitExceeded"
    advice = gettext_noop("Free a licence in the application or buy more.")


class VersionMismatch(ObjectRejected):
    """The account changed at the target since it was last seen (RFC 7644, section 3.14)."""

    code = "EntryConflict"
    advice = gettext_noop("The account is read again and compared in the next cycle.")


class NeedsApproval(ProvisioningError):
    """A first plan, or rows that the guard holds, wait for a person."""

    code = "WaitingForApproval"
    advice = gettext_noop("Look at the plan, then approve it.")
