"""The directory's attributes, as forms offer them: from a sample, so that size does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from provisioning.core.resource import Kind
from provisioning.core.vocabulary import MEMBER_OF, OF_MANAGER, ROLE_ASSIGNMENTS
from provisioning.models import DirectoryObject

SAMPLE = 500
MOST = 200
FEW, LONGEST = 30, 80
"""How many different values are a list to choose from, and how long each may be."""


def filter_attributes(kind: Kind) -> list[str]:
    """What a clause can ask of an object of this kind: its attributes, the most frequent first,
    then what is known of its groups, its roles and its manager.
    """
    names = [name for name, _share in filled_attributes(kind)]
    if kind is Kind.GROUP:
        return [*names, MEMBER_OF, ROLE_ASSIGNMENTS]
    of_managers = [
        f"{OF_MANAGER}{name}" for name in ("objectId", *names[:FEW]) if name != "manager"
    ]
    return [*names, MEMBER_OF, ROLE_ASSIGNMENTS, *of_managers]


def filled_attributes(kind: Kind) -> list[tuple[str, float]]:
    """Names with the share of a sample that has a value."""
    rows = _sample(kind)
    counted = Counter(
        name for attributes in rows for name, value in attributes.items() if value not in (None, "")
    )
    return [(name, number / len(rows)) for name, number in counted.most_common(MOST)]


def usual_values(kind: Kind, names: Collection[str]) -> dict[str, list[str]]:
    """The values of attributes that have only a few, such as departments, to be chosen from; a
    manager's are those that everybody has.
    """
    rows = _sample(kind) if names else []
    own = {name: name.removeprefix(OF_MANAGER) for name in names}
    found = {
        name: Counter(str(one[read]) for one in rows if one.get(read)) for name, read in own.items()
    }
    return {
        name: [value for value, _times in counted.most_common()]
        for name, counted in found.items()
        if 0 < len(counted) <= FEW and max(map(len, counted)) <= LONGEST
    }


def _sample(kind: Kind) -> list[dict[str, Any]]:
    objects = DirectoryObject.objects.present().filter(kind=kind.value).order_by("pk")
    return list(objects.values_list("attributes", flat=True)[:SAMPLE])
