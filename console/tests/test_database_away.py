"""While the database is away, locked or full a page says so, and when to come back (F30, F31)."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from console.views import sign_in


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("the connection is lost"), 503, "Nothing is lost"),
        (ValueError("a defect of ours"), 500, "Something went wrong"),
    ],
)
def test_F30_a_page_that_the_database_keeps_from_being_shown_is_a_503(
    db: None, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
):
    def broken(*_: object, **__: object) -> None:
        raise error

    get_user_model().objects.create_superuser("admin")
    monkeypatch.setattr(sign_in, "respond", broken)

    answer = Client(raise_request_exception=False).get("/login/")

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
