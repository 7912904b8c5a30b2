"""What one configuration document asks for, over what is stored: judged as a whole, not written.

Every problem is collected, so that a person reads all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.core.definition import read_definition, schema_problems
from provisioning.core.errors import SecretUnreadable
from provisioning.core.gallery import Template
from provisioning.core.problems import Problem, ToldProblem, UsageProblems
from provisioning.core.target_schema import TargetSchema
from provisioning.engine.configuration.assignments import (
    Assignee,
    assignment_rows,
    orphans,
    resolve_assignments,
    stored_assignments,
)
from provisioning.engine.configuration.credentials import (
    SEALED_FOR,
    Credentials,
    CredentialsReader,
    credentials_of,
)
from provisioning.engine.configuration.current import stored_document
from provisioning.engine.configuration.diff import Change, changes_between
from provisioning.engine.configuration.identity import slug_of, template_of
from provisioning.engine.configuration.normal import (
    Document,
    contradictions,
    definition_part,
    merge,
    normalise,
    rows,
    section,
    step_path,
)
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.configuration.taken_over import taken_over_problems
from provisioning.engine.configuration.validate import read_document
from provisioning.engine.configuration.write import Wanted
from provisioning.models import Application
from provisioning.models.secret import unseal


def judge(source: ConfigurationDocument, slugs: set[str]) -> Wanted:
    """What the document asks for, or `UsageProblems`; its slug is added to those already named."""
    given = read_document(source)
    slug = slug_of(source, given, slugs)
    slugs.add(slug)
    application = Application.objects.select_for_update().filter(slug=slug).first()
    template = template_of(source, given, application)
    current = stored_document(application) if application else {}
    default = template.document()
    document = merge(current or default, given, default)
    document["slug"], document["template"] = slug, template.name
    document["name"] = given.get("name") or current.get("name")
    if not document["name"]:
        raise UsageProblems(
            [source.problem((), _("The key name is missing."), _("Add name: to it."))]
        )
    stored = credentials_of(application.connection) if application else Credentials()
    return _Judging(source, given, template, application, stored).wanted(
        {key: document[key] for key in ("name", "slug", "template", *default)}, current
    )


@dataclass(frozen=True, slots=True)
class _Judging:
    """One document over one application: what each of its parts comes to."""

    source: ConfigurationDocument
    given: Document
    template: Template
    application: Application | None
    stored: Credentials

    def wanted(self, merged: Document, current: Document) -> Wanted:
        """The whole, once nothing in it is wrong."""
        document = normalise(merged)
        problems = contradictions(document, self.template, self.source)
        problems += self._definition_problems(document)
        problems += taken_over_problems(document, self.source)
        assignees, wrong_rows = self._assignees(document)
        problems += wrong_rows
        credentials, wrong_credentials = self._credentials()
        problems += wrong_credentials
        problems += self._status_problems(document, credentials, wrong_credentials)
        if problems:
            raise UsageProblems(problems)
        document["assignments"] = assignment_rows(assignees)
        document["credentials"] = credentials.document()
        changes = self._changes(current, document, credentials)
        return Wanted(document, credentials, assignees, changes, self.application)

    def _definition_problems(self, document: Document) -> list[Problem]:
        published = TargetSchema.stored(self.application and self.application.published)
        try:
            wanted = read_definition(definition_part(document), published=published)
        except UsageProblems as error:
            return [self._placed(one) for one in error.problems]
        stored = self.application.job.definition if self.application else None
        known = stored.as_definition() if stored else None
        return [self._placed(one) for one in schema_problems(wanted, known)]

    def _placed(self, problem: Problem) -> Problem:
        """The problem of a definition at its place and line in the file."""
        at = self.source.problem(step_path(problem.path), problem.message, problem.advice)
        if isinstance(problem, ToldProblem):
            return ToldProblem.of(at.path, problem.error, at.line)
        return at

    def _assignees(self, document: Document) -> tuple[set[Assignee], list[Problem]]:
        roles = rows(document, "roles")
        if "assignments" in self.given:
            listed = rows(self.given, "assignments") if self.given["assignments"] else []
            return resolve_assignments(listed, roles, self.source)
        stored = stored_assignments(self.application) if self.application else set()
        return stored, orphans(stored, document, self.source)

    def _credentials(self) -> tuple[Credentials, list[Problem]]:
        try:
            read = CredentialsReader(self.source, self.template, self.stored).read(self.given)
        except UsageProblems as error:
            return self.stored, list(error.problems)
        return self._unless_same_secret(read), []

    def _unless_same_secret(self, read: Credentials) -> Credentials:
        """The same secret given once more is no change."""
        if self.application is None or read.secret is None:
            return read
        stored = self.application.connection
        place = {"table": SEALED_FOR, "row": str(stored.pk), "host": read.host}
        try:
            same = bool(stored.secret) and unseal(stored.secret, **place) == read.secret.reveal()
        except SecretUnreadable:
            same = False
        return read.keeping() if same else read

    def _status_problems(
        self, document: Document, credentials: Credentials, wrong: list[Problem]
    ) -> list[Problem]:
        if section(document, "provisioning")["status"] == "off" or credentials.entered or wrong:
            return []
        message = _("Provisioning cannot be on without a Tenant URL and a secret.")
        advice = _("Add credentials, or write status: off.")
        return [self.source.problem(("provisioning", "status"), message, advice)]

    def _changes(self, current: Document, new: Document, credentials: Credentials) -> list[Change]:
        changes = changes_between(_without_secrets(current), _without_secrets(new))
        old = "set" if self.stored.keeps else None
        if credentials.secret is not None:
            word = "changed" if old else "set"
            changes.append({"path": credentials.secret_path, "old": old, "new": word})
        elif old and not credentials.keeps:
            changes.append({"path": self.stored.secret_path, "old": old, "new": None})
        return changes


def _without_secrets(document: Document) -> Document:
    """For comparing: whether a secret changed is told apart, by word only."""
    if not document:
        return {}
    credentials = section(document, "credentials")
    client = credentials["client_credentials"]
    if isinstance(client, dict):
        client = {key: value for key, value in client.items() if key != "client_secret"}
    shown = {"tenant_url": credentials["tenant_url"], "client_credentials": client}
    return {**document, "credentials": shown}
