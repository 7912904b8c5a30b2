"""The company of a line: people in the directory, an application, and accounts where it has them.

What is measured is the engine; so accounts that were there before are written as a cycle would
have left them, and the simulator begins with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from provisioning.bench.target import TOKEN
from provisioning.core.entitlement import entitlement
from provisioning.core.evaluate import decide
from provisioning.core.patch import create_body
from provisioning.core.resource import Kind
from provisioning.engine import recognising
from provisioning.engine.clock import Clock
from provisioning.engine.facts import Facts
from provisioning.models import (
    ChangeNumber,
    Connection,
    Definition,
    DirectoryObject,
    Job,
    Link,
    bulk,
)
from provisioning.tests.builders import Directory, application, configure

NOWHERE = "http://127.0.0.1:9/api/v2/scim/v2"
PAGE = 500


def directory(people: int) -> Directory:
    """So many people, imported; `sync` imports what is written down besides."""
    written = Directory(Path(settings.ROLLCALL_DATA))
    for number in range(people):
        written.person(
            f"p{number}",
            department="Sales",
            mobile=f"+3361{number:07}",
            telephoneNumber=f"+3312{number:07}",
        )
    written.sync(force=True)
    return written


def job(tenant_url: str = NOWHERE, *, connections: int = 16, **document: Any) -> Job:
    """An application in front of this target, for everybody; its first plan needs no person."""
    limits = {"connections": connections}
    made = application(tenant_url, TOKEN, scope="all", limits=limits, **document)
    Job.objects.filter(pk=made.pk).update(approved_once=True)
    made.refresh_from_db()
    return made


def move_to(made: Job, tenant_url: str) -> None:
    """Put the application in front of another target; a person says that it is the same."""
    credentials = {"tenant_url": tenant_url, "secret_token": {"env": "ROLLCALL_TEST_TOKEN"}}
    made.application.refresh_from_db()
    configure({"name": made.application.name, "slug": made.application.slug,
               "template": made.application.template, "credentials": credentials})  # fmt: skip
    made.refresh_from_db()
    recognising.is_the_same(made)


def provision(made: Job, *groups: str) -> Path:
    """Give everybody an account, as if a cycle had made them; the seed of a target that has them,
    and empty groups of these names.

    Nothing is left to decide: the watermark is where the directory is.
    """
    seed = Path(settings.ROLLCALL_DATA) / "seed.json"
    there = [{"id": f"group-{number}", "displayName": name} for number, name in enumerate(groups)]
    seed.write_text(json.dumps({"users": list(_linked(made)), "groups": there}))
    Job.objects.filter(pk=made.pk).update(
        watermark=ChangeNumber.current(), decided_with=made.definition_id
    )
    made.refresh_from_db()
    return seed


def _linked(made: Job) -> Iterator[dict[str, Any]]:
    """Link page after page; the resources that the links remember."""
    rules, now = Definition.objects.get(job=made).as_definition(), Clock().now()
    facts = Facts(made, rules)
    ids = list(DirectoryObject.objects.people().values_list("pk", flat=True).order_by("pk"))
    for start in range(0, len(ids), PAGE):
        links = []
        for fact in facts.page(ids[start : start + PAGE]):
            entitled = entitlement(rules, fact.subject)
            wanted = decide(rules, fact.subject, entitled, None, now)
            body = create_body({one.path: one.new for one in wanted.changes}, Kind.USER)
            resource = {**body, "id": str(fact.row.pk)}
            links.append(
                Link(job=made, object_id=fact.row.pk, kind="user", target_id=str(fact.row.pk),
                     resource=resource)
            )  # fmt: skip
            yield resource
        bulk.insert(links)


def begin_again(made: Job, *, connections: int) -> None:
    """As if nobody had an account and no cycle had been, with another limit of connections."""
    Link.objects.filter(job=made).delete()
    Job.objects.filter(pk=made.pk).update(watermark=None)
    Connection.objects.filter(application=made.application_id).update(connections=connections)
    made.refresh_from_db()
