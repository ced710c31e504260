"""Packages in an S3-compatible store: built, delivered, fetched, lost and built again; without a common disk."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from config import environment
from config.store import S3Store
from enterprises.models import Edition
from pushes import delivering
from pushes.models import Attempt, Delivery, Package, Receipt
from tests.pushes.making import institution, person
from tests.pushes.test_portal import signed_in


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A server that speaks S3, for the session."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, own_files: None) -> S3Store:
    """An empty store, in which the product keeps its files."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    name = f"packages-{secrets.token_hex(4)}"
    store = use(f"s3://{name}/here?endpoint={endpoint}&region=zz-1", settings, monkeypatch)
    store.connection.meta.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "zz-1"})
    return store


def use(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    monkeypatch.setenv("STORE", address)
    settings.STORAGES = settings.STORAGES | {"default": environment.file_store("STORE", Path("/nowhere"))}
    store = storages["default"]
    assert isinstance(store, S3Store)
    return store


def names(bucket: S3Store) -> list[str]:
    return [kept.key for kept in bucket.bucket.objects.all()]


def test_built_delivered_and_fetched(bucket: S3Store, spring: Edition, tmp_path: Path) -> None:
    person("clerk-a", institution("bank-a"))
    assert delivering.sweep(clock=timezone.now).delivered == 1
    package = Package.objects.get()
    assert names(bucket) == [f"here/{package.file.name}"]
    answer = signed_in("clerk-a").get(reverse("pushes:download", args=[Delivery.objects.get().pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == package.sha256 == Receipt.objects.get().sha256
    assert answer["Content-Length"] == str(package.size)
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize("content", [None, b"short"])
def test_lost_or_damaged_while_it_waits_it_is_built_again(
    bucket: S3Store, spring: Edition, content: bytes | None
) -> None:
    institution("bank-a")
    delivering.plan(now=timezone.now())
    assert delivering.deliver_due(clock=timezone.now, limit=1).built == 1
    name = str(Package.objects.get().file.name)
    bucket.delete(name)
    if content:
        bucket.save(name, ContentFile(content))
    assert delivering.deliver_due(clock=timezone.now).passing == 1
    later = timezone.now() + timedelta(minutes=2)
    assert delivering.sweep(clock=lambda: later).delivered == 1
    assert names(bucket) == [f"here/{name}"]


def test_lost_after_its_delivery_it_is_built_again(bucket: S3Store, spring: Edition) -> None:
    institution("bank-a")
    delivering.sweep(clock=timezone.now)
    name = str(Package.objects.get().file.name)
    bucket.delete(name)
    delivering.restore_packages(clock=timezone.now)
    assert names(bucket) == [f"here/{name}"]


def test_a_store_that_does_not_answer_is_said_and_waited_for(
    bucket: S3Store, spring: Edition, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("clerk-a", institution("bank-a"))
    delivering.sweep(clock=timezone.now)
    institution("bank-b", programmes=["SRDI"])
    use("s3://packages/here?endpoint=http://127.0.0.1:9", settings, monkeypatch)
    made = Delivery.objects.get()
    assert signed_in("clerk-a").get(reverse("pushes:download", args=[made.pk])).status_code == 503
    assert not Receipt.objects.exists()
    assert delivering.sweep(clock=timezone.now).passing == 1
    assert Attempt.objects.last().outcome == "passing"  # type: ignore[union-attr]


def test_a_taken_name_gets_a_suffix_as_on_a_disk(bucket: S3Store) -> None:
    first, second = (bucket.save("lists/a.csv", ContentFile(text)) for text in (b"1", b"2"))
    assert first != second
    with bucket.open(first) as kept:
        assert kept.read() == b"1"
