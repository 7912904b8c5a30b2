"""The overview of an application: setting up, running or idle, held back (S05)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import requires
from console.http import asked_for, respond, respond_polled
from console.models import Role
from console.pages import overview as shown
from console.pages.application_status import application_or_404
from console.pages.setup_tasks import completed, is_set_up, tasks
from console.pages.statistics import statistics_of
from console.pages.status import STALLED
from console.pages.workers import silence
from provisioning.models import Application, Cycle
from provisioning.models.job import ProvisioningStatus

PAGE = "overview/page.html"


@requires(Role.READER)
@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """One look: is it working, what is it doing, what needs me."""
    app = application_or_404(slug)
    context: dict[str, object] = {"app": app, "section": "overview"}
    if not is_set_up(app):
        lines = tasks(app)
        context |= {"tasks": lines, "completed": completed(lines)}
        return respond(request, "overview/set_up.html", context)
    cycles = shown.last_cycles(app)
    return respond(request, PAGE, context | _cycle(app, cycles) | _past(app, cycles))


@requires(Role.READER)
@require_safe
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The part that asks for itself again: every 2 s while a cycle runs, every 20 s when none."""
    if not asked_for(request, "cycle"):
        return redirect("overview", slug)
    app = application_or_404(slug)
    context = {"app": app, "polled": True, **_cycle(app, shown.last_cycles(app))}
    return respond_polled(request, PAGE, context, fragment="cycle")


@requires(Role.READER)
@require_safe
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    """What is counted over all cycles: read when somebody opens it, or as a page of its own."""
    app = application_or_404(slug)
    context = {"app": app, "section": "overview", "statistics": statistics_of(app.job)}
    return respond(request, "overview/statistics.html", context, fragment="statistics")


def _cycle(app: Application, ended: list[Cycle]) -> dict[str, object]:
    """What changes while one looks."""
    last = ended[0] if ended else None
    cycle = app.job.open_cycle or last
    return {
        **shown.running(app, timezone.now()),
        "last": last,
        "number": cycle.number if cycle else None,
        "figures": shown.figures_of(app, cycle),
        "stalled": STALLED,
        "silence": _silence(app),
        **_quiet(app, timezone.now()),
    }


def _quiet(app: Application, now: datetime) -> dict[str, datetime | None]:
    """Until when the application is not asked: because it is maintained, or quiet."""
    connection = app.connection
    quiet = connection.quiet_until(now) if connection.is_silent(now) else None
    return {"maintained_until": connection.maintained_until(now), "quiet_until": quiet}


def _silence(app: Application) -> timedelta | None:
    """For how long no worker has answered, where that keeps a cycle waiting."""
    expected = app.job.open_cycle_id is not None or app.job.status == ProvisioningStatus.ON
    return silence(timezone.now()) if expected else None


def _past(app: Application, cycles: list[Cycle]) -> dict[str, object]:
    """What changes from cycle to cycle."""
    return {
        "chart": shown.cycle_chart(cycles),
        "causes": shown.top_causes(app),
        "changes": shown.last_changes(app),
    }
