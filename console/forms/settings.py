"""How provisioning of one application behaves (S21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.forms.leaving import LEAVING_PLACES, LeavingFields, stored_leaving
from provisioning.core.durations import read_duration
from provisioning.core.problems import UsageProblems
from provisioning.engine.configuration.current import stored_settings
from provisioning.engine.spoken import problem_of
from provisioning.models import Application

PLACES = {
    "name": "name",
    "provisioning.mode": "mode",
    "provisioning.status": "status",
    "provisioning.interval": "interval",
    "limits.requests_per_minute": "requests_per_minute",
    "limits.connections": "connections",
    "limits.quiet_hours": "quiet_hours",
    "limits.quiet_requests_per_minute": "quiet_requests_per_minute",
    "limits.maintenance": "maintenance",
    "deletion_guard.percent": "percent",
    "deletion_guard.at_least": "at_least",
    "deletion_guard.at_most": "at_most",
    "on_deletion.action": "deletion",
    "on_deletion.after": "after",
    "log_retention": "retention",
    "nested_groups": "nested_groups",
    "dialect": "dialect",
    **LEAVING_PLACES,
}
"""The key of the configuration file that each field stands for."""


LEAVING = gettext_lazy("When someone leaves")


def _number(label: Any, least: int, most: int, help_text: Any = "", **more: Any) -> Any:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text, **more
    )


def _choice(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> Any:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=forms.RadioSelect
    )


def _lines(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class Settings(LeavingFields):
    """One form, one Save."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    mode = _choice(
        gettext_lazy("Provisioning mode"),
        [
            ("automatic", gettext_lazy("Automatic")),
            ("on_demand", gettext_lazy("On demand only")),
        ],
    )
    status = _choice(
        gettext_lazy("Provisioning status"),
        [("on", gettext_lazy("On")), ("off", gettext_lazy("Off"))],
        gettext_lazy("The first cycle waits for an approved change preview."),
    )
    interval = _number(gettext_lazy("Run every (minutes)"), 5, 1440)
    requests_per_minute = _number(
        gettext_lazy("Requests per minute"),
        1,
        100_000,
        gettext_lazy("Empty: as many as the application says it takes."),
        required=False,
    )
    connections = _number(
        gettext_lazy("Parallel requests"),
        1,
        32,
        gettext_lazy("Empty: as many as suit the application."),
        required=False,
    )
    quiet_hours = forms.CharField(
        label=gettext_lazy("Quiet hours"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "For example 08:00-18:00 Europe/Paris. Empty: none. Provision on demand works in them "
            "too."
        ),
    )
    quiet_requests_per_minute = _number(
        gettext_lazy("Requests per minute in quiet hours"),
        0,
        100_000,
        gettext_lazy("0 or empty: none at all, and no cycle begins."),
        required=False,
    )
    maintenance = forms.CharField(
        label=gettext_lazy("Maintenance windows"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One a line, for example Sun 02:00-06:00 Europe/Paris, or 2026-12-05 22:00 - "
            "2026-12-06 04:00 Europe/Paris. No cycle runs in them, and what fails does not count."
        ),
    )
    percent = _number(
        gettext_lazy("Threshold (percent of linked people)"),
        0,
        100,
        gettext_lazy(
            "When more people than this would be disabled or deleted within a day, a person has "
            "to decide first."
        ),
    )
    at_least = _number(gettext_lazy("But always allow (people)"), 0, 1_000_000)
    at_most = _number(gettext_lazy("And never more than (people)"), 0, 1_000_000)
    deletion = _choice(
        gettext_lazy("When someone is deleted in the directory"),
        [
            ("disable", pgettext_lazy("choice", "Disable")),
            ("delete", pgettext_lazy("choice", "Delete")),
            ("nothing", gettext_lazy("Leave as is")),
        ],
    )
    after = _number(gettext_lazy("After (days)"), 0, 3650)
    nested_groups = forms.BooleanField(
        label=gettext_lazy("Follow nested groups in assignments"), required=False
    )
    retention = _number(gettext_lazy("Keep log entries for (days)"), 1, 3650)
    dialect = _choice(
        gettext_lazy("Form of PATCH requests"),
        [
            ("rfc", gettext_lazy("As RFC 7644 says")),
            ("entra", gettext_lazy("As Microsoft Entra sends them")),
        ],
    )

    SECTIONS = (
        (
            "provisioning",
            gettext_lazy("Provisioning"),
            (
                *("name", "mode", "status", "interval", "requests_per_minute", "connections"),
                *("quiet_hours", "quiet_requests_per_minute", "maintenance"),
            ),
        ),
        (
            "safety",
            gettext_lazy("Prevent accidental deletion"),
            ("percent", "at_least", "at_most", "deletion", "after"),
        ),
        ("people", gettext_lazy("Groups and requests"), ("nested_groups", "dialect")),
        ("logs", gettext_lazy("Logs"), ("retention",)),
    )

    @property
    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """Anchor, title and fields of each part of the page."""
        return [
            (anchor, title, [self[name] for name in names])
            for anchor, title, names in self.SECTIONS
        ]

    def as_changes(self) -> dict[str, Any]:
        """The keys of the configuration file that this page changes."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "provisioning": {
                "mode": given["mode"],
                "status": given["status"],
                "interval": f"{given['interval']}m",
            },
            "limits": {
                "requests_per_minute": given["requests_per_minute"],
                "connections": given["connections"],
                "quiet_hours": given["quiet_hours"] or None,
                "quiet_requests_per_minute": given["quiet_requests_per_minute"] or 0,
                "maintenance": _lines(given["maintenance"]),
            },
            "deletion_guard": {key: given[key] for key in ("percent", "at_least", "at_most")},
            "on_deletion": {"action": given["deletion"], "after": f"{given['after']}d"},
            "deprovisioning": self.leaving_changes(),
            "nested_groups": given["nested_groups"],
            "log_retention": f"{given['retention']}d",
            "dialect": given["dialect"],
        }

    def add_problems(self, problems: UsageProblems) -> None:
        """Show what the engine refused beside the fields it is about."""
        for one in problems.problems:
            self.add_error(PLACES.get(one.path.partition("[")[0]), problem_of(one))

    def weaknesses(self) -> dict[str, str]:
        """By field, what becomes possible with the value given; empty while all is guarded."""
        given = self.cleaned_data if self.is_bound else self.initial
        texts = {}
        many = _("Almost everybody could be disabled at once without anybody deciding.")
        if given.get("percent") == 100:
            texts["percent"] = many
        if (given.get("at_least") or 0) >= 1_000:
            texts["at_least"] = many
        if given.get("deletion") == "delete" and given.get("after") == 0:
            texts["after"] = _("Accounts are deleted at once, which cannot be undone.")
        return texts

    @property
    def summary(self) -> list[tuple[Any, list[tuple[Any, str]]]]:
        """The same as text: title, then label and value of each field."""
        return [
            (title, [(self[name].label, self._word(name)) for name in names])
            for _anchor, title, names in (*self.SECTIONS, ("leaving", LEAVING, self._matrix))
        ]

    @property
    def _matrix(self) -> list[str]:
        """The fields of the matrix that say something."""
        named = [field.name for _event, *fields in self.matrix for field in fields]
        return [name for name in named if self.initial.get(name) not in ("", None)]

    def _word(self, name: str) -> str:
        field, value = self.fields[name], self.initial.get(name)
        if isinstance(field, forms.ChoiceField):
            return str(dict(cast(Any, field.choices))[value])
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "–" if value is None else str(value)


def shown_settings(application: Application) -> dict[str, Any]:
    """What the form shows at first."""
    document = stored_settings(application)
    part = {key: cast(Mapping[str, Any], document[key]) for key in ("provisioning", "limits")}
    guard = cast(Mapping[str, Any], document["deletion_guard"])
    removal = cast(Mapping[str, Any], document["on_deletion"])
    return {
        "name": document["name"],
        **part["provisioning"],
        **part["limits"],
        "maintenance": "\n".join(application.connection.maintenance),
        **guard,
        **stored_leaving(cast(Mapping[str, Any], document["deprovisioning"])),
        "interval": int(application.job.interval.total_seconds()) // 60,
        "deletion": removal["action"],
        "after": read_duration(str(removal["after"])).days,
        "nested_groups": document["nested_groups"],
        "dialect": document["dialect"],
        "retention": application.log_retention_days,
    }
