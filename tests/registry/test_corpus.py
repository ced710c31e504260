"""Each list of the corpus is read as is right for the bureau: its expectation stands beside it, written by hand."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from registry import errors
from registry.importing import stage
from registry.models import Entry, ListImport
from registry.staging import Notice

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).resolve().parent.parent / "data" / "lists"
NOW = datetime(2026, 10, 1, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(LISTS.glob("*.json"))}
READ = [name for name, case in CASES.items() if "refused" not in case]
REFUSED = [name for name, case in CASES.items() if "refused" in case]
READ_OFF = (
    "name", "former_name", "uscc", "number", "batch", "issued_on", "valid_from", "valid_to", "revoked_from_year",
)  # fmt: skip


def staged(case: dict[str, Any]) -> ListImport:
    path = LISTS / case["file"]
    notice = Notice(title="名单", published_on=date(2026, 1, 10), **case["notice"])
    return stage(path=path, file_name=path.name, notice=notice, now=NOW)


def as_expected(entry: Entry) -> dict[str, Any]:
    """An entry in the words of an expectation: what is empty is left out."""
    found: dict[str, Any] = {"row": entry.row_number}
    if entry.block != 1:
        found["block"] = entry.block
    for field in READ_OFF:
        value = getattr(entry, field)
        if value:
            found[field] = value.isoformat() if isinstance(value, date) else value
    if entry.district:
        found["district"] = entry.district.name
    if not entry.usable:
        found["usable"] = False
    return found


def problems_of(entry: Entry) -> list[list[object]]:
    return [
        [entry.row_number, one["code"], *([one["proposal"]] if one.get("proposal") else [])] for one in entry.problems
    ]


@pytest.fixture(autouse=True)
def no_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed on this machine must not matter."""
    monkeypatch.setattr("registry.converting.PROGRAMS", ())


@pytest.mark.parametrize("name", READ)
def test_a_list_is_read_as_is_right(name: str) -> None:
    case = CASES[name]
    listed = staged(case)
    entries = list(listed.entries.select_related("district").order_by("row_number", "block"))
    expected = [{key: value for key, value in row.items() if key != "published"} for row in case["rows"]]
    assert [as_expected(entry) for entry in entries] == expected
    assert sorted(problem for entry in entries for problem in problems_of(entry)) == sorted(case["problems"])
    assert {one["code"]: one["count"] for one in listed.remarks} == case["remarks"]
    assert (listed.row_count, listed.faulty_count) == (len(expected), sum("usable" in row for row in expected))
    assert listed.declared_count == case.get("declared")
    assert listed.header == case.get("header", listed.header)
    assert listed.unknown_columns == case.get("unknown", listed.unknown_columns)
    for entry, row in zip(entries, case["rows"], strict=True):
        assert entry.published.items() >= row.get("published", {}).items()
        assert entry.published.keys() >= {text for text in case.get("header", ()) if text}


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_cannot_be_read_is_refused_for_its_reason(name: str) -> None:
    case = CASES[name]
    with pytest.raises(errors.FileRefused) as caught:
        staged(case)
    assert type(caught.value).__name__ == case["refused"]
    assert Path(case["file"]).name in str(caught.value)
    assert not ListImport.objects.exists()
    assert not Entry.objects.exists()
    assert not default_storage.exists("lists")


def test_every_file_of_the_corpus_has_its_expectation() -> None:
    files = {path.name for path in LISTS.iterdir() if path.is_file() and path.suffix not in (".py", ".json")}
    spoken_of = {case["file"] for case in CASES.values()}
    assert files == {file for file in spoken_of if "/" not in file}
    real = LISTS.parents[2] / "registry" / "samples" / "real"
    excerpts = {path.name for path in real.iterdir() if path.suffix in (".xlsx", ".csv")}
    assert excerpts == {Path(file).name for file in spoken_of if "/" in file}


def test_every_expectation_says_why() -> None:
    assert [name for name, case in CASES.items() if not case["why"].endswith(".")] == []
