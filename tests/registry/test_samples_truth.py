"""Cities of known truth: the same bytes each time, codes that are right, truth that agrees with what was published."""

import csv
import json
from collections import Counter, defaultdict
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from registry.identifiers import clean_code, is_old_number, uscc_check_passes
from registry.samples.truth.lives import live
from registry.samples.truth.regions import regions, shares
from registry.samples.truth.rows import publish
from registry.samples.truth.writing import write_truth_city

FILES = ("rows.csv", "truth.csv", "lists.csv", "renames.csv")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_truth_city(folder, enterprises=2000, seed=7, errors=2.0)
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_truth_city(tmp_path / name, enterprises=300, seed=seed)
    for file in FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a" / "rows.csv").read_bytes() != (tmp_path / "c" / "rows.csv").read_bytes()


def test_every_row_has_its_truth_and_its_list(city: Path) -> None:
    rows, truth = table(city / "rows.csv"), table(city / "truth.csv")
    assert [row["row_id"] for row in rows] == [row["row_id"] for row in truth] == list(map(str, range(len(rows))))
    assert {row["list_id"] for row in rows} == {row["list_id"] for row in table(city / "lists.csv")}
    assert len({row["ent_id"] for row in truth}) == 2000
    assert 2.4 < len(rows) / 2000 < 2.9


def test_slips_are_tagged_at_their_rates(city: Path) -> None:
    tags = Counter(tag for row in table(city / "truth.csv") for tag in row["tags"].split(","))
    rows = sum(1 for _ in table(city / "rows.csv"))
    assert tags["nm_homophone"] / rows == pytest.approx(0.008, rel=0.4)
    assert tags["nm_space"] / rows == pytest.approx(0.03, rel=0.3)
    assert {"nm_trad", "nm_zeren", "nm_oldnote", "code_ocr", "code_lower", "cert_typo", "orgcode", "regno"} <= set(tags)


def test_codes_without_a_slip_pass_their_checks(city: Path) -> None:
    tags = {row["row_id"]: row["tags"] for row in table(city / "truth.csv")}
    for row in table(city / "rows.csv"):
        if row["code"] and "code_" not in tags[row["row_id"]]:
            assert uscc_check_passes(row["code"])
        if old := row["org_code"] or row["reg_no"]:
            assert is_old_number(clean_code(old))


def test_two_lists_of_five_carry_codes(city: Path) -> None:
    kinds = Counter(row["has"] for row in table(city / "lists.csv"))
    assert kinds["code"] / kinds.total() == pytest.approx(0.4, abs=0.02)
    coded = {row["list_id"] for row in table(city / "lists.csv") if row["has"] == "code"}
    assert {row["list_id"] for row in table(city / "rows.csv") if row["code"]} <= coded


def test_a_rename_that_a_notice_tells_leaves_the_enterprise_whole(city: Path) -> None:
    rows = {row["row_id"]: row["name"] for row in table(city / "rows.csv")}
    parts, names = defaultdict(set), defaultdict(set)
    for row in table(city / "truth.csv"):
        parts[row["ent_id"]].add(row["comp_id"])
        names[row["ent_id"]].add(rows[row["row_id"]])
    told = {row["old_name"] for row in table(city / "renames.csv")}
    parted = [enterprise for enterprise, found in parts.items() if len(found) > 1]
    assert parted and told
    assert not any(names[enterprise] & told for enterprise in parted)


def test_without_errors_only_habits_are_left(tmp_path: Path) -> None:
    write_truth_city(tmp_path, enterprises=300, seed=3, errors=0.0)
    tags = {tag for row in table(tmp_path / "truth.csv") for tag in row["tags"].split(",")}
    assert tags <= {"", "nm_oldnote", "orgcode"}


def test_the_nation_is_shared_out_among_its_regions() -> None:
    parts = shares(1_500_000)
    assert sum(part.size for part in parts) == 1_500_000
    assert [part.first for part in parts[:2]] == [0, parts[0].size]
    assert len(parts) == len(regions()) > 330
    beijing, home = parts[0].size, next(part.size for part in parts if part.region.code == "4101")
    assert beijing > home > min(part.size for part in parts)


def test_regions_have_no_code_and_no_name_of_their_province_in_common() -> None:
    parts = [part for part in shares(300_000) if part.region.code in ("4105", "4106")]
    rows = [publish(part, 1, 0.0).rows for part in parts]
    fields: list[set[str]] = [{value for row in found for value in row.split(",")[2:6] if value} for found in rows]
    assert not fields[0] & fields[1]
    assert any("河南" in value for value in fields[0])


def test_no_more_names_are_nearly_another_s_than_in_real_registers() -> None:
    part = next(part for part in shares(1_500_000) if part.region.code == "4101")
    firms, _lists = live(part, Random(1))
    alike: dict[str, set[str]] = defaultdict(set)
    for firm in firms:
        place = firm.parts.place
        bare = {"郑州市": "郑州", "河南省": "河南"}.get(place, place)
        alike[firm.parts._replace(place=bare).text.replace("责任", "")].add(firm.parts.text)
    shared = sum(len(names) for names in alike.values() if len(names) > 1)
    assert 0 < shared / len(firms) < 0.0008  # among real ones 0.00012; if none were refused, 0.002


def test_a_city_is_called_what_names_call_it() -> None:
    short = {region.code: (region.province_short, region.city_short) for region in regions()}
    assert short["4101"] == ("河南", "郑州")
    assert short["2224"] == ("吉林", "延边")
    assert short["6528"] == ("新疆", "巴音郭楞")
    assert short["5329"] == ("云南", "大理")


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    out = StringIO()
    call_command("make_truth_city", str(tmp_path / "new"), enterprises=300, seed=4, json=True, stdout=out)
    summary = json.loads(out.getvalue())
    assert summary["rows"] == len(table(tmp_path / "new" / "rows.csv"))
    assert summary["regions"] == 1


@pytest.mark.parametrize("options", [{"enterprises": 5}, {"enterprises": 300, "errors": -1.0}])
def test_what_makes_no_sense_is_refused(tmp_path: Path, options: dict[str, float]) -> None:
    with pytest.raises(CommandError):
        call_command("make_truth_city", str(tmp_path / "new"), **options)
    assert not (tmp_path / "new").exists()
