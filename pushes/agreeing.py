"""An institution's agreed cut. Law: what was agreed is never edited; the next version follows it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pushes import errors
from pushes.formats.offered import COLUMNS, SUFFIXES
from pushes.models import Institution, Profile
from pushes.models.profile import usual_formats
from registry.queries import beside_the_pool, district_names, recognition_names


def agree(
    *,
    institution: Institution,
    programmes: Iterable[str],
    include_name_only: bool,
    now: datetime,
    districts: Iterable[str] = (),
    columns: Iterable[str] = (),
    formats: Iterable[str] | None = None,
    annexes: Iterable[str] = (),
) -> Profile:
    """The institution's next profile; packages planned from now on follow it.

    None of programmes, districts or columns means all, none of annexes none; formats are the usual ones where none are
    given. Raises `UnknownProgrammes`, `UnknownDistricts`, `UnknownColumns`, `UnknownFormats`, `NoFormat`.
    """
    terms = {
        "programmes": _known(programmes, recognition_names(), errors.UnknownProgrammes),
        "districts": _known(districts, district_names(), errors.UnknownDistricts),
        "columns": _known(columns, COLUMNS, errors.UnknownColumns),
        "annexes": _known(annexes, beside_the_pool(), errors.UnknownProgrammes),
        "formats": _known(usual_formats() if formats is None else formats, SUFFIXES, errors.UnknownFormats),
    }
    if not terms["formats"]:
        raise errors.NoFormat
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)  # versions are counted one at a time
        last = Profile.objects.filter(institution=institution).aggregate(last=Max("version"))["last"] or 0
        return Profile.objects.create(
            institution=institution, version=last + 1, include_name_only=include_name_only, agreed_at=now, **terms
        )


def _known(chosen: Iterable[str], known: Collection[str], error: Callable[[list[str]], Exception]) -> list[str]:
    codes = sorted(set(chosen))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise error(unknown)
    return codes
