"""The switches of a personality: every rule that we inferred rather than read, by name.

Each has the default of the Genesys Cloud personality and, where it differs, that of the plain
RFC 7644 server. `provisioning/simulator/personality.py` turns them into a value.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBER = "number"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Switch:
    """One rule: its name, its values (or `NUMBER`, `TEXT`), its defaults and its meaning."""

    name: str
    values: tuple[str, ...]
    genesys: str
    scim: str
    meaning: str


def _choice(name: str, values: str, scim: str, meaning: str) -> Switch:
    """Return a switch whose first value is the default of Genesys Cloud."""
    choices = tuple(values.split("|"))
    return Switch(name, choices, choices[0], scim, meaning)


def _number(name: str, genesys: str, scim: str, meaning: str) -> Switch:
    return Switch(name, (NUMBER,), genesys, scim, meaning)


SWITCHES: tuple[Switch, ...] = (
    _choice("stale_if_match", "400|409|412", "412", "status of a stale If-Match"),
    _choice("duplicate_user", "uniqueness|plain", "uniqueness", "scimType of the 409, or none"),
    _choice("restore", "201|200|new_id", "new_id", "create over a deleted userName"),
    _choice("unknown_attributes", "ignore|refuse", "ignore", "attributes not in the schema"),
    _choice(
        "unmatched_path",
        "create|no_target",
        "no_target",
        "add or replace at a filtered path that matches nothing",
    ),
    _choice("patch", "allow|405|501|ignored", "allow", "PATCH: understood, a status, or no effect"),
    _choice("op_case", "insensitive|sensitive", "insensitive", "spelling of op in a PATCH"),
    _choice("boolean_text", "accept|refuse", "refuse", 'booleans sent as text ("True")'),
    _choice(
        "group_lifecycle",
        "405|404|403|allow",
        "allow",
        "POST /groups and DELETE /groups/{id}: a status, or allowed",
    ),
    _choice("unfiltered_groups", "all|refuse", "all", "versioned GET /groups without a filter"),
    _choice(
        "group_rename",
        "refuse|ignore|allow",
        "allow",
        "a different displayName in PUT or PATCH of a group",
    ),
    _choice("unknown_member", "refuse|ignore", "refuse", "a member id that does not exist"),
    _choice("redundant_member", "accept|refuse", "accept", "adding a member twice, removing none"),
    _choice("large_page", "allow|429", "allow", "count above 25 with expensive attributes"),
    _number("filter_lag", "0", "0", "seconds before a write shows in lists and filters"),
    _number("allowance", "300", "0", "requests a window, 0 is none; --quota overrules it"),
    _number("window", "60", "60", "seconds of the rate window"),
    _number("random_errors", "0", "0", "share of requests met by 500, 503, 504, 408 or a cut"),
    _choice(
        "unknown_name",
        "refuse|refuse_but_keep|ignore",
        "ignore",
        "an unknown division, role, skill or language in a create (in an update keep is refuse)",
    ),
    _choice("unquoted_filter", "accept|refuse", "refuse", "filter values without quotes"),
    _choice("operators", "eq|all", "all", "filter operators: eq alone, or all of RFC 7644"),
    _choice("find_inactive", "yes|no", "yes", "filters other than active find inactive users"),
    _choice("other_email", "refuse|ignore", "ignore", 'writing emails[type eq "other"]'),
    _choice("path_case", "insensitive|sensitive", "sensitive", "spelling of /Users, /users"),
    _choice("missing_endpoints", "404|405", "404", "status of /Bulk, /.search and /Me"),
    _choice("phone_format", "any|e164", "any", "phone numbers: any text, or E.164 and tel: only"),
    _number("token_lifetime", "86400", "3600", "seconds that an issued token lives"),
    _number("body_limit", "1048576", "1048576", "largest request body in bytes"),
    _choice("filtering", "honest|ignored|refused", "honest", "filters: applied, ignored, a 400"),
    _choice("name_case", "insensitive|sensitive", "insensitive", "userName in filters and 409"),
    _choice("first_index", "1|0", "1", "the startIndex of the first resource"),
    _choice(
        "pages",
        "honest|repeated|overstated",
        "honest",
        "pages without a filter: right, the first, a wrong total",
    ),
    _number("page_cap", "0", "1000", "most resources a page, 0 is any number"),
    _choice("list_inactive", "no|yes", "yes", "inactive users in lists without a filter"),
    _choice("patch_form", "any|path|pathless|entra", "any", "the one form of PATCH understood"),
    _choice("uniqueness", "enforced|none", "enforced", "a second user with the same userName"),
    _choice("duplicate_status", "409|400", "409", "status of a userName that is in use"),
    _choice("deleted", "gone|inactive", "gone", "a deleted user: gone, or there and inactive"),
    _choice("versions", "kept|none|unchecked", "kept", "versions: kept, none, If-Match ignored"),
    _number("member_limit", "0", "0", "most members that a PATCH adds, 0 is any number"),
    _choice("member_removal", "any|path|list", "path", "how members leave: by path, as a list"),
    Switch(
        "permissions",
        (TEXT,),
        "all",
        "all",
        "rights of every client: all, none, or names joined by +",
    ),
)

BY_NAME = {switch.name: switch for switch in SWITCHES}
