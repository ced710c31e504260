"""An institution asks for another cut or another target, and the bureau answers.

Law: a request changes nothing by itself. What is agreed to becomes the next profile in the same step; both sides are
told by letter.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from enterprises.mail_words import Words
from pushes import agreeing, errors, telling, wording
from pushes.models import (
    Channel,
    Institution,
    LetterKind,
    Profile,
    ProfileRequest,
    RequestKind,
    RequestState,
    Terms,
)


def terms_of(profile: Profile) -> Terms:
    """What a profile says, as a request says it."""
    return _terms(
        profile.programmes,
        profile.districts,
        profile.include_name_only,
        profile.columns,
        profile.formats,
        profile.annexes,
    )


def ask_for_profile(
    *,
    institution: Institution,
    programmes: Iterable[str],
    districts: Iterable[str],
    include_name_only: bool,
    columns: Iterable[str],
    formats: Iterable[str],
    reason: str,
    by: User,
    now: datetime,
    annexes: Iterable[str] = (),
) -> ProfileRequest:
    """Ask for another cut. Raises `NothingNew`, `RequestWaits`."""
    wanted = _terms(programmes, districts, include_name_only, columns, formats, annexes)
    latest = Profile.objects.filter(institution=institution).first()
    if latest and terms_of(latest) == wanted:
        raise errors.NothingNew
    asked = ProfileRequest(institution=institution, kind=RequestKind.PROFILE, wanted=wanted)
    return _ask(asked, reason, by, now)


def ask_for_target(*, channel: Channel, reason: str, by: User, now: datetime) -> ProfileRequest:
    """Ask for another target of a channel, in words. Raises `RequestWaits`."""
    asked = ProfileRequest(institution=channel.institution, kind=RequestKind.CHANNEL, channel=channel)
    return _ask(asked, reason, by, now)


def take_back(*, request: ProfileRequest, by: User, now: datetime) -> None:
    """The institution does not want it any more. Raises `RequestAnswered`."""
    with transaction.atomic():
        _answer(_open(request), RequestState.WITHDRAWN, "", by, now)


def agree(*, request: ProfileRequest, by: User, now: datetime, answer: str = "") -> Profile | None:
    """The bureau agrees: a wanted cut becomes the next profile, which is returned; a channel's target was changed.

    Raises `RequestAnswered`, and what `agreeing.agree` raises where the catalogue has changed meanwhile.
    """
    with transaction.atomic():
        found = _open(request)
        if found.wanted is not None:
            found.profile = agreeing.agree(institution=found.institution, now=now, **found.wanted)
        _answer(found, RequestState.AGREED, answer, by, now)
    return found.profile


def decline(*, request: ProfileRequest, answer: str, by: User, now: datetime) -> None:
    """The bureau does not agree, and says why. Raises `RequestAnswered`, `ReasonMissing`."""
    if not answer.strip():
        raise errors.ReasonMissing
    with transaction.atomic():
        _answer(_open(request), RequestState.DECLINED, answer, by, now)


def _terms(
    programmes: Iterable[str],
    districts: Iterable[str],
    include_name_only: bool,
    columns: Iterable[str],
    formats: Iterable[str],
    annexes: Iterable[str],
) -> Terms:
    terms: Terms = {
        "programmes": sorted(set(programmes)),
        "districts": sorted(set(districts)),
        "include_name_only": include_name_only,
        "columns": sorted(set(columns)),
        "formats": sorted(set(formats)),
    }
    beside = sorted(set(annexes))
    return {**terms, "annexes": beside} if beside else terms


def _ask(asked: ProfileRequest, reason: str, by: User, now: datetime) -> ProfileRequest:
    if not reason.strip():
        raise errors.ReasonMissing
    asked.reason, asked.by, asked.at = reason.strip(), by, now
    try:
        with transaction.atomic():
            asked.save()
            _tell(asked, "asked", wording.asked_to_bureau(asked), None, now)
    except IntegrityError as error:  # the database lets one of a kind wait
        if not _waiting(asked).exists():
            raise
        raise errors.RequestWaits from error
    return asked


def _waiting(asked: ProfileRequest) -> QuerySet[ProfileRequest]:
    return ProfileRequest.objects.filter(institution=asked.institution, kind=asked.kind, state=RequestState.OPEN)


def _open(request: ProfileRequest) -> ProfileRequest:
    locked = ProfileRequest.objects.select_for_update(of=("self",)).select_related("institution", "channel")
    found = locked.get(pk=request.pk)
    if found.state != RequestState.OPEN:
        raise errors.RequestAnswered(found.get_state_display())
    return found


def _answer(found: ProfileRequest, state: RequestState, answer: str, by: User, now: datetime) -> None:
    found.state, found.answer, found.answered_by, found.answered_at = state, answer.strip(), by, now
    found.save()
    if state == RequestState.WITHDRAWN:
        _tell(found, "withdrawn", wording.taken_back_to_bureau(found), None, now)
    else:
        _tell(found, "answered", wording.answered_to_institution(found), found.institution, now)


def _tell(asked: ProfileRequest, step: str, words: Words, institution: Institution | None, now: datetime) -> None:
    about = f"{LetterKind.REQUEST}/{asked.pk}/{step}"
    telling.tell(about=about, kind=LetterKind.REQUEST, words=words, institution=institution, now=now)
