"""Settings. Every value that two sites may want to differ is read here, once, from the environment."""

import os
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import env, keys

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")
TESTING = "PYTEST_VERSION" in os.environ

DEBUG = env.flag("DEBUG")
_keys = keys.read(VAR_DIR)
SECRET_KEY = _keys["SECRET_KEY"]
DATA_KEYS = _keys["DATA_KEYS"]
keys.data_keys(DATA_KEYS)

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "*" if DEBUG or TESTING else "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Where people reach the portal: for links in e-mails, which have no request to take it from.
SITE_ADDRESS = env.site("SITE_ADDRESS", next((one for one in CSRF_TRUSTED_ORIGINS if "*" not in one), ""))
HTTPS = env.flag("HTTPS")  # the portal is reached by https: secure cookies, HSTS, passkeys

INSTALLED_APPS = [
    "config.apps.ConfigConfig",  # first: it compiles the translations before anything is shown
    "portal.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "lucide",
    "accounts",
    "notifications",
    "community",
    "residents",
    "points",
    "claims",
    "shop",
    "venues",
    "volunteers",
    "surveys",
    "events",
    "reports",
    "portal.apps.PortalConfig",
]
ROOMS = [
    "config",
    "accounts",
    "notifications",
    "community",
    "residents",
    "points",
    "claims",
    "shop",
    "venues",
    "volunteers",
    "surveys",
    "events",
    "reports",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.kept.KeptPagesMiddleware",
    "config.middleware.CompressText",
    "config.middleware.DisplayMiddleware",
    "config.sane.SaneAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "community.middleware.SessionEndMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.AccountPagesMiddleware",
    "community.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.errors.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.middleware.display",
                "portal.context.community",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "form_pack"
CRISPY_TEMPLATE_PACK = "form_pack"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR)}
if (
    TESTING and "sqlite" in DATABASES["default"]["ENGINE"]
):  # a file, so that threads have connections of their own
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits and the like have to survive a restart and hold over all workers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "KEY_FUNCTION": "config.cachekeys.keyed",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "community.access.PostBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.OwnPasswordForm",
    "set_password": "accounts.forms.NewPasswordForm",
    "confirm_login_code": "accounts.forms.LoginCodeConfirmForm",
    "verify_phone": "accounts.forms.PhoneConfirmForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "activate_totp": "accounts.forms.TotpForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.EditKeyForm",
}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"
ACCOUNT_LOGIN_METHODS = {"phone", "username"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "username", "password1"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
# SMS templates take digits alone, no dash.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
LOGIN_TRIES = env.number("LOGIN_TRIES", 5, 1)  # wrong passwords before an account is locked
LOGIN_LOCK_MINUTES = env.number("LOGIN_LOCK_MINUTES", 30, 1)
_CODES = env.text("CODE_LIMITS", "60/m/ip,600/d/ip,1/m/key,5/h/key,10/d/key")
ACCOUNT_RATE_LIMITS = {  # several windows each; an office behind one address has to be able to work
    "login": env.text("LOGIN_LIMITS", "60/m/ip,1000/d/ip"),
    "login_failed": f"30/m/ip,300/d/ip,{LOGIN_TRIES}/{LOGIN_LOCK_MINUTES}m/key",
    "signup": env.text("SIGNUP_LIMITS", "30/m/ip,300/d/ip"),
    "activate": env.text("LOGIN_LIMITS", "60/m/ip,1000/d/ip"),
    "request_login_code": _CODES,
    "verify_phone": _CODES,
    "change_phone": "3/m/user,10/d/user",
}
if env.number("PROXIES", 0):
    ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PROXIES", 0)
# Passkeys exist on https and on localhost only: browsers refuse them elsewhere.
PASSKEYS = HTTPS or TESTING or set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"] + (["webauthn"] if PASSKEYS else [])
MFA_PASSKEY_LOGIN_ENABLED = PASSKEYS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_TOLERANCE = 1
REQUIRE_MFA = env.flag("REQUIRE_MFA")  # for every post that sees personal data, whatever a community chose
STAFF_IDLE_MINUTES = env.number("STAFF_IDLE_MINUTES", 30, 5)  # then whoever holds a post signs in again
ACTIVATION_DAYS = env.number("ACTIVATION_DAYS", 7, 1)
ACTIVATION_TRIES = 5
LOG_MONTHS = env.number("LOG_MONTHS", 12, 6, 36)  # after this many, and not before, log rows may go
# Whoever holds a post has to have a longer password, and a new one now and then (GB/T 22239, level 2).
PASSWORD_LENGTH = env.number("PASSWORD_LENGTH", 8, 6, 60)
PASSWORD_CLASSES = env.number("PASSWORD_CLASSES", 2, 1, 4)
STAFF_PASSWORD_LENGTH = env.number("STAFF_PASSWORD_LENGTH", 10, 6, 60)
STAFF_PASSWORD_CLASSES = env.number("STAFF_PASSWORD_CLASSES", 3, 1, 4)
PASSWORD_DAYS = env.number("PASSWORD_DAYS", 90)  # 0: never
PASSWORD_HISTORY = env.number("PASSWORD_HISTORY", 5, 0, 24)  # how many are not chosen again
# Called with `user=` before an account is deactivated; each may refuse.
DEACTIVATION_STEPS = ["community.post_operations.refuse_to_lose_last_operator"]
# The path of the unit in whose part of the portal an address lies: it cares for accounts that begin there.
UNIT_OF_ADDRESS = "community.account_care.unit_of_address"
# Called with causes (`attendance:42`): what stands behind them, in words and with a link for staff.
CAUSES_IN_WORDS = "portal.causes.in_words"
# Called with `user=` each time a phone number is proven to be theirs.
PHONE_PROVEN_STEPS = ["residents.operations.link_by_phone"]

SMS_GATEWAY = env.choice("SMS_GATEWAY", "console", {"console", "file", "http", "none"})
SMS_PER_NUMBER = env.number("SMS_PER_NUMBER", 10)  # a day
SMS_PER_ADDRESS = env.number("SMS_PER_ADDRESS", 300)
SMS_PER_DAY = env.number("SMS_PER_DAY", 3000)
SMS_NOTICES_PER_NUMBER = env.number("SMS_NOTICES_PER_NUMBER", 10)  # a day; messages that are no codes
SMS_NOTICES_PER_DAY = env.number("SMS_NOTICES_PER_DAY", 3000)
SMS_SIGN = env.text("SMS_SIGN")
SMS_FILE = VAR_DIR / "sms.log"
SMS_URL = env.text("SMS_URL")  # these are for "http"
SMS_BODY = env.text("SMS_BODY", '{"phone": "{phone}", "text": "{text}"}')
SMS_HEADERS = env.text("SMS_HEADERS", "{}")
SMS_SUCCESS = env.text("SMS_SUCCESS")
SMS_TEMPLATES = env.words("SMS_TEMPLATES")
SMS_TIMEOUT = env.number("SMS_TIMEOUT", 5, 1)

# Without a mail server nobody is offered e-mail.
EMAIL_HOST = env.text("MAIL_HOST")
EMAIL_PORT = env.number("MAIL_PORT", 25, 1, 65535)
EMAIL_HOST_USER = env.text("MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("MAIL_STARTTLS")
EMAIL_USE_SSL = env.flag("MAIL_TLS")
EMAIL_TIMEOUT = 10
EMAIL_USE_LOCALTIME = True  # in the Date of an e-mail, too
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "portal@localhost")
MESSAGE_MONTHS = env.number("MESSAGE_MONTHS", 12, 1, 36)  # then messages people were sent are let go

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "phone"]},
    },
    {"NAME": "accounts.passwords.Strength"},
    {"NAME": "accounts.passwords.NotOneOfTheLast"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Hours from which a volunteer has one star, two, and so on.
VOLUNTEER_STARS = env.rising("VOLUNTEER_STARS", [100, 300, 600, 1000, 1500])

# Points are good until the end of a calendar year, so many after the one they were received for; `never` to let them be.
POINTS_LAST_YEARS = env.number_or("POINTS_LAST_YEARS", "never", 1, 0, 20)
POINTS_NOTICE_DAYS = env.number("POINTS_NOTICE_DAYS", 30, 1, 180)  # before their end people are told
POINTS_BURST = env.number(
    "POINTS_BURST", 30, 1
)  # so many for one person and day are shown to staff as unusual
POINTS_AFTER_LEAVING = env.number(
    "POINTS_AFTER_LEAVING", 180, 0, 3650
)  # days to redeem after moving away or death

# What the one search box asks, in the order of the page. Every room offers its finders by name.
SEARCH = [
    "community.search.places",
    "community.search.people",
    "events.search.sessions",
    "community.search.notices",
    "community.search.items",
    "venues.search.facilities",
    "community.search.organisations",
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [VAR_DIR / "locale" / room for room in ROOMS]  # compiled at start from locale/<room>/
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG or "runserver" in sys.argv
        else "config.static_storage.StaticStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

KEPT_PAGES_SECONDS = 0 if TESTING else 2
CSRF_FAILURE_VIEW = "portal.errors.stale_form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
}
