"""Whether an attribute can recognise people: can it be searched by, does it tell them apart (S09).

Both from what is known already: the last Test Connection, and a sample of the directory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from provisioning.engine.test_connection import Verdict
from provisioning.models import Application, Connection, DirectoryObject

SAMPLE = 2_000
YES = gettext_lazy("%(app)s answers filters on this attribute.")
NO = gettext_lazy(
    "%(app)s does not answer filters on this attribute. Everyone already there would be created a "
    "second time. Match on userName instead."
)
UNKNOWN = gettext_lazy(
    "Whether %(app)s answers filters on this attribute is not known yet: Test Connection asks."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence; `token` is its colour, `test` whether a test would tell more."""

    text: str
    token: str
    test: bool = False


def matching_advice(app: Application, row: Mapping[str, Any], kind: str) -> list[Advice]:
    """What is known of a mapping that matches; nothing of one that does not."""
    if not row.get("match"):
        return []
    return [_filterable(app, str(row["target"])), *_shared(row, kind)]


def _filterable(app: Application, target: str) -> Advice:
    answered = _answered(app.connection, target)
    sentence: str | Promise = UNKNOWN if answered is None else YES if answered else NO
    token = {None: "idle", True: "ok", False: "warn"}[answered]
    return Advice(sentence % {"app": app.name}, token, answered is None)


def _answered(connection: Connection, target: str) -> bool | None:
    """What the last test asked; it asks by every attribute that matched at that time."""
    if connection.passport.get("filter_supported") is False:
        return False
    steps = connection.last_test.get("steps", [])
    step = next((one for one in steps if one["name"] == "Filter"), None)
    if step is None or step["verdict"] == Verdict.NOT_TRIED:
        return None
    if step["verdict"] == Verdict.FAILED:
        return False
    return True if target in step["detail"] else None


def _shared(row: Mapping[str, Any], kind: str) -> list[Advice]:
    """How many have a value that somebody else has, too: they could be taken for each other."""
    if not (source := row.get("source")):
        return []
    objects = DirectoryObject.objects.present().filter(kind=kind.removesuffix("s"))
    values = objects.order_by("pk").values_list(KeyTextTransform(source, "attributes"), flat=True)
    counted = Counter(str(one).casefold() for one in values[:SAMPLE] if one)
    number = sum(times for times in counted.values() if times > 1)
    if not number:
        return []
    text = ngettext(
        "%(number)d person has a value that somebody else has, too.",
        "%(number)d people share their value with somebody else.",
        number,
    )
    return [Advice(text % {"number": number}, "warn")]


def unsearchable(app: Application, rows: list[Mapping[str, Any]]) -> str:
    """The first matching attribute that the application does not answer filters on."""
    matching = [str(one["target"]) for one in rows if one.get("match")]
    return next((one for one in matching if _answered(app.connection, one) is False), "")
