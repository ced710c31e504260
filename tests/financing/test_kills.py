"""A worker that is killed in the middle leaves nothing half in force; the next one brings it to its end."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from enterprises.public_ids import public_id
from financing import leasing
from financing.models import Feedback, FeedbackLine, ListMistake
from financing.taking_in import read_next
from tests.financing.sending import read, send
from tests.processes import ROOT
from tests.pushes.making import delivered, institution, record, sealed_edition

ID = "企业编号"
ONE, TWO = map(public_id, (1, 2))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_in_the_middle(surroundings: dict[str, str], tmp_path: Path, settings: Settings) -> None:
    bank = institution()
    delivered(sealed_edition("2026Q3", [record(1), record(2)]), bank)
    before = read(bank, [{ID: ONE, "贷款余额": "1"}])
    rows = [{ID: ONE, "贷款余额": "2"}, {ID: TWO, "名单差错": "注销"}, {ID: "E", "是否首贷": "是"}]
    sent = send(bank, rows, leave_out=True)
    own = surroundings | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TMPDIR": str(tmp_path),
        "SECRETS_KEY": settings.SECRETS_KEY,
    }
    died = subprocess.run([sys.executable, "-m", "tests.financing.killed"], cwd=ROOT, env=own, check=False)
    assert died.returncode == -9
    before.refresh_from_db()
    sent.refresh_from_db()
    assert (before.state, sent.state, FeedbackLine.objects.count()) == ("in_force", "reading", 1)
    assert len(list((tmp_path / f"feedback-{os.getuid()}").iterdir())) == 1  # what it had in hand
    assert not read_next(timezone.now)
    assert read_next(lambda: timezone.now() + leasing.LEASE + timedelta(seconds=1))
    sent.refresh_from_db()
    assert (sent.state, sent.lines, sent.faulty, sent.attempts) == ("in_force", 2, 1, 2)
    assert Feedback.objects.get(pk=before.pk).state == "replaced"
    assert ListMistake.objects.get().kind == "dissolved"
    assert set(default_storage.listdir("feedback")[1]) == {f"{sent.pk.hex}.{kind}" for kind in ("faults", "shown")}
