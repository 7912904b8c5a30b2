"""What an administrator says to connect tables or views of a database."""

from __future__ import annotations

from provisioning.core.wording import gettext_noop
from provisioning.sources.form import Field, SourceForm, Widget
from provisioning.sources.sql.settings import host_of, settings_problems

SQL = SourceForm(
    kind="sql",
    title=gettext_noop("SQL view"),
    fields=(
        Field(
            "url",
            gettext_noop("Address"),
            gettext_noop(
                "postgresql://host/database, mysql://host/database or sqlite:///path/of/file.db."
            ),
            required=True,
        ),
        Field(
            "user",
            gettext_noop("Account"),
            gettext_noop("A role that may read these tables and nothing else."),
        ),
        Field(
            "users_query",
            gettext_noop("Query of people"),
            gettext_noop("One SELECT; its columns are attributes, one of them is id."),
            Widget.LINES,
            required=True,
        ),
        Field(
            "groups_query",
            gettext_noop("Query of groups"),
            gettext_noop("With the columns id and displayName."),
            Widget.LINES,
        ),
        Field(
            "members_query",
            gettext_noop("Query of memberships"),
            gettext_noop("With the columns group and member."),
            Widget.LINES,
        ),
        Field(
            "changed",
            gettext_noop("Column of changes"),
            gettext_noop(
                "A column of people with the time of their last change. Empty: all are compared."
            ),
        ),
        Field(
            "overlap",
            gettext_noop("Overlap in minutes"),
            gettext_noop("As long as the longest transaction that writes people. Empty: 10."),
        ),
    ),
    secret=Field("password", gettext_noop("Password")),
    account_field="user",
    host_of=host_of,
    problems=settings_problems,
)
