"""Every setting that can be wrong is told by an id; a production server set up as .env.example says is told nothing."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Error, Warning
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from config import checks
from config.checks import database
from tests.processes import ROOT, signing_key

RULES = [*checks.OF_SETTINGS, *checks.OF_DATABASE]
LONG, OTHER = secrets.token_urlsafe(48), secrets.token_urlsafe(48)


@pytest.fixture
def sound(tmp_path: Path) -> SimpleNamespace:
    """The settings of a production server on which nothing is wrong."""
    files, static = tmp_path / "files", tmp_path / "static"
    files.mkdir(mode=0o750)
    static.mkdir()
    (static / "site.css").touch()
    return SimpleNamespace(
        SECRET_KEY=LONG, SECRETS_KEY=OTHER, SECRETS_OLD_KEYS=[],
        DATABASES={"default": {"HOST": "/run/postgresql", "PASSWORD": "", "OPTIONS": {}}},
        REDIS_URL="unix:///run/redis.sock", MAIL_URL="smtp+tls://mail.example.gov.cn", MAIL_CONFIGURED=True,
        EMAIL_HOST="mail.example.gov.cn",
        DEBUG=False, ALLOWED_HOSTS=["registry.example.gov.cn"], SECURE_COOKIES=True, SECURE_HSTS_SECONDS=31_536_000,
        SITE_ADDRESS="https://registry.example.gov.cn", CSRF_TRUSTED_ORIGINS=["https://registry.example.gov.cn"],
        BEHIND_PROXY=True, PROXY_NETWORKS=[ip_network("127.0.0.0/8"), ip_network("10.8.0.5/32")],
        CONTENT_SECURITY_POLICY={"DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'self'"],
                                                "style-src": ["'self'"]}},
        MFA_REQUIRED=["staff", "institutions"], LOCKOUT_TRIES=5, LOCKOUT_MINUTES=15, PASSWORD_CLASSES=3,
        PASSWORD_DAYS=90, SESSION_COOKIE_AGE=1800, SESSION_SAVE_EVERY_REQUEST=True, SESSION_COOKIE_HTTPONLY=True,
        STAFF_SESSIONS=1, CONFIRM_NEEDS_SECOND_PERSON=True, OVERRULE_ALONE=False, LIST_KEEPS_PERSONS=False,
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}},
        FILES_ROOT=files, STATIC_ROOT=static, LIST_INBOX="", WHITENOISE_USE_FINDERS=False,
    )  # fmt: skip


def base(host: str, password: str = LONG, **options: str) -> dict[str, Any]:
    return {"DATABASES": {"default": {"HOST": host, "PASSWORD": password, "OPTIONS": options}}}


def scripts(*sources: str) -> dict[str, Any]:
    rules = {"default-src": ["'none'"], "script-src": sources, "style-src": ["'self'"]}
    return {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": rules}}


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("config.E001", {"SECRET_KEY": "for tests"}),
    ("config.E001", {"SECRET_KEY": "ab" * 40}),
    ("config.W002", {"SECRETS_KEY": LONG}),
    ("config.E003", {"SECRETS_KEY": "short"}),
    ("config.E003", {"SECRETS_OLD_KEYS": ["short"]}),
    ("config.E004", base("db.example.gov.cn", "postgres", sslmode="verify-full")),
    ("config.E004", {"REDIS_URL": "rediss://redis.example.gov.cn/0"}),
    ("config.W005", base("db.example.gov.cn")),
    ("config.W005", {"REDIS_URL": f"redis://:{LONG}@redis.example.gov.cn/0"}),
    ("config.W005", {"MAIL_URL": "smtp://mail.example.gov.cn"}),
    ("config.E101", {"DEBUG": True}),
    ("config.E102", {"ALLOWED_HOSTS": ["registry.example.gov.cn", "*"]}),
    ("config.E102", {"ALLOWED_HOSTS": [".example.gov.cn"]}),
    ("config.E103", {"SECURE_COOKIES": False}),
    ("config.W104", {"SECURE_HSTS_SECONDS": 60}),
    ("config.E105", {"SITE_ADDRESS": "http://registry.example.gov.cn"}),
    ("config.E105", {"SITE_ADDRESS": "https://evil.example"}),
    ("config.E106", {"CSRF_TRUSTED_ORIGINS": ["http://registry.example.gov.cn"]}),
    ("config.E106", {"CSRF_TRUSTED_ORIGINS": ["https://*.example.gov.cn"]}),
    ("config.W107", {"BEHIND_PROXY": False}),
    ("config.W108", {"PROXY_NETWORKS": [ip_network("10.0.0.0/8")]}),
    ("config.E109", scripts("'self'", "'unsafe-inline'")),
    ("config.E109", {"CONTENT_SECURITY_POLICY": None}),
    ("config.E201", {"MFA_REQUIRED": ["institutions"]}),
    ("config.W202", {"MFA_REQUIRED": ["staff"]}),
    ("config.W203", {"LOCKOUT_TRIES": 10}),
    ("config.W203", {"LOCKOUT_MINUTES": 1}),
    ("config.W204", {"PASSWORD_CLASSES": 2}),
    ("config.W204", {"PASSWORD_DAYS": 0}),
    ("config.W204", {"PASSWORD_DAYS": 365}),
    ("config.W205", {"SESSION_COOKIE_AGE": 3600}),
    ("config.W206", {"STAFF_SESSIONS": 0}),
    ("config.W207", {"CONFIRM_NEEDS_SECOND_PERSON": False}),
    ("config.W208", {"OVERRULE_ALONE": True}),
    ("config.W209", {"LIST_KEEPS_PERSONS": True}),
    ("config.W210", {"MAIL_CONFIGURED": False}),
]


def told(settings: Any) -> list[str]:
    return [str(one.id) for rule in checks.OF_SETTINGS for one in rule.judge(settings)]


def test_each_wrong_setting_is_told_and_nothing_else(sound: SimpleNamespace) -> None:
    assert told(sound) == []
    for expected, changed in WRONG:
        assert told(SimpleNamespace(**vars(sound) | changed)) == [expected], changed


def test_folders(sound: SimpleNamespace, tmp_path: Path) -> None:
    sound.FILES_ROOT.chmod(0o755)
    assert told(sound) == ["config.W302"]
    sound.FILES_ROOT = tmp_path / "missing"
    assert told(sound) == ["config.E301"]
    sound.STORAGES = {"default": {"BACKEND": "config.store.S3Store"}}
    assert told(sound) == []
    (sound.STATIC_ROOT / "site.css").unlink()
    assert told(sound) == ["config.E303"]
    sound.WHITENOISE_USE_FINDERS, sound.FILES_ROOT = True, sound.STATIC_ROOT / "files"
    assert told(sound) == ["config.E304"]


def test_the_database_says(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.LOCAL = {}
    found = {"SELECT clock_timestamp()": timezone.now() - timedelta(minutes=3)}
    monkeypatch.setattr(database, "_asked", lambda sql: found.get(sql, "registry"))
    ids = [one.id for one in checks.beside_the_database(None, databases=["default"])]
    assert ids == ["config.W401", "config.W402"]
    assert checks.beside_the_database(None) == []
    monkeypatch.undo()
    settings.LOCAL = {}
    assert "config.W401" not in [one.id for one in checks.beside_the_database(None, databases=["default"])]


def test_every_rule_says_in_chinese_what_to_do_and_has_its_case() -> None:
    folders = {"config.E301", "config.W302", "config.E303", "config.E304"}
    assert {rule.id for rule in checks.OF_SETTINGS} == {name for name, _changed in WRONG} | folders
    assert len({rule.id for rule in RULES}) == len(RULES)
    chinese = re.compile(r"[\u4e00-\u9fff]")
    with override("zh-hans"):
        for rule in RULES:
            assert chinese.search(str(rule.said)) and chinese.search(str(rule.do)), rule.id
    assert isinstance(RULES[0].judge(SimpleNamespace(SECRET_KEY=""))[0], Error)
    assert isinstance(RULES[1].judge(SimpleNamespace(SECRET_KEY="", SECRETS_KEY=""))[0], Warning)


def shown() -> Iterator[tuple[str, str]]:
    """What .env.example shows as needed."""
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if re.match(r"[A-Z_]+=", line):
            name, _sign, value = line.partition("=")
            yield name, value


def test_production_as_the_example_says_is_clean(sound: SimpleNamespace) -> None:
    backups = sound.FILES_ROOT.parent / "backups"
    backups.mkdir()
    given = dict(shown()) | {
        "SECRET_KEY": LONG,
        "SECRETS_KEY": OTHER,
        "SIGNING_KEY": signing_key(),
        "FILES_ROOT": str(sound.FILES_ROOT),
        "STATIC_ROOT": str(sound.STATIC_ROOT),
        "EMAIL_URL": "smtp+tls://user:password@mail.example.gov.cn:587",
        "BEHIND_PROXY": "yes",
        "BACKUP_DIR": str(backups),
        "OPERATIONS_MAIL": "ops@example.gov.cn",
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        given[name] = given[name].replace(":password@", f":{LONG}@")
    asked = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {"PATH": os.environ["PATH"], **given}
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout + done.stderr or "1 silenced" in done.stdout + done.stderr
