"""Writes the configuration as YAML that `apply` reads back without a change: stable bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from provisioning.engine.configuration.current import stored_document
from provisioning.engine.configuration.normal import Document, section
from provisioning.engine.configuration.read import PlainTextLoader
from provisioning.models import Application

_TEXT = "tag:yaml.org,2002:str"
_WIDEST = 1_000_000


def export_document(application: Application) -> Document:
    """One application's configuration without what the file form leaves out."""
    document = stored_document(application)
    credentials = section(document, "credentials")
    given = {key: value for key, value in credentials.items() if value}
    if "client_credentials" in given:
        client = section(given, "client_credentials")
        given["client_credentials"] = {key: one for key, one in client.items() if one}
    finer = section(document, "deprovisioning")
    given_finer = finer if any(finer.values()) else None
    taken_over = section(document, "assignments_from")
    return document | {
        "credentials": given or None,
        "assignments_from": taken_over if any(taken_over.values()) else None,
        "deprovisioning": given_finer,
    }


def export_yaml(content: Mapping[str, object] | Sequence[Document]) -> str:
    """One application's document, or a list of them, as YAML."""
    return yaml.dump(
        content,
        Dumper=_PlainTextDumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=_WIDEST,
    )


class _PlainTextDumper(yaml.SafeDumper):
    """Quotes only what our loader would not read back as the same text."""

    yaml_implicit_resolvers = PlainTextLoader.yaml_implicit_resolvers

    def ignore_aliases(self, data: object) -> bool:
        """A value that occurs twice is written twice."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # PyYAML folds a next-line character (U+0085) into a space unless it is escaped.
    return dumper.represent_scalar(_TEXT, value, style=None if value.isprintable() else '"')


def _number(dumper: yaml.SafeDumper, value: int) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, str(value))


_PlainTextDumper.add_representer(str, _text)
_PlainTextDumper.add_representer(int, _number)
