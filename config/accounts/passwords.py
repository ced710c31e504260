"""What a password must be, how long it is good for, and which may not come again (Django's validators and their hook).

Law: whoever sets a password, by whatever page or command, it is written down when, and as which hash.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts import sessions
from config.accounts.models import PasswordSet

DAY_SECONDS = 86_400
_KNOWN = "password_known"


def classes(password: str) -> int:
    """How many of four kinds of characters are in it: lower case, upper case, digits, others."""
    kinds = (str.islower, str.isupper, str.isdigit)
    found = {next((number for number, kind in enumerate(kinds) if kind(one)), len(kinds)) for one in password}
    return len(found)


class LengthValidator(MinimumLengthValidator):
    """PASSWORD_MIN_LENGTH, in words that have their Chinese."""

    def get_error_message(self) -> str:
        return self.get_help_text()

    def get_help_text(self) -> str:
        return _("It must have at least %(count)s characters.") % {"count": self.min_length}


class UnlikeValidator(UserAttributeSimilarityValidator):
    def get_help_text(self) -> str:
        return _("It must not be like your name or address.")


class UncommonValidator(CommonPasswordValidator):
    def get_help_text(self) -> str:
        return _("It must be none that many people use.")


class ClassesValidator:
    """PASSWORD_CLASSES of the four kinds."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if classes(password) < settings.PASSWORD_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _(
            "It must have characters of at least %(count)s of these kinds: small letters, capital letters, digits, "
            "other characters."
        ) % {"count": settings.PASSWORD_CLASSES}


class HistoryValidator:
    """None of the last PASSWORD_HISTORY passwords comes again."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is None or user.pk is None:
            return
        # What says that a password is provisional stands beside the row of the password itself.
        last = PasswordSet.objects.filter(user_id=user.pk, provisional=False).order_by("-at", "-pk")
        last = last[: settings.PASSWORD_HISTORY]
        if any(check_password(password, encoded) for encoded in last.values_list("encoded", flat=True)):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Called by Django once a password is saved that was set: whoever knew the former one is signed out."""
        if isinstance(user, User):
            _note(user)
            sessions.end_all(user)

    def get_help_text(self) -> str:
        return _("It must be none of the last %(count)s that you had.") % {"count": settings.PASSWORD_HISTORY}


@receiver(post_save, sender=User, dispatch_uid="accounts.note_first_password")
def note_first(sender: Any, instance: User, created: bool, **_more: Any) -> None:
    """What is created with its hash (createsuperuser, create_user) never calls the hook."""
    if (
        created
        and getattr(instance, "_password", None) is None
        and instance.password
        and instance.has_usable_password()
    ):
        _note(instance)


@receiver(user_logged_in, dispatch_uid="accounts.know_password")
def know(sender: Any, request: HttpRequest, user: User, **_more: Any) -> list[Any]:
    """Keep in the session what is known of the password: it is looked up once, at the sign-in."""
    known: list[Any] = [request.session.get(HASH_SESSION_KEY), *_newest(user)]
    request.session[_KNOWN] = known
    return known


def is_overdue(request: HttpRequest) -> bool:
    """Whether the person who is signed in must change the password first: it is too old, or somebody else set it."""
    known = request.session.get(_KNOWN)
    if not known or known[0] != request.session.get(HASH_SESSION_KEY):  # changed since, in this very session
        assert isinstance(request.user, User)  # noqa: S101 - asked of signed-in people alone
        known = know(request.user, request, request.user)
    _hash, at, provisional = known
    if provisional or not settings.PASSWORD_DAYS:
        return bool(provisional)
    return timezone.now().timestamp() >= float(at) + settings.PASSWORD_DAYS * DAY_SECONDS


def must_be_changed(user: User) -> None:
    """Whoever set this password for its owner knows it: the owner changes it at the next sign-in."""
    if user.has_usable_password():
        PasswordSet.objects.create(user=user, at=timezone.now(), encoded=user.password, provisional=True)


def _note(user: AbstractBaseUser) -> None:
    PasswordSet.objects.create(user_id=user.pk, at=timezone.now(), encoded=user.password)


def _newest(user: User) -> tuple[float, bool]:
    """When the password was set, and whether somebody else did it."""
    newest = PasswordSet.objects.filter(user=user).order_by("-at", "-pk").first()
    return (newest.at if newest else user.date_joined).timestamp(), bool(newest and newest.provisional)
