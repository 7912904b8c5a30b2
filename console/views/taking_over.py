"""App roles and assignments that are made in a directory and taken over from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import requires
from console.forms.taking_over import TakingOver
from console.http import ConsoleRequest, respond
from console.models import Role
from console.pages.application_status import application_or_404
from provisioning.core.problems import UsageProblems
from provisioning.engine.controls import save_configuration
from provisioning.engine.spoken import problem_of
from provisioning.models import TakenOver


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Choose the directory, or make assignments here again."""
    app = application_or_404(slug)
    present = TakenOver.objects.filter(application=app).select_related("origin").first()
    if request.POST.get("do") == "stop":
        save_configuration(request.user, {"slug": slug, "assignments_from": None})
        messages.success(request, _("Assignments are made here again; they stay as they are."))
        return redirect("assignments", slug)
    initial = {"source": present.origin.name, "app": present.app} if present else None
    form = TakingOver(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            save_configuration(request.user, {"slug": slug, "assignments_from": form.cleaned_data})
        except UsageProblems as error:
            form.add_error(None, " ".join(map(problem_of, error.problems)))
        else:
            messages.success(request, _("The next read of the source takes the assignments over."))
            return redirect("assignments", slug)
    context = {"app": app, "section": "assignments", "form": form, "present": present}
    return respond(request, "assignments/from.html", context, status=422 if form.errors else 200)
