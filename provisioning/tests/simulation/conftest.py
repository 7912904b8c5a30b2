"""Worlds have databases of their own, in memory: SQLite only, whatever the ring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _databases_in_memory(django_db_blocker: Any) -> Iterator[None]:
    if connection.vendor != "sqlite":
        pytest.skip("A world lives in memory, on SQLite.")
    with django_db_blocker.unblock():
        yield
