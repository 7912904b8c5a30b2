"""Django's settings, read from the environment with django-environ.

The names are the contract of docs/reference/settings.md. Without any of them Rollcall runs on a
SQLite file and a private Valkey. What a person may have typed wrong is judged by
provisioning/checks.py, so this file only reads.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from console.key_files import RING_FILE, WEB_KEY_FILE, kept_key
from console.log_setup import logging_configuration
from console.private_broker import broker_address, socket_path

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environ.FileAwareEnv()
_Parsed = TypeVar("_Parsed")


def _read(name: str, default: str = "") -> str:
    """The setting's text without surrounding space: files of secrets end with a newline."""
    try:
        return str(_env.str(name, default=default)).strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from None


def _parsed(name: str, parse: Callable[[str], _Parsed], text: str) -> _Parsed:
    """What `parse` makes of the setting; its value stays out of the message, it may be secret."""
    try:
        return parse(text)
    except (ValueError, ImproperlyConfigured) as error:
        reason = str(error).rstrip(".")
        raise ImproperlyConfigured(f"{name} is not an address of its kind: {reason}.") from None


def _read_list(name: str, default: str = "") -> list[str]:
    return _read(name, default).replace(",", " ").split()


# --- where things are -------------------------------------------------------------------------

ROLLCALL_DATA = Path(_read("ROLLCALL_DATA") or BASE_DIR / "var").expanduser().absolute()
PORT = _read("PORT", "8000")
PUBLIC_URL = _read("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
REDIS_URL = _read("REDIS_URL")
_public = _parsed("PUBLIC_URL", urlsplit, PUBLIC_URL)
_secure = _public.scheme == "https"

# --- database ---------------------------------------------------------------------------------

DATABASE_URL = _read("DATABASE_URL")
if DATABASE_URL and not DATABASE_URL.startswith(("sqlite:", "postgres:", "postgresql:")):
    raise ImproperlyConfigured(
        "DATABASE_URL names neither SQLite nor PostgreSQL. For example: "
        "postgresql://rollcall:PASSWORD@host:5432/rollcall"
    )
if DATABASE_URL:
    DATABASES = {"default": _parsed("DATABASE_URL", _env.db_url_config, DATABASE_URL)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(ROLLCALL_DATA / "rollcall.sqlite3"),
        }
    }
_database = DATABASES["default"]
ON_SQLITE = _database.get("ENGINE") == "django.db.backends.sqlite3"
_options = _database.setdefault("OPTIONS", {})
if ON_SQLITE:
    # IMMEDIATE takes the write lock when a transaction begins, so that none fails in its middle.
    # FULL: an intent that was committed is still there after a power cut.
    _options.setdefault("timeout", 20)
    _options.setdefault("transaction_mode", "IMMEDIATE")
    _options.setdefault("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    # A file, not memory: the threads of an execution unit each open their own connection.
    _database["TEST"] = {"NAME": str(ROLLCALL_DATA / "test.sqlite3")}
else:
    _options.setdefault("connect_timeout", 5)
    # What another transaction holds is waited for as long as SQLite's timeout waits (F30).
    _options.setdefault("options", "-c lock_timeout=20s")
    _database.setdefault("CONN_HEALTH_CHECKS", True)
    _database.setdefault("CONN_MAX_AGE", 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- secrets ----------------------------------------------------------------------------------

# An empty SECRET_KEY stops Django before any check can say what is missing: a random one that
# nobody keeps stands in, and provisioning/checks.py refuses to start.
_may_make_keys = ON_SQLITE
SECRET_KEY_MISSING = not (_read("SECRET_KEY") or _may_make_keys)
SECRET_KEY = _read("SECRET_KEY") or kept_key(ROLLCALL_DATA / WEB_KEY_FILE, keep=_may_make_keys)
# The first key encrypts, all of them decrypt; each is 32 bytes in URL-safe base64.
ROLLCALL_SECRET_KEYS = _read_list("ROLLCALL_SECRET_KEYS")
if not ROLLCALL_SECRET_KEYS and _may_make_keys:
    ROLLCALL_SECRET_KEYS = kept_key(ROLLCALL_DATA / RING_FILE, keep=True).split()

# --- what a Tenant URL may reach ----------------------------------------------------------------

_embedded = ON_SQLITE and not REDIS_URL
ALLOWED_TARGET_NETWORKS = _read_list(
    "ALLOWED_TARGET_NETWORKS", "127.0.0.0/8,::1/128" if _embedded else ""
)

# --- mail -------------------------------------------------------------------------------------

EMAIL_URL = _read("EMAIL_URL")
_mail = _parsed("EMAIL_URL", _env.email_url_config, EMAIL_URL) if EMAIL_URL else {}
_mail_options = _mail.get("OPTIONS", {})
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "console.mail_files.EmailBackend")
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or str(ROLLCALL_DATA / "mail")
EMAIL_URL_HOST = _mail.get("EMAIL_HOST") or ""
EMAIL_HOST = EMAIL_URL_HOST or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _mail_options.get("FROM") or f"rollcall@{_public.hostname or 'localhost'}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- the application --------------------------------------------------------------------------

DEFAULT_DOMAIN = _read("DEFAULT_DOMAIN")
DEBUG = False
ALLOWED_HOSTS = sorted({_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "django.forms",
    "provisioning",
    "console",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.sessions.SessionMiddleware",
    "console.access.AccessMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "console.templatetags.parts",
                "console.templatetags.figures",
                "console.templatetags.changes",
            ],
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = ROLLCALL_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- language and time --------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "provisioning" / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["console.formats"]

# --- pages ----------------------------------------------------------------------------------------

# /styleguide/ shows every part in every state: for who changes the looks, not for an installation.
SHOW_STYLEGUIDE = _embedded
FORM_RENDERER = "console.forms.renderer.ConsoleRenderer"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "applications"

# --- web security (reliability-security T17, T43, T49) ----------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.netloc else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
AUTHENTICATION_BACKENDS = ["console.backend.AccountBackend"]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
# By address only: a limit per account would let a stranger lock somebody out (console-ux S01).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- work: the rows are the queue, Celery is the alarm clock (reliability-security 7) ---------

BROKER_SOCKET = socket_path(ROLLCALL_DATA)
CELERY_BROKER_URL = broker_address(REDIS_URL, ROLLCALL_DATA)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker without its broker works on: the lease in the database says what is its own (ADR 17).
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SOFT_TIME_LIMIT = 110 * 60
CELERY_TASK_TIME_LIMIT = 2 * 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the hard time limit, else a second copy of a long task starts beside the first.
    "visibility_timeout": 3 * 3600,
    "socket_connect_timeout": 5,
}
CELERY_TIMEZONE = "UTC"

# --- logs -------------------------------------------------------------------------------------

LOG_FORMAT = _read("LOG_FORMAT", "text")
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_configuration(LOG_FORMAT)
