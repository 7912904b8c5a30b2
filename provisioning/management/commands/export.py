"""export: the configuration as YAML that apply reads back without a change."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.models import Application


class Command(RollcallCommand):
    """One application as a document, or all of them as a list; never a secret."""

    help = "Write the configuration as YAML (with --json as JSON), to be applied again."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", nargs="?", metavar="APP", help="default: all, as a list")

    def work(self, options: dict[str, Any]) -> Outcome:
        if options["app"]:
            document = export_document(job_of(options["app"]).application)
            return Outcome(document=document, text=export_yaml(document).rstrip("\n"))
        every = Application.objects.select_related("connection", "job__definition")
        documents = [export_document(application) for application in every]
        as_json: Any = documents
        return Outcome(document=as_json, text=export_yaml(documents).rstrip("\n"))
