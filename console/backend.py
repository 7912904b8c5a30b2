"""Who is signed in, read with the account that says their role: one query a page, not two."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by user name or address, as allauth does it."""

    def get_user(self, user_id: int) -> User | None:
        """The user with their account; none when they are gone or may not sign in."""
        user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
