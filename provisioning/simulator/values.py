"""What a client sends, brought into the shape of the schema: names spelled as in the schema, types
checked, nothing unassigned kept (RFC 7643 2.5), read-only parts left out (RFC 7644 3.3).
"""

from __future__ import annotations

from datetime import date, datetime

from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import Refusal, bad_request, invalid_value
from provisioning.simulator.schema import COMMON, Attribute, Definition, Document, Schema


def clean_document(body: Document, definition: Definition, personality: Personality) -> Document:
    """Return the writable attributes of a body, extensions under their URN."""
    cleaned: Document = {}
    for name, value in body.items():
        extension = definition.extension(name) if ":" in name else None
        if extension is not None:
            cleaned.update(_clean_extension(extension, value, personality))
            continue
        attribute = definition.core.by_name.get(name.lower()) or COMMON.get(name.lower())
        if attribute is None:
            refuse_unknown(name, personality)
        elif is_writable(attribute):
            kept = clean_value(attribute, value, personality)
            if kept is not None:
                cleaned[attribute.name] = kept
    return cleaned


def is_writable(attribute: Attribute) -> bool:
    """Tell whether clients may write the attribute."""
    return attribute.mutability != "readOnly" and attribute.name != "schemas"


def refuse_unknown(name: str, personality: Personality) -> None:
    """Refuse an attribute that the schema does not have, where the personality does."""
    if personality.is_set("unknown_attributes", "refuse"):
        raise bad_request("invalidSyntax", f"The attribute “{name}” is not known.")


def clean_value(attribute: Attribute, value: object, personality: Personality) -> object:
    """Return the value of an attribute, or None when it is unassigned."""
    if value is None or value == []:
        return None
    if not attribute.multi_valued:
        return clean_single(attribute, value, personality)
    if not isinstance(value, list):
        if not personality.genesys:
            raise _wrong_type(attribute, "a list")
        value = [value]
    cleaned = [clean_single(attribute, item, personality) for item in value]
    kept = [item for item in cleaned if item is not None]
    if sum(1 for item in kept if isinstance(item, dict) and item.get("primary") is True) > 1:
        raise invalid_value(f"Only one value of {attribute.name} can be primary.")
    return kept or None


def clean_single(attribute: Attribute, value: object, personality: Personality) -> object:
    """Return one value of an attribute, or None when it is unassigned."""
    match attribute.type:
        case _ if value is None:
            return None
        case "complex":
            return _clean_complex(attribute, value, personality)
        case "boolean":
            return _clean_boolean(attribute, value, personality)
        case "decimal" | "integer":
            return _clean_number(attribute, value)
        case _:
            return _clean_text(attribute, value)


def _clean_extension(extension: Schema, value: object, personality: Personality) -> Document:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_value(f"{extension.id} must be an object.")
    cleaned: Document = {}
    for name, item in value.items():
        attribute = extension.by_name.get(name.lower())
        if attribute is None:
            refuse_unknown(name, personality)
            continue
        kept = clean_value(attribute, item, personality)
        if kept is not None:
            cleaned[attribute.name] = kept
    return {extension.id: cleaned} if cleaned else {}


def _clean_complex(attribute: Attribute, value: object, personality: Personality) -> object:
    if personality.genesys:
        value = _unwrapped(attribute, value)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong_type(attribute, "an object")
    cleaned: Document = {}
    for name, item in value.items():
        sub = attribute.sub(name)
        if sub is None:
            refuse_unknown(f"{attribute.name}.{name}", personality)
        elif sub.mutability != "readOnly":
            kept = clean_value(sub, item, personality)
            if kept is not None:
                cleaned[sub.name] = kept
    return cleaned or None


def _unwrapped(attribute: Attribute, value: object) -> object:
    """Take Entra's older spellings: a list around one object, and a bare text as the value."""
    if not attribute.multi_valued and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and attribute.sub("value"):
        return {"value": value} if value else None
    return value


def _clean_boolean(attribute: Attribute, value: object, personality: Personality) -> bool:
    if isinstance(value, bool):
        return value
    is_text = isinstance(value, str) and value.lower() in ("true", "false")
    if not is_text or personality.is_set("boolean_text", "refuse"):
        raise _wrong_type(attribute, "true or false")
    return str(value).lower() == "true"


def _clean_number(attribute: Attribute, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type(attribute, "a number")
    return value


def _clean_text(attribute: Attribute, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong_type(attribute, "a text")
    return _clean_date(value) if attribute.name == "dateHire" else value


def _clean_date(value: str) -> str:
    """Take ISO 8601 and keep the day, as Genesys Cloud returns it."""
    try:
        moment: date = datetime.fromisoformat(value)
    except ValueError:
        raise invalid_value("dateHire must be a date such as 2026-02-03.") from None
    return moment.strftime("%Y-%m-%d")


def _wrong_type(attribute: Attribute, wanted: str) -> Refusal:
    return invalid_value(f"{attribute.name} must be {wanted}.")
