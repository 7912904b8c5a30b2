"""A database as a source; Rollcall's own files are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop
from provisioning.sources.sql.settings import Engine, read_settings
from provisioning.sources.sql.source import SqlSource


def open_sql(said: Mapping[str, str], secret: Callable[[], str]) -> SqlSource:
    """The database, not yet connected. Raises `ConfigurationError` for a file of Rollcall's own,
    which holds hashes of passwords and whatever else no directory does.
    """
    read = read_settings(said)
    if read.engine is Engine.SQLITE and _is_ours(Path(read.database).resolve()):
        raise ConfigurationError(
            gettext_noop("The file is one of Rollcall's own."),
            advice=gettext_noop("Put the database below inbox in ROLLCALL_DATA, or elsewhere."),
        )
    return SqlSource(read, secret)


def _is_ours(file: Path) -> bool:
    own = Path(settings.ROLLCALL_DATA).resolve()
    database = Path(str(settings.DATABASES["default"]["NAME"])).resolve()
    inside = file.is_relative_to(own) and not file.is_relative_to(own / "inbox")
    return inside or file == database
