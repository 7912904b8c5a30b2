"""What a target does differently from RFC 7644, as far as it changes what we send.

A template brings a set of quirks, Test Connection refines it, and the application keeps it as its
passport. Genesys Cloud: genesys-scim.md, sections 5.2, 6 and 13.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import cast

from provisioning.core.errors import ConfigurationError
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop


@dataclass(frozen=True, slots=True)
class Quirks:
    """How to speak to one target. The defaults are a server that follows the RFCs."""

    page_size: int = 100
    member_chunk: int = 50
    user_lists: tuple[str | None, ...] = (None,)
    """The filters whose listings together hold every user; None lists without a filter."""
    groups_listable: bool = True
    groups_creatable: bool = True
    groups_deletable: bool = True
    group_name_writable: bool = True
    uniqueness_enforced: bool = True
    """False: a create is not refused when the account exists, so every person is looked up."""
    listing_trusted: bool = True
    """False: a listing is no proof of absence, so every person is looked up."""
    first_index: int = 1
    """The startIndex of the first resource of a listing: 1 by RFC 7644, 0 at some."""
    filter_supported: bool = True
    """False: a filter finds nobody, anybody or only one spelling: the listing is searched here."""
    patch_supported: bool = True
    """False: an account is read whole, changed here, and put back."""
    patch_paths: bool = True
    """False: new values come without a path, as attributes of the resource; RFC dialect only."""
    patch_as_entra: bool = False
    """True: only Entra's form of PATCH is understood, whatever dialect was chosen."""
    members_leave_as_list: bool | None = None
    """True: leavers are a list of values, False: each a path; None is what the dialect has."""
    etag: bool = True
    """True: resources carry versions, and `If-Match` is honoured."""
    settle_seconds: float = 0.0
    """How long a write may take until a search shows it."""
    deletes_softly: bool = False
    """True: a deleted account stays, inactive."""
    requests_per_minute: int | None = None
    """The quota the target is known for; None learns it from its answers."""
    first_connections: int = 4

    @property
    def members_a_request(self) -> int:
        """How many members join or leave at once: a group that is put back has all of them."""
        return self.member_chunk if self.patch_supported else sys.maxsize

    def as_dict(self) -> dict[str, Value]:
        """The passport's form: JSON, to be stored with the application."""
        return cast(dict[str, Value], {**asdict(self), "user_lists": list(self.user_lists)})

    @classmethod
    def from_dict(cls, stored: Mapping[str, Value]) -> Quirks:
        """Read a stored passport; what it does not name keeps the default."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(stored) - known)
        if unknown:
            raise ConfigurationError(
                gettext_noop("The stored passport names unknown quirks: %(names)s."),
                params={"names": ", ".join(unknown)},
                advice=gettext_noop("Use Test Connection again: it writes a new passport."),
            )
        values = dict(stored)
        if "user_lists" in values:
            values["user_lists"] = tuple(cast(list[str | None], values["user_lists"]))
        return replace(cls(), **cast(dict[str, object], values))  # type: ignore[arg-type]  # names are checked above, values are our own


GENERIC = Quirks()

GENESYS = Quirks(
    page_size=25,
    user_lists=(None, "active eq false"),
    groups_listable=False,
    groups_creatable=False,
    groups_deletable=False,
    group_name_writable=False,
)
