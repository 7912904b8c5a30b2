"""A database in memory that is new for every world, in the time that copying it takes."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

MEMORY = ":memory:"
STATEMENTS = 2000
"""Prepared statements that SQLite keeps: all of a world's."""


@contextmanager
def fresh_database() -> Iterator[None]:
    """All tables and nothing in them, until the context ends."""
    template = _template()
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _in_memory() as raw:
            template.backup(raw)
            yield
    finally:
        if collecting:
            gc.enable()


@cache
def _template() -> sqlite3.Connection:
    """The migrated database that every other one is a copy of; migrated once for all processes."""
    file = Path(gettempdir()) / f"rollcall-world-{_fingerprint()}.sqlite3"
    if not file.exists():
        _migrate(file)
    kept = sqlite3.connect(MEMORY, check_same_thread=False)
    with closing(sqlite3.connect(file)) as stored:
        stored.backup(kept)
    # What is there by now stays: it is not looked through again and again.
    gc.freeze()
    return kept


def _migrate(file: Path) -> None:
    new = file.with_suffix(f".{os.getpid()}")
    with _in_memory() as raw, closing(sqlite3.connect(new)) as stored:
        call_command("migrate", verbosity=0, interactive=False)
        raw.commit()
        raw.backup(stored)
    new.replace(file)


def _fingerprint() -> str:
    """What the migrations say, of every application."""
    digest = sha256()
    for app in apps.get_app_configs():
        for one in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(one.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _in_memory() -> Iterator[Any]:
    """Django's connection leads to a new database in memory; afterwards to where it did before."""
    before, settings = connection.connection, {**connection.settings_dict}
    options = {**settings["OPTIONS"], "cached_statements": STATEMENTS}
    connection.settings_dict |= {"NAME": MEMORY, "OPTIONS": options}
    connection.connection = None
    connection.connect()
    raw: Any = connection.connection
    try:
        yield raw
    finally:
        raw.close()
        connection.settings_dict |= settings
        connection.connection = before
        connection.in_atomic_block = False
        connection.savepoint_ids = []
        connection.needs_rollback = False
