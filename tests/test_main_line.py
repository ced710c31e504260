"""The whole line on a made-up city: lists in, two quarters sealed and pushed, and the same bytes a second time."""

import json
import zipfile
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from enterprises.models import Edition, Enterprise, PoolMember, Recognition
from pushes.models import Channel, Delivery, Institution, Package, Profile, Receipt
from registry.samples.writing import SampleList, write_city

QUARTERS = {"2026Q2": date(2026, 6, 30), "2026Q3": date(2026, 9, 30)}


def command(name: str, *words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *words, "--json", stdout=out)
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[SampleList]]:
    folder = tmp_path_factory.mktemp("city")
    return folder, write_city(folder, enterprises=300, seed=7)


def import_lists(folder: Path, lists: list[SampleList]) -> int:
    rows = 0
    for one in lists:
        options = [
            str(folder / one.file), "--programme", one.programme, "--notice", one.notice, "--title", one.title,
            "--published", one.published.isoformat(), "--batch", one.batch, "--confirm", "--accept-sound", "--if-new",
        ]  # fmt: skip
        for flag, day in (("--valid-from", one.valid_from), ("--valid-to", one.valid_to)):
            options += [flag, day.isoformat()] if day else []
        rows += command("import_list", *options, *(["--province-wide"] if one.province_wide else []))["rows"]
    return rows


def published_in(quarter: str, lists: list[SampleList]) -> list[SampleList]:
    earlier = max((day for day in QUARTERS.values() if day < QUARTERS[quarter]), default=date.min)
    return [one for one in lists if earlier < one.published <= QUARTERS[quarter]]


def run(quarter: str, folder: Path, lists: list[SampleList]) -> dict[str, Any]:
    import_lists(folder, published_in(quarter, lists))
    return command("run_quarter", quarter)


def an_institution() -> Institution:
    institution = Institution.objects.create(
        code="bank", name="银行", contract_number="1", contract_purpose="x", contract_until=date(2099, 12, 31)
    )
    Profile.objects.create(institution=institution, agreed_at=datetime(2026, 1, 1, tzinfo=UTC))
    Channel.objects.create(institution=institution)
    return institution


def packaged(name: str) -> list[bytes]:
    """A file of every package, the earlier edition's first."""
    found = []
    for package in Package.objects.order_by("edition__quarter"):
        with package.file.open() as stream, zipfile.ZipFile(stream) as archive:
            found.append(archive.read(name))
    return found


def told() -> tuple[Any, ...]:
    """What went out."""
    digests = list(Edition.objects.order_by("quarter").values_list("digest", flat=True))
    return digests, *(packaged(f"{name}.csv") for name in ("enterprises", "changes", "recognitions"))


@pytest.mark.django_db
def test_lists_in_two_editions_out_and_in_any_order_the_same_bytes(city: tuple[Path, list[SampleList]]) -> None:
    """The second time the lists of each quarter come the other way round, and every sequence of the database stands
    elsewhere, as on another installation.
    """
    folder, lists = city
    with transaction.atomic():
        _lists_in_two_editions_out(folder, lists)
        seen = told()
        transaction.set_rollback(True)
    assert not Enterprise.objects.exists()
    an_institution()
    for quarter in QUARTERS:
        run(quarter, folder, lists[::-1])
    assert told() == seen
    assert all(map(len, seen))


def _lists_in_two_editions_out(folder: Path, lists: list[SampleList]) -> None:
    an_institution()
    runs = [run("2026Q2", folder, lists)]
    before = timezone.now()
    then = command("rebuild_pool", "--as-of", "2026-06-30")
    runs.append(run("2026Q3", folder, lists))
    assert [one["edition"] for one in runs] == ["ZZKJ-2026Q2-v1", "ZZKJ-2026Q3-v1"]
    assert runs[0]["added"] == runs[0]["members"] > 200
    assert min(runs[1][part] for part in ("added", "removed", "changed")) > 0
    assert runs[1]["members"] == runs[0]["members"] + runs[1]["added"] - runs[1]["removed"]
    assert Delivery.objects.filter(state="delivered").count() == 2
    assert not Receipt.objects.exists()
    for package in Package.objects.all():
        assert command("verify_package", package.file.path)
    # no member without a counting recognition, and none missing
    counting = Recognition.objects.filter(state__in=["valid", "grace"], counts=True, enterprise__in_scope=True)
    assert set(counting.values_list("enterprise_id", flat=True)) == set(
        PoolMember.objects.values_list("enterprise_id", flat=True)
    )

    # the same again changes nothing
    assert [run(quarter, folder, lists) for quarter in QUARTERS] == runs
    assert (Edition.objects.count(), Delivery.objects.count(), Package.objects.count()) == (2, 2, 2)

    # a past state can be derived again
    again = command("rebuild_pool", "--as-of", "2026-06-30", "--known-by", before.isoformat())
    assert (then["members"], then["recognitions"]) == (again["members"], again["recognitions"])
    assert command("rebuild_pool", "--as-of", "2026-09-30")["recognitions"] > then["recognitions"]
