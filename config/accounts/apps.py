"""The app of accounts."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from config.accounts import freshness, granting


class AccountsConfig(AppConfig):
    name = "config.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import_module("config.accounts.passwords")  # its receiver needs the models
        register(import_module("config.accounts.checks").superusers, Tags.database)
        user_logged_in.connect(freshness.note_sign_in, dispatch_uid="accounts.note_sign_in")
        # Connected after Django's own, which makes the permissions.
        post_migrate.connect(granting.bring_up, dispatch_uid="accounts.bring_up")
