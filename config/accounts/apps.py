"""The app of accounts."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register
from django.db.models.signals import m2m_changed, post_migrate, pre_save
from django.utils.translation import gettext_lazy as _

from config.accounts import doors, freshness, granting


class AccountsConfig(AppConfig):
    name = "config.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import_module("config.checks")  # registers what `manage.py check` asks
        import_module("config.accounts.passwords")  # its receiver needs the models
        register(import_module("config.accounts.checks").superusers, Tags.database)
        user_logged_in.connect(freshness.note_sign_in, dispatch_uid="accounts.note_sign_in")
        doors.close()
        # Connected after Django's own, which makes the permissions.
        post_migrate.connect(granting.bring_up, dispatch_uid="accounts.bring_up")
        user_logged_in.connect(import_module("config.accounts.visiting").note_sign_in, dispatch_uid="accounts.visit")
        changes, user = import_module("config.accounts.changes"), apps.get_model("auth", "User")
        pre_save.connect(changes.before_saving, sender=user, dispatch_uid="accounts.rights")
        for rights in (user.groups.through, user.user_permissions.through):
            m2m_changed.connect(changes.rights_changed, sender=rights, dispatch_uid=f"accounts.{rights.__name__}")
