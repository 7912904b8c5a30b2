"""The matrix of leaving: what each way out does to an account (S21, `deprovisioning`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from provisioning.core.durations import read_duration
from provisioning.core.leaving import Event, Removal

EVENTS: Mapping[Event, Promise] = {
    Event.UNASSIGNED: gettext_lazy("No longer assigned"),
    Event.FILTERED_OUT: gettext_lazy("Left out by the filters"),
    Event.BLOCKED: gettext_lazy("Blocked in the directory"),
    Event.SOFT_DELETED: gettext_lazy("In the directory's recycle bin"),
    Event.HARD_DELETED: gettext_lazy("Gone from the directory"),
    Event.GROUP_REMOVED: gettext_lazy("Group removed"),
}
ACTIONS = (
    ("", gettext_lazy("As set above, or on the scope page")),
    (Removal.NOTHING.value, gettext_lazy("Leave as is")),
    (Removal.DISABLE.value, pgettext_lazy("choice", "Disable")),
    (Removal.DELETE.value, pgettext_lazy("choice", "Delete")),
)
OF_GROUPS = tuple(one for one in ACTIONS if one[0] != Removal.DISABLE)
"""A group has nothing that could be disabled."""
USUAL_DAYS = 30


def _action(event: Event) -> Any:
    choices = OF_GROUPS if event is Event.GROUP_REMOVED else ACTIONS
    label: Any = EVENTS[event]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _days(event: Event) -> Any:
    label = gettext_lazy("Delete after (days)")
    return forms.IntegerField(label=label, min_value=0, max_value=3650, required=False)


class LeavingFields(forms.Form):
    """A row for each event: what happens, and after how many days an account is deleted."""

    unassigned_action = _action(Event.UNASSIGNED)
    unassigned_days = _days(Event.UNASSIGNED)
    filtered_out_action = _action(Event.FILTERED_OUT)
    filtered_out_days = _days(Event.FILTERED_OUT)
    blocked_action = _action(Event.BLOCKED)
    blocked_days = _days(Event.BLOCKED)
    soft_deleted_action = _action(Event.SOFT_DELETED)
    soft_deleted_days = _days(Event.SOFT_DELETED)
    hard_deleted_action = _action(Event.HARD_DELETED)
    hard_deleted_days = _days(Event.HARD_DELETED)
    group_removed_action = _action(Event.GROUP_REMOVED)
    group_removed_days = _days(Event.GROUP_REMOVED)

    @property
    def matrix(self) -> list[tuple[Event, forms.BoundField, forms.BoundField]]:
        """Event, what happens, and the days."""
        return [(one, self[f"{one}_action"], self[f"{one}_days"]) for one in Event]

    def leaving_changes(self) -> dict[str, Any]:
        """The key `deprovisioning` of the configuration file."""
        return {one.value: self._rule(one) for one in Event}

    def _rule(self, event: Event) -> dict[str, str] | None:
        action, days = self.cleaned_data[f"{event}_action"], self.cleaned_data[f"{event}_days"]
        if not action:
            return None
        if action != Removal.DELETE:
            return {"action": action}
        return {"action": action, "after": f"{USUAL_DAYS if days is None else days}d"}


LEAVING_PLACES = {
    **{f"deprovisioning.{one}": f"{one}_action" for one in Event},
    **{f"deprovisioning.{one}.action": f"{one}_action" for one in Event},
    **{f"deprovisioning.{one}.after": f"{one}_days" for one in Event},
}
"""The key of the configuration file that each field stands for."""


def stored_leaving(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show at first; `document` is the key as it is stored."""
    shown: dict[str, Any] = {}
    for event in Event:
        rule = document.get(event.value) or {}
        shown[f"{event}_action"] = rule.get("action", "")
        if rule.get("action") == Removal.DELETE:
            shown[f"{event}_days"] = read_duration(str(rule["after"])).days
    if shown[f"{Event.GROUP_REMOVED}_action"] == Removal.DISABLE:
        shown[f"{Event.GROUP_REMOVED}_action"] = Removal.NOTHING.value
    return shown
