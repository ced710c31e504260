"""An institution's people after they came: roles, and the end of an account.

Law: an institution keeps an administrator, and each act is on record in the same transaction. Whoever may invite no
more has no invitation open: by one sent to another address of theirs they would be back.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from pushes import errors
from pushes.models import Institution, Invitation, Membership, PeopleEvent, PeopleEventKind, Role


def change_role(*, member: Membership, role: Role, by: User, now: datetime) -> None:
    """Give the person another role; the same one changes nothing."""
    with transaction.atomic():
        _hold(member.institution)
        current = Membership.objects.select_related("institution", "user").get(pk=member.pk)
        before = Role(current.role)
        if before == role:
            return
        if before == Role.ADMINISTRATOR:
            _must_not_be_last(current)
        current.role = role
        current.save(update_fields=["role"])
        detail = f"{before.label} → {role.label}"
        note(
            institution=current.institution,
            kind=PeopleEventKind.ROLE_CHANGED,
            who=current.user.username,
            detail=detail,
            by=by,
            now=now,
        )
        if before == Role.ADMINISTRATOR:
            _withdraw_invitations(current, by, now)


def remove(*, member: Membership, by: User, now: datetime) -> None:
    """Close the account. A closed one has no session, and its second factor is forgotten; what it did stays."""
    with transaction.atomic():
        _hold(member.institution)
        current = Membership.objects.select_related("institution", "user").get(pk=member.pk)
        if current.user.is_staff or current.user.is_superuser:
            raise errors.StaffAccount
        if current.role == Role.ADMINISTRATOR:
            _must_not_be_last(current)
        User.objects.filter(pk=current.user.pk).update(is_active=False)
        Authenticator.objects.filter(user=current.user).delete()
        note(
            institution=current.institution,
            kind=PeopleEventKind.REMOVED,
            who=current.user.username,
            by=by,
            now=now,
        )
        _withdraw_invitations(current, by, now)


def note(
    *, institution: Institution, kind: PeopleEventKind, who: str, by: User, now: datetime, detail: str = ""
) -> None:
    """Put on record what happened; called within the act's own transaction."""
    PeopleEvent.objects.create(institution=institution, at=now, kind=kind, who=who, detail=detail, by=by)


def _hold(institution: Institution) -> None:
    """One such act at a time: two administrators could remove each other."""
    Institution.objects.select_for_update().get(pk=institution.pk)


def _withdraw_invitations(member: Membership, by: User, now: datetime) -> None:
    """Those that the person sent out and that nobody accepted."""
    waiting = Invitation.objects.filter(institution=member.institution, accepted_at=None, withdrawn_at=None)
    for invitation in waiting.filter(invited_by=member.user).select_for_update():
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now, due_at=None)
        kind = PeopleEventKind.WITHDRAWN
        note(institution=member.institution, kind=kind, who=invitation.email, by=by, now=now)


def _must_not_be_last(member: Membership) -> None:
    others = Membership.objects.filter(
        institution=member.institution, role=Role.ADMINISTRATOR, user__is_active=True
    ).exclude(pk=member.pk)
    if not others.exists():
        raise errors.LastAdministrator
