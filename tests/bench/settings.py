"""The product's settings, with the plain import to compare with beside it. Law: the checkout's own data is not touched.

Database, files and cache keys are the bench's own; everything else is as the product has it.
"""

import os
from pathlib import Path

from config.settings import *  # noqa: F403 - settings are the names of this module
from config.settings import CACHES, DATABASES, INSTALLED_APPS, STORAGES

DEBUG = False
ALLOWED_HOSTS = ["testserver"]
SECURE_SSL_REDIRECT = False
MFA_REQUIRED, PASSWORD_DAYS = [], 0
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.stock"]

DATABASES["default"]["TEST"] = {"NAME": "bench"}
if "BENCH_DATABASE" in os.environ:  # a process that a bench started works in the bench's database
    DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
FILES_ROOT = Path(os.environ["BENCH_FOLDER"]) / "files"
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
}
CACHES["default"]["KEY_PREFIX"] = "bench"

# What a worker would do is done in this process, so that its cost is seen.
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
