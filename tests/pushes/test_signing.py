"""Keys: one id by the public half alone, made for the owner's eyes, and named where they are lacking or wrong."""

import hashlib
import json
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from enterprises.models import Edition
from pushes import checks, errors, packaging, signing
from pushes.models import Package
from tests.pushes.making import SEALED_AT, institution


@pytest.fixture
def key(tmp_path: Path, settings: Settings) -> signing.PublicKey:
    """A key of this test's own, which signs."""
    settings.SIGNING_KEY = str(tmp_path / "key.pem")
    return signing.make(tmp_path / "key.pem")


def foreign_key() -> str:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return generate_private_key(SECP256R1()).private_bytes(*form).decode()


def test_a_signature_is_of_these_bytes_by_this_key(key: signing.PublicKey, tmp_path: Path) -> None:
    signature = signing.signer().sign(b"manifest")
    assert len(signature) == 64 and signature == signing.signer().sign(b"manifest")
    assert key.signed(b"manifest", signature)
    assert not key.signed(b"manifesT", signature)
    assert not key.signed(b"manifest", signature[:-1])
    assert not signing.make(tmp_path / "other.pem").signed(b"manifest", signature)


def test_a_key_has_one_id(key: signing.PublicKey) -> None:
    again = signing.public_key(key.pem.encode(), "a.pem")
    assert again == key == signing.signer().public
    assert key.fingerprint.startswith(key.id) and len(key.fingerprint) == 64
    der = serialization.load_pem_public_key(key.pem.encode()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert hashlib.sha256(der).hexdigest() == key.fingerprint


def test_a_private_key_is_for_its_owner_and_never_overwritten(key: signing.PublicKey, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        signing.make(path)
    assert signing.signer().public == key
    assert [file.name for file in tmp_path.glob(".*")] == []


def test_a_key_in_the_environment_itself(key: signing.PublicKey, tmp_path: Path, settings: Settings) -> None:
    pem = (tmp_path / "key.pem").read_text()
    for given in (pem, pem.replace("\n", "\\n")):
        settings.SIGNING_KEY = given
        assert signing.signer().public == key


def test_those_who_come_at_once_to_a_new_checkout_have_one_key(tmp_path: Path, settings: Settings) -> None:
    settings.SIGNING_KEY, settings.SIGNING_KEY_OF_CHECKOUT = "", tmp_path / "signing_key.pem"
    ready, seen = threading.Barrier(8), set()

    def sign() -> None:
        ready.wait()
        seen.add(signing.signer().public.id)

    threads = [threading.Thread(target=sign) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1


def test_without_a_key_nothing_is_built(summer: Edition, settings: Settings) -> None:
    settings.SIGNING_KEY, settings.SIGNING_KEY_OF_CHECKOUT = "", None
    with pytest.raises(errors.NoSigningKey):
        packaging.build(edition=summer, profile=institution().profiles.get(), since=None, now=SEALED_AT)
    assert not Package.objects.exists()
    assert [found.id for found in checks.keys(None)] == [checks.NO_KEY]


@pytest.mark.parametrize("given", ["missing.pem", "another kind", "gibberish"])
def test_a_key_that_cannot_sign_is_named_and_not_shown(given: str, tmp_path: Path, settings: Settings) -> None:
    secret = foreign_key() if given == "another kind" else "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n"
    settings.SIGNING_KEY = str(tmp_path / given) if given == "missing.pem" else secret
    with pytest.raises(errors.SigningKeyUnusable) as caught:
        signing.signer()
    assert secret.split("\n")[1] not in str(caught.value)
    assert [found.id for found in checks.keys(None)] == [checks.NO_KEY]


def test_the_check_sees_a_retired_key_that_is_none(key: signing.PublicKey, settings: Settings) -> None:
    assert checks.keys(None) == []
    for wrong in ("/nowhere/old.pem", "-----BEGIN PUBLIC KEY-----\nno\n"):
        settings.SIGNING_RETIRED_KEYS = [key.pem, wrong]
        assert [found.id for found in checks.keys(None)] == [checks.RETIRED_KEY]


def test_the_check_sees_a_key_that_everybody_reads(key: signing.PublicKey, tmp_path: Path) -> None:
    (tmp_path / "key.pem").chmod(0o644)
    assert [found.id for found in checks.keys(None)] == [checks.KEY_OPEN]


def test_the_command_makes_and_shows(tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made.pem"
    call_command("signing_key", "--json", "make", path)
    made = json.loads(capsys.readouterr().out)
    settings.SIGNING_KEY = str(path)
    call_command("signing_key", "show")
    shown = capsys.readouterr().out
    assert made["public_key"] in shown and made["fingerprint"] in shown
    assert "PRIVATE" not in shown
    for wrong in (path, tmp_path / "no" / "folder.pem"):
        with pytest.raises(CommandError, match=str(wrong)):
            call_command("signing_key", "make", wrong)


@pytest.mark.django_db
def test_anybody_may_fetch_the_public_keys(key: signing.PublicKey, settings: Settings, tmp_path: Path) -> None:
    retired = signing.make(tmp_path / "old.pem")
    settings.SIGNING_RETIRED_KEYS = [retired.pem]
    page = Client().get(reverse("pushes:keys")).content.decode()
    for one in (key, retired):
        assert one.fingerprint in page
        response = Client().get(reverse("pushes:key", args=[one.id]))
        assert response.content.decode() == one.pem
        assert response["Content-Disposition"] == f'attachment; filename="zzkj-{one.id}.pem"'
    assert Client().get(reverse("pushes:key", args=["0" * 16])).status_code == 404
    assert Client().post(reverse("pushes:keys")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "/nowhere/key.pem"])
def test_a_site_without_a_key_still_shows_the_retired_ones(given: str, settings: Settings, tmp_path: Path) -> None:
    retired = signing.make(tmp_path / "old.pem")
    settings.SIGNING_KEY, settings.SIGNING_KEY_OF_CHECKOUT = given, None
    settings.SIGNING_RETIRED_KEYS = [retired.pem]
    page = Client().get(reverse("pushes:keys"))
    assert page.context["today"] is None and retired.fingerprint in page.content.decode()
    assert Client().get(reverse("pushes:key", args=[retired.id])).status_code == 200
