"""Accounts of the console: added, changed and deactivated, each with its audit row (S25)."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from console.models import Account, Role
from provisioning.models import AuditEvent
from provisioning.models.audit import Activity


class LastAdministrator(Exception):
    """Nobody could change anything any more; `str` says what to do first."""

    def __str__(self) -> str:
        return str(
            _("This is the last administrator. Make somebody else one first, then try again.")
        )


def administrators() -> QuerySet[User]:
    """Who may change everything."""
    return User.objects.filter(is_active=True).filter(
        Q(is_superuser=True) | Q(account__role=Role.ADMINISTRATOR)
    )


def add_account(
    actor: User | None, *, username: str, email: str, password: str, role: Role
) -> User:
    """Somebody who may sign in from now on."""
    with transaction.atomic():
        user = User.objects.create_user(username, email, password)
        Account.objects.create(user=user, role=role)
        _record(actor, user, "role", None, role)
    return user


def change_role(actor: User, user: User, role: Role) -> None:
    """Give another role. Raises `LastAdministrator`."""
    with transaction.atomic():
        if role != Role.ADMINISTRATOR:
            _keep_one(user)
        old = Role.ADMINISTRATOR if user.is_superuser else getattr(user, "account", None)
        before = old.role if isinstance(old, Account) else old
        Account.objects.update_or_create(user=user, defaults={"role": role})
        User.objects.filter(pk=user.pk).update(is_superuser=False)
        _record(actor, user, "role", before, role)


def set_active(actor: User, user: User, *, active: bool) -> None:
    """Let somebody in again, or no longer. Raises `LastAdministrator`."""
    with transaction.atomic():
        if not active:
            _keep_one(user)
        User.objects.filter(pk=user.pk).update(is_active=active)
        _record(actor, user, "active", user.is_active, active)


def _keep_one(user: User) -> None:
    """Lock all administrators, so that two of them cannot remove each other at the same time."""
    locked = administrators().select_for_update(of=("self",))
    if all(one.pk == user.pk for one in locked):
        raise LastAdministrator


def _record(actor: User | None, user: User, what: str, old: object, new: object) -> None:
    change = {"path": f"{user.get_username()}.{what}", "old": old, "new": new}
    AuditEvent.record(actor, Activity.ACCOUNT, None, [change])
