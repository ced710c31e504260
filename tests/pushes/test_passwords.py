"""A password closes what leaves to one institution; it is seen once, and what is shared stays shared."""

import hashlib
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
import pyzipper
from django.contrib.admin.models import LogEntry
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Edition
from pushes import delivering, passwords
from pushes.channels import email
from pushes.models import Delivery, Institution, Package, PackagePassword, Receipt
from pushes.secrets_at_rest import disclose
from tests.pushes.making import institution, person
from tests.pushes.parcels import parcel
from tests.staff import signed_in


@pytest.fixture
def bank(summer: Edition) -> Institution:
    """Bank A, which has got the summer's edition."""
    made = institution("bank-a")
    person("clerk-a", made)
    delivering.sweep(clock=timezone.now)
    return made


def renewed(bank: Institution) -> str:
    return passwords.renew(institution=bank, by=person("officer", None, staff=True), now=timezone.now())


def downloaded(edition: Edition) -> tuple[str, bytes]:
    client = Client()
    assert client.login(username="clerk-a", password="a long pass phrase")
    response = client.get(reverse("pushes:download", args=[Delivery.objects.get(edition=edition).pk]))
    assert isinstance(response, FileResponse), response.status_code
    return response["Content-Disposition"], response.getvalue()


def test_the_page_and_the_mail_say_that_the_sum_is_of_what_lies_inside(bank: Institution, summer: Edition) -> None:
    client, page = Client(), reverse("pushes:edition", args=[summer.label])
    client.login(username="clerk-a", password="a long pass phrase")
    assert "口令" not in client.get(page).content.decode()
    renewed(bank)
    assert "口令" in client.get(page).content.decode()
    for locked in (True, False):
        mail = email.notice(replace(parcel(), locked=locked), "registry@example.org", "a@bank.example")
        told = "带有贵机构的口令"
        assert (told in str(mail.body)) is (told in str(mail.alternatives[0])) is locked


def test_what_leaves_opens_with_the_password_alone(bank: Institution, summer: Edition, tmp_path: Path) -> None:
    password = renewed(bank)
    named, content = downloaded(summer)
    assert named == 'attachment; filename="ZZKJ-2026Q3-v1.aes.zip"'
    (tmp_path / "p.aes.zip").write_bytes(content)
    with pyzipper.AESZipFile(tmp_path / "p.aes.zip") as archive:
        assert archive.namelist() == ["ZZKJ-2026Q3-v1.zip"]
        with pytest.raises(RuntimeError):
            archive.read("ZZKJ-2026Q3-v1.zip", pwd=b"another")
        inner = archive.read("ZZKJ-2026Q3-v1.zip", pwd=password.encode())
    package = Package.objects.get(edition=summer)
    assert hashlib.sha256(inner).hexdigest() == package.sha256 == Receipt.objects.get().sha256
    with package.file.open() as shared, ZipFile(shared) as archive:
        assert archive.testzip() is None


def test_it_is_stored_enclosed_and_gone_when_dropped(bank: Institution, summer: Edition) -> None:
    password = renewed(bank)
    assert password not in PackagePassword.objects.get().enclosed
    assert passwords.drop(institution=bank) and not passwords.drop(institution=bank)
    named, content = downloaded(summer)
    assert named == 'attachment; filename="ZZKJ-2026Q3-v1.zip"' and content.startswith(b"PK")


def test_a_password_that_cannot_be_read_lets_nothing_out(
    bank: Institution, summer: Edition, settings: Settings
) -> None:
    renewed(bank)
    settings.SECRETS_KEY = "another installation's long random text"
    client = Client()
    client.login(username="clerk-a", password="a long pass phrase")
    response = client.get(reverse("pushes:download", args=[Delivery.objects.get(edition=summer).pk]))
    assert response.status_code == 503 and not Receipt.objects.exists()


def chosen(bank: Institution, action: str, **more: str) -> dict[str, object]:
    return {"action": action, "_selected_action": [bank.pk], **more}


def test_staff_see_it_once(bank: Institution) -> None:
    staff = signed_in("pushes.view_institution", "pushes.change_institution")
    address = reverse("admin:pushes_institution_changelist")
    asked = staff.post(address, chosen(bank, "renew"))
    assert not PackagePassword.objects.exists() and "confirmed" in asked.content.decode()
    shown = staff.post(address, chosen(bank, "renew", confirmed="yes"))
    kept = PackagePassword.objects.get()
    password = disclose(kept.enclosed)
    assert password in shown.content.decode() and "no-store" in shown["Cache-Control"]
    again = staff.post(address, chosen(bank, "renew")).content.decode()
    assert password not in again and str(kept.set_by) in again
    assert password not in "".join(entry.change_message for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 1
    staff.post(address, chosen(bank, "drop"))
    assert not PackagePassword.objects.exists() and LogEntry.objects.count() == 2


def test_who_may_only_look_may_not_set_it(bank: Institution) -> None:
    staff = signed_in("pushes.view_institution")
    staff.post(reverse("admin:pushes_institution_changelist"), chosen(bank, "renew", confirmed="yes"))
    assert not PackagePassword.objects.exists()
