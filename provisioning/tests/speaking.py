"""French for a test: the catalogue as it is in the source, whatever was compiled before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polib
from django.utils import translation

from provisioning.management.make.catalogue import CATALOGUE


@contextmanager
def french_catalogue(settings: Any, folder: Path) -> Iterator[None]:
    """Speak French while it lasts; `settings` is the fixture of pytest-django."""
    compiled = folder / "fr" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(compiled))
    settings.LOCALE_PATHS = [folder]
    with translation.override("fr"):
        yield
