"""One request past the gateway, and what its parameters and conditional headers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.simulator.faults import Fault
from provisioning.simulator.refusals import invalid_value
from provisioning.simulator.routes import Route
from provisioning.simulator.schema import Document
from provisioning.simulator.wire import Answer


@dataclass(slots=True)
class Call:
    """One request past the gateway."""

    method: str
    route: Route
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    fault: Fault | None


def json_answer(status: int, document: Document) -> Answer:
    """Return a document as an answer."""
    return Answer(status, json.dumps(document).encode())


def number_in(parameters: Mapping[str, str], name: str, default: int) -> int:
    """Return a parameter that is a whole number."""
    text = parameters.get(name)
    try:
        return default if text is None else int(text)
    except ValueError:
        raise invalid_value(f"{name} must be a whole number.") from None


def names_version(header: str, version: int) -> bool:
    """Tell whether an If-Match or If-None-Match names the version, weak or not."""
    tags = (tag.strip().removeprefix("W/").strip('"') for tag in header.split(","))
    return any(tag in (str(version), "*") for tag in tags)
