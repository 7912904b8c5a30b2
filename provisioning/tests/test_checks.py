"""Wrong settings are found before the first request, each by its id and with a hint."""

from __future__ import annotations

import pytest

from provisioning.checks import is_key, settings_are_usable

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY_MISSING", True, "provisioning.E002"),
        ("ROLLCALL_SECRET_KEYS", [], "provisioning.E003"),
        ("ROLLCALL_SECRET_KEYS", [KEY, "too-short"], "provisioning.E004"),
        ("PUBLIC_URL", "rollcall.example", "provisioning.E005"),
        ("PUBLIC_URL", "https://rollcall.example/path", "provisioning.E005"),
        ("PUBLIC_URL", "https://user@rollcall.example", "provisioning.E005"),
        ("PUBLIC_URL", "https://rollcall.example:port", "provisioning.E005"),
        ("PUBLIC_URL", "http://rollcall.example", "provisioning.W006"),
        ("REDIS_URL", "http://broker", "provisioning.E007"),
        ("REDIS_URL", "redis://", "provisioning.E007"),
        ("REDIS_URL", "redis://broker:port", "provisioning.E007"),
        ("ALLOWED_TARGET_NETWORKS", ["10.0.0.1/8"], "provisioning.E008"),
        ("ALLOWED_TARGET_NETWORKS", ["anywhere"], "provisioning.E008"),
        ("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend", "provisioning.E009"),
        ("EMAIL_FILE_PATH", __file__, "provisioning.E010"),
        ("LOG_FORMAT", "xml", "provisioning.E011"),
        ("PORT", "eight", "provisioning.E012"),
        ("PORT", "65536", "provisioning.E012"),
    ],
)
def test_a_wrong_setting_is_named_with_a_hint(settings, name, value, expected):
    settings.EMAIL_BACKEND = "console.mail_files.EmailBackend"
    setattr(settings, name, value)

    [found] = settings_are_usable(None)

    assert found.id == expected
    assert found.hint


def test_a_data_folder_that_cannot_be_made_is_named(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.ROLLCALL_DATA = tmp_path / "file" / "data"

    assert [found.id for found in settings_are_usable(None)] == ["provisioning.E001"]


def test_a_wrong_key_is_not_repeated_in_the_message(settings):
    settings.ROLLCALL_SECRET_KEYS = ["almost-a-real-key"]

    assert "almost-a-real-key" not in str(settings_are_usable(None))


@pytest.mark.parametrize("url", ["https://rollcall.example", "http://127.0.0.1:8000"])
def test_the_settings_of_a_right_installation_pass(settings, url):
    settings.PUBLIC_URL = url

    assert settings_are_usable(None) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [(KEY, True), (KEY.rstrip("="), True), ("", False), ("é" * 43, False), (KEY * 2, False)],
)
def test_a_key_is_32_bytes_in_base64(text, expected):
    assert is_key(text) is expected
