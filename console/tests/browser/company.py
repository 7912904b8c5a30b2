"""A company whose console shows every state there is: running, waiting, quarantined, not set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from console.models import Account, Role
from console.tests.browser.passing import is_going_on, run_until_the_second_wave, time_passes
from provisioning import simulator
from provisioning.engine.controls import save_configuration
from provisioning.engine.cycle import Request
from provisioning.engine.importing.connected import Wish, connect_source
from provisioning.engine.inbound.endpoints import add_endpoint, make_token
from provisioning.engine.on_demand import provision
from provisioning.engine.running import run_beside
from provisioning.engine.switching import switch_on
from provisioning.engine.verifying.runs import verify_now
from provisioning.models import (
    Cycle,
    Escrow,
    Job,
    LogEntry,
    Plan,
    ReadState,
    SourceConnection,
    SourceRead,
)
from provisioning.models.cycle import Purpose
from provisioning.models.inbound import Push
from provisioning.simulator import Running
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
WITHOUT_MANAGER = 40
HELD = 8
FIRST = (
    *("Adèle", "Bianca", "Cédric", "Diego", "Émilie", "Farid", "Grete", "Hugo", "Inès", "Jonas"),
    *("Khadija", "Lukas"),
)
LAST = (
    *("Vance", "Pisani", "Moreau", "Siciliani", "Lefèvre", "Benali", "Hansen", "Martin", "Costa"),
    "Weber",
)


@dataclass(frozen=True, slots=True)
class Company:
    """The applications by what they show, and who may look."""

    working: Job
    running: Job
    waiting: Job
    quarantined: Job
    new: Job
    administrator: User

    def addresses(self) -> Iterator[str]:
        """Every page that exists, with the data that makes it full."""
        for address in self._all():
            is_going_on(self.running, timezone.now())
            yield address

    def _all(self) -> list[str]:
        pages = [*self._global(), reverse("overview", args=[self.running.application.slug])]
        for job in (self.working, self.waiting, self.quarantined, self.new):
            pages += self._of(job)
        return pages

    def _global(self) -> list[str]:
        person = directory_object("p001")
        group = directory_object("g1")
        entry = LogEntry.objects.filter(status="failure").first() or LogEntry.objects.first()
        assert entry is not None
        then, slug = reverse("user-then", args=[person.pk]), self.working.application.slug
        return [
            *(reverse(name) for name in GLOBAL_PAGES),
            *_connected_source(),
            reverse("administrator", args=[self.administrator.pk]),
            reverse("inbound", args=["okta"]),
            reverse("application-new", args=["genesys-cloud"]),
            reverse("user", args=[person.pk]),
            reverse("user-values", args=[person.pk]) + f"?app={slug}",
            f"{then}?app={slug}&on={timezone.now():%Y-%m-%dT%H:%M:%S}",
            f"{then}?app={slug}&on=2001-01-01",
            reverse("user", args=[directory_object("awkward").pk]),
            reverse("group", args=[group.pk]),
            reverse("log-entry", args=[entry.pk]),
            reverse("log-values", args=[entry.pk]),
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
            pages += [
                reverse(name, args=[slug])
                for name in ("quarantine", "quarantine-leave", "quarantine-enter")
            ]
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
            reverse("assignment-add", args=[slug]) + "?q=moreau",
            reverse("assignments-from", args=[slug]),
            reverse("role-add", args=[slug]),
            reverse("role", args=[slug, "agent"]),
            reverse("credentials-probe", args=[slug]),
            reverse("on-demand-run", args=[slug, run.pk]),
            reverse("verification", args=[slug, job.verifications.latest("started").pk]),
            reverse("cycle", args=[slug, job.cycles.filter(purpose=Purpose.CYCLE)[0].number]),
            reverse("cycles", args=[slug]) + "?changes=1",
            *_plan_and_row(slug, Plan.objects.filter(job=job).latest("created")),
            reverse("logs", args=[slug]) + f"?entry={entry.pk}",
            reverse("logs", args=[slug]) + "?view=causes",
            reverse("settings-history", args=[slug]),
            reverse("settings-version", args=[slug, 1]),
            *_questions(job, slug),
        ]


def _questions(job: Job, slug: str) -> list[str]:
    """What is asked before something is done."""
    plan = Plan.objects.filter(job=job).latest("created")
    waiting = Escrow.objects.filter(job=job)[0]
    assigned = job.application.assignments.first()
    assert assigned is not None
    return [
        reverse("job-start", args=[slug]),
        reverse("job-restart", args=[slug]),
        reverse("application-remove", args=[slug]),
        reverse("plan-approve", args=[slug, plan.pk]),
        reverse("plan-begin", args=[slug, plan.pk]),
        reverse("assignments-remove", args=[slug]) + f"?ids={assigned.object_id}",
        reverse("logs-retry", args=[slug]) + f"?cause={waiting.code}",
    ]


def _plan_and_row(slug: str, plan: Plan) -> list[str]:
    address = reverse("plan", args=[slug, plan.pk])
    row = plan.rows.filter(operation="adopt").first() or plan.rows.filter(operation="update")[0]
    values = reverse("plan-values", args=[slug, plan.pk, row.pk])
    return [address, f"{address}?show={row.operation}&row={row.pk}", values]


def _connected_source() -> list[str]:
    """The pages of a source that Rollcall reads by itself."""
    number = SourceConnection.objects.get().origin_id
    connect = reverse("source-connect", args=["ldap"])
    return [connect, *(reverse(one, args=[number]) for one in ("source", "source-settings"))]


def _let_a_system_push() -> None:
    """A source with a token, and one push that was refused."""
    now = timezone.now()
    endpoint = add_endpoint(None, "Okta", now)
    make_token(None, endpoint, now)
    Push.objects.create(
        endpoint=endpoint, at=now, method="POST", path="/Users", name=AWKWARD[:200], status=409
    )


GLOBAL_PAGES = (
    *("applications", "gallery", "all-logs", "sources", "source-import", "users", "groups"),
    *("inbound-new",),
    *("administrators", "audit", "system", "account", "styleguide", "setup-directory"),
)
APPLICATION_PAGES = (
    *("overview", "credentials", "notifications", "mappings", "scope", "assignments", "roles"),
    *("on-demand", "plans", "verify", "cycles", "logs", "waiting", "timers", "settings"),
)


@contextmanager
def founded(folder: Path) -> Iterator[Company]:
    """The company, with its targets running while it is looked at."""
    directory = Directory(folder)
    _people(directory)
    _connect_a_source()
    _let_a_system_push()
    user = User.objects.create_user("marie", first_name="Marie", last_name="Dupont")
    Account.objects.create(user=user, role=Role.ADMINISTRATOR)
    with (
        simulator.start(
            personality="genesys:phone_format=e164", quota=0, groups=["Contact centre FR"]
        ) as genesys,
        simulator.start(personality="scim", quota=0) as wiki,
        simulator.start(personality="scim", quota=0) as desk,
    ):
        quarantined = _quarantined(genesys)
        working = _working(directory, genesys, user)
        waiting = _waiting(wiki)
        running = _running(desk)
        yield Company(working, running, waiting, quarantined, _new(), user)


def _people(directory: Directory) -> None:
    """Three managers, whom everybody else reports to; some have numbers nobody can dial."""
    for number in range(PEOPLE):
        first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST)]
        directory.person(
            f"p{number:03}",
            displayName=f"{first} {last}",
            department="Sales" if number % 3 else "Support",
            manager=None if number < WITHOUT_MANAGER else f"p{number % 3:03}",
            telephoneNumber="01 98 76" if number in range(20, 27) else f"+331987601{number:02}",
        )
    directory.person("awkward", displayName=AWKWARD, department="x" * 10_000)
    directory.person("karim", displayName="Karim Lopez", userPrincipalName="karim@contoso.example")
    directory.group("g1", "Contact centre FR", [f"p{number:03}" for number in range(60)])
    directory.group("g2", "Support FR", [f"p{number:03}" for number in range(60, 60 + HELD)])
    directory.group("g3", "Nobody knows this group there", ["awkward"])
    directory.sync()


def _connect_a_source() -> None:
    """A directory that nobody reads, with a read that was held."""
    said = {"url": "ldaps://dc1.example.com", "bases": "dc=example,dc=com"}
    row = connect_source(None, Wish("head office", "ldap", said), timezone.now())
    held = {"users": {"present": 1200, "missing": 1100}}
    SourceRead.objects.create(
        origin=row.origin, started=timezone.now(), state=ReadState.HELD, held=held
    )


def _working(directory: Directory, target: Running, user: User) -> Job:
    """Genesys Cloud: cycles of different size, failures of several causes, people excluded."""
    job = application(
        target.tenant_url,
        target.token,
        notification={"email": ["identity@contoso.example"], "on_failure": True},
        assignments=[
            {"group": "Contact centre FR", "role": "agent"},
            {"user": "awkward", "role": "supervisor"},
            {"group": "Nobody knows this group there", "role": "agent"},
            {"user": "karim@contoso.example", "role": "Default Access"},
        ],
    )
    time_passes(job)
    cycle(job, approve=True)
    verify_now(job)
    switch_on(job)
    for promoted in (14, 0, 3, 25, 1):
        time_passes(job)
        for number in range(promoted):
            directory.person(f"p{number:03}", jobTitle=f"Agent, level {promoted}")
        directory.sync()
        cycle(job)
    time_passes(job, timedelta(minutes=12))
    save_configuration(user, {"slug": "genesys-eu", "deletion_guard": {"at_least": 5}})
    somebody = directory_object("p002")
    provision(job, somebody, Request(Purpose.ON_DEMAND, only=somebody))
    _preview(directory, job)
    return job


def _preview(directory: Directory, job: Job) -> None:
    """Somebody looks at what the next cycle would do: joiners, leavers, changes, a wrong number."""
    directory.group("g1", "Contact centre FR", [f"p{number:03}" for number in range(3, 66)])
    directory.person("p004", jobTitle="Team leader", department="Quality")
    directory.sync()
    run_beside(job, Request(Purpose.PREVIEW), FakeTime().waiting())


def _waiting(target: Running) -> Job:
    """A wiki whose guard holds people back."""
    job = application(
        target.tenant_url,
        target.token,
        name="Wiki",
        slug="wiki",
        template="scim",
        roles=[{"value": "editor", "name": "Editor"}],
        assignments=[{"group": "Support FR", "role": "editor"}],
    )
    cycle(job, approve=True)
    switch_on(job)
    time_passes(job)
    assign(job)
    cycle(job)
    return job


def _running(target: Running) -> Job:
    """A service desk in the middle of its first cycle."""
    job = application(
        target.tenant_url,
        target.token,
        name="Service desk",
        slug="service-desk",
        template="scim",
        scope="all",
    )
    switch_on(job)
    run_until_the_second_wave(job)
    return job


def _quarantined(target: Running) -> Job:
    """An application that worked until its token was refused."""
    us = {"name": "Genesys Cloud US", "slug": "genesys-us"}
    job = application(target.tenant_url, target.token, **us)
    assign(job, {"group": "Support FR", "role": "agent"})
    cycle(job, approve=True)
    switch_on(job)
    time_passes(job)
    application(target.tenant_url, "a-wrong-token", **us)
    everybody = ({"group": "Support FR", "role": "agent"}, {"user": "karim@contoso.example"})
    assign(job, *({"role": "agent", **one} for one in everybody))
    cycle(job)
    return job


def _new() -> Job:
    """One that somebody has begun to set up."""
    notification = {"email": ["identity@contoso.example"]}
    configure(
        {"name": "Zendesk", "slug": "zendesk", "template": "scim", "notification": notification}
    )
    return Job.objects.select_related("application").get(application__slug="zendesk")
