"""System checks of the settings, each with an id and a hint: found before the first request.

docs/reference/settings.md describes every setting and names these ids.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

KEY_BYTES = 32
_MAKE_KEY = (
    "Make one: python3 -c 'import base64, os; "
    "print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
)
_BROKERS = {"redis", "rediss", "unix", "redis+socket"}


@register()
def settings_are_usable(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Everything that is wrong with the environment, at once."""
    return [
        *_data_folder(Path(settings.ROLLCALL_DATA)),
        *_web_key(),
        *_key_ring(settings.ROLLCALL_SECRET_KEYS),
        *_port(settings.PORT),
        *_public_url(settings.PUBLIC_URL),
        *_broker(settings.REDIS_URL),
        *_networks(settings.ALLOWED_TARGET_NETWORKS),
        *_mail(settings.EMAIL_BACKEND, Path(settings.EMAIL_FILE_PATH)),
        *_log_format(settings.LOG_FORMAT),
    ]


def _data_folder(folder: Path) -> list[CheckMessage]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return []
    except OSError as error:
        reason = error.strerror
    return [
        Error(
            f"ROLLCALL_DATA, {folder}, cannot be written: {reason}.",
            hint="Give this user the right to write there, or set ROLLCALL_DATA to another folder.",
            id="provisioning.E001",
        )
    ]


def _web_key() -> list[CheckMessage]:
    if settings.SECRET_KEY_MISSING:
        return [
            Error(
                "SECRET_KEY is not set. It signs sessions; only on SQLite it is made by itself.",
                hint=f"Set SECRET_KEY or SECRET_KEY_FILE. {_MAKE_KEY}",
                id="provisioning.E002",
            )
        ]
    return []


def _key_ring(keys: Sequence[str]) -> list[CheckMessage]:
    if not keys:
        return [
            Error(
                "ROLLCALL_SECRET_KEYS is not set: stored secrets could not be encrypted.",
                hint=f"Set ROLLCALL_SECRET_KEYS or ROLLCALL_SECRET_KEYS_FILE. {_MAKE_KEY}",
                id="provisioning.E003",
            )
        ]
    wrong = [place for place, key in enumerate(keys, start=1) if not is_key(key)]
    return [
        Error(
            f"Key {place} of ROLLCALL_SECRET_KEYS is not 32 bytes in URL-safe base64.",
            hint=f"Keep the keys that were used before. {_MAKE_KEY}",
            id="provisioning.E004",
        )
        for place in wrong
    ]


def is_key(text: str) -> bool:
    """Whether this is a key of the ring."""
    padded = (text + "=" * (-len(text) % 4)).encode(errors="replace")
    try:
        return len(base64.b64decode(padded, altchars=b"-_", validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _port(text: str) -> list[CheckMessage]:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return []
    return [
        Error(
            f"PORT is {text!r}.",
            hint="A port is a number from 1 to 65535, for example PORT=8010",
            id="provisioning.E012",
        )
    ]


def _public_url(url: str) -> list[CheckMessage]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        usable = usable and not (parts.path or parts.query or parts.fragment or parts.username)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        return [
            Error(
                f"PUBLIC_URL, {url!r}, is not the address of a site.",
                hint="Scheme, host and port only, for example https://rollcall.example.com",
                id="provisioning.E005",
            )
        ]
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return [
            Warning(
                f"PUBLIC_URL, {url}, is not https: sign-ins would travel unprotected.",
                hint="Put a proxy with a certificate before Rollcall and set its https address.",
                id="provisioning.W006",
            )
        ]
    return []


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _broker(url: str) -> list[CheckMessage]:
    if not url:
        return []
    try:
        parts = urlsplit(url)
        _ = parts.port
        at_socket = parts.scheme in {"unix", "redis+socket"}
        usable = parts.scheme in _BROKERS and bool(parts.path if at_socket else parts.hostname)
    except ValueError:
        usable = False
    if usable:
        return []
    return [
        Error(
            "REDIS_URL is not the address of a Redis or Valkey server.",
            hint="redis://host:6379/0, rediss:// for TLS, or unix:///path/to/socket",
            id="provisioning.E007",
        )
    ]


def _networks(networks: Sequence[str]) -> list[CheckMessage]:
    return [
        Error(
            f"ALLOWED_TARGET_NETWORKS: {text!r} is not a network.",
            hint="Networks in CIDR form with commas between, for example 10.20.0.0/16,fd00:1::/32",
            id="provisioning.E008",
        )
        for text in networks
        if not _is_network(text)
    ]


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _mail(backend: str, folder: Path) -> list[CheckMessage]:
    if backend.endswith(".smtp.EmailBackend") and not settings.EMAIL_URL_HOST:
        return [
            Error(
                "EMAIL_URL names no mail server.",
                hint="smtp+tls://USER:PASSWORD@host:587/?from=rollcall@example.com",
                id="provisioning.E009",
            )
        ]
    if backend.endswith("mail_files.EmailBackend") and folder.exists() and not folder.is_dir():
        return [
            Error(
                f"Mails cannot be kept in {folder}: it is not a folder.",
                hint="Move the file away, or set EMAIL_URL.",
                id="provisioning.E010",
            )
        ]
    return []


def _log_format(name: str) -> list[CheckMessage]:
    if name in {"json", "text"}:
        return []
    return [
        Error(
            f"LOG_FORMAT is {name!r}.",
            hint="It is json or text.",
            id="provisioning.E011",
        )
    ]
