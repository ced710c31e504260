"""The excerpts of real lists: readable as they lie, complete in their index, honest in their titles."""

import json
from dataclasses import fields
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import registry.samples
from registry.layout import lay_out
from registry.samples.naming import MARK
from registry.samples.writing import SampleList
from tests.conftest import rows_of
from tests.registry.words import VOCABULARY

REAL = Path(registry.samples.__file__).parent / "real"
INDEX: list[dict[str, Any]] = json.loads((REAL / "lists.json").read_text(encoding="utf-8"))
CODES = {code for code, *_ in import_module("registry.migrations.0003_catalogue").PROGRAMMES}
KINDS = {"publicity", "recognition", "recheck", "supplement", "rename", "revocation"}
KEYS = {field.name for field in fields(SampleList)}


def test_the_index_names_every_file_and_no_other() -> None:
    files = {path.name for path in REAL.iterdir()} - {"lists.json", "SOURCES.md"}
    assert {entry["file"] for entry in INDEX} == files
    assert len(INDEX) >= 8


def test_the_sources_are_told() -> None:
    told = (REAL / "SOURCES.md").read_text(encoding="utf-8")
    for entry in INDEX:
        assert entry["file"] in told
        assert entry["source_url"] in told


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: str(entry["file"]))
def test_an_entry_is_complete(entry: dict[str, Any]) -> None:
    assert set(entry) == KEYS
    assert entry["programme"] in CODES
    assert entry["notice"] in KINDS
    assert entry["source_url"].startswith("http")
    assert "摘录" in entry["title"]
    assert entry["note"]
    assert entry["full"] is False
    assert date(2018, 1, 1) <= date.fromisoformat(entry["published"]) < date(2026, 1, 1)
    if entry["valid_from"]:
        assert date.fromisoformat(entry["valid_from"]) < date.fromisoformat(entry["valid_to"])


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: str(entry["file"]))
def test_a_file_reads_as_a_list_of_full_names(entry: dict[str, Any]) -> None:
    rows = [row for _, row in rows_of(REAL / entry["file"])]
    table = lay_out(enumerate(rows, start=1), VOCABULARY)
    names = [row[table.columns["name"]] for _number, _block, row in table.rows]
    assert len(names) == entry["rows"]
    assert all(name.endswith("公司") and MARK not in name for name in names)
    assert rows[0][0] == "附件1"
    assert rows[1][0] == entry["title"]


def test_one_file_is_a_gb18030_csv_and_the_others_are_workbooks() -> None:
    texts = [entry["file"] for entry in INDEX if entry["file"].endswith(".csv")]
    assert len(texts) == 1
    raw = (REAL / texts[0]).read_bytes()
    assert "企业名称" in raw.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    for entry in INDEX:
        if entry["file"] not in texts:
            assert CalamineWorkbook.from_path(str(REAL / entry["file"])).sheet_names
