"""In production a second factor is asked of everybody, unless the environment says otherwise."""

import os
import subprocess
import sys

from tests.processes import ROOT


def told_in_production(program: str, redis: str = "redis://redis.example.gov.cn/0") -> str:
    """What a program says under the least that production sets."""
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for tests",
            "DATABASE_URL": "postgresql://db.example.gov.cn/registry",
            "REDIS_URL": redis,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_production_asks_for_a_second_factor() -> None:
    program = "from config import settings; print(settings.MFA_REQUIRED, settings.SECURE_COOKIES)"
    assert told_in_production(program) == "['staff', 'institutions'] True"


def test_the_brokers_certificate_is_looked_at() -> None:
    """Left alone, Celery's transport speaks TLS with whoever answers."""
    program = "from config.celery import app; print(app.connection().ssl['ssl_cert_reqs'].name)"
    assert told_in_production(program, redis="rediss://:secret@redis.example.gov.cn/0") == "CERT_REQUIRED"
