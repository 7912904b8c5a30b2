"""What an administrator says to connect an LDAP server or Active Directory."""

from __future__ import annotations

from provisioning.core.wording import gettext_noop
from provisioning.sources.form import Field, SourceForm, Widget
from provisioning.sources.ldap.settings import Security, host_of, settings_problems

LDAP = SourceForm(
    kind="ldap",
    title=gettext_noop("LDAP or Active Directory"),
    fields=(
        Field(
            "url",
            gettext_noop("Address"),
            gettext_noop("For example ldaps://dc1.example.com."),
            required=True,
        ),
        Field(
            "security",
            gettext_noop("Encryption"),
            gettext_noop("The certificate of the server is always checked."),
            Widget.CHOICE,
            default=Security.TLS.value,
            choices=(
                (Security.TLS.value, gettext_noop("TLS (ldaps://)")),
                (Security.STARTTLS.value, gettext_noop("StartTLS (ldap://)")),
                (Security.NONE.value, gettext_noop("None: on this machine only")),
            ),
        ),
        Field(
            "ca_certificate",
            gettext_noop("Certificate authority"),
            gettext_noop("PEM text, when the server's certificate is signed by your own."),
            Widget.LINES,
        ),
        Field(
            "bind_dn",
            gettext_noop("Account"),
            gettext_noop("The distinguished name of an account that only reads."),
        ),
        Field(
            "bases",
            gettext_noop("Bases"),
            gettext_noop("Where people and groups are, a line each: dc=example,dc=com."),
            Widget.LINES,
            required=True,
        ),
        Field(
            "user_filter",
            gettext_noop("Filter of people"),
            gettext_noop("Empty: everybody that the server calls a person."),
        ),
        Field(
            "group_filter",
            gettext_noop("Filter of groups"),
            gettext_noop("Empty: every group."),
        ),
        Field(
            "attributes",
            gettext_noop("Further attributes"),
            gettext_noop("A line each, instead of or besides the usual: userPrincipalName = uid."),
            Widget.LINES,
        ),
        Field(
            "disabled_attribute",
            gettext_noop("Attribute of disabled people"),
            gettext_noop("Only where the server has no sign of its own, as OpenLDAP."),
        ),
        Field(
            "disabled_values",
            gettext_noop("Values of disabled people"),
            gettext_noop("A line each. Empty: whoever has the attribute is disabled."),
            Widget.LINES,
        ),
    ),
    secret=Field("password", gettext_noop("Password")),
    account_field="bind_dn",
    host_of=host_of,
    problems=settings_problems,
)
