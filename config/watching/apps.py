"""The app that watches."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_login_failed
from django.core.checks import register
from django.core.signals import request_finished
from django.utils.translation import gettext_lazy as _

from config import starting
from config.watching import checks, counting, middleware


class WatchingConfig(AppConfig):
    name = "config.watching"
    label = "watching"
    verbose_name = _("State of the system")

    def ready(self) -> None:
        import_module("config.watching.task_ids")  # its receivers follow a request into its tasks
        user_login_failed.connect(counting.note_failed_sign_in, dispatch_uid="watching.failed_sign_in")
        request_finished.connect(middleware.forget, dispatch_uid="watching.forget_request")
        register(checks.watched, deploy=True)
        starting.loaded()
