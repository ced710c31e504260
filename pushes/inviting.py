"""How people come to an institution: invited by mail, let in by the mail's link, once.

Law: the token is made when the mail is, and is nowhere kept; whoever sends again makes the former one void. A mail that
does not go is a row that is tried again.
"""

import hmac
import random
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q

from pushes import errors, people, retrying, targets, wording
from pushes.models import (
    Institution,
    Invitation,
    InvitationState,
    Membership,
    PeopleEvent,
    PeopleEventKind,
    Role,
)

# At an institution: whoever may invite is not to mail the whole world, nor one address without end.
MOST_OPEN, MOST_A_DAY = 50, 100
_SECRET_BYTES = 32
_IN_HAND = timedelta(minutes=5)  # longer than a mail server may take


def invite(*, institution: Institution, email: str, name: str, role: Role, by: User, now: datetime) -> Invitation:
    """Ask somebody in; the mail goes with the next sweep."""
    email = email.strip().lower()
    with transaction.atomic():
        _hold(institution.pk)  # of two at once, the second sees the first
        if Membership.objects.filter(_of(email), institution=institution, user__is_active=True).exists():
            raise errors.PersonKnown(email)
        before = Invitation.objects.filter(institution=institution, email=email, accepted_at=None, withdrawn_at=None)
        if before.filter(expires_at__gt=now).exists():
            raise errors.AlreadyInvited(email)
        if institution.invitations.filter(accepted_at=None, withdrawn_at=None).count() >= MOST_OPEN:
            raise errors.TooManyInvitations(MOST_OPEN)
        _must_not_be_too_often(institution.pk, now)
        before.update(withdrawn_at=now, due_at=None)
        invitation = Invitation.objects.create(
            institution=institution,
            email=email,
            name=" ".join(name.split()),
            role=role,
            invited_at=now,
            invited_by=by,
            expires_at=_end(now),
            due_at=now,
        )
        _note(invitation, PeopleEventKind.INVITED, by, now, detail=str(role.label))
    return invitation


def send_again(*, invitation: Invitation, by: User, now: datetime) -> None:
    """A new link for as many days; the former one is void at once."""
    with transaction.atomic():
        current = _held(invitation)
        _must_not_be_too_often(current.institution_id, now)
        current.digest, current.expires_at, current.due_at = None, _end(now), now
        current.tries, current.failure, current.sent_at = 0, "", None
        current.save()
        _note(current, PeopleEventKind.INVITED_AGAIN, by, now)


def withdraw(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Its link opens nothing any more."""
    with transaction.atomic():
        current = _held(invitation)
        current.withdrawn_at, current.due_at = now, None
        current.save()
        _note(current, PeopleEventKind.WITHDRAWN, by, now)


def send_due(*, now: datetime) -> int:
    """Mail the invitations that are due; returns how many went."""
    due = Invitation.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)
    return sum(_send(pk, now) for pk in list(due))


def opened(*, token: str, now: datetime) -> Invitation:
    """The open invitation with this token; looking does not use it up. Raises `InvitationOver`."""
    digest = _digest(token)
    known = Invitation.objects.filter(digest=digest).select_related("institution", "invited_by").first()
    if known is None or known.digest is None or not hmac.compare_digest(known.digest, digest):
        raise errors.InvitationOver
    if known.state(now) != InvitationState.OPEN:
        raise errors.InvitationOver
    return known


def accept(*, token: str, password: str, now: datetime) -> User:
    """Open the account, or open again what was closed in this very institution; returns its person."""
    invitation = opened(token=token, now=now)
    try:
        with transaction.atomic():
            return _accepted(invitation, token, password, now)
    except IntegrityError as error:  # another institution's invitation of the same address, at this very moment
        raise errors.AddressTaken(invitation.email) from error


def account(invitation: Invitation) -> User:
    """The account that the invitation opens: a new one, or one of the same institution that was closed. What the bureau
    closed, the bureau's own invitation alone opens again.

    Raises `AddressTaken` where the address is another's, or it is not this invitation's to open.
    """
    known = list(User.objects.filter(Q(username__iexact=invitation.email) | _named(invitation.email)).distinct()[:2])
    if not known:
        return User(username=invitation.email, email=invitation.email, first_name=invitation.name)
    closed_here = Membership.objects.filter(user=known[0], institution=invitation.institution, user__is_active=False)
    if len(known) > 1 or known[0].is_staff or known[0].is_superuser or not closed_here.exists():
        raise errors.AddressTaken(invitation.email)
    if not (invitation.invited_by.is_staff or _closed_by_its_own(known[0], invitation)):
        raise errors.AddressTaken(invitation.email)
    return known[0]


def _closed_by_its_own(person: User, invitation: Invitation) -> bool:
    """Whether the last that is on record of the person is that the institution itself closed the account."""
    asked = (PeopleEventKind.INVITED, PeopleEventKind.INVITED_AGAIN, PeopleEventKind.WITHDRAWN)
    of_them = PeopleEvent.objects.filter(institution=invitation.institution, who=person.username).exclude(
        kind__in=asked
    )
    last = of_them.select_related("by").first()
    return last is not None and last.kind == PeopleEventKind.REMOVED and not last.by.is_staff


def _accepted(seen: Invitation, token: str, password: str, now: datetime) -> User:
    _hold(seen.institution_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("institution").get(pk=seen.pk)
    if invitation.digest != _digest(token) or invitation.state(now) != InvitationState.OPEN:
        raise errors.InvitationOver
    user = account(invitation)
    user.set_password(password)
    user.is_active, user.email = True, invitation.email
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=invitation.email, verified=True, primary=True)
    belongs = {"institution": invitation.institution, "role": invitation.role}
    Membership.objects.update_or_create(user=user, defaults=belongs)
    invitation.accepted_at, invitation.accepted_by, invitation.due_at = now, user, None
    invitation.save()
    _note(invitation, PeopleEventKind.JOINED, user, now, detail=invitation.get_role_display())
    return user


def _send(pk: int, now: datetime) -> bool:
    """Make the token and mail it. The digest is written first: a link that arrives is always good."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    with transaction.atomic():
        waiting = Invitation.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now)
        invitation = waiting.filter(pk=pk).select_related("institution").first()
        if invitation is None:  # another worker has it, or had it
            return False
        if invitation.state(now) != InvitationState.OPEN:
            Invitation.objects.filter(pk=pk).update(due_at=None)
            return False
        tries = invitation.tries + 1
        Invitation.objects.filter(pk=pk).update(digest=_digest(token), tries=tries, due_at=now + _IN_HAND)
    failure = _mail(invitation, token)
    mine = Invitation.objects.filter(pk=pk, digest=_digest(token))
    if failure:
        again = now + retrying.wait(tries, random.random())  # noqa: S311 - guards nothing
        mine.update(failure=failure[:300], due_at=again)
        return False
    mine.update(failure="", due_at=None, sent_at=now)
    return True


def _mail(invitation: Invitation, token: str) -> str:
    """Why the mail could not be sent; nothing where it was."""
    if not targets.has_mail_server():
        return str(errors.NoMailServer())
    subject, text = wording.invitation(invitation, token)
    try:
        send_mail(subject, text, None, [invitation.email])
    except Exception as error:  # whatever is wrong with one, those behind it go
        return f"{type(error).__name__}: {error}"
    return ""


def _hold(institution: int) -> None:
    """One act on an institution's people at a time; always taken before the invitation's own row."""
    Institution.objects.select_for_update().get(pk=institution)


def _must_not_be_too_often(institution: int, now: datetime) -> None:
    """What was withdrawn has been mailed as well."""
    mailed = (PeopleEventKind.INVITED, PeopleEventKind.INVITED_AGAIN)
    lately = PeopleEvent.objects.filter(institution=institution, kind__in=mailed, at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise errors.InvitationsUsedUp(MOST_A_DAY)


def _held(invitation: Invitation) -> Invitation:
    _hold(invitation.institution_id)
    current = Invitation.objects.select_for_update(of=("self",)).select_related("institution").get(pk=invitation.pk)
    if current.accepted_at or current.withdrawn_at:
        raise errors.InvitationNotOpen
    return current


def _note(invitation: Invitation, kind: PeopleEventKind, by: User, now: datetime, detail: str = "") -> None:
    people.note(institution=invitation.institution, kind=kind, who=invitation.email, detail=detail, by=by, now=now)


def _end(now: datetime) -> datetime:
    return now + timedelta(days=settings.INVITATION_DAYS)


def _named(email: str) -> Q:
    return Q(email__iexact=email) | Q(emailaddress__email__iexact=email)


def _of(email: str) -> Q:
    return Q(user__username__iexact=email) | Q(user__email__iexact=email) | Q(user__emailaddress__email__iexact=email)


def _digest(token: str) -> str:
    """Of 32 random bytes: nothing to guess, so nothing to slow down."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
