"""The SELECT that an administrator gives, checked before any database sees it.

The check refuses what is more than one reading statement, so that a mistake is told in the form.
What holds beyond it: the statement is put into parentheses as a table, in a transaction that only
reads (`databases.py`), under an account that should only read.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem

LONGEST = 20_000
_PIECES = re.compile(
    r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
_WORDS = re.compile(r"[a-z_]+")
_WRITING = {
    *("insert", "update", "delete", "merge", "truncate", "drop", "alter", "create", "grant"),
    *("into", "outfile", "dumpfile", "attach", "pragma"),
}


def cleaned(query: str) -> str:
    """The statement without outer spaces and without a last semicolon."""
    return query.strip().rstrip(";").rstrip()


def query_problems(key: str, query: str) -> list[Problem]:
    """Why the text is not one SELECT."""
    text = cleaned(query)
    if len(text) > LONGEST:
        message = _("The query is longer than %(most)d characters.") % {"most": LONGEST}
        return [Problem(key, message, _("Make it a view of the database and select from that."))]
    if ";" in text:
        advice = _("Leave one SELECT, and no semicolon in a text either.")
        return [Problem(key, _("There is more than one statement."), advice)]
    words = _WORDS.findall(_PIECES.sub(" ", text).casefold())
    if not words or words[0] not in ("select", "with"):
        advice = _('For example: SELECT id, full_name AS "displayName" FROM people.')
        return [Problem(key, _("The query is no SELECT."), advice)]
    if found := sorted(_WRITING.intersection(words)):
        message = _("The query has the word “%(word)s”, which does more than read.")
        advice = _("If it is a column's name, make a view in which the column has another.")
        return [Problem(key, message % {"word": found[0]}, advice)]
    return []
