"""Settings: one typed reader of the environment. Every variable is described in docs/settings.md (a test compares)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

env = Env(prefix="LINLI_")

ROOT = Path(__file__).resolve().parents[2]
VAR: Path = env.path("VAR", ROOT / "var")
"""What this installation keeps: database, files, keys, static files. Made with mode 700."""

DEMO: bool = env.bool("DEMO", False)
"""A demonstration: banner on every page, made-up identity numbers accepted, messages never sent."""

DEBUG: bool = env.bool("DEBUG", False)
BASE_URL: str = env.str("BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"])
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
"""Addresses or networks of reverse proxies whose word on the client's address and on TLS is believed."""
SECRET_KEY_FILE: Path = env.path("SECRET_KEY_FILE", VAR / "secret.key")
SECRET_KEY: str = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    from linli.core.crypto.keyfile import read_or_make_secret

    SECRET_KEY = read_or_make_secret(SECRET_KEY_FILE)

KEYS: str = env.str("KEYS", "")
KEYS_FILE: Path = env.path("KEYS_FILE", VAR / "keys.json")
CIPHER_SUITE: str = env.str("CIPHER_SUITE", "aes-gcm")

INSTALLED_APPS = [
    "linli.config.apps.LinliConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "linli.core.http",
    "linli.core.api",
    "linli.core.audit",
    "linli.core.calendar",
    "linli.core.conditions",
    "linli.core.countersign",
    "linli.core.files",
    "linli.core.forms",
    "linli.core.keeping",
    "linli.core.messages",
    "linli.core.tasks",
    "linli.core.watch",
    "linli.core.design",
    "linli.ground.territory",
    "linli.ground.accounts",
    "linli.ground.registry",
    "linli.ground.exchange",
    "linli.services.catalogue",
    "linli.services.facilities",
    "linli.services.certificates",
    "linli.services.casework",
    "linli.services.entitlement",
    "linli.web",
    "linli.core.events",
]

MIDDLEWARE = [
    "linli.core.http.headers.HeadersMiddleware",
    "linli.core.watch.middleware.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.core.design.middleware.LanguageMiddleware",
    "linli.core.api.middleware.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",  # inside the two: a session that cannot be saved is told, too
    "django.middleware.common.CommonMiddleware",
    "linli.core.files.middleware.RequestSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.web.kiosk.middleware.KioskMiddleware",
    "linli.ground.accounts.middleware.ActorMiddleware",
    "linli.core.http.middleware.RefusalMiddleware",
    "linli.core.replica.middleware.WroteMiddleware",
    "linli.web.demonstration.gate.DemonstrationMiddleware",
]

ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"
FORM_RENDERER = "linli.core.design.forms.LinliRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.core.design.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "linli.core.design.templatetags.design",
            ],
        },
    }
]

DATABASE_URL: str = env.str("DATABASE_URL", f"sqlite:///{VAR / 'linli.sqlite3'}")
DATABASE_KEEPS_PLANS: bool = env.bool("DATABASE_KEEPS_PLANS", True)
DATABASES: dict[str, Any] = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'linli.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file for the tests too: an in-memory database knows no two writers, and races are tested with two.
    _database["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    _database["OPTIONS"] = {
        # IMMEDIATE: a transaction that reads and then writes never fails with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;",
    }
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    # What the URL says (?sslmode=verify-full&sslrootcert=…) stays.
    # prepare_threshold: readings of core.rows are planned by PostgreSQL once a connection, from their second run on.
    _database["OPTIONS"] = {
        "connect_timeout": 3, "prepare_threshold": 1 if DATABASE_KEEPS_PLANS else None, **_database.get("OPTIONS", {})
    }  # fmt: skip
REPLICA_URL: str = env.str("REPLICA_URL", "")
"""A copy of the database that follows it, for pages of figures."""
REPLICA_LAG_SECONDS: int = env.int("REPLICA_LAG_SECONDS", 30)
if REPLICA_URL:
    _copy = env.dj_db_url("REPLICA_URL", "")
    _copy["OPTIONS"] = {"connect_timeout": 3, **_copy.get("OPTIONS", {})}
    DATABASES["replica"] = {**_copy, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["linli.core.replica.router.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", "")
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "linli"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "documents"]}}
WORKER_DEAD_AFTER_SECONDS: float = env.float("WORKER_DEAD_AFTER_SECONDS", 60)
"""A worker silent for so long is dead and its task runs again: longer than any database outage to live through."""

FILES_DIR: Path = env.path("FILES_DIR", VAR / "files")
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", [])
"""age public keys that backups are encrypted for; their secret keys lie elsewhere."""
BACKUP_PASSPHRASE: str = env.str("BACKUP_PASSPHRASE", "")
S3_BUCKET: str = env.str("S3_BUCKET", "")
"""A bucket instead of the folder: uploaded and issued files lie there, sealed as they would here."""
S3_ENDPOINT: str = env.str("S3_ENDPOINT", "")
S3_REGION: str = env.str("S3_REGION", "")
S3_ACCESS_KEY: str = env.str("S3_ACCESS_KEY", "")
S3_SECRET_KEY: str = env.str("S3_SECRET_KEY", "")
S3_SECRET_KEY_FILE: str = env.str("S3_SECRET_KEY_FILE", "")
if S3_SECRET_KEY_FILE and not S3_SECRET_KEY:
    S3_SECRET_KEY = Path(S3_SECRET_KEY_FILE).read_text(encoding="utf-8").strip()
UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", 20 * 1024 * 1024)
REQUEST_MAX_BYTES: int = env.int("REQUEST_MAX_BYTES", 64 * 1024 * 1024)
CLAMAV: str = env.str("CLAMAV", "")
"""The virus scanner: a socket (/run/clamav/clamd.ctl) or host:port; none without it."""
CLAMAV_UNREACHABLE: str = env.str("CLAMAV_UNREACHABLE", "refuse", validate=validate.OneOf(["refuse", "queue"]))
CLAMAV_SECONDS: float = env.float("CLAMAV_SECONDS", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
PHOTO_LIMITS: dict[str, int] = {
    "max_pixels": 64_000_000,  # more are not opened
    "max_side": 3000,  # larger photographs are made smaller
    "least_side": 480,  # a shorter side than this is too small to read
    "dark": 70,  # the light parts are darker than this (of 255): too dark to read
    "blurry": 80,  # the sharpest part has less edge than this (variance of the Laplacian): too blurred to read
}
"""What core.files accepts of photographs, and when it asks for a better one."""

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["linli.ground.accounts.passwords.LinliArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
FOUR_EYES: list[str] = env.list(
    "FOUR_EYES",
    [
        "accounts.give_role", "accounts.reset_factors", "audit.read", "certificates.revoke", "exchange.grant_scopes",
    ],
)  # fmt: skip
"""Acts of staff that another has to confirm; a community with a single administrator names none."""
OIDC_ISSUER: str = env.str("OIDC_ISSUER", "").rstrip("/")
"""The city's OpenID provider; without one there is no such door."""
OIDC_NAME: str = env.str("OIDC_NAME", "")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", "")
OIDC_CLIENT_SECRET_FILE: str = env.str("OIDC_CLIENT_SECRET_FILE", "")
if OIDC_CLIENT_SECRET_FILE and not OIDC_CLIENT_SECRET:
    OIDC_CLIENT_SECRET = Path(OIDC_CLIENT_SECRET_FILE).read_text(encoding="utf-8").strip()
OIDC_SCOPE: str = env.str("OIDC_SCOPE", "openid profile")
OIDC_USERNAME_CLAIM: str = env.str("OIDC_USERNAME_CLAIM", "preferred_username")
OIDC_GROUPS_CLAIM: str = env.str("OIDC_GROUPS_CLAIM", "groups")
OIDC_GROUPS_FILE: str = env.str("OIDC_GROUPS_FILE", "")
OIDC_CREATE: bool = env.bool("OIDC_CREATE", False)
OIDC_AMR: list[str] = env.list("OIDC_AMR", [])
"""Values of `amr` for which the provider's own second factor is believed; none: ours is asked for."""
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:home"
STAFF_LOGIN_REDIRECT_URL = "web:bench"
SESSION_ENGINE = "linli.core.http.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
SECOND_FACTOR_ROLES: list[str] = env.list("SECOND_FACTOR_ROLES", [])
"""Roles beside the administrators and auditors that must prove who they are in two ways; "all" for all staff."""
KIOSK_REST_SECONDS: int = env.int("KIOSK_REST_SECONDS", 60)
STAFF_IDLE_MINUTES: int = env.int("STAFF_IDLE_MINUTES", 30)
STAFF_SESSION_HOURS: int = env.int("STAFF_SESSION_HOURS", 12)
RETENTION_DAYS: list[str] = env.list("RETENTION_DAYS", [])
"""Terms of a city's own, "casework.drafts=60" each; linli.core.keeping.retention has the others and the bounds."""
LOCK_AFTER_DAYS: int = env.int("LOCK_AFTER_DAYS", 30)
"""Days after which an account of staff that holds no role any more is locked."""
SECURE_COOKIES: bool = env.bool("SECURE_COOKIES", BASE_URL.startswith("https://"))
COOKIE_PREFIX = "__Host-" if SECURE_COOKIES else ""
"""Browsers take a cookie of such a name only over HTTPS, from this very host, for all of it."""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_HTTPONLY = True
# Not Strict: who comes back from the city's identity provider, or by a link in a message, would come without it.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL.rstrip("/")] if BASE_URL.startswith("https://") else []
MESSAGE_STORAGE = "linli.core.http.cookies.MessageStorage"
CSRF_FAILURE_VIEW = "linli.web.pages.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        # Text becomes HTML by design/js/trusted.js alone, and script by nothing.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["linli"],
        "upgrade-insecure-requests": SECURE_COOKIES,
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT: Path = env.path("STATIC_ROOT", VAR / "static")
NODE_MODULES: Path = env.path("NODE_MODULES", ROOT / "node_modules")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "linli.core.design.finders.NpmFinder",
    "linli.core.design.finders.IconSpriteFinder",
]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {
        "BACKEND": "linli.core.design.storage.StaticStorage"
        if env.bool("HASHED_STATIC", False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT or None,
            "region_name": S3_REGION or None,
            "access_key": S3_ACCESS_KEY or None,
            "secret_key": S3_SECRET_KEY or None,
            "addressing_style": "path" if S3_ENDPOINT else "auto",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
        },
    }
WHITENOISE_USE_FINDERS = not env.bool("HASHED_STATIC", False)

API_REQUESTS_PER_MINUTE: int = env.int("API_REQUESTS_PER_MINUTE", 600)
API_REQUESTS_PER_MINUTE_OF_ANYBODY: int = env.int("API_REQUESTS_PER_MINUTE_OF_ANYBODY", 120)
"""How often one program or account, and one address without either, may ask the interface for programs."""
WEBHOOK_NETWORKS: list[str] = env.list("WEBHOOK_NETWORKS", [])
"""Networks (10.20.0.0/16) that webhooks may call although they are private; nothing private without one."""

METRICS_BIND: str = env.str("METRICS_BIND", "")
"""Where `linli metrics` listens, 127.0.0.1:9464; empty: nothing is counted."""
METRICS_DIR: Path = env.path("METRICS_DIR", VAR / "metrics")
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")
METRICS_TOKEN_FILE: str = env.str("METRICS_TOKEN_FILE", "")
if METRICS_TOKEN_FILE and not METRICS_TOKEN:
    METRICS_TOKEN = Path(METRICS_TOKEN_FILE).read_text(encoding="utf-8").strip()
if METRICS_BIND:
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))
TRACES_URL: str = env.str("TRACES_URL", "")
"""Where spans are sent to by OTLP over HTTP; empty: nothing of OpenTelemetry is loaded."""

BATCH_DIR: Path = env.path("BATCH_DIR", VAR / "batch")
BATCH_THREADS: int = env.int("BATCH_THREADS", 2)
BATCH_MEMORY: str = env.str("BATCH_MEMORY", "2GB")
SPARK_MASTER: str = env.str("SPARK_MASTER", "")
SPARK_DRIVER_HOST: str = env.str("SPARK_DRIVER_HOST", "")

SMS_GATEWAY: str = env.str("SMS_GATEWAY", "linli.core.messages.gateways.OutboxGateway")
WORKDAY_ENDS: str = env.str("WORKDAY_ENDS", "17:30")
"""Accepted later than this counts as accepted on the next working day (docs: the clock, rule 1)."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "linli.config.logs.WithFacts"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "linli": {"level": env.str("LOG_LEVEL", "INFO")},
        # It tells of every damaged PDF that somebody brings to be checked: the page says that.
        "pyhanko": {"level": "CRITICAL"},
    },
}
