"""A city of known truth goes the way of every list, in a database of its own, and nothing of it stays."""

import csv
import json
from pathlib import Path

import pytest
from django.db import connection

from tests.processes import command

ROWS = [
    # row, list, name, code, certificate: 1, 2, 4 and 6 are one firm, 3 and 5 another
    (1, "hn-gaoxin-2019", "郑州市启航智能科技有限公司", "", "GR201941000001"),
    (3, "hn-gaoxin-2019", "郑州远航智能科技有限公司", "", "GR201941000002"),
    (2, "hn-zjtx-2020", "12、郑州市启航智能科技有限公司", "91330100MA27YTKRXE", ""),
    (4, "hn-zjtx-2020", "郑州市启航智能科技有限责任公司", "91330100MA27YTKRXE", ""),
    (5, "hn-zjtx-2020", "郑州远航智能科技有限公司", "", ""),
    (6, "hn-gcjs-2023", "河南启航控股有限公司", "", ""),
    (7, "hn-gcjs-2023", "郑州某某商贸有限公司", "91330100MA27YTKRXE", ""),
]


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_become_clusters_and_doubts_pairs(tmp_path: Path, surroundings: dict[str, str]) -> None:
    rows: list[tuple[object, ...]] = [
        (row, list_id, 0, name, code, "", "", number, "", "") for row, list_id, name, code, number in ROWS
    ]
    write(tmp_path / "rows.csv", "row_id,list_id,row_no,name,code,org_code,reg_no,cert_no,district,date", rows)
    lists: list[tuple[object, ...]] = [
        (list_id, "hn", list_id.split("-")[1], list_id[-4:], "") for list_id in sorted({row[1] for row in ROWS})
    ]
    write(tmp_path / "lists.csv", "list_id,region,kind,year,has", lists)
    renames: list[tuple[object, ...]] = [("郑州市启航智能科技有限公司", "河南启航控股有限公司", "", "2022")]
    write(tmp_path / "renames.csv", "old_name,new_name,cert_no,year", renames)
    pred, review = tmp_path / "pred.csv", tmp_path / "review.csv"
    asked = command(
        surroundings, "bench_matching", str(tmp_path), "--pred", str(pred), "--review", str(review), "--json"
    )
    out, err = asked.communicate(timeout=120)
    assert out, err
    told = json.loads(out)
    assert (told["rows"], told["clusters"], told["pairs"]) == (7, 3, 1)
    with pred.open() as stream:
        cluster = {int(row["row_id"]): row["cluster_id"] for row in csv.DictReader(stream)}
    assert cluster[1] == cluster[2] == cluster[4] == cluster[6]
    assert cluster[3] == cluster[5]
    assert len({cluster[1], cluster[3], cluster[7]}) == 3
    with review.open() as stream:
        assert [row["row_a"] for row in csv.DictReader(stream)] == ["7"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'scratch%%'")
        assert cursor.fetchone() == (0,)


def test_a_folder_without_a_city_is_told(tmp_path: Path, surroundings: dict[str, str]) -> None:
    out, err = command(surroundings, "bench_matching", str(tmp_path), "--pred", "p", "--review", "r").communicate()
    assert not out
    assert "rows.csv" in err
