"""The token of somebody else comes along."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from provisioning.engine import credentials
from provisioning.scim.auth import BearerToken
from provisioning.scim.secret import Secret
from provisioning.tests.simulation.sabotages import instead


def sabotage() -> AbstractContextManager[Any]:
    def stranger(connection: Any, door: Any) -> BearerToken:
        return BearerToken(Secret("token-of-somebody-else"))

    return instead(credentials, "authorisation_of", stranger)
