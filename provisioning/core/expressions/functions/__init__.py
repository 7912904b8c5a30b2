"""The functions of the mapping language. Importing this package fills the one registry."""

from __future__ import annotations

from provisioning.core.expressions.functions import (
    chance,
    dates,
    directory,
    encodings,
    flow,
    lists,
    logic,
    replace,
    roles,
    text,
    words,
)
from provisioning.core.expressions.functions.registry import REGISTRY, Function

__all__ = [
    "REGISTRY",
    "Function",
    "chance",
    "dates",
    "directory",
    "encodings",
    "flow",
    "lists",
    "logic",
    "replace",
    "roles",
    "text",
    "words",
]
