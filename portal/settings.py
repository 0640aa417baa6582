"""Settings, read from the environment once; a bad value stops the start with a sentence.

Nothing here starts a server: ``portal.stack.environment.prepare()`` has set DATABASE_URL and
REDIS_URL before Django loads when the operator has not.
"""

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF

from portal.env import env_bool, env_choice, env_int, env_list, env_secret, refuse_unsafe

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("YUANDING_VAR") or BASE_DIR / "var")

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY", VAR_DIR / "secret_key")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])

# Behind TLS is where people's real data are, so there the defaults of a first try are refused.
BEHIND_TLS = env_bool("BEHIND_TLS", default=False)
PRODUCTION = env_bool("PRODUCTION", default=BEHIND_TLS)
# How many proxies of our own add to X-Forwarded-For; what stands before them nobody believes.
PROXIES = env_int("PROXIES", default=1 if BEHIND_TLS else 0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "treebeard",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "portal.kernel",
    "committees",
    "activities",
    "reading_program",
    "evaluations",
    "portal.web",
]

MIDDLEWARE = [
    "portal.web.tracing.RequestMiddleware",
    "portal.web.middleware.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.middleware.FirstPasswordMiddleware",
    "portal.web.middleware.SecondStepMiddleware",
    "portal.web.middleware.RefusedMiddleware",
    "portal.web.looking.LookingMiddleware",
    "portal.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context_processors.portal",
            ],
            "builtins": ["portal.kernel.templatetags.portal"],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or "postgresql:///postgres",
        conn_max_age=env_int("DB_CONN_MAX_AGE", default=60),
        conn_health_checks=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_IGNORE_RESULT = True  # a Job row is the result
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "notice-expiring-agreements": {
        "task": "activities.schedule.notice_expiring_agreements",
        "schedule": crontab(hour=7, minute=20),
    },
    "accept-by-silence": {
        "task": "activities.schedule.accept_by_silence",
        "schedule": crontab(hour="7-9", minute=40),  # thrice: a missed one is made up
    },
    "back-up": {
        "task": "portal.web.schedule.back_up",
        "schedule": crontab(hour="2-5", minute=30),  # a missed night is made up within the hour
    },
    "forget-sessions": {
        "task": "portal.web.schedule.forget_sessions",
        "schedule": crontab(hour="1-3", minute=20),  # thrice: a missed one is made up
    },
    "requeue-lost-jobs": {
        "task": "portal.kernel.schedule.requeue_lost_jobs",
        "schedule": 60.0,
    },
    "open-due-issues": {
        "task": "evaluations.schedule.open_due_issues",
        "schedule": crontab(hour="6-9", minute=50),  # four times: a missed one is made up
    },
    "expire-invitations": {
        "task": "activities.schedule.expire_invitations",
        "schedule": 3600.0,
    },
    "notice-expiring-appointments": {
        "task": "activities.schedule.notice_expiring_appointments",
        "schedule": crontab(hour=7, minute=10),
    },
    "end-publicities": {
        "task": "reading_program.schedule.end_publicities",
        "schedule": crontab(hour="6-8", minute=15),  # thrice: a missed one is made up
    },
    "erase-what-is-over": {
        "task": "reading_program.schedule.erase_what_is_over",
        "schedule": crontab(hour="1-3", minute=40),  # thrice: a missed one is made up
    },
    "remind-weekly": {
        "task": "portal.web.schedule.remind_weekly",
        "schedule": crontab(hour="9-17", minute=5, day_of_week="mon-fri"),
    },
    "remind-urgently": {
        "task": "portal.web.schedule.remind_urgently",
        "schedule": crontab(hour=10, minute=20, day_of_week="tue-fri"),
    },
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}

AUTH_USER_MODEL = "committees.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "portal.web.sso.IdentityService",  # says nothing while OIDC_ISSUER is empty
]
PASSWORD_HASHERS = [
    "portal.kernel.hashers.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of before: made anew at the next sign-in
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"
CSRF_FAILURE_VIEW = "portal.web.views.errors.csrf_failed"

# How long a password written on a slip lets its holder in to set an own one.
FIRST_PASSWORD_DAYS = env_int("FIRST_PASSWORD_DAYS", default=14)
# With 1, people of the bureau sign in with a code of their telephone besides the password.
SECOND_STEP_REQUIRED = env_bool("SECOND_STEP_REQUIRED", default=False)
OTP_TOTP_ISSUER = "园丁"

# Signing in through the city's identity service (OpenID Connect); off while no issuer is named.
# What the claim says must be a sign-in name that was opened here: nobody gets in by itself.
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "")
OIDC_NAME = os.environ.get("OIDC_NAME", "统一身份认证")
OIDC_USERNAME_CLAIM = os.environ.get("OIDC_USERNAME_CLAIM", "preferred_username")
OIDC_RP_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_RP_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_OP_AUTHORIZATION_ENDPOINT = os.environ.get("OIDC_AUTHORIZATION_ENDPOINT", "")
OIDC_OP_TOKEN_ENDPOINT = os.environ.get("OIDC_TOKEN_ENDPOINT", "")
OIDC_OP_USER_ENDPOINT = os.environ.get("OIDC_USER_ENDPOINT", "")
OIDC_OP_JWKS_ENDPOINT = os.environ.get("OIDC_JWKS_ENDPOINT", "")
OIDC_RP_SIGN_ALGO = os.environ.get("OIDC_SIGN_ALGO", "RS256")
OIDC_RP_SCOPES = os.environ.get("OIDC_SCOPES", "openid profile")
OIDC_AUTHENTICATION_CALLBACK_URL = "web:sso_back"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 10
LOGIN_REDIRECT_URL_FAILURE = "/login/?sso=no"

AXES_CLIENT_IP_CALLABLE = "portal.kernel.origin.address_of"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 6  # hours: ten minutes, as the sign-in page says
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "portal/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # our own scripts take the token out of the form they send
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the bulletin preview frames its own PDF
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # The prefix makes browsers refuse such a cookie from a neighbouring host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "worker-src": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "Y年n月j日"
SHORT_DATE_FORMAT = "Y-m-d"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# One chapter a job; the pictures are taken by scripts/handbook.py and served beside the rest.
HANDBOOK_DIR = BASE_DIR / "docs" / "handbook"
DOCUMENT_PICTURES = BASE_DIR / "docs" / "pictures" / "documents"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("handbook", HANDBOOK_DIR / "pictures"),
    ("documents", DOCUMENT_PICTURES),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "portal.kernel.bundles.BundledStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
# The fonts are for paper: nothing of them travels, and 38 MB take half a minute to squeeze.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"),
    *("otf", "ttf"),
)
MEDIA_ROOT = VAR_DIR / "files"

# One archive a night. A city points BACKUP_DIR at another disk; the kept days overlap.
BACKUP_DIR = Path(os.environ.get("BACKUP_DIR") or VAR_DIR / "backups")
BACKUP_DAYS = env_int("BACKUP_DAYS", default=7)
BACKUP_WEEKS = env_int("BACKUP_WEEKS", default=5)
BACKUP_MONTHS = env_int("BACKUP_MONTHS", default=12)

# One photo or Word file. The roster limit is its own, in portal.kernel.archives.
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
# A city with a mail server sets EMAIL_BACKEND to django.core.mail.backends.smtp.EmailBackend.
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "yuanding@localhost")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20

# Path of a class with send(phone, text); empty where a city buys no short messages. To try it
# out: portal.kernel.sms.FileGateway writes to SMS_FILE.
SMS_GATEWAY = os.environ.get("SMS_GATEWAY", "")
SMS_FILE = VAR_DIR / "sms.jsonl"

# Shown where somebody is stuck: the telephone of the office that resets passwords.
OFFICE_PHONE = os.environ.get("OFFICE_PHONE", "6600 0012")

if PRODUCTION:
    refuse_unsafe(debug=DEBUG, secret_key=SECRET_KEY, hosts=ALLOWED_HOSTS, tls=BEHIND_TLS)

# /metrics answers whoever has this token; "" counts nothing. The folder lets the processes of one
# machine add up; the library reads its place from the environment when it is first imported.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
METRICS_DIR = VAR_DIR / "metrics"
if METRICS_TOKEN:
    METRICS_DIR.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

# Lines of JSON where machines read them; SLOW_QUERY_MS=200 writes down every slower query.
LOG_FORMAT = env_choice("LOG_FORMAT", ("plain", "json"), default="json" if PRODUCTION else "plain")
SLOW_QUERY_MS = env_int("SLOW_QUERY_MS", default=0)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "portal.kernel.logs.PlainLines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "portal.kernel.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # One line a request: for machines; on a screen it would hide what matters.
        "portal.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
