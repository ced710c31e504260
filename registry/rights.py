"""Who imports which programmes: those of the own departments. Law: asked in every act that writes a list's lines.

The operator, whose command or drop folder names nobody, and superusers import all of them.
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from registry import errors
from registry.models import ImportRight, Programme


def importable(by: User | None) -> QuerySet[Programme]:
    """The programmes whose lists this person may stage and correct."""
    if by is None or by.is_superuser:
        return Programme.objects.all()
    own = ImportRight.objects.filter(department__user=by)
    if own.filter(programme=None).exists():
        return Programme.objects.all()
    return Programme.objects.filter(pk__in=own.values("programme"))


def refuse_foreign(programme: Programme, by: User | None) -> None:
    """Raise `NotYourProgramme` where none of the person's departments imports it."""
    if not importable(by).filter(pk=programme.pk).exists():
        raise errors.NotYourProgramme(programme.name)
