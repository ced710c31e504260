"""Evidence is what it is by its content. What deceives is refused with a plain word, and nothing is kept."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from enterprises import enclosing, errors
from enterprises.models import Objection, ObjectionFile
from enterprises.sniffing import Unacceptable, kind_of
from tests.enterprises.evidence_files import HONEST, HOSTILE, jpg, pdf
from tests.enterprises.objections import CONTACT, fields, in_memory
from tests.staff import signed_in

__all__ = ["in_memory"]
NEW = "/objections/new/"


@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_file_is_what_it_is(kind: str) -> None:
    assert kind_of(HONEST[kind]) == kind


def test_packed_bytes_of_a_pdf_are_no_commands() -> None:
    assert kind_of(pdf(b">>\nstream\n/JS /XFA\nendstream\n<< ")) == "pdf"


def test_a_megabyte_of_beginnings_is_read_once() -> None:
    """Looked through again from each of them, it would take hours."""
    began = time.process_time()
    assert kind_of(pdf(b"/A (" + b"stream\n" * 150_000 + b") ")) == "pdf"
    assert kind_of(pdf(b"/A /" + b"#4a" * 300_000 + b" ")) == "pdf"
    assert time.process_time() - began < 5


def test_a_camera_fills_up_with_zeros() -> None:
    assert kind_of(jpg() + b"\0" * 64) == "jpg"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_deceives_is_refused(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(Unacceptable) as found:
        kind_of(data)
    assert found.value.code == code


@pytest.mark.parametrize("kind", HONEST)
def test_no_cut_of_a_file_passes_or_crashes(kind: str) -> None:
    data = HONEST[kind].rstrip()
    for end in range(len(data) - 1):
        with pytest.raises(Unacceptable):
            kind_of(data[:end])


def post(files: list[SimpleUploadedFile]) -> object:
    return Client().post(NEW, fields(files=files, **CONTACT))


def stored() -> list[Path]:
    return [one for one in Path(default_storage.path("")).rglob("*") if one.is_file()]


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ([("a.pdf", pdf()), ("b.pdf", HOSTILE["svg"][0])], 5),
        ([("a.pdf", b"")], 5),
        ([(f"{n}.pdf", pdf()) for n in range(3)], 2),
        ([("a.pdf", pdf(b"%" * (1 << 20)))], 5),
    ],
)
@pytest.mark.django_db
def test_of_a_form_with_a_bad_file_nothing_is_kept(
    files: list[tuple[str, bytes]], limit: int, settings: Settings, in_memory: None
) -> None:
    settings.OBJECTION_FILES, settings.OBJECTION_FILE_MEGABYTES = limit, 1
    answer = post([SimpleUploadedFile(name, data) for name, data in files])
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "尚未收到" in answer.content.decode()  # type: ignore[attr-defined]
    assert (Objection.objects.count(), stored()) == (0, [])


@pytest.mark.django_db
def test_a_gigabyte_is_refused_before_a_byte_is_read(in_memory: None) -> None:
    answer = Client().generic("POST", NEW, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=1 << 30)
    assert answer.status_code == 413 and "MB" in answer.content.decode()
    assert Objection.objects.count() == 0


@pytest.mark.django_db
def test_names_lose_their_folders_and_files_lie_under_random_ones(in_memory: None) -> None:
    # What a hostile program sends, were it not cleaned before.
    named = SimpleUploadedFile("x", jpg())
    named.__dict__["_name"] = "..\\..\\/etc/cron.d/\u202egpj.证书.jpg"
    (one,) = enclosing.looked_at([named])
    assert one.name == "gpj.证书.jpg"
    assert enclosing.plain_name("../../") == "?"
    post([SimpleUploadedFile("证书.jpg", jpg())])
    file = ObjectionFile.objects.get()
    assert (file.name, file.kind) == ("证书.jpg", "jpg")
    assert [path.parent.name for path in stored()] == ["objections"]
    assert "证书" not in stored()[0].name and len(stored()[0].name) == 32


@pytest.mark.django_db
def test_staff_get_it_as_an_attachment_that_nothing_runs(in_memory: None) -> None:
    post([SimpleUploadedFile("证书.pdf", pdf())])
    file = ObjectionFile.objects.get()
    address = reverse("admin:enterprises_objection_file", args=[file.objection_id, file.pk])
    got = signed_in("enterprises.view_objection").get(address)
    assert got.getvalue() == pdf()
    assert got["Content-Disposition"].startswith("attachment") and got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"] and got["Content-Type"] == "application/pdf"
    assert signed_in("enterprises.view_edition", name="other").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    other = reverse("admin:enterprises_objection_file", args=[file.objection_id + 1, file.pk])
    assert signed_in("enterprises.view_objection", name="third").get(other).status_code == 404


@pytest.fixture
def scanner(settings: Settings, tmp_path: Path) -> Iterator[list[bytes]]:
    """A clamd that answers as its protocol says; what lies first in the list is what it answers."""
    said: list[bytes] = [b"stream: OK\0"]
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "clamd"))
    listening.listen()
    settings.CLAMD_ADDRESS = str(tmp_path / "clamd")

    def serve() -> None:
        while True:
            try:
                line, _address = listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as told:
                assert told.read(10) == b"zINSTREAM\0"
                data = b""
                while length := int.from_bytes(told.read(4)):
                    data += told.read(length)
                said.append(data)
                line.sendall(said[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield said
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


@pytest.mark.django_db
def test_the_scanner_sees_every_byte_and_its_word_counts(scanner: list[bytes], in_memory: None) -> None:
    (one,) = enclosing.looked_at([SimpleUploadedFile("a.pdf", pdf())])
    assert one.scanned and scanner[1] == pdf()
    scanner[0] = b"stream: Eicar-Test-Signature FOUND\0"
    with pytest.raises(errors.FileInfected):
        enclosing.looked_at([SimpleUploadedFile("a.pdf", pdf())])
    scanner[0] = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(errors.ScannerDown):
        enclosing.looked_at([SimpleUploadedFile("a.pdf", pdf())])


@pytest.mark.django_db
def test_where_the_scanner_is_down_no_file_is_taken(settings: Settings, tmp_path: Path, in_memory: None) -> None:
    for address in (str(tmp_path / "none"), "127.0.0.1:1"):
        settings.CLAMD_ADDRESS = address
        assert post([SimpleUploadedFile("a.pdf", pdf())]).status_code == 400  # type: ignore[attr-defined]
    assert Objection.objects.count() == 0
    assert post([]).status_code == 200  # type: ignore[attr-defined]
    assert not django_settings.DEBUG
