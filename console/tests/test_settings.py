"""The settings: what they are without any environment."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def test_keys_that_nobody_set_are_made_for_their_owner_only():
    for name in ("secret-key", "secret-keys"):
        assert (Path(settings.ROLLCALL_DATA) / name).stat().st_mode & 0o777 == 0o600
