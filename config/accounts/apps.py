"""The app of accounts."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

from config.accounts import freshness


class AccountsConfig(AppConfig):
    name = "config.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import_module("config.accounts.passwords")  # its receiver needs the models
        user_logged_in.connect(freshness.note_sign_in, dispatch_uid="accounts.note_sign_in")
