"""What an administrator says of a database, read from the texts of a form or a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.sources.base import Part
from provisioning.sources.sql.query import cleaned, query_problems

QUERIES = {
    Part.USERS: "users_query",
    Part.GROUPS: "groups_query",
    Part.MEMBERSHIPS: "members_query",
}
OVERLAP_MINUTES = 10
MOST_OVERLAP = 7 * 24 * 60


class Engine(StrEnum):
    """The databases that can be read, by the first word of their address."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class SqlSettings:
    """A database, a SELECT for each part, and the column of people that says when they changed."""

    engine: Engine
    host: str
    port: int
    database: str
    user: str
    queries: Mapping[Part, str]
    changed: str = ""
    overlap_minutes: int = OVERLAP_MINUTES


_PORTS = {Engine.POSTGRESQL: 5432, Engine.MYSQL: 3306, Engine.SQLITE: 0}


def read_settings(said: Mapping[str, str]) -> SqlSettings:
    """The settings from texts. Say `settings_problems` first."""
    parts = urlsplit(said.get("url", "").strip())
    engine = _engine(parts)
    path = unquote(parts.path)
    return SqlSettings(
        engine=engine,
        host=parts.hostname or "",
        port=parts.port or _PORTS[engine],
        database=path if engine is Engine.SQLITE else path.removeprefix("/"),
        user=said.get("user", "").strip(),
        queries={part: cleaned(said[key]) for part, key in QUERIES.items() if said.get(key)},
        changed=said.get("changed", "").strip(),
        overlap_minutes=int(said.get("overlap") or OVERLAP_MINUTES),
    )


def settings_problems(said: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the texts, each with the key it was said under."""
    problems = [*_url_problems(said.get("url", "").strip()), *_overlap_problems(said)]
    if not said.get("users_query", "").strip():
        problems.append(Problem("users_query", _("A query for people is missing.")))
    for key in QUERIES.values():
        if said.get(key, "").strip():
            problems.extend(query_problems(key, said[key]))
    return problems


def host_of(said: Mapping[str, str]) -> str:
    """What the password is bound to: database system, host and port."""
    read = read_settings(said)
    return f"{read.engine}://{read.host}:{read.port}" if read.host else f"{read.engine}:"


def _engine(parts: SplitResult) -> Engine:
    word = parts.scheme.casefold()
    return Engine({"postgres": "postgresql", "mariadb": "mysql"}.get(word, word))


def _url_problems(text: str) -> list[Problem]:
    advice = _(
        "Write postgresql://host/database, mysql://host/database or sqlite:///path/of/the/file.db."
    )
    try:
        parts = urlsplit(text)
        engine, port = _engine(parts), parts.port
    except ValueError:
        return [Problem("url", _("This is no address of a database that can be read."), advice)]
    if parts.username or parts.password:
        message = _("The address has a user name or a password in it.")
        return [Problem("url", message, _("They have fields of their own."))]
    if parts.query or parts.fragment or port == 0:
        return [Problem("url", _("The address says more than where the database is."), advice)]
    if engine is Engine.SQLITE:
        found = Path(unquote(parts.path))
        missing = parts.hostname or not found.is_absolute()
        return [Problem("url", _("The file's whole path is missing."), advice)] if missing else []
    if not parts.hostname or not parts.path.strip("/"):
        return [Problem("url", _("The host or the database is missing."), advice)]
    return []


def _overlap_problems(said: Mapping[str, str]) -> list[Problem]:
    text = said.get("overlap", "").strip()
    if text and not (text.isascii() and text.isdigit() and int(text) <= MOST_OVERLAP):
        message = _("The overlap is no number of minutes from 0 to %(most)d.")
        return [Problem("overlap", message % {"most": MOST_OVERLAP})]
    return []
