"""Files at `https` addresses, asked for again and again, and fetched when they changed.

The server says so by ETag or Last-Modified, else the content does. When one of them changed all are
fetched, because memberships are understood with their groups.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import urlsplit

from provisioning.core.errors import SourceUnavailable
from provisioning.core.problems import Problem
from provisioning.core.wording import gettext_noop
from provisioning.sources.base import Part
from provisioning.sources.deliveries.files import DeliveredFiles
from provisioning.sources.deliveries.folder import ENDINGS
from provisioning.sources.deliveries.settings import FileSettings

ADDRESSES = {
    Part.USERS: "users_url",
    Part.GROUPS: "groups_url",
    Part.MEMBERSHIPS: "members_url",
}
_UNCHANGED = 304


class Answer(Protocol):
    """What a server answered; header names are lower case."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...


Ask = Callable[[str, Mapping[str, str]], Answer]
"""Asks for an address with these headers besides; raises a `ProvisioningError`."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the file of each part is."""

    urls: Mapping[Part, str]


class FetchedFiles(DeliveredFiles):
    """The files of one server."""

    kind = "address"
    arriving = False

    def __init__(
        self, addresses: Addresses, ask: Ask, settings: FileSettings, memory: Mapping[str, Any]
    ) -> None:
        super().__init__(settings, memory)
        self._addresses = addresses
        self._ask = ask
        self._marks: dict[str, dict[str, str]] = {}
        self._folder: Path | None = None

    def check(self) -> list[Problem]:
        """The files, fetched if they are not yet."""
        if not self.files:
            self.has_news(anew=True)
        return super().check()

    def has_news(self, *, anew: bool) -> bool:
        """Whether the server has other files than those that were read last."""
        urls = self._addresses.urls
        known = {} if anew else self._memory.get("marks", {})
        answers = {part: self._asked(url, known.get(part.value, {})) for part, url in urls.items()}
        if all(one.status == _UNCHANGED for one in answers.values()):
            return False
        for part, one in answers.items():
            if one.status == _UNCHANGED:
                answers[part] = self._asked(urls[part], {})
        self._marks = {part.value: _marks(one.headers) for part, one in answers.items()}
        if self.take_in_hand(self._written(answers), anew=anew):
            return True
        self.settle([], well=True)
        return False

    def settle(self, lines: Sequence[str], *, well: bool) -> None:
        """Remember what was read; what was not well is fetched again the next time."""
        if well:
            self.were_read()
            self._memory["marks"] = self._marks
        self.files = {}

    def _asked(self, url: str, marks: Mapping[str, str]) -> Answer:
        answer = self._ask(url, marks)
        if answer.status == 200 or (answer.status == _UNCHANGED and marks):
            return answer
        raise SourceUnavailable(
            gettext_noop("The server answers %(status)d for %(name)s."),
            params={"status": answer.status, "name": _name(url)},
            advice=gettext_noop(
                "Check the address and the secret. Redirects are not followed: give the address "
                "that they lead to. Nothing was removed."
            ),
        )

    def _written(self, answers: Mapping[Part, Answer]) -> dict[Part, Path]:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="rollcall-fetched-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        written = {}
        for part, answer in answers.items():
            place = self._folder / part.value
            place.mkdir(exist_ok=True)
            written[part] = place / _name(self._addresses.urls[part])
            written[part].write_bytes(answer.body)
        return written


def _marks(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of the next question, from those of this answer."""
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    return {name: headers[mark] for name, mark in pairs if headers.get(mark)}


def _name(url: str) -> str:
    """The file's name at the end of an address, without its query, which may hold a secret."""
    name = PurePosixPath(urlsplit(url).path).name
    plain = "".join(one for one in name if one.isalnum() or one in "-_.")[-60:].lstrip(".")
    return plain if plain.casefold().endswith(ENDINGS) else f"{plain or 'file'}.csv"
