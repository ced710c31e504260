"""The command that makes sample lists: a summary for machines, plain words where it cannot."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_the_summary_agrees_with_the_index(tmp_path: Path) -> None:
    out = StringIO()
    call_command("make_sample_lists", str(tmp_path / "new"), enterprises=300, seed=4, json=True, stdout=out)
    summary = json.loads(out.getvalue())
    index = json.loads(Path(summary["index"]).read_text(encoding="utf-8"))
    assert (summary["enterprises"], summary["seed"]) == (300, 4)
    assert summary["lists"] == len(index)
    assert summary["rows"] == sum(entry["rows"] for entry in index)


def test_truth_is_written_only_when_asked(tmp_path: Path) -> None:
    call_command("make_sample_lists", str(tmp_path / "a"), enterprises=300, stdout=StringIO())
    call_command("make_sample_lists", str(tmp_path / "b"), enterprises=300, truth=True, stdout=StringIO())
    assert not (tmp_path / "a" / "truth.csv").exists()
    assert (tmp_path / "b" / "truth.csv").exists()


def test_a_size_out_of_range_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="200000"):
        call_command("make_sample_lists", str(tmp_path / "new"), enterprises=5)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file"):
        call_command("make_sample_lists", str(tmp_path / "file" / "new"), enterprises=300)
