"""System checks of the settings, each with an id and a hint: found before the first request."""

from __future__ import annotations
