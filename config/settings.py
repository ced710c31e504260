"""Every setting, from the environment. Its law: defaults are safe, and a value that makes no sense stops the start."""

import secrets
import ssl
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu.entity import Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import starting
from config.environment import (
    address,
    broker_url,
    env,
    file_store,
    fraction,
    groups,
    inner_path,
    links,
    listed,
    one_of,
    owner_database,
    switch,
    time_of_day,
    whole_number,
)
from config.local.stack import addresses
from config.watching.logs import configured

starting.loading()  # until the apps are ready
BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"
# The checkout's own servers, after `make up`. Another database in the environment means that this is production.
OWN = addresses()
LOCAL = OWN if env.str("DATABASE_URL", default="") in ("", OWN.get("DATABASE_URL")) else {}

SERVERS_DOWN = (
    "本地数据库没有运行：请先执行 make up。"
    "The checkout's own servers are down: run `make up`. In production set SECRET_KEY, DATABASE_URL and REDIS_URL."
)


def _secret_key() -> str:
    """Production names its key; a checkout with its own servers keeps a random one beside them."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    if not OWN and not env.str("DATABASE_URL", default=""):
        raise ImproperlyConfigured(SERVERS_DOWN)
    if not LOCAL:
        raise ImproperlyConfigured("SECRET_KEY is not set. Set it to a long random text that is kept secret.")
    file = LOCAL_DIR / "secret_key"
    if not file.exists():
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.rename(file)  # whole or not there, even when two processes start at once
    return file.read_text()


# ── the site ──
SECRET_KEY = _secret_key()
# The key of stored secrets (see pushes/secrets_at_rest.py), apart from sessions' where one is given; and former keys.
SECRETS_KEY: str = env.str("SECRETS_KEY", default="") or SECRET_KEY
SECRETS_OLD_KEYS: list[str] = env.list("SECRETS_OLD_KEYS", default=[])
# What signs packages: the path of a private key or the key itself (PEM); a checkout makes its own. And former public
# keys, the same way: what they signed stays checkable.
SIGNING_KEY: str = env.str("SIGNING_KEY", default="")
SIGNING_KEY_OF_CHECKOUT = LOCAL_DIR / "signing_key.pem" if LOCAL else None
SIGNING_RETIRED_KEYS: list[str] = env.list("SIGNING_RETIRED_KEYS", default=[])
# Whom a bank asks about a package, as it stands in the package's own README.
PACKAGE_CONTACT: str = env.str("PACKAGE_CONTACT", default="")
DEBUG = switch("DEBUG", False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "config.accounts",
    "config.database",
    "config.keeping",
    "config.watching",
    "config.auditing",
    "import_export",
    "registry",
    "enterprises",
    "pushes",
    "financing",
]

# Their headers alone reach the look-up of a stranger (see config/guarding/short_way.py).
TOLD_TO_BROWSERS = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.guarding.headers.Headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
MIDDLEWARE = [
    "config.watching.middleware.RequestTold",
    "config.guarding.proxies.KnownProxies",
    "config.guarding.short_way.ShortWay",
    *TOLD_TO_BROWSERS,
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pushes.api.answering.MachineAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.guarding.bodies.MeasuredBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.auditing.middleware.Attended",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.accounts.again.AskedAgain",
    "config.accounts.visiting.Visits",
    "config.accounts.owing.OwedFirst",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"desk_rooms": "config.desk_rooms"},
        },
    },
]

# ── PostgreSQL, Redis, files ──
HINT = "Run `make up` for servers of this checkout's own, or set it in the environment."
DATABASES = {
    "default": env.db_url_config(address("DATABASE_URL", LOCAL.get("DATABASE_URL"), ("postgres", "postgresql"), HINT))
    | {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
}
# Statements here are many and short, or sets whose plans look dearer than they are: compiling them costs more than it
# saves. (Behind PgBouncer, name `options` in its ignore_startup_parameters.)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)  # seconds, of a server that does not answer
SITE_ROLE: str = DATABASES["default"]["USER"]  # which reads and writes rows
# The same database as its tables' owner, where that is another role than the site's; only `migrate` and its like know.
OWNER_DATABASE = owner_database("MIGRATE_DATABASE_URL", DATABASES["default"])
MIGRATE_LOCK_SECONDS = whole_number("MIGRATE_LOCK_SECONDS", 5, lowest=1, highest=600)  # waited for a table in use
REDIS_URL = address("REDIS_URL", LOCAL.get("REDIS_URL"), ("redis", "rediss", "unix"), HINT)
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A page does not wait for a Redis that is away: once more at once, where a line was cut, and then it says so.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": Retry(NoBackoff(), 1)},
    }
}

FILES_ROOT = Path(env.str("FILES_ROOT", default=str(LOCAL_DIR / "files" if LOCAL else BASE_DIR / "files")))
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static" if LOCAL else BASE_DIR / "static")))
STATIC_URL = "static/"
if LOCAL:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # an empty one will do: see WHITENOISE_USE_FINDERS
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = bool(LOCAL)  # a checkout serves its own files without a collecting step
STORAGES = {
    "default": file_store("FILES_STORE", FILES_ROOT),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
# Where the web server in front sends files in our stead (X-Accel-Redirect); empty: we send them.
ACCEL_REDIRECT = inner_path("ACCEL_REDIRECT")
if ACCEL_REDIRECT and not STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"):
    raise ImproperlyConfigured("ACCEL_REDIRECT needs files in a folder: FILES_STORE names a store.")

# ── people (see config/accounts/) ──
PASSWORD_MIN_LENGTH = whole_number("PASSWORD_MIN_LENGTH", 10, lowest=8, highest=64)
PASSWORD_CLASSES = whole_number("PASSWORD_CLASSES", 3, lowest=2, highest=4)  # of four kinds of characters
PASSWORD_DAYS = whole_number("PASSWORD_DAYS", 90, lowest=0, highest=3650)  # until it must be changed; 0: never
PASSWORD_HISTORY = whole_number("PASSWORD_HISTORY", 5, lowest=1, highest=24)  # none of the last used again
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "config.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH}},
    {"NAME": "config.accounts.passwords.ClassesValidator"},
    {"NAME": "config.accounts.passwords.UnlikeValidator"},
    {"NAME": "config.accounts.passwords.UncommonValidator"},
    {"NAME": "config.accounts.passwords.HistoryValidator"},
]
PASSWORD_RESET_TIMEOUT = 7200  # seconds that a mailed link is good for
# So many failed tries at an account within so many minutes, and it waits for their end; from an address, tenfold:
# a bank's people come from one.
LOCKOUT_TRIES = whole_number("LOCKOUT_TRIES", 5, lowest=3, highest=20)
LOCKOUT_MINUTES = whole_number("LOCKOUT_MINUTES", 15, lowest=1, highest=1440)
# Who must have a second factor: staff, institutions (whoever is not staff), or names of groups.
MFA_REQUIRED = groups("MFA_REQUIRED", [] if LOCAL else ["staff", "institutions"])
# For how long an account of the bureau may lie unused before the accounts' desk points at it; 0: for ever.
ACCOUNT_UNUSED_DAYS = whole_number("ACCOUNT_UNUSED_DAYS", 90, lowest=0, highest=3650)
INVITATION_DAYS = whole_number("INVITATION_DAYS", 7, lowest=1, highest=60)  # that an invitation is good for
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pushes:editions"
LOGOUT_REDIRECT_URL = "enterprises:lookup"
ACCOUNT_ADAPTER = "config.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "config.accounts.forms.SignInForm",
    "change_password": "config.accounts.forms.ChangeForm",
    "reset_password": "config.accounts.forms.ForgottenForm",
    "reset_password_from_key": "config.accounts.forms.NewPasswordForm",
    "reauthenticate": "config.accounts.forms.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]  # asked for by its checks: nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by the bureau, or by a link in a mail
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_SESSION_REMEMBER = True  # for as long as SESSION_COOKIE_AGE says
ACCOUNT_RATE_LIMITS = {
    "login_failed": f"{10 * LOCKOUT_TRIES}/{LOCKOUT_MINUTES}m/ip,{LOCKOUT_TRIES}/{LOCKOUT_MINUTES}m/key",
}
MFA_ADAPTER = "config.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "config.accounts.forms.CodeForm",
    "reauthenticate": "config.accounts.forms.CodeAgainForm",
    "activate_totp": "config.accounts.forms.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute to either side: clocks of phones and servers differ
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else staff whose address nobody verified could have no second factor
SECRETS_AT_REST = "pushes.secrets_at_rest"  # what encloses the secrets of second factors
SESSION_COOKIE_AGE = 60 * whole_number("IDLE_MINUTES", 30, lowest=5, highest=480)
SESSION_SAVE_EVERY_REQUEST = True  # the age counts from the last act, not from sign-in
SESSION_COOKIE_HTTPONLY = True
SECURE_COOKIES = switch("HTTPS", not LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
# For hosts below this one as well; and whether browsers may build it in, which nobody takes back.
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = switch("HSTS_PRELOAD", False)
BEHIND_PROXY = switch("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # the one rule on where a request came from, for apps as well
# How letters and notices name the site: the address that the outside knows, without a slash at its end.
_OWN_ADDRESS = f"{'https' if SECURE_COOKIES else 'http'}://{next(iter(ALLOWED_HOSTS), 'localhost')}"
SITE_ADDRESS = address("SITE_ADDRESS", _OWN_ADDRESS, ("http", "https"), HINT).rstrip("/")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# ── the audit log (see config/auditing/) ──
AUDIT_KEPT_DAYS = whole_number("AUDIT_KEPT_DAYS", 1095, lowest=180, highest=36_500)  # the law asks for six months
# A second place to which events go within minutes: a file, syslog:///dev/log, or syslog://host:port over TCP.
AUDIT_COPY: str = env.str("AUDIT_COPY", default="")
ROW_HISTORY = "config.auditing.history.of"  # who tells pages what became of a row
EDITION_HOLDERS = "pushes.queries.holders"  # who tells pages which institutions an edition was delivered to
MESSAGE_STORAGE = "config.auditing.middleware.Heard"  # what a page refuses is on record

# ── language and time ──
# The bureau's, the banks' and the enterprises' language, whatever a browser prefers: there is no LocaleMiddleware.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ── mail ──
# Where none is named, mail is written to the log of whoever sends it.
MAIL_URL = address("EMAIL_URL", "consolemail://", ("smtp", "smtp+tls", "smtp+ssl", "consolemail"), "")
vars().update(env.email_url_config(MAIL_URL))
MAIL_CONFIGURED = not MAIL_URL.startswith("consolemail")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="registry@localhost")
EMAIL_TIMEOUT = 30

# ── Celery (see config/celery.py) ──
CELERY_BROKER_URL = broker_url(REDIS_URL)
if REDIS_URL.startswith("rediss://"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}  # kombu by itself takes any certificate
CELERY_TASK_IGNORE_RESULT = True  # results are rows in the database
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60 * whole_number("TASK_LIMIT_MINUTES", 60, lowest=1, highest=1440)
# Above the hard limit, so that no task is handed out again while it still runs.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 600,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a night finds its workers there
# What may take minutes has hands of its own, so that deliveries and mails never wait for it. A worker that names no
# queue takes from both.
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE), Queue("long")]  # type: ignore[no-untyped-call]
CELERY_TASK_ROUTES = {
    task: {"queue": "long"}
    for task in (
        "pushes.run_quarter",
        "pushes.catch_up_quarter",
        "enterprises.rebuild_pool",
        "enterprises.resolve_entries",
        "registry.read_upload",
        "registry.read_uploads",
        "registry.sweep_inbox",
        "keeping.back_up",
    )
}
# Of several beats, one on each machine, one is at work and the others stand by.
CELERY_BEAT_SCHEDULER = "config.beat.OneBeat"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_MAX_LOOP_INTERVAL = 30  # seconds, after which beat looks at the clock again

QUARTER_TIME = time_of_day("QUARTER_TIME", "06:30")
BACKUP_TIME = time_of_day("BACKUP_TIME", "01:30")
CELERY_BEAT_SCHEDULE = {
    "run-quarter": {
        "task": "pushes.run_quarter",
        "schedule": crontab(
            minute=str(QUARTER_TIME.minute),
            hour=str(QUARTER_TIME.hour),
            day_of_month="1",
            month_of_year="1,4,7,10",
        ),
    },
    # Each hour: where a quarter did not go out, it is made up for; where it did, nothing happens.
    "catch-up-quarter": {
        "task": "pushes.catch_up_quarter",
        "schedule": crontab(minute=str((QUARTER_TIME.minute + 30) % 60)),
        "options": {"expires": 3500},
    },
    "remind-of-edition": {
        "task": "enterprises.remind_of_edition",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 550},
    },
    "write-to-enterprises": {
        "task": "enterprises.write_to_enterprises",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "tell-watchers": {
        "task": "enterprises.tell_watchers",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 550},
    },
    "remind-of-objections": {
        "task": "enterprises.remind_of_objections",
        "schedule": crontab(minute="*/30"),
        "options": {"expires": 1700},
    },
    "clear-objections": {"task": "enterprises.clear_objections", "schedule": crontab(minute="50", hour="0")},
    "rebuild-pool": {"task": "enterprises.rebuild_pool", "schedule": crontab(minute="15", hour="0")},
    "resolve-entries": {"task": "enterprises.resolve_entries", "schedule": crontab(minute="*/5")},
    "read-uploads": {"task": "registry.read_uploads", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "sweep-inbox": {"task": "registry.sweep_inbox", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "note-names": {"task": "registry.note_names", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "write-exports": {"task": "registry.write_exports", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "purge-uploads": {"task": "registry.purge_uploads", "schedule": crontab(minute="30", hour="0")},
    "make-evaluations": {
        "task": "financing.make_evaluations",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # A sweep that no worker took up in its minute is the next one's work.
    "push-editions": {"task": "pushes.push_editions", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "compare-customers": {
        "task": "pushes.compare_customers",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "end-comparisons": {
        "task": "pushes.end_comparisons",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "tell": {"task": "pushes.tell", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "seal-audit-log": {"task": "auditing.seal", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "retire-audit-log": {"task": "auditing.retire", "schedule": crontab(minute="40", hour="0")},
    "delete-old-receipts": {"task": "pushes.delete_old_receipts", "schedule": crontab(minute="45", hour="0")},
    "pulse": {"task": "watching.pulse", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "look": {"task": "watching.look", "schedule": crontab(minute="*/5"), "options": {"expires": 280}},
    "back-up": {
        "task": "keeping.back_up",
        "schedule": crontab(minute=str(BACKUP_TIME.minute), hour=str(BACKUP_TIME.hour)),
        "options": {"expires": 6 * 3600},
    },
    "read-feedback": {"task": "financing.read_feedback", "schedule": crontab(minute="*"), "options": {"expires": 55}},
    "count-figures": {
        "task": "financing.count_figures",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 550},
    },
    "end-feedback": {"task": "financing.end_feedback", "schedule": crontab(minute="25"), "options": {"expires": 1700}},
    "remind-of-feedback": {"task": "financing.remind", "schedule": crontab(minute="15", hour="9")},
    "forget": {"task": "keeping.forget", "schedule": crontab(minute="20", hour="0")},
}

# ── the house's own rules ──
# Whether whoever made something is kept from being the one who checks it; a checkout may be one person's.
CONFIRM_NEEDS_SECOND_PERSON = switch("CONFIRM_NEEDS_SECOND_PERSON", not LOCAL)
LIST_MAX_MEGABYTES = whole_number("LIST_MAX_MEGABYTES", 64, lowest=1, highest=1024)
# What a zipped workbook may unpack to: in all, and beyond 64 MB as a multiple of itself.
LIST_MAX_UNPACKED_MEGABYTES = whole_number("LIST_MAX_UNPACKED_MEGABYTES", 4096, lowest=64, highest=65_536)
LIST_MAX_UNPACKED_RATIO = whole_number("LIST_MAX_UNPACKED_RATIO", 200, lowest=2, highest=1000)
# A larger list is read by a worker, with a page that shows how far it is.
LIST_READ_AT_ONCE_KILOBYTES = whole_number("LIST_READ_AT_ONCE_KILOBYTES", 512, lowest=0, highest=65_536)
LIST_INBOX = env.str("LIST_INBOX", default="")  # a folder whose lists stage themselves; none if empty
UPLOADS_KEPT_DAYS = whole_number("UPLOADS_KEPT_DAYS", 30, lowest=1, highest=3650)  # files that became no list
EXPORT_KEPT_HOURS = whole_number("EXPORT_KEPT_HOURS", 24, lowest=1, highest=720)  # files of the admin's exports
LIST_KEEPS_PERSONS = switch("LIST_KEEPS_PERSONS", False)  # columns of persons in the published record
# The measured precision from which a rung of likeness may tie two names by itself; below it, a person is asked.
MATCH_LINE = fraction("MATCH_LINE", 0.9999)
# Megabytes in which the database may sort at a time when it derives the pool: with less it sorts on disk, slower.
DERIVE_MEMORY_MB = whole_number("DERIVE_MEMORY_MB", 256, lowest=4, highest=16_384)
# A full list that ends more of the list before than this needs a second person.
GONE_LIMIT_PERCENT = whole_number("GONE_LIMIT_PERCENT", 20, lowest=0, highest=100)
# Up to what guards find an edition may be sealed without a person: never, green, amber. Red always waits for two.
EDITION_SEALS_ITSELF = one_of("EDITION_SEALS_ITSELF", "amber", ("never", "green", "amber"))
OVERRULE_ALONE = switch("OVERRULE_ALONE", False)  # a team of one: the maker may overrule red guards, on record
URGENT_NOTICES = switch("URGENT_NOTICES", False)  # editions between quarters, of revocations alone
# An edition that is not sealed so many days after its quarter, at that time: the bureau is told, each day.
EDITION_DUE_DAYS = whole_number("EDITION_DUE_DAYS", 3, lowest=1, highest=60)
EDITION_DUE_TIME = time_of_day("EDITION_DUE_TIME", "09:00")
BUREAU_MAIL: list[str] = env.list("BUREAU_MAIL", default=[])
if BUREAU_MAIL and not LOCAL and MAIL_URL.startswith("consolemail"):
    raise ImproperlyConfigured("BUREAU_MAIL is set and EMAIL_URL is not: nobody would get the mail.")
LIST_MAX_ROWS = whole_number("LIST_MAX_ROWS", 1_000_000, lowest=1000, highest=10_000_000)
# Doubtful matches: how many of a cause are judged one by one before the others may be accepted at once.
REVIEW_SAMPLE = whole_number("REVIEW_SAMPLE", 20, lowest=5, highest=500)
REVIEW_UNDO_MINUTES = whole_number("REVIEW_UNDO_MINUTES", 30, lowest=1, highest=1440)
# Registers in which staff look an enterprise up. The site itself never asks them.
REVIEW_REGISTERS = links(
    "REVIEW_REGISTERS",
    [
        ("国家企业信用信息公示系统", "https://www.gsxt.gov.cn/index.html"),
        ("高新技术企业认定管理工作网", "http://www.innocom.gov.cn/"),
        ("优质中小企业梯度培育平台", "https://zjtx.miit.gov.cn/"),
        ("科技型中小企业信息服务平台", "https://fuwu.most.gov.cn/"),
        (
            "信用中国",
            "https://www.creditchina.gov.cn/xinyongxinxi/index.html?index=0&scenes=defaultScenario"
            "&tableName=credit_xyzx_tyshxydm&searchState=2&entityType=1,2,4,5,6,7&keyword={name}",
        ),
    ],
)
# ── the look-up ──
# How many one address may ask in a minute and in a day, and all together in a minute; 0: as many as they like.
# Beyond them a browser does some work first, or waits.
LOOKUPS_PER_MINUTE = whole_number("LOOKUPS_PER_MINUTE", 20, lowest=0, highest=1_000_000)
LOOKUPS_PER_DAY = whole_number("LOOKUPS_PER_DAY", 200, lowest=0, highest=10_000_000)
LOOKUPS_TOTAL_PER_MINUTE = whole_number("LOOKUPS_TOTAL_PER_MINUTE", 1200, lowest=0, highest=10_000_000)
# For how many seconds the catalogue and the sealed editions are remembered between look-ups.
LOOKUP_SHARED_SECONDS = whole_number("LOOKUP_SHARED_SECONDS", 5, lowest=0, highest=60)
# ── objections and watches ──
OBJECTION_WORKING_DAYS = whole_number("OBJECTION_WORKING_DAYS", 10, lowest=1, highest=120)  # until it is decided
OBJECTION_FILES = whole_number("OBJECTION_FILES", 5, lowest=0, highest=20)  # that may be handed in at once
OBJECTION_FILE_MEGABYTES = whole_number("OBJECTION_FILE_MEGABYTES", 10, lowest=1, highest=50)
# How long contact and files are kept after an objection's end; the decision stays.
OBJECTION_KEPT_DAYS = whole_number("OBJECTION_KEPT_DAYS", 180, lowest=1, highest=3650)
OBJECTIONS_PER_HOUR = whole_number("OBJECTIONS_PER_HOUR", 10, lowest=1, highest=1000)  # of one network address
CLAMD_ADDRESS: str = env.str("CLAMD_ADDRESS", default="")  # a virus scanner's socket, or host:port; none if empty
# How many days before a recognition runs out whoever watches it is told.
WATCH_DAYS = sorted(listed("WATCH_DAYS", int, [90, 30], "whole numbers"))
SLIPS_PER_HOUR = whole_number("SLIPS_PER_HOUR", 30, lowest=1, highest=10_000)  # of one network address
SLIPS_KEPT_DAYS = whole_number("SLIPS_KEPT_DAYS", 730, lowest=30, highest=36_500)
WATCHES_PER_HOUR = whole_number("WATCHES_PER_HOUR", 10, lowest=1, highest=1000)  # of one network address
# ── packages and deliveries ──
# Who writes workbooks: a package that the store has lost comes back to the same bytes by the same one alone.
WORKBOOK_WRITER = one_of("WORKBOOK_WRITER", "quick", ("quick", "steady"))
# How long a delivery in hand is left alone; longer than any channel may take.
DELIVERY_LEASE_SECONDS = whole_number("DELIVERY_LEASE_SECONDS", 600, lowest=10, highest=86_400)
DELIVERY_RETRY_DAYS = whole_number("DELIVERY_RETRY_DAYS", 5, lowest=1, highest=30)  # of failures, until a pause
# An edition that nobody of the institution took: after so many days it is reminded; then it is on the bureau's list.
REMIND_AFTER_DAYS = whole_number("REMIND_AFTER_DAYS", 5, lowest=1, highest=90)
LAGGARD_AFTER_DAYS = whole_number("LAGGARD_AFTER_DAYS", 10, lowest=1, highest=365)
# Feedback of institutions: the largest file, how long its sheet of faults is kept (and a faulty file waits for a word).
FEEDBACK_MAX_ROWS = whole_number("FEEDBACK_MAX_ROWS", 300_000, lowest=1000, highest=1_000_000)
FEEDBACK_MAX_MEGABYTES = whole_number("FEEDBACK_MAX_MEGABYTES", 64, lowest=1, highest=512)
FEEDBACK_FAULTS_KEPT_DAYS = whole_number("FEEDBACK_FAULTS_KEPT_DAYS", 30, lowest=1, highest=365)
# In 10,000 yuan: whoever states a higher amount is asked to look again, and what is stated counts.
FEEDBACK_LARGE_AMOUNT = whole_number("FEEDBACK_LARGE_AMOUNT", 1_000_000, lowest=1, highest=1_000_000_000)
# It is due so many days after the end of its quarter; whoever owes it is reminded each week.
FEEDBACK_DUE_DAYS = whole_number("FEEDBACK_DUE_DAYS", 30, lowest=1, highest=365)
RECEIPTS_KEPT_YEARS = whole_number("RECEIPTS_KEPT_YEARS", 3, lowest=3, highest=100)  # the law asks for three
# Institutions' machines are called at public addresses alone, and in these networks: lines laid to a bank.
CALL_NETWORKS = listed("CALL_NETWORKS", ip_network, [], "networks such as 10.8.0.0/24")
CALL_PORTS = listed("CALL_PORTS", int, [443], "whole numbers")  # of webhooks
CALL_ANSWER_SECONDS = whole_number("CALL_ANSWER_SECONDS", 30, lowest=1, highest=300)
CALL_CA_FILE = env.str("CALL_CA_FILE", default="")  # certificates of authorities to trust beside the system's
SECRET_OVERLAP_DAYS = whole_number("SECRET_OVERLAP_DAYS", 14, lowest=1, highest=90)  # of a channel's former secret
ACCESS_KEY_DAYS = whole_number("ACCESS_KEY_DAYS", 365, lowest=1, highest=3650)  # the longest life of a machine's key
# Lists of an institution's customers, compared with its edition: how large, and for how long they are kept.
MATCH_MAX_ROWS = whole_number("MATCH_MAX_ROWS", 200_000, lowest=1000, highest=1_000_000)
MATCH_MAX_MEGABYTES = whole_number("MATCH_MAX_MEGABYTES", 32, lowest=1, highest=512)
MATCH_KEPT_HOURS = whole_number("MATCH_KEPT_HOURS", 4, lowest=1, highest=72)
KEY_OVERLAP_DAYS = whole_number("KEY_OVERLAP_DAYS", 14, lowest=1, highest=90)  # of a machine's former key
# ── the machines' interface: how much one may ask ──
API_REQUESTS_PER_MINUTE = whole_number("API_REQUESTS_PER_MINUTE", 120, lowest=1, highest=100_000)  # of a key
API_INSTITUTION_REQUESTS_PER_MINUTE = whole_number(  # of all its keys together
    "API_INSTITUTION_REQUESTS_PER_MINUTE", 600, lowest=1, highest=1_000_000
)
API_CODES_PER_DAY = whole_number("API_CODES_PER_DAY", 100_000, lowest=1, highest=100_000_000)  # of an institution
API_GUESSES_PER_MINUTE = whole_number("API_GUESSES_PER_MINUTE", 30, lowest=1, highest=100_000)  # of an address
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# ── guarding (see config/guarding/, config/checks/, docs/security.md) ──
# Of cookies that no neighbouring host may set or read, the browser itself sees to it by their name.
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE_COOKIES else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE_COOKIES else "csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Strict would have whoever follows a mail's link sign in anew
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": SECURE_COOKIES,
    }
}
# Who may say where a request came from: the proxy's own addresses. A socket of this machine has none, and counts.
PROXY_NETWORKS = listed(
    "PROXY_NETWORKS", ip_network, [ip_network("127.0.0.0/8"), ip_network("::1/128")], "networks such as 10.8.0.5/32"
)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a page of an admin's list with all its rows chosen has some hundred
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# The pages that take files, and the megabytes of each; any other takes DATA_UPLOAD_MAX_MEMORY_SIZE, and so does each
# from whoever is not signed in. Some measure for themselves: they take files of people without an account.
BODY_MEGABYTES = {
    "admin:registry_listimport_import": LIST_MAX_MEGABYTES,
    "admin:registry_listimport_take_back": LIST_MAX_MEGABYTES,
    "pushes:matches": MATCH_MAX_MEGABYTES,
    "financing:feedback": FEEDBACK_MAX_MEGABYTES,
}
BODIES_MEASURED_BY_THE_PAGE = {
    "enterprises:objection-new", "enterprises:objections", "enterprises:objection",
    "api:sendFeedback",  # by its door, before a byte is read
}  # fmt: skip
# From sign-in to the next one at the latest, however busy; and on how many devices a person may be signed in at once:
# the newest sign-in ends the oldest (0: as many as they like).
SESSION_HOURS = whole_number("SESSION_HOURS", 12, lowest=1, highest=168)
STAFF_SESSIONS = whole_number("STAFF_SESSIONS", 1, lowest=0, highest=20)
INSTITUTION_SESSIONS = whole_number("INSTITUTION_SESSIONS", 3, lowest=0, highest=20)
# Whoever touches secrets or rights has signed in, or given password or code again, within so many minutes.
FRESH_MINUTES = whole_number("FRESH_MINUTES", 10, lowest=1, highest=60)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * FRESH_MINUTES
CELERY_BEAT_SCHEDULE |= {
    "clear-sessions": {"task": "accounts.clear_sessions", "schedule": crontab(minute="20", hour="0")}
}
# Preloading is asked for of a whole domain, which is not this site's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# ── backups (see config/keeping/ and docs/backup.md) ──
BACKUP_DIR: str = env.str("BACKUP_DIR", default="")  # none are made where it is empty
BACKUP_EXPECTED = not LOCAL  # on a laptop none is missed
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", default=[])  # public keys of age; open where there is none
# The newest backup of so many days, weeks and months is kept.
BACKUP_KEEP_DAYS = whole_number("BACKUP_KEEP_DAYS", 7, lowest=1, highest=366)
BACKUP_KEEP_WEEKS = whole_number("BACKUP_KEEP_WEEKS", 5, lowest=0, highest=260)
BACKUP_KEEP_MONTHS = whole_number("BACKUP_KEEP_MONTHS", 12, lowest=0, highest=120)
POSTGRES_BIN: str = env.str("POSTGRES_BIN", default="")  # the folder of pg_dump, where it is no usual one
DRILL_DAYS = whole_number("DRILL_DAYS", 0, lowest=0, highest=3650)  # at the latest, between two restore drills; 0: any
# What a restored database and its files must prove by themselves: commands that end with 0 or say what is wrong.
DRILL_PROOFS = ["prove_editions", "prove_packages", "audit_log verify"]
# ── watching (see config/watching/ and docs/drills.md) ──
LOG_FORMAT = one_of("LOG_FORMAT", "plain" if LOCAL else "json", ("json", "plain"))
LOG_LEVEL = one_of("LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = configured(LOG_FORMAT, LOG_LEVEL)
OPERATIONS_MAIL: list[str] = env.list("OPERATIONS_MAIL", default=[])  # who is told of troubles
# Who may read metrics and the details of health: these networks, or whoever brings the token.
METRICS_NETWORKS = listed("METRICS_NETWORKS", ip_network, [], "networks such as 10.8.0.0/24")
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
METRICS_DIR: str = env.str("METRICS_DIR", default="")  # where processes of a machine count their requests together
PULSE_LATE_MINUTES = whole_number("PULSE_LATE_MINUTES", 10, lowest=2, highest=1440)
QUEUE_LATE_MINUTES = whole_number("QUEUE_LATE_MINUTES", 15, lowest=1, highest=1440)
DISK_LEAST_PERCENT = whole_number("DISK_LEAST_PERCENT", 10, lowest=1, highest=50)  # free, or 50 GB
# Troubles that are over, and records of backups and drills.
WATCH_KEPT_DAYS = whole_number("WATCH_KEPT_DAYS", 400, lowest=180, highest=3650)
WATCHED = ["registry.gauging.gauges", "enterprises.gauging.gauges", "pushes.gauging.gauges"]
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked from within, without https
