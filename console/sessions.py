"""How long somebody stays signed in, and in which language the console answers them.

Kept on this device: twelve hours from signing in, never later. Not kept: thirty minutes of silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

KEPT = timedelta(hours=12)
IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)
"""How often activity is written down: every request would be a write per poll."""
_SEEN = "seen"


def begin(session: SessionBase, *, keep: bool) -> None:
    """Set the end of a session that has just begun."""
    now = timezone.now()
    if keep:
        session.set_expiry(now + KEPT)
    else:
        session[_SEEN] = now.timestamp()
        session.set_expiry(int(IDLE.total_seconds()))


class SessionMiddleware:
    """Notes that somebody is active, and speaks the language of their account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _note(request.session)
            account = getattr(request.user, "account", None)
            if account is not None and account.language:
                translation.activate(account.language)
                request.LANGUAGE_CODE = account.language
        return self.get_response(request)


def _note(session: SessionBase) -> None:
    seen, now = session.get(_SEEN), timezone.now().timestamp()
    if seen is not None and now - seen > NOTED_EVERY.total_seconds():
        session[_SEEN] = now
