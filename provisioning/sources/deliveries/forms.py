"""What an administrator says to have files taken from a folder, or fetched from addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.wording import gettext_noop
from provisioning.sources.deliveries.address import ADDRESSES, Addresses
from provisioning.sources.deliveries.settings import FIELDS, file_problems
from provisioning.sources.form import Field, SourceForm

_LONGEST_FOLDER = 100


def folder_problems(said: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the texts, each with the key it was said under."""
    name = said.get("folder", "").strip()
    usable = name and len(name) <= _LONGEST_FOLDER and name.isprintable()
    if not usable or "/" in name or "\\" in name or name.startswith("."):
        message = _("This is no name of a folder.")
        advice = _("Write a name without a slash; the folder is below inbox in ROLLCALL_DATA.")
        return [Problem("folder", message, advice), *file_problems(said)]
    return file_problems(said)


def address_problems(said: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the texts; that an address may be reached is judged when it is opened."""
    problems = file_problems(said)
    urls = {key: said[key].strip() for key in ADDRESSES.values() if said.get(key, "").strip()}
    if not urls:
        problems.append(Problem("users_url", _("An address is missing.")))
    for key, url in urls.items():
        problems.extend(_url_problems(key, url))
    if not problems and len({_origin(url) for url in urls.values()}) > 1:
        message = _("The addresses are on different servers.")
        advice = _("The secret belongs to one server: connect a source for each.")
        problems.append(Problem(next(iter(urls)), message, advice))
    return problems


def address_host(said: Mapping[str, str]) -> str:
    """What the secret is bound to: scheme, host and port."""
    return _origin(next(iter(addresses_of(said).urls.values())))


def addresses_of(said: Mapping[str, str]) -> Addresses:
    """The addresses from texts."""
    given = {part: said.get(key, "").strip() for part, key in ADDRESSES.items()}
    return Addresses({part: url for part, url in given.items() if url})


def _url_problems(key: str, url: str) -> list[Problem]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        return [Problem(key, _("The address cannot be read."))]
    if not usable:
        return [Problem(key, _("An address begins with https:// and a host."))]
    if parts.username or parts.password:
        message = _("The address has a user name or a password in it.")
        return [Problem(key, message, _("Write them into the secret: name:password."))]
    return []


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.casefold()}"


FOLDER = SourceForm(
    kind="folder",
    title=gettext_noop("Watched folder"),
    fields=(
        Field(
            "folder",
            gettext_noop("Folder"),
            gettext_noop(
                "Its name below inbox in ROLLCALL_DATA. Files are called users…, groups…, members…"
            ),
            required=True,
        ),
        *FIELDS,
    ),
    secret=Field("secret", gettext_noop("Secret"), gettext_noop("A folder needs none.")),
    host_of=lambda _said: "folder:",
    problems=folder_problems,
)

ADDRESS = SourceForm(
    kind="address",
    title=gettext_noop("Files at an address"),
    fields=(
        Field("users_url", gettext_noop("Address of people"), "https://"),
        Field("groups_url", gettext_noop("Address of groups"), "https://"),
        Field("members_url", gettext_noop("Address of memberships"), "https://"),
        *FIELDS,
    ),
    secret=Field(
        "secret",
        gettext_noop("Secret"),
        gettext_noop("A token, or name:password. Empty: the server asks for none."),
    ),
    host_of=address_host,
    problems=address_problems,
)
