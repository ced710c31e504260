"""Accounts that nobody uses are found, and closed. Law: what a closed account did stays, and nobody closes the own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from config.accounts import sessions


def unused(now: datetime) -> QuerySet[User]:
    """Open accounts of the bureau into which nobody has signed for ACCOUNT_UNUSED_DAYS."""
    if not settings.ACCOUNT_UNUSED_DAYS:
        return User.objects.none()
    since = now - timedelta(days=settings.ACCOUNT_UNUSED_DAYS)
    never = Q(last_login=None, date_joined__lt=since)
    return User.objects.filter(Q(last_login__lt=since) | never, is_active=True, is_staff=True)


def may_change(user: User, *, by: User) -> bool:
    """Whether `by` may change this account: nobody's own, and a superuser's only for superusers."""
    return by.is_superuser or (user.pk != by.pk and not user.is_superuser)


def close(*, users: Iterable[User], by: User) -> list[User]:
    """Close these accounts, but for those that `by` may not change, and the own. Returns which were closed."""
    closed = []
    with transaction.atomic():
        for user in users:
            if user.is_active and user.pk != by.pk and may_change(user, by=by):
                User.objects.filter(pk=user.pk).update(is_active=False)
                sessions.end_all(user)
                closed.append(user)
    return closed
