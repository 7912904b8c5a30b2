"""Copies of JSON documents, and the moments written in them."""

from __future__ import annotations

from datetime import UTC, datetime

from provisioning.simulator.schema import Document


def copied(document: Document) -> Document:
    """Return a copy that can be changed without touching the original."""
    return {name: _copied(value) for name, value in document.items()}


def _copied(value: object) -> object:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


def timestamp(moment: float) -> str:
    """Return a moment as Genesys Cloud writes it: UTC with milliseconds."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
