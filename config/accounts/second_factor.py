"""Who must have a second factor, who has one, and the bureau's way for a lost phone.

Law: nobody resets their own, and only a superuser resets a superuser's.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import User

from config.accounts import sessions

STAFF, INSTITUTIONS = "staff", "institutions"  # words of MFA_REQUIRED; others are names of groups


def is_required(user: User) -> bool:
    """Whether this person must have one."""
    asked: list[str] = settings.MFA_REQUIRED
    if (STAFF if user.is_staff else INSTITUTIONS) in asked:
        return True
    groups = set(asked) - {STAFF, INSTITUTIONS}
    return bool(groups) and user.groups.filter(name__in=groups).exists()


def has_one(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))


def may_reset(user: User, *, by: User) -> bool:
    """Whether `by` may do it at all; that they hold the permission is asked where they do it."""
    return user.pk != by.pk and (by.is_superuser or not user.is_superuser)


def reset(user: User) -> None:
    """Take the second factor and its recovery codes away, and sign the person out everywhere."""
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
