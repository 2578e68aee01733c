"""Django's settings. The one place of the web room that reads the environment; nothing here changes after start."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from triptych.web.environment import read

ENVIRONMENT = read(os.environ)
"""What the environment says, typed."""

TRIPTYCH_HOME: Path = ENVIRONMENT.home
TRIPTYCH_EDGE_URL: str = ENVIRONMENT.edge_url
TRIPTYCH_WEB_URL: str = ENVIRONMENT.web_url
TRIPTYCH_TRUSTED_PROXIES: frozenset[str] = ENVIRONMENT.trusted_proxies

_HOME_FILE = TRIPTYCH_HOME / "home.json"
TRIPTYCH_DEMO: bool = _HOME_FILE.exists() and json.loads(_HOME_FILE.read_bytes()).get("kind") == "demo"

_HERE = Path(__file__).parent
_KEY = TRIPTYCH_HOME / "keys" / "django.key"

# Without its key Django refuses to sign anything: `triptych setup` writes it.
SECRET_KEY: str = _KEY.read_text("ascii").strip() if _KEY.exists() else ""
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.web_url]
ROOT_URLCONF = "triptych.web.urls"
WSGI_APPLICATION = "triptych.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None  # runtime sets up logging

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "triptych.registry",
    "triptych.crm",
    "triptych.web.accounts",
    "triptych.web.furniture",
    "triptych.web.api",
    "triptych.web.pages",
]
MIDDLEWARE = [
    "triptych.web.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "triptych.web.middleware.SessionLimits",
    "triptych.web.middleware.Preferences",
    "triptych.web.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "triptych.web.accounts.context.rights",
                "triptych.web.pages.context.shell",
            ],
        },
    },
]


_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-16000",
)


def _databases() -> dict[str, dict[str, Any]]:
    database = ENVIRONMENT.database
    if database.engine == "sqlite":
        # a write takes the lock at its start: two processes never meet half-way (SQLITE_BUSY in mid-transaction)
        options = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "; ".join(_PRAGMAS),
        }
        engine = "django.db.backends.sqlite3"
        return {"default": {"ENGINE": engine, "NAME": database.name, "OPTIONS": options, "CONN_MAX_AGE": 60}}
    connection = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "OPTIONS": dict(database.options),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    return {"default": connection}


DATABASES = _databases()

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"

# Sessions and cookies; a name with __Host- is refused by browsers without TLS
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_NAME = "__Host-triptych" if ENVIRONMENT.https else "triptych"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_NAME = "__Host-triptych-csrf" if ENVIRONMENT.https else "triptych-csrf"
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "triptych-language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https

# What a page may load: itself. The frame is the demo shop, on the edge.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [ENVIRONMENT.edge_url],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# Language, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [_HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [_HERE / "static"]
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 60

# Said by our own middleware (headers) and by the policy above (frames); TLS is the operator's proxy's
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W012", "security.W016"]

# Limits of what the pages accept
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_HANDLERS = ["triptych.web.uploads.NoFiles"]
