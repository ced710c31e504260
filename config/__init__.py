"""Settings, addresses and the Celery app. It knows the apps by dotted string only."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
