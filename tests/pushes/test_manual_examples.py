"""Every example of the banks' manual, word for word, against the running site: curl, Python, Java."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import orjson
import pytest
from django.db import connections
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer
from stdnum.cn import uscc

from financing import taking_in
from financing.api import feedback
from pushes import delivering
from pushes.models import Delivery, Institution, Receipt
from tests.pushes.asking import key_of
from tests.pushes.making import institution, person, recognition, record, sealed_edition
from tests.pushes.manual import program, programs

# What the migrations brought must be there although the test before emptied the tables.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LABEL, SINCE = "ZZKJ-2026Q3-v1", "ZZKJ-2026Q2-v1"
CODE = "91410100MA0000001" + uscc.calc_check_digit("91410100MA0000001")
NAME = record(3)["name"]
JAVA_AT_LEAST = 17
Surroundings = dict[str, str]


@pytest.fixture
def bank(live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """What a bank's programs find: the site's address, a key, editions, a folder to work in."""
    monkeypatch.setattr(feedback, "_call_a_worker", lambda: None)
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    monkeypatch.setattr(taking_in, "_root", lambda: work)
    spring = sealed_edition("2026Q2", [record(1, uscc=CODE), record(2)])
    sealed_edition(
        "2026Q3",
        [record(1, recognition(), recognition("SRDI", "SRDI-2026-01#1"), uscc=CODE), record(3)],
        previous=spring,
    )
    made: Institution = institution()
    delivering.sweep(clock=timezone.now)
    folder = tmp_path / "bank"
    folder.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ZZKJ_SITE": live_server.url,
        "ZZKJ_KEY": key_of(made, person("officer", None, staff=True)),
        "LABEL": LABEL,
        "SINCE": SINCE,
        "CODE": CODE,
        "FILE": str(feedback_file(folder)),
        "FETCH": f"{live_server.url}/api/v1/deliveries/{Delivery.objects.latest('edition__quarter').pk}/package",
    }


def feedback_file(folder: Path) -> Path:
    """What the bank reports of two members."""
    file = folder / "反馈.csv"
    file.write_text(
        f"统一社会信用代码,企业名称,对接结果,贷款余额（万元）\n{CODE},,放款,500.00\n,{NAME},无需求,\n", "gb18030"
    )
    return file


@contextmanager
def a_worker() -> Iterator[None]:
    """Somebody who reads feedback as it comes in."""
    ends = Event()

    def work() -> None:
        while not ends.wait(0.2):
            taking_in.read_next(timezone.now)
        connections.close_all()

    with ThreadPoolExecutor(1) as hands:
        done = hands.submit(work)
        try:
            yield
        finally:
            ends.set()
            done.result()


def run(words: list[str], bank: Surroundings) -> str:
    """What it says; it must succeed."""
    done = subprocess.run(words, cwd=bank["HOME"], env=bank, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_commands(bank: Surroundings) -> None:
    if not shutil.which("curl") or not shutil.which("bash"):
        pytest.skip("there is no curl, or no bash, on this machine")
    commands = [text for text in programs("sh") if text.startswith("curl ")]
    said = [run(["bash", "-euc", command], bank) for command in commands]
    assert len(said) == 13
    told = [orjson.loads(text) for text in said if text.startswith("{") and "\n{" not in text.strip()]
    assert [sorted(one)[0] for one in told] == [
        "contract_until", "items", "added", "acknowledged_at", "as_of", "as_of", "answers", "edition",
        "items", "items",
    ]  # fmt: skip
    assert [one["result"] for one in told[6]["answers"]] == ["found", "malformed"]
    assert told[5]["enterprise"]["uscc"] == CODE
    assert told[7]["id"] == told[8]["items"][0]["id"] and told[7]["state"] == "waiting"
    changes = next(text for text in said if '"kind":"added"' in text).splitlines()
    assert sorted(orjson.loads(line)["kind"] for line in changes) == ["added", "changed", "removed"]
    with ZipFile(Path(bank["HOME"]) / "ZZKJ-2026Q3-v1.zip") as archive:
        assert "manifest.json" in archive.namelist()


def python(bank: Surroundings, name: str, *words: str) -> str:
    file = Path(bank["HOME"]) / name
    file.write_text(program("python", f"# {name}"), encoding="utf-8")
    return run([sys.executable, "-I", "-S", name, *words], bank)


def java(bank: Surroundings, name: str, *words: str) -> str:
    file = Path(bank["HOME"]) / f"{name}.java"
    file.write_text(program("java", f"// {name}.java"), encoding="utf-8")
    return run(["java", "-Xshare:auto", "-Dfile.encoding=UTF-8", file.name, *words], bank)


@pytest.fixture
def a_java() -> None:
    found = shutil.which("java")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60).stderr if found else ""
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < JAVA_AT_LEAST:
        pytest.skip(f"there is no Java of version {JAVA_AT_LEAST} or later on this machine")


def begun(bank: Surroundings) -> Path:
    """A fetch that broke off: half of what the store has."""
    made = Delivery.objects.latest("edition__quarter").package
    assert made is not None
    part = Path(bank["HOME"]) / f"{LABEL}.part"
    with made.file.storage.open(str(made.file.name)) as content:
        part.write_bytes(content.read()[: made.size // 2])
    return part


def is_fetched(bank: Surroundings, last: str = "acknowledge") -> None:
    """The package is there, and what was noted last."""
    made = Delivery.objects.latest("edition__quarter").package
    assert made is not None
    with made.file.storage.open(str(made.file.name)) as content:
        assert (Path(bank["HOME"]) / f"{LABEL}.zip").read_bytes() == content.read()
    receipt = Receipt.objects.first()
    assert receipt is not None and receipt.kind == last


def test_the_programs_in_python(bank: Surroundings) -> None:
    assert "还有 29 天到期" in python(bank, "whoami.py")
    for resumed in (False, True):
        if resumed:
            begun(bank)
        assert f"{LABEL} 2 家，确认于" in python(bank, "fetch.py")
        is_fetched(bank, last="download" if resumed else "acknowledge")  # the first word stands
    assert "3 项变动，现有 2 家" in python(bank, "changes.py", SINCE, LABEL)
    said = python(bank, "lookup.py", CODE, "9141O100MA0000001X", "91410100MA4448F87R").splitlines()
    assert [line.split()[2] for line in said] == ["found", "malformed", "not_found"] and "第5位" in said[1]
    with a_worker():
        assert "2026Q3 in_force 2 行，0 行有误" in python(bank, "feedback.py", LABEL, bank["FILE"])


@pytest.mark.usefixtures("a_java")
def test_the_programs_in_java(bank: Surroundings) -> None:
    assert java(bank, "Whoami").startswith("200 {")
    begun(bank)
    assert f"{LABEL} 已取到并确认" in java(bank, "Fetch", LABEL)
    is_fetched(bank)
    assert java(bank, "Changes", SINCE, LABEL).strip() == "{added=1, changed=1, removed=1}"
    assert java(bank, "Lookup", CODE, "9141O100MA0000001X").splitlines() == [
        f"{CODE} found", "9141O100MA0000001X malformed",
    ]  # fmt: skip
    assert java(bank, "SendFeedback", LABEL, bank["FILE"]).strip() == "2026Q3 waiting"


def test_none_is_left_out() -> None:
    """Each program of the manual is run by a test."""
    named = [text.splitlines()[0] for text in programs("python") if text.startswith("# ")]
    assert [line.split()[1].partition("：")[0] for line in named] == [
        "whoami.py",
        "fetch.py",
        "changes.py",
        "lookup.py",
        "feedback.py",
    ]
    assert len(programs("python")) == len(named) + 2  # the receiver's check and the applying of changes
    assert len(programs("java")) == 5
