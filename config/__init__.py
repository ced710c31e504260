"""Settings, addresses and the Celery app. It knows the apps by dotted string only."""

import os

# polars' allocator would keep what it freed for ten seconds: a nation's rows then take half a gigabyte more. It reads
# this when polars is loaded, which is after this package.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:0")

from config.celery import app as celery_app

__all__ = ["celery_app"]
