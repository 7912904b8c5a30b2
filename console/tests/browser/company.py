"""A company whose console shows every state there is: running, waiting, quarantined, not set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.urls import reverse

from console.models import Account, Role
from provisioning import simulator
from provisioning.engine.cycle import Request
from provisioning.engine.on_demand import provision
from provisioning.engine.running import run_beside
from provisioning.models import Cycle, Job, LogEntry, Plan
from provisioning.models.cycle import Purpose
from provisioning.tests.builders import (
    Directory,
    FakeTime,
    application,
    assign,
    configure,
    cycle,
    directory_object,
)

AWKWARD = "<b>Zoë</b> \u202eevil\u202c & Søn"
PEOPLE = 120
HELD = 8


@dataclass(frozen=True, slots=True)
class Company:
    """The applications by what they show, and who may look."""

    working: Job
    waiting: Job
    quarantined: Job
    new: Job
    administrator: User

    def addresses(self) -> list[str]:
        """Every page that exists, with the data that makes it full."""
        pages = [*self._global()]
        for job in (self.working, self.waiting, self.quarantined, self.new):
            pages += self._of(job)
        return pages

    def _global(self) -> list[str]:
        person = directory_object("p001")
        group = directory_object("g1")
        entry = LogEntry.objects.filter(status="failure").first() or LogEntry.objects.first()
        assert entry is not None
        return [
            *(reverse(name) for name in GLOBAL_PAGES),
            reverse("application-new", args=["genesys-cloud"]),
            reverse("user", args=[person.pk]),
            reverse("user", args=[directory_object("awkward").pk]),
            reverse("group", args=[group.pk]),
            reverse("log-entry", args=[entry.pk]),
        ]

    def _of(self, job: Job) -> list[str]:
        slug = job.application.slug
        pages = [reverse(name, args=[slug]) for name in APPLICATION_PAGES]
        if job == self.working:
            pages += self._details(job, slug)
        if job == self.waiting:
            plan = Plan.objects.filter(job=job).latest("created")
            pages += [reverse(name, args=[slug, plan.pk]) for name in ("plan", "deletions")]
        if job == self.quarantined:
            pages.append(reverse("quarantine", args=[slug]))
        return pages

    def _details(self, job: Job, slug: str) -> list[str]:
        run = Cycle.objects.filter(job=job, purpose=Purpose.ON_DEMAND).latest("started")
        entry = LogEntry.objects.filter(job=job).latest("at")
        return [
            reverse("mapping", args=[slug, "users"]),
            reverse("mapping", args=[slug, "groups"]),
            reverse("mapping-row", args=[slug, "users", 1]),
            reverse("mapping-new", args=[slug, "users"]),
            reverse("mappings-restore", args=[slug]),
            reverse("scope", args=[slug]) + "?kind=groups",
            reverse("assignment-add", args=[slug]) + "?q=person",
            reverse("role-add", args=[slug]),
            reverse("role", args=[slug, "agent"]),
            reverse("on-demand-run", args=[slug, run.pk]),
            reverse("cycle", args=[slug, job.cycles.filter(purpose=Purpose.CYCLE)[0].number]),
            reverse("logs", args=[slug]) + f"?entry={entry.pk}",
            reverse("logs", args=[slug]) + "?view=causes",
            reverse("job-restart", args=[slug]),
            reverse("settings-history", args=[slug]),
            reverse("application-remove", args=[slug]),
        ]


GLOBAL_PAGES = (
    *("applications", "gallery", "all-logs", "sources", "source-import", "users", "groups"),
    *("administrators", "audit", "system", "account", "styleguide"),
)
APPLICATION_PAGES = (
    *("overview", "credentials", "notifications", "mappings", "scope", "assignments", "roles"),
    *("on-demand", "plans", "cycles", "logs", "settings"),
)


@contextmanager
def founded(folder: Path) -> Iterator[Company]:
    """The company, with its targets running while it is looked at."""
    directory = Directory(folder)
    _people(directory)
    user = User.objects.create_user("marie", first_name="Marie", last_name="Dupont")
    Account.objects.create(user=user, role=Role.ADMINISTRATOR)
    with (
        simulator.start(quota=0, groups=["Contact centre FR"]) as genesys,
        simulator.start(personality="scim", quota=0) as wiki,
    ):
        working = _working(genesys.tenant_url, genesys.token)
        waiting = _waiting(directory, wiki.tenant_url, wiki.token)
        quarantined = _quarantined(genesys.tenant_url)
        configure({"name": "Zendesk", "slug": "zendesk", "template": "scim"})
        new = Job.objects.select_related("application").get(application__slug="zendesk")
        yield Company(working, waiting, quarantined, new, user)


def _people(directory: Directory) -> None:
    for number in range(PEOPLE):
        directory.person(f"p{number:03}", department="Sales" if number % 3 else "Support")
    directory.person("awkward", displayName=AWKWARD, department="x" * 10_000)
    directory.person("karim", displayName="Karim Lopez", userPrincipalName="karim@contoso.example")
    directory.group("g1", "Contact centre FR", [f"p{number:03}" for number in range(60)])
    directory.group("g2", "Support FR", [f"p{number:03}" for number in range(60, 60 + HELD)])
    directory.group("g3", "Nobody knows this group there", ["awkward"])
    directory.sync()


def _working(tenant_url: str, token: str) -> Job:
    """Genesys Cloud with failures, exclusions and a run on demand."""
    job = application(
        tenant_url,
        token,
        notification={"email": ["identity@contoso.example"], "on_failure": True},
        assignments=[
            {"group": "Contact centre FR", "role": "agent"},
            {"user": "awkward", "role": "supervisor"},
            {"group": "Nobody knows this group there", "role": "agent"},
            {"user": "karim@contoso.example", "role": "Default Access"},
        ],
    )
    cycle(job, approve=True)
    provision(
        job, directory_object("p002"), Request(Purpose.ON_DEMAND, only=directory_object("p002"))
    )
    cycle(job)
    return job


def _waiting(directory: Directory, tenant_url: str, token: str) -> Job:
    """A wiki whose guard holds people back."""
    job = application(
        tenant_url,
        token,
        name="Wiki",
        slug="wiki",
        template="scim",
        roles=[{"value": "editor", "name": "Editor"}],
        assignments=[{"group": "Support FR", "role": "editor"}],
    )
    cycle(job, approve=True)
    assign(job)
    cycle(job)
    return job


def _quarantined(tenant_url: str) -> Job:
    """An application whose token is refused."""
    job = application(tenant_url, "a-wrong-token", name="Genesys Cloud US", slug="genesys-us")
    assign(job, {"group": "Contact centre FR", "role": "agent"})
    cycle(job)
    run_beside(job, Request(Purpose.PREVIEW), FakeTime().waiting())
    return job
