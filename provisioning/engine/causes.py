"""What each error code of the provisioning log means, in a few words: for mails and groups of
failures. The codes are those of `provisioning/core/errors.py` and the reasons that fail a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CAUSES: Mapping[str, str] = {
    "InternalError": gettext_noop("Rollcall itself failed"),
    "InvalidConfiguration": gettext_noop("The configuration has to be corrected"),
    "InvalidExpression": gettext_noop("A mapping's expression cannot be evaluated"),
    "SchemaAttributeNotFound": gettext_noop("The application does not know an attribute"),
    "InvalidFilter": gettext_noop("A filter cannot be read"),
    "InvalidMapping": gettext_noop("A mapping has to be corrected"),
    "SecretUnreadable": gettext_noop("The stored secret cannot be read"),
    "SourceUnavailable": gettext_noop("A directory source cannot be read"),
    "TargetUnavailable": gettext_noop("The application cannot be worked with"),
    "Unauthorized": gettext_noop("The application rejects the credentials"),
    "ConnectionFailed": gettext_noop("The application cannot be reached"),
    "SystemForCrossDomainIdentityManagementServiceIncompatible": gettext_noop(
        "What answers is not a SCIM service"
    ),
    "InternalServerError": gettext_noop("The application could not do it"),
    "TooManyRequests": gettext_noop("The application's quota is used up"),
    "QuietHours": gettext_noop("The application's quiet hours have begun"),
    "Maintenance": gettext_noop("The application is being maintained"),
    "BrokerMissing": gettext_noop("What the workers know together cannot be read"),
    "Timeout": gettext_noop("The application did not answer in time"),
    "UnprocessableEntity": gettext_noop("The application does not accept a value"),
    "EntryConflict": gettext_noop("The value belongs to another account"),
    "MandatoryFieldsMissing": gettext_noop("A required value is empty"),
    "SchemaPropertyReadOnly": gettext_noop("An attribute cannot be changed"),
    "DuplicateTargetEntries": gettext_noop("Several accounts match"),
    "DuplicateSourceEntries": gettext_noop("Several people match the same account"),
    "InvalidAnchor": gettext_noop("The account is gone from the application"),
    "LicenseLimitExceeded": gettext_noop("The application has no licence left"),
    "WaitingForApproval": gettext_noop("A plan waits for a person"),
    "InvalidTenantUrl": gettext_noop("The Tenant URL has to be corrected"),
    "InvalidSecretToken": gettext_noop("The secret token has to be entered again"),
    "TargetChanged": gettext_noop("It may be another application: linked accounts are gone"),
    "TooManyFaults": gettext_noop("The application failed many times in a row"),
    "CycleRunning": gettext_noop("Another cycle is running"),
    "EncounteredEscrowProportionThreshold": gettext_noop("Nobody, or too few, could be written"),
    "EncounteredBaseEscrowThreshold": gettext_noop("Too many people and groups failed"),
    "EncounteredTotalEscrowThreshold": gettext_noop(
        "Too many people and groups failed or lack a reference"
    ),
    "QuarantinedOnDemand": gettext_noop("A person put it into quarantine"),
}


def cause(code: str) -> str:
    """The meaning of an error code, with the code itself behind it."""
    meaning = CAUSES.get(code)
    return f"{_(meaning)} ({code})" if meaning else code
