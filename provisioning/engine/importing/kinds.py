"""Every kind of source that Rollcall connects to, and how each is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop
from provisioning.engine.importing.deliveries import open_addresses, open_folder
from provisioning.engine.importing.graph import open_graph
from provisioning.engine.importing.sql import open_sql
from provisioning.sources.base import DirectorySource
from provisioning.sources.deliveries.forms import ADDRESS, FOLDER
from provisioning.sources.form import Field, Said, SourceForm, Widget
from provisioning.sources.graph.form import GRAPH, graph_settings
from provisioning.sources.ldap.form import LDAP
from provisioning.sources.ldap.settings import read_settings
from provisioning.sources.sql.form import SQL

__all__ = ["FORMS", "Field", "Said", "SourceForm", "Widget", "form_of", "open_kind"]

FORMS = {one.kind: one for one in (LDAP, GRAPH, SQL, FOLDER, ADDRESS)}
"""By the word under which a source of the kind is stored."""


def form_of(kind: str) -> SourceForm:
    """The form of a kind; `ConfigurationError` names those there are."""
    if kind not in FORMS:
        raise ConfigurationError(
            gettext_noop("There is no kind of source called “%(kind)s”."),
            params={"kind": kind, "known": ", ".join(FORMS)},
            advice=gettext_noop("Kinds: %(known)s."),
        )
    return FORMS[kind]


def open_kind(
    kind: str,
    said: Said,
    secret: Callable[[], str],
    now: datetime,
    memory: Mapping[str, Any] | None = None,
) -> DirectorySource:
    """The source, not yet connected. `secret` is asked for when it is needed; `memory` is what it
    knew of the last time.
    """
    if form_of(kind) is LDAP:
        return _ldap(said, secret)
    if kind == FOLDER.kind:
        return open_folder(said, memory or {}, now)
    if kind == ADDRESS.kind:
        return open_addresses(said, secret, memory or {})
    if kind == SQL.kind:
        return open_sql(said, secret)
    return open_graph(graph_settings(said, secret()), now)


def _ldap(said: Said, secret: Callable[[], str]) -> DirectorySource:
    try:
        from provisioning.sources.ldap.source import LdapSource
    except ImportError:
        raise ConfigurationError(
            gettext_noop("The library for LDAP, python-ldap, is not installed."),
            advice=gettext_noop(
                "As root, run `make setup-ldap`: it installs the compiler, the headers and the "
                "library. Then start Rollcall again."
            ),
        ) from None
    return LdapSource(read_settings(said), secret)
