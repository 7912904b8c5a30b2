"""How names of directory objects are compared, and how a guest is called.

One rule for ids, userPrincipalNames and group names of every source (directory-sources 1.1,
W05, W09, W30): Unicode NFC, outer spaces ignored, case folded. Values are stored as they were read;
only the keys beside them are folded.
"""

from __future__ import annotations

import unicodedata

_GUEST_MARK = "#ext#"


def fold_key(text: str) -> str:
    """The form under which two spellings of the same id or name are equal."""
    if text.isascii():
        return text.strip().lower()
    folded = unicodedata.normalize("NFC", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded).strip()


def search_key(*texts: str) -> str:
    """What a search compares: no case, no accents, so that `adele` finds Adèle. One text a line,
    so that nothing is found across two of them.
    """
    joined = "\n".join(text.strip() for text in texts if text)
    if joined.isascii():
        return joined.lower()
    parts = unicodedata.normalize("NFKD", joined.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def guest_address(user_principal_name: str) -> str:
    """`alias_domain#EXT#@tenant` as `alias@domain`, as Entra provisions it; others unchanged."""
    mark = user_principal_name.lower().find(_GUEST_MARK)
    alias, underscore, domain = user_principal_name[: max(mark, 0)].rpartition("_")
    if not (underscore and alias and domain):
        return user_principal_name
    return f"{alias}@{domain}"
