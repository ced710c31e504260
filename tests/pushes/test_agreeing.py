"""What an institution agreed to is never edited: the next version follows it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pushes.agreeing import agree
from pushes.errors import NoFormat, UnknownColumns, UnknownDistricts, UnknownFormats, UnknownProgrammes
from pushes.models import Profile
from tests.pushes.making import institution

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_next_version_follows() -> None:
    made = institution()
    second = agree(institution=made, programmes=["SRDI", "HNTE", "SRDI"], include_name_only=False, now=NOW)
    assert (second.version, second.programmes) == (2, ["HNTE", "SRDI"])
    assert made.profiles.count() == 2 and made.profiles.latest() == second


@pytest.mark.django_db
def test_only_programmes_of_the_catalogue() -> None:
    made = institution()
    with pytest.raises(UnknownProgrammes, match="MOON"):
        agree(institution=made, programmes=["HNTE", "MOON"], include_name_only=True, now=NOW)
    assert made.profiles.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"districts": ["999999"]}, UnknownDistricts),
        ({"columns": ["phone"]}, UnknownColumns),
        ({"formats": ["docx"]}, UnknownFormats),
        ({"formats": []}, NoFormat),
    ],
)
def test_only_what_is_offered(terms: dict[str, Any], error: type[Exception]) -> None:
    made = institution()
    with pytest.raises(error):
        agree(institution=made, programmes=[], include_name_only=True, now=NOW, **terms)
    assert made.profiles.count() == 1


@pytest.mark.django_db
def test_a_profile_without_a_format_is_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        institution(formats=[])


@pytest.mark.django_db
def test_what_was_agreed_stays() -> None:
    institution()
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.update(include_name_only=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.all().delete()


@pytest.mark.django_db
def test_equal_cuts_have_equal_digests() -> None:
    one = Profile(programmes=["HNTE", "SRDI"])
    assert one.digest == Profile(programmes=["SRDI", "HNTE", "HNTE"]).digest
    assert one.digest != Profile(programmes=["SRDI", "HNTE"], include_name_only=False).digest
    assert one.digest != Profile(programmes=["SRDI"]).digest
    whole = {
        Profile(**more).digest for more in ({}, {"districts": ["410105"]}, {"columns": ["url"]}, {"formats": ["csv"]})
    }
    assert len(whole) == 4
    assert Profile(formats=["csv", "xlsx"]).digest == Profile(formats=["xlsx", "csv"], version=7).digest
