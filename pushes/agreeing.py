"""An institution's agreed cut. Law: what was agreed is never edited; the next version follows it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pushes import errors
from pushes.models import Institution, Profile
from registry.queries import programme_names


def agree(*, institution: Institution, programmes: Iterable[str], include_name_only: bool, now: datetime) -> Profile:
    """The institution's next profile; packages planned from now on follow it. Raises `UnknownProgrammes`."""
    codes = sorted(set(programmes))
    unknown = sorted(set(codes) - set(programme_names()))
    if unknown:
        raise errors.UnknownProgrammes(unknown)
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)  # versions are counted one at a time
        last = Profile.objects.filter(institution=institution).aggregate(last=Max("version"))["last"] or 0
        return Profile.objects.create(
            institution=institution,
            version=last + 1,
            programmes=codes,
            include_name_only=include_name_only,
            agreed_at=now,
        )
