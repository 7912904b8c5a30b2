"""One PATCH operation on the attributes of a resource (RFC 7644 3.5.2.1 to 3.5.2.3).

The members of a group are not here but in `members.py`: there may be many thousands.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.simulator.filters import Node
from provisioning.simulator.matching import equalities, matches
from provisioning.simulator.operations import Operation
from provisioning.simulator.paths import Path
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import bad_request
from provisioning.simulator.schema import Attribute, Document, Schema
from provisioning.simulator.values import clean_single, clean_value


def apply_operation(document: Document, operation: Operation, personality: Personality) -> None:
    """Change `document`, which the caller owns; a refusal may leave it half changed."""
    place = operation.place
    if isinstance(place, Schema):
        document.pop(place.id, None)
        return
    urn = place.target.urn
    held = document.get(urn) if urn else None
    holder = dict(held) if isinstance(held, dict) else {} if urn else document
    _apply_at(holder, place, operation, personality)
    if urn and holder:
        document[urn] = holder
    elif urn:
        document.pop(urn, None)


def _apply_at(holder: Document, path: Path, operation: Operation, personality: Personality) -> None:
    name, current = path.attribute.name, holder.get(path.attribute.name)
    if path.filter is not None:
        changed: object = _filtered(current, path, path.filter, operation, personality)
    elif path.sub is not None and path.attribute.multi_valued:
        changed = _everywhere(current, path.sub, operation, personality)
    elif path.sub is not None:
        changed = _with_sub(_object(current), path.sub, operation, personality)
    else:
        changed = _whole(current, path.attribute, operation, personality)
    if changed is None or changed in ([], {}):
        holder.pop(name, None)
    else:
        holder[name] = changed


def _whole(
    current: object, attribute: Attribute, operation: Operation, personality: Personality
) -> object:
    if operation.kind == "remove":
        return _removed(current, attribute, operation.value, personality)
    cleaned = clean_value(attribute, operation.value, personality)
    if cleaned is None:
        return current if operation.kind == "add" and attribute.multi_valued else None
    if attribute.multi_valued and operation.kind == "add":
        return _joined(_elements(current), _elements(cleaned))
    if attribute.multi_valued or not attribute.subs or attribute.sub("value"):
        return cleaned
    return {**_object(current), **_object(cleaned)}


def _removed(
    current: object, attribute: Attribute, value: object, personality: Personality
) -> object:
    """Remove all, or the listed values only: an older spelling of Entra."""
    if value is None or value == [] or not attribute.multi_valued:
        return None
    if not personality.genesys:
        raise bad_request("invalidSyntax", "A remove operation has no value; use a filtered path.")
    leaving = _elements(clean_value(attribute, value, personality))
    return [item for item in _elements(current) if not any(_covers(gone, item) for gone in leaving)]


def _joined(current: list[Document], added: list[Document]) -> list[Document]:
    new = [item for item in added if not any(_covers(item, old) for old in current)]
    if any(item.get("primary") is True for item in new):
        current = [{**item, "primary": False} if "primary" in item else item for item in current]
    return [*current, *new]


def _covers(wanted: Mapping[str, object], item: Mapping[str, object]) -> bool:
    return all(item.get(name) == value for name, value in wanted.items())


def _everywhere(
    current: object, sub: Attribute, operation: Operation, personality: Personality
) -> list[Document]:
    elements = _elements(current)
    if not elements and operation.kind != "remove":
        elements = [{}]
    changed = [_with_sub(item, sub, operation, personality) for item in elements]
    return [item for item in changed if item]


def _filtered(
    current: object, path: Path, node: Node, operation: Operation, personality: Personality
) -> list[Document]:
    elements = _elements(current)
    found = [index for index, item in enumerate(elements) if matches(node, item)]
    if operation.kind == "remove" and path.sub is None:
        return [item for index, item in enumerate(elements) if index not in found]
    if not found:
        if operation.kind == "remove":
            return elements
        elements = [*elements, _new_element(node, path, personality)]
        found = [len(elements) - 1]
    for index in found:
        elements[index] = _changed_element(elements[index], path, operation, personality)
    if path.sub is not None and path.sub.name == "primary" and operation.value is True:
        elements = [
            item if index in found or "primary" not in item else {**item, "primary": False}
            for index, item in enumerate(elements)
        ]
    return [item for item in elements if item]


def _new_element(node: Node, path: Path, personality: Personality) -> Document:
    known = equalities(node)
    if known is None or personality.is_set("unmatched_path", "no_target"):
        raise bad_request("noTarget", f"No value of {path.attribute.name} fits the filter.")
    return dict(known)


def _changed_element(
    element: Document, path: Path, operation: Operation, personality: Personality
) -> Document:
    if path.sub is None:
        cleaned = _object(clean_single(path.attribute, operation.value, personality))
        return cleaned if operation.kind == "replace" else {**element, **cleaned}
    changed = _with_sub(element, path.sub, operation, personality)
    # A number without its value means nothing; Genesys Cloud and others drop the element.
    return {} if path.sub.name == "value" and "value" not in changed else changed


def _with_sub(
    element: Document, sub: Attribute, operation: Operation, personality: Personality
) -> Document:
    value = None
    if operation.kind != "remove":
        value = clean_value(sub, operation.value, personality)
    if value is None or (value == "" and personality.genesys):
        return {name: held for name, held in element.items() if name != sub.name}
    return {**element, sub.name: value}


def _elements(value: object) -> list[Document]:
    return list(value) if isinstance(value, list) else []


def _object(value: object) -> Document:
    return dict(value) if isinstance(value, dict) else {}
