"""The app of the plain import."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "tests.bench.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
