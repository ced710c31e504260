"""In production a second factor is asked of everybody, unless the environment says otherwise."""

import os
import subprocess
import sys

from tests.processes import ROOT


def test_production_asks_for_a_second_factor() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.MFA_REQUIRED, settings.SECURE_COOKIES)"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for tests",
            "DATABASE_URL": "postgresql://db.example.gov.cn/registry",
            "REDIS_URL": "redis://redis.example.gov.cn/0",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "['staff', 'institutions'] True"


def test_the_brokers_certificate_is_looked_at() -> None:
    """Left alone, Celery's transport speaks TLS with whoever answers."""
    told = subprocess.run(
        [sys.executable, "-c", "from config.celery import app; print(app.connection().ssl['ssl_cert_reqs'].name)"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for tests",
            "DATABASE_URL": "postgresql://db.example.gov.cn/registry",
            "REDIS_URL": "rediss://:secret@redis.example.gov.cn/0",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "CERT_REQUIRED"
