"""How a kind of source declares its own form: what an administrator has to say, and what is secret.

The console makes its form of it and the commands their keys, so that a new kind adds no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from provisioning.core.problems import Problem

Said = Mapping[str, str]
"""What somebody said, by the fields' names; lists have a line each."""


class Widget(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to say. Label, help and the words of choices are sentences of the catalogue."""

    name: str
    label: str
    help: str = ""
    widget: Widget = Widget.TEXT
    required: bool = False
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceForm:
    """The form of one kind. `secret` is stored encrypted, for the host that `host_of` names, and
    never shown again, and asked for after the field that `account_field` names, or last; `problems`
    judges everything but the secret.
    """

    kind: str
    title: str
    fields: tuple[Field, ...]
    secret: Field
    host_of: Callable[[Said], str]
    problems: Callable[[Said], list[Problem]]
    account_field: str = ""
