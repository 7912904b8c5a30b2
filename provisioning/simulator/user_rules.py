"""What Genesys Cloud and RFC 7643 demand of a user's attributes before they are stored.

The rules change the given attributes to what is kept: names as configured, the address that
mirrors userName left out because it is never stored but written into every answer.
"""

from __future__ import annotations

import re

from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import invalid_value, read_only
from provisioning.simulator.registries import Registries
from provisioning.simulator.schema import Document
from provisioning.simulator.state import Store, Stored
from provisioning.simulator.vocabulary import ENTERPRISE, PHONE_TYPES, PURECLOUD

MIRROR_AUTHORITY = "x-pc:scimv2:v1"
MOST_SKILLS = 50
HIGHEST_PROFICIENCY = 5
_PHONE = re.compile(r"\+[1-9][0-9]{3,14}|tel:\+[0-9.()-]{4,}(;ext=[0-9]+)?", re.IGNORECASE)


class UserRules:
    """The rules of one personality over one store."""

    def __init__(self, personality: Personality, store: Store, registries: Registries) -> None:
        """Keep what the rules look at."""
        self._personality = personality
        self._store = store
        self._registries = registries

    def check(self, attributes: Document, before: Stored | None) -> list[str]:
        """Refuse what is invalid; return the unknown names that a create may leave out."""
        attributes.pop("password", None)
        self._check_required(attributes)
        self._check_manager(attributes, before)
        if not self._personality.genesys:
            return []
        self._settle_emails(attributes, before.name if before else "")
        self._check_phones(attributes)
        self._settle_external_ids(attributes)
        return self._settle_names(attributes)

    def _check_required(self, attributes: Document) -> None:
        required = ("userName", "displayName") if self._personality.genesys else ("userName",)
        for name in required:
            if not str(attributes.get(name) or "").strip():
                raise invalid_value(f"{name} is required.")

    def _check_manager(self, attributes: Document, before: Stored | None) -> None:
        """Refuse a new manager who does not exist; a former one may have left since."""
        manager = _enterprise(attributes).get("manager")
        if not isinstance(manager, dict):
            return
        identifier = manager.get("value")
        former = _enterprise(before.attributes).get("manager") if before else None
        if isinstance(former, dict) and former.get("value") == identifier:
            return
        if not isinstance(identifier, str) or self._store.users.get(identifier) is None:
            raise invalid_value(f"There is no user with the id “{identifier}” to be the manager.")

    def _settle_emails(self, attributes: Document, former_name: str) -> None:
        allowed = {former_name, str(attributes["userName"]).casefold()}
        kept = []
        for email in _elements(attributes.get("emails")):
            mirrors = str(email.get("value", "")).casefold() in allowed
            kind = str(email.get("type", "other" if mirrors else "work")).lower()
            if kind not in ("work", "other"):
                raise invalid_value("The type of an email must be work or other.")
            if kind == "work":
                kept.append({**email, "type": "work"})
            elif not mirrors and self._personality.is_set("other_email", "refuse"):
                raise read_only("The email of type other mirrors userName and cannot be written.")
        _assign(attributes, "emails", kept)

    def _check_phones(self, attributes: Document) -> None:
        for phone in _elements(attributes.get("phoneNumbers")):
            kind = str(phone.get("type", "")).lower()
            if kind not in PHONE_TYPES:
                raise invalid_value(f"The type of a phone number must be one of {PHONE_TYPES}.")
            phone["type"] = kind
            strict = self._personality.is_set("phone_format", "e164")
            if strict and not _PHONE.fullmatch(str(phone.get("value", ""))):
                raise invalid_value("A phone number must be E.164, or a tel: URI.")

    def _settle_external_ids(self, attributes: Document) -> None:
        extension = _extension(attributes, PURECLOUD)
        listed = _elements(extension.get("externalIds"))
        own = [item for item in listed if not is_mirror_authority(item.get("authority"))]
        if listed:
            _assign(extension, "externalIds", own)
            _assign(attributes, PURECLOUD, extension)

    def _settle_names(self, attributes: Document) -> list[str]:
        """Write each name as it is configured; take out and return what is not."""
        if self._personality.is_set("unknown_name", "ignore"):
            return []
        unknown = self._settle_list(attributes, "roles", "roles", "value")
        extension = _extension(attributes, PURECLOUD)
        if extension:
            for name, kind in (("routingSkills", "skills"), ("routingLanguages", "languages")):
                _check_proficiency(name, _elements(extension.get(name)))
                unknown += self._settle_list(extension, name, kind, "name")
            _assign(attributes, PURECLOUD, extension)
        return unknown + self._settle_division(attributes)

    def _settle_list(self, holder: Document, name: str, kind: str, key: str) -> list[str]:
        kept, unknown = [], []
        for element in _elements(holder.get(name)):
            wanted = str(element.get(key, ""))
            configured = self._registries.known(kind, wanted)
            if configured is None:
                unknown.append(f"{name} “{wanted}”")
            else:
                kept.append({**element, key: configured})
        _assign(holder, name, kept)
        return unknown

    def _settle_division(self, attributes: Document) -> list[str]:
        extension = _extension(attributes, ENTERPRISE)
        wanted = extension.get("division")
        if wanted is None:
            return []
        configured = self._registries.known("divisions", str(wanted))
        if configured is None:
            del extension["division"]
        else:
            extension["division"] = configured
        _assign(attributes, ENTERPRISE, extension)
        return [] if configured else [f"division “{wanted}”"]


def is_mirror_authority(authority: object) -> bool:
    """Tell whether an external id is the one that mirrors the SCIM externalId."""
    return isinstance(authority, str) and authority.startswith(MIRROR_AUTHORITY)


def _check_proficiency(name: str, entries: list[Document]) -> None:
    if len(entries) > MOST_SKILLS:
        raise invalid_value(f"{name} takes at most {MOST_SKILLS} entries.")
    for entry in entries:
        level = entry.get("proficiency", 0)
        if not isinstance(level, int | float) or not 0 <= level <= HIGHEST_PROFICIENCY:
            raise invalid_value(f"The proficiency in {name} must be from 0.0 to 5.0.")


def _assign(holder: Document, name: str, value: object) -> None:
    if value:
        holder[name] = value
    else:
        holder.pop(name, None)


def _elements(value: object) -> list[Document]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _extension(attributes: Document, urn: str) -> Document:
    held = attributes.get(urn)
    return dict(held) if isinstance(held, dict) else {}


def _enterprise(attributes: Document) -> Document:
    held = attributes.get(ENTERPRISE)
    return held if isinstance(held, dict) else {}
