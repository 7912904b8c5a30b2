"""A quota of which something was learned, for tests of those who show it."""

from __future__ import annotations

from provisioning.engine.credentials import quota_of
from provisioning.engine.governing import ledger_of
from provisioning.models import Job
from provisioning.scim.ledger import Refusal, Report, Wish
from provisioning.scim.quota import Allowance
from provisioning.scim.urgency import Urgency

WISH = Wish("worker", flying=2, wanted=3, urgency=Urgency.REMOVAL, connections=16)


def learn(job: Job) -> None:
    """A worker sent seven requests, was refused once, and waits with a removal."""
    store = ledger_of(quota_of(job.application.connection), lambda: 0.0)
    report = Report(sent=7, accepted=6, seconds=0.6, quickest=0.05, allowance=Allowance(300, 7, 50))
    store.change(lambda ledger, now: ledger.visit(now, report, WISH))
    refused = Report(refusals=[Refusal(1e12, 40.0, 0.5)])
    store.change(lambda ledger, now: ledger.visit(now, refused, WISH))
