"""A defect of ours that one object brings to light stays with that object (F37).

The object fails and waits for its retry, everybody else goes on, the stack is in the server's log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from provisioning.core.errors import ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine.leases import LeaseLost
from provisioning.engine.work import Interrupted

log = logging.getLogger(__name__)


class InternalFault(ProvisioningError):
    """Our own code failed; the details are in the server's log."""

    code = "InternalError"
    advice = gettext_noop("The details are in the server's log. The next cycle tries again.")


def internal_fault(error: Exception) -> InternalFault:
    """The fault as people are told of it: its kind only, since its text may hold anything."""
    return InternalFault(
        gettext_noop("An internal fault: %(name)s."), params={"name": type(error).__name__}
    )


@contextmanager
def contained(identity: object) -> Iterator[None]:
    """Turn a defect met with this object into `InternalFault`; what is ours to handle passes."""
    try:
        yield
    except (ProvisioningError, DatabaseError, LeaseLost, Interrupted):
        raise
    except Exception as error:
        log.exception("Our own code failed with the object %s.", identity)
        raise internal_fault(error) from error
