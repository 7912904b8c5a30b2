"""The functions of the mapping language. Importing this package fills the one registry."""

from __future__ import annotations

from provisioning.core.expressions.functions import (
    dates,
    lists,
    logic,
    replace,
    roles,
    text,
    words,
)
from provisioning.core.expressions.functions.registry import REGISTRY, Function

__all__ = ["REGISTRY", "Function", "dates", "lists", "logic", "replace", "roles", "text", "words"]
