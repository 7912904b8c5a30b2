"""Property tests of the core are not timed: a busy machine is no reason to be red."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
