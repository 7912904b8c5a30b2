"""Whom the simulator plays: Genesys Cloud, or a plain server by RFC 7644.

A personality is a value: its name, its switches and what follows from them. The text form is
`NAME[:switch=value,…]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.simulator.settings_error import SettingError
from provisioning.simulator.switches import BY_NAME, NUMBER, SWITCHES, TEXT, Switch

NAMED: Mapping[str, str] = {
    "genesys": "genesys",
    "scim": "scim",
    "ignores-filters": "scim:filtering=ignored",
    "refuses-filters": "scim:filtering=refused",
    "case-sensitive": "scim:name_case=sensitive",
    "counts-from-zero": "scim:first_index=0",
    "repeats-pages": "scim:pages=repeated",
    "overstates-totals": "scim:pages=overstated",
    "small-pages": "scim:page_cap=2",
    "hides-inactive": "scim:list_inactive=no",
    "no-patch": "scim:patch=405",
    "unimplemented-patch": "scim:patch=501",
    "ignores-patch": "scim:patch=ignored",
    "pathless-patch": "scim:patch_form=pathless",
    "entra-patch": "scim:patch_form=entra,boolean_text=accept,member_removal=any",
    "twins": "scim:uniqueness=none",
    "conflict-as-400": "scim:duplicate_status=400",
    "plain-conflict": "scim:duplicate_user=plain",
    "soft-delete": "scim:deleted=inactive",
    "no-versions": "scim:versions=none",
    "unchecked-versions": "scim:versions=unchecked",
    "small-member-chunks": "scim:member_limit=2",
    "members-leave-as-lists": "scim:member_removal=list",
    "slow-index": "scim:filter_lag=3",
}
"""Whom it can play: Genesys Cloud, a plain server, and servers broken in one way each."""
NAMES = tuple(NAMED)


@dataclass(frozen=True, slots=True)
class Personality:
    """A name and a value for every switch."""

    name: str
    values: Mapping[str, str]

    @property
    def genesys(self) -> bool:
        """Tell whether this is Genesys Cloud."""
        return self.name == "genesys"

    def is_set(self, name: str, value: str) -> bool:
        """Tell whether a switch has this value."""
        return self.values[name] == value

    def number(self, name: str) -> float:
        """Return the value of a switch that is a number."""
        return float(self.values[name])

    @property
    def default_count(self) -> int:
        """Return the page size of a request that asks for none."""
        return 25 if self.genesys else 100


def parse_personality(text: str) -> Personality:
    """Return the personality that `NAME[:switch=value,…]` names."""
    name, _, listed = text.strip().partition(":")
    if name not in NAMES:
        raise SettingError(
            f"There is no personality “{name}”.",
            path="--personality",
            advice=f"Use one of: {', '.join(NAMES)}.",
        )
    base, _, broken = NAMED[name].partition(":")
    values = {switch.name: getattr(switch, base) for switch in SWITCHES}
    for pair in filter(None, (part.strip() for part in f"{broken},{listed}".split(","))):
        switch, value = _switch_value(pair)
        values[switch.name] = value
    return Personality(base, values)


def _switch_value(pair: str) -> tuple[Switch, str]:
    key, equals, value = (part.strip() for part in pair.partition("="))
    switch = BY_NAME.get(key)
    if switch is None or not equals:
        raise SettingError(
            f"“{pair}” is not a switch of a personality.",
            path="--personality",
            advice=f"Write switch=value with one of: {', '.join(BY_NAME)}.",
        )
    if not _fits(switch, value):
        wanted = "a number of 0 or more" if switch.values == (NUMBER,) else None
        raise SettingError(
            f"The switch {key} cannot be “{value}”.",
            path="--personality",
            advice=f"Use {wanted or ', '.join(switch.values)}.",
        )
    return switch, value


def _fits(switch: Switch, value: str) -> bool:
    if switch.values == (TEXT,):
        return bool(value)
    if switch.values == (NUMBER,):
        return value.replace(".", "", 1).isdecimal()
    return value in switch.values


def describe_switches() -> str:
    """Return one line a switch for `--help`: name, values, defaults, meaning."""
    lines = []
    for switch in SWITCHES:
        values = "|".join(switch.values)
        default = switch.genesys
        if switch.scim != switch.genesys:
            default = f"{switch.genesys}, scim: {switch.scim}"
        lines.append(f"  {switch.name}={values} (default {default}): {switch.meaning}")
    return "\n".join(lines)
