"""Paths of PATCH operations (RFC 7644 3.5.2): `attribute`, `attribute.sub`, `attribute[filter].sub`
and the URN of an extension, alone or before them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from provisioning.simulator.filters import Node, parse_element_filter
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import Refusal, bad_request
from provisioning.simulator.schema import Attribute, Definition, Schema
from provisioning.simulator.targets import Target, resolve, split_urn

_FILTERED = re.compile(r"(?P<head>[^\[\]]+)\[(?P<filter>.*)\](?:\.(?P<sub>[^\[\].]+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Path:
    """Where an operation acts."""

    target: Target
    filter: Node | None = None

    @property
    def attribute(self) -> Attribute:
        """Return the attribute of the path."""
        return self.target.attribute

    @property
    def sub(self) -> Attribute | None:
        """Return the sub-attribute of the path, if it names one."""
        return self.target.sub


def parse_path(text: str, definition: Definition, personality: Personality) -> Path | Schema | None:
    """Return what a path names: an attribute, a whole extension, or None when it is unknown."""
    text = text.strip()
    extension = definition.extension(text)
    if extension is not None:
        return extension
    filtered = _FILTERED.fullmatch(text)
    if filtered is None:
        return _unfiltered(text, definition)
    target = resolve(definition, filtered["head"])
    if target is None:
        return None
    if not target.attribute.multi_valued or target.sub:
        raise _invalid(text)
    sub = target.attribute.sub(filtered["sub"]) if filtered["sub"] else None
    if filtered["sub"] and sub is None:
        return None
    node = parse_element_filter(filtered["filter"], target, personality)
    return Path(Target(target.urn, target.attribute, sub), node)


def _unfiltered(text: str, definition: Definition) -> Path | None:
    well_formed = text and not set(text) & set("[]\"' ()")
    if not well_formed or text.endswith("."):
        raise _invalid(text)
    if text.lower().startswith("urn:") and split_urn(definition, text) is None:
        return None
    target = resolve(definition, text)
    return Path(target) if target else None


def _invalid(text: str) -> Refusal:
    return bad_request("invalidPath", f"The path “{text}” cannot be read.")
