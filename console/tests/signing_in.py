"""People who use the console in tests: an administrator and a reader."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from console.models import Account, Role


def administrator(client: Client, name: str = "marie") -> User:
    """Sign in somebody who may change everything."""
    return _signed_in(client, name, Role.ADMINISTRATOR)


def reader(client: Client, name: str = "ines") -> User:
    """Sign in somebody who may only read."""
    return _signed_in(client, name, Role.READER)


def _signed_in(client: Client, name: str, role: Role) -> User:
    user = User.objects.create_user(name, f"{name}@contoso.example", first_name=name.title())
    Account.objects.create(user=user, role=role)
    client.force_login(user)
    return user
