"""The configuration as it is stored, in normal form: what `export` shows and `apply` compares."""

from __future__ import annotations

from provisioning.core.durations import print_duration
from provisioning.core.gallery import find_template
from provisioning.engine.configuration.assignments import assignment_rows, stored_assignments
from provisioning.engine.configuration.credentials import credentials_of
from provisioning.engine.configuration.normal import Document, in_order, normalise
from provisioning.engine.configuration.taken_over import taken_over_document
from provisioning.models import Application


def stored_document(application: Application) -> Document:
    """Every key of the configuration file with its value now; secrets are only `stored`."""
    return stored_settings(application) | {
        "assignments": assignment_rows(stored_assignments(application)),
        "assignments_from": taken_over_document(application),
    }


def stored_settings(application: Application) -> Document:
    """The same without a query: the keys about assignments have their defaults."""
    job = application.job
    connection = application.connection
    default = find_template(application.template).document()
    definition = job.definition.content if job.definition else {}
    settings = {
        "provisioning": {
            "mode": str(job.mode),
            "status": str(job.status),
            "interval": print_duration(job.interval),
        },
        "credentials": credentials_of(connection).document(),
        "limits": {
            "requests_per_minute": connection.requests_per_minute,
            "connections": connection.connections,
            "quiet_hours": connection.quiet_hours or None,
            "quiet_requests_per_minute": connection.quiet_requests_per_minute,
            "maintenance": connection.maintenance,
        },
        "notification": {
            "email": application.notification_emails,
            "on_failure": application.notify_on_failure,
        },
        "log_retention": f"{application.log_retention_days}d",
    }
    identity = {
        "name": application.name,
        "slug": application.slug,
        "template": application.template,
    }
    return identity | normalise(in_order(default | definition | settings, default))
