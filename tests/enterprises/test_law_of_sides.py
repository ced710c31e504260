"""The database itself refuses decisions and enterprises that name what there is not."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from enterprises import resolving
from enterprises.models import Enterprise, MatchDecision
from enterprises.public_ids import public_id
from registry.models import District, Entry
from tests.conftest import NOW, Publish

pytestmark = pytest.mark.django_db
NOBODY = 999_999


def _enterprise(district: District | None = None) -> Enterprise:
    return Enterprise.objects.create(
        id=1, public_id=public_id(1), name="郑州甲有限公司", name_key="郑州甲有限公司", district=district,
        created_at=timezone.now(),
    )  # fmt: skip


def test_a_decision_names_an_entry_that_there_is() -> None:
    enterprise = _enterprise()
    with pytest.raises(IntegrityError, match="there is not"), transaction.atomic():
        MatchDecision.objects.create(entry_id=NOBODY, enterprise=enterprise, rule="code", decided_at=timezone.now())


def test_an_enterprise_names_a_district_that_there_is() -> None:
    enterprise = _enterprise(District.objects.first())
    with pytest.raises(IntegrityError, match="district that there is not"), transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(district_id=NOBODY)
    with pytest.raises(IntegrityError, match="district that there is not"), transaction.atomic():
        Enterprise.objects.create(
            id=2, public_id=public_id(2), name="乙", district_id=NOBODY, created_at=timezone.now()
        )


def test_a_district_that_an_enterprise_names_stays() -> None:
    district = District.objects.create(code="419999", name="某区")
    _enterprise(district)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
        cursor.execute("DELETE FROM registry_district WHERE id = %s", [district.pk])
    Enterprise.objects.all().delete()
    district.delete()


def test_who_decided_is_there_and_stays(publish: Publish) -> None:
    publish([["企业名称"], ["郑州甲有限公司"]])
    resolving.resolve(now=NOW)
    entry, clerk = Entry.objects.get(), User.objects.create(username="clerk")
    live = MatchDecision.objects.get()
    told = {"entry": entry, "enterprise": live.enterprise, "rule": "person", "decided_at": NOW}
    MatchDecision.objects.filter(pk=live.pk).update(superseded_at=NOW)
    with pytest.raises(IntegrityError, match="person that there is not"), transaction.atomic():
        MatchDecision.objects.create(**told, decided_by_id=NOBODY)
    MatchDecision.objects.create(**told, decided_by=clerk)
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
            cursor.execute("DELETE FROM auth_user WHERE id = %s", [clerk.pk])
        other = User.objects.create(username="other")
        cursor.execute("DELETE FROM auth_user WHERE id = %s", [other.pk])
        assert cursor.rowcount == 1
