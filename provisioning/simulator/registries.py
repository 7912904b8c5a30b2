"""What an organisation has configured beside people: divisions, roles, skills and languages.

Genesys Cloud matches all of them by name and creates none (genesys-scim 5).
"""

from __future__ import annotations

from collections.abc import Iterable

from provisioning.simulator.schema import Document

KINDS = ("divisions", "roles", "skills", "languages")
DEFAULT_ROLE = "employee"
DEFAULT_DIVISION = "Home"
_EVERYWHERE = {
    "divisions": (DEFAULT_DIVISION,),
    "roles": (DEFAULT_ROLE, "agent", "supervisor", "admin"),
    "skills": (),
    "languages": ("English", "French"),
}
_CASE_SENSITIVE = frozenset({"skills", "languages"})


class Registries:
    """The known names of each kind."""

    def __init__(self) -> None:
        """Start with what every organisation has."""
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for kind, names in _EVERYWHERE.items():
            self.add(kind, names)

    def add(self, kind: str, names: Iterable[str]) -> None:
        """Make names known."""
        for name in names:
            self._names[kind].setdefault(self._key(kind, name), name)

    def known(self, kind: str, name: str) -> str | None:
        """Return the name as it is configured, or None."""
        return self._names[kind].get(self._key(kind, name))

    def as_document(self) -> dict[str, list[str]]:
        """Return every name by kind, as a seed file holds them."""
        return {kind: list(names.values()) for kind, names in self._names.items()}

    @staticmethod
    def _key(kind: str, name: str) -> str:
        return name if kind in _CASE_SENSITIVE else name.casefold()


def names_of(document: Document, kind: str) -> Iterable[str]:
    """Return the names under `kind` in a seed file."""
    listed = document.get(kind, [])
    return [str(name) for name in listed] if isinstance(listed, list) else []
