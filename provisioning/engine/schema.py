"""Whether the database has every table and column that this version asks for (F34).

Migrations that this version does not know are no hindrance: a newer version is being rolled out,
and its columns fill themselves (F33).
"""

from __future__ import annotations

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


def missing_migrations() -> list[str]:
    """The migrations that are still to be applied, in order, as `application.name`.

    Raises `django.db.Error` when the database cannot be asked.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def refuse_if_behind() -> None:
    """Raises `SystemExit` with what to do when the schema is older than the code.

    A database that cannot be reached yet is no reason: whoever needs it waits for it.
    """
    try:
        missing = missing_migrations()
    except Error:
        return
    finally:
        connection.close()
    if missing:
        raise SystemExit(
            f"The database is not up to date: {missing[0]} is still to be applied "
            f"({len(missing)} in all). Run `manage.py migrate` (again, if it was interrupted), "
            "then start this process anew."
        )
