"""3,000 people, 300 requests a minute, a target that fails, and a worker that dies every 20 s.

`python -m provisioning.tests.campaigns.kill_workers [PEOPLE]` runs it with real Celery workers on a
private Valkey and a private PostgreSQL (SQLite where there is none) and prints its verdict. With
3,000 people it takes about a quarter of an hour, nearly all of it waiting for the quota.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from provisioning.tests import environment

if TYPE_CHECKING:
    from provisioning.tests.servers import PrivateValkey

PEOPLE = 3_000
QUOTA = 300
EVERY = 20.0
SHARE = 90.0
"""Percent of the quota that must be used."""


def main(arguments: list[str]) -> int:
    """0 when every promise was kept."""
    people = int(arguments[0]) if arguments else PEOPLE
    with ExitStack() as stack:
        return _run(stack, _prepare(stack), people)


def _prepare(stack: ExitStack) -> PrivateValkey:
    """Servers and settings of our own, before Django reads any; answers the broker."""
    from provisioning.tests.servers import PrivatePostgres, PrivateValkey, ServerMissing

    folder = environment.FOLDER
    broker = stack.enter_context(PrivateValkey.start())
    database = f"sqlite:///{folder / 'campaign.sqlite3'}"
    try:
        postgres = PrivatePostgres.start()
        stack.callback(postgres.stop)
        database = postgres.url("campaign")
    except ServerMissing as missing:
        print(f"On SQLite: {missing}", flush=True)
    os.environ.update(
        DATABASE_URL=database,
        REDIS_URL=broker.url,
        SECRET_KEY="k" * 50,
        ROLLCALL_SECRET_KEYS="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        ALLOWED_TARGET_NETWORKS="127.0.0.0/8,::1/128",
        DJANGO_SETTINGS_MODULE="console.settings",
    )
    return broker


def _run(stack: ExitStack, broker: PrivateValkey, people: int) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from provisioning import simulator
    from provisioning.tests.builders import Directory
    from provisioning.tests.campaigns.dying_workers import Terms, company, rehearse
    from provisioning.tests.processes.running import beating
    from provisioning.tests.servers import PrivateWorker

    folder = Path(stack.enter_context(TemporaryDirectory()))
    target = stack.enter_context(simulator.start(quota=QUOTA, groups=["Contact centre FR"]))
    stack.enter_context(beating(broker, folder))
    job = company(Directory(folder), target, people)
    terms = Terms(people, QUOTA, longest=120 + 3 * people * 60 / QUOTA, every=EVERY)
    verdict = rehearse(job, target, terms, lambda: PrivateWorker({}))
    share = verdict.used if verdict.used_between is None else verdict.used_between
    if share is not None and share < SHARE:
        verdict.wrong.append(f"only {share:.1f} % of the quota were used")
    print("\n".join(verdict.lines()), flush=True)
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
