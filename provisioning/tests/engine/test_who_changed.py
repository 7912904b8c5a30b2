"""An idle cycle costs what changed, not what there is: the database looks changes up."""

from __future__ import annotations

import pytest
from django.db import connection

from provisioning.core.edits import Reach
from provisioning.engine.planning import candidates
from provisioning.models import Cycle, DirectoryObject
from provisioning.tests.builders import Directory

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL chooses by how much there is"
)


def steps(objects) -> str:
    return str(objects.explain())


@pytest.mark.parametrize("kind", ["user", "group"])
def test_who_changed_is_found_by_the_number_of_the_change(db, kind):
    cycle = Cycle(watermark_from=7)

    found = candidates._candidates(cycle, kind, Reach.NOBODY)

    assert "directory_change" in steps(found.values_list("pk", flat=True))


def test_reports_are_found_by_their_managers(db, tmp_path):
    directory = Directory(tmp_path)
    directory.person("ben", manager=directory.person("ana"))
    directory.sync()
    ana = DirectoryObject.objects.get(source_id="ana")
    plans: list[str] = []

    def explained(execute, sql, params, many, context):
        asked = f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}"
        plans.append(str(connection.connection.execute(asked, params).fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        reports = list(DirectoryObject.objects.reports_of([(ana.origin_id, ana.source_key)]))

    assert len(reports) == 1
    assert "directory_manager" in plans[0]
