"""A real Celery worker does the quarter's run, and when it is killed in the middle, the next one goes on."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from enterprises.models import Edition
from pushes.models import Attempt, Delivery, Package
from tests.conftest import Publish
from tests.processes import PATIENCE, command, kill, until, worker
from tests.pushes.making import institution


def somebody_waits_for_packages() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'pushes_package'::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_in_the_middle_is_followed_by_another(
    publish: Publish, surroundings: dict[str, str], tmp_path: Path
) -> None:
    rows = [[f"郑州示范{number}号科技有限公司", f"GR2025410{number:05d}"] for number in range(50)]
    publish([["企业名称", "证书编号"], *rows], now=datetime(2025, 2, 1, tzinfo=UTC))
    institution("bank-a")
    words = ["run_quarter", "2025Q1", "--queue", "--minutes", "1", "--json"]

    with worker(surroundings, tmp_path / "first.log") as first, transaction.atomic():
        with connection.cursor() as cursor:  # nobody may write the row of a package that was built
            cursor.execute("LOCK TABLE pushes_package IN SHARE ROW EXCLUSIVE MODE")
        asked = command(surroundings, *words)
        until(somebody_waits_for_packages, "the worker to have built the package")
        planned = Delivery.objects.get()
        kill(first)
        asked.kill()
        asked.communicate()
    assert len(list((tmp_path / "files").glob("packages/*/*.zip"))) == 1  # of no row: it counts for nothing
    assert not Package.objects.exists() and not Attempt.objects.exists()
    assert Delivery.objects.get().state == "waiting"

    with worker(surroundings, tmp_path / "second.log"):
        out, err = command(surroundings, *words).communicate(timeout=PATIENCE + 30)
    assert out, err + (tmp_path / "second.log").read_text()
    said = json.loads(out)
    assert (said["edition"], said["members"]) == ("ZZKJ-2025Q1-v1", 50)
    assert (said["delivered"], said["waiting"], said["failed"]) == (1, 0, 0)
    made = Delivery.objects.get()
    assert (made.pk, made.state) == (planned.pk, "delivered")
    assert (Edition.objects.count(), Package.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    assert len(list((tmp_path / "files").glob("packages/*/*.zip"))) == 1
