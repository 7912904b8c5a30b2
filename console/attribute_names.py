"""The directory's attributes, as forms offer them: from a sample, so that size does not matter."""

from __future__ import annotations

from collections import Counter

from provisioning.core.resource import Kind
from provisioning.models import DirectoryObject

SAMPLE = 500
MOST = 200


def known_attributes(kind: Kind) -> list[str]:
    """Names that objects of this kind have, the most frequent first; every one only once."""
    return [name for name, _share in filled_attributes(kind)]


def filled_attributes(kind: Kind) -> list[tuple[str, float]]:
    """Names with the share of a sample that has a value."""
    rows = list(
        DirectoryObject.objects.present()
        .filter(kind=kind.value)
        .order_by("pk")
        .values_list("attributes", flat=True)[:SAMPLE]
    )
    counted = Counter(
        name for attributes in rows for name, value in attributes.items() if value not in (None, "")
    )
    return [(name, number / len(rows)) for name, number in counted.most_common(MOST)]
