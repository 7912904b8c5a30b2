"""Fixtures that every area may use: servers of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.utils import translation

from provisioning.tests.servers import PrivatePostgres, PrivateValkey, PrivateWorker
from provisioning.tests.sources.conformance.table import conformance_table


@pytest.fixture(autouse=True)
def _no_language_is_left_behind() -> Iterator[None]:
    """A page asked for in French leaves its thread speaking French, also to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[PrivateValkey]:
    """A broker for the whole session; empty it before use."""
    with PrivateValkey.start() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivatePostgres]:
    """A PostgreSQL for tests that start processes with their own database."""
    with PrivatePostgres.start() as server:
        yield server


@pytest.fixture
def celery_worker(
    valkey_server: PrivateValkey,
) -> Iterator[Callable[[str], PrivateWorker]]:
    """Starts real workers on a database; whatever still runs at the end is stopped.

    The caller sees the same broker through `settings.REDIS_URL` of the worker's environment:
    `worker.environment`.
    """
    with ExitStack() as stack, valkey_server.client() as broker:
        broker.flushall()

        def start(database_url: str = "", **more: str) -> PrivateWorker:
            environment = {
                "REDIS_URL": valkey_server.url,
                "ALLOWED_TARGET_NETWORKS": "127.0.0.0/8,::1/128",
                "ROLLCALL_DATA": str(settings.ROLLCALL_DATA),
                "DATABASE_URL": database_url or current_database_url(),
                **more,
            }
            return stack.enter_context(PrivateWorker(environment))

        yield start


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the conformance suite of directory sources ran: who met which test, and how it ended.

    Here and not beside the suite, because the process that tells the summary collects no test.
    """
    for line in conformance_table(terminalreporter.stats):
        terminalreporter.write_line(line)


def current_database_url() -> str:
    """The database that this test itself is connected to, for a process beside it."""
    from django.db import connection

    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    host = found["OPTIONS"].get("host") or found["HOST"]
    return f"postgresql://{found['USER']}@/{found['NAME']}?host={host}"
