"""The made-up city: as large as asked, the same each time, right in its codes, plain about being made up."""

import csv
import json
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from stdnum.cn import uscc

from registry.layout import lay_out
from registry.names import clean_name, name_key
from registry.samples import codes
from registry.samples.dirt import CODE_MISSING, CODE_SLIP
from registry.samples.history import simulate
from registry.samples.naming import MARK, Namer, trade_names
from registry.samples.places import OTHER_CITIES, UNASSIGNED_DIVISION
from registry.samples.plan import CALENDAR, ROWS_PER_ENTERPRISE
from registry.samples.writing import INDEX, LARGEST, SMALLEST, TRUTH, SampleList, write_city
from tests.conftest import rows_of
from tests.registry.words import VOCABULARY

SIZE = 1100
PROGRAMMES = {"HNTE", "TSME", "INNO", "SRDI", "LG", "GZ", "LEAD", "IP_A", "IP_D", "ZZTE"}
Table = tuple[SampleList, dict[str, int], list[tuple[int, list[str]]]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[SampleList]]:
    directory = tmp_path_factory.mktemp("city")
    return directory, write_city(directory, enterprises=SIZE, seed=1, truth=True)


@pytest.fixture(scope="module")
def tables(written: tuple[Path, list[SampleList]]) -> list[Table]:
    """Each list as the product reads it: its index entry, columns, and numbered rows below the header."""
    directory, index = written
    found = []
    for entry in index:
        rows = rows_of(directory / entry.file)
        table = lay_out(iter(rows), VOCABULARY)
        found.append((entry, table.columns, [row for row in rows if row[0] > table.header_row]))
    return found


def test_the_same_number_and_seed_give_the_same_bytes(written: tuple[Path, list[SampleList]], tmp_path: Path) -> None:
    directory, index = written
    again = write_city(tmp_path, enterprises=SIZE, seed=1, truth=True)
    assert again == index
    files = sorted(path.name for path in directory.iterdir())
    assert files == sorted(path.name for path in tmp_path.iterdir())
    for name in files:
        assert (directory / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_another_seed_gives_another_city(written: tuple[Path, list[SampleList]], tmp_path: Path) -> None:
    directory, _ = written
    write_city(tmp_path, enterprises=SIZE, seed=2)
    names = [{path.name: path.read_bytes() for path in folder.glob("*.xlsx")} for folder in (directory, tmp_path)]
    same = [name for name in names[0].keys() & names[1].keys() if names[0][name] == names[1][name]]
    assert not same


@pytest.mark.parametrize("size", [SMALLEST, 300, SIZE, 5000])
def test_the_rows_are_as_many_as_planned(size: int) -> None:
    _, published = simulate(size, Random(3))
    rows = sum(len(lines) for _, lines in published)
    assert rows == pytest.approx(ROWS_PER_ENTERPRISE * size, rel=0.1)


@pytest.mark.parametrize("size", [SMALLEST - 1, 0, -5, LARGEST + 1])
def test_a_size_out_of_range_is_refused_before_anything_is_written(size: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(SMALLEST)):
        write_city(tmp_path / "new", enterprises=size, seed=1)
    assert not (tmp_path / "new").exists()


def test_every_enterprise_of_the_city_is_granted_something() -> None:
    city, published = simulate(SIZE, Random(5))
    granted = {
        line.enterprise.serial
        for planned, lines in published
        if planned.notice in ("recognition", "supplement", "recheck")
        for line in lines
    }
    assert granted >= set(range(1, city.size + 1))


def test_the_calendar_covers_ten_programmes_three_years_and_all_kinds_of_notice() -> None:
    assert {planned.programme for planned in CALENDAR} == PROGRAMMES
    kinds = {"publicity", "recognition", "recheck", "supplement", "rename", "revocation"}
    assert {planned.notice for planned in CALENDAR} == kinds
    assert date(2023, 9, 1) <= CALENDAR[0].published
    assert CALENDAR[-1].published <= date(2026, 9, 25)
    assert sum(planned.codes for planned in CALENDAR) / len(CALENDAR) == pytest.approx(0.4, abs=0.01)


def test_two_lists_in_five_carry_codes(tables: list[Table]) -> None:
    with_codes = [entry.file for entry, columns, _ in tables if "uscc" in columns]
    assert len(with_codes) / len(tables) == pytest.approx(0.4, abs=0.03)


def test_the_index_agrees_with_the_files(written: tuple[Path, list[SampleList]], tables: list[Table]) -> None:
    directory, index = written
    listed = json.loads((directory / INDEX).read_text(encoding="utf-8"))
    assert [entry["file"] for entry in listed] == [entry.file for entry in index]
    assert {path.name for path in directory.iterdir()} == {entry.file for entry in index} | {INDEX, TRUTH}
    for entry, _, rows in tables:
        assert len(rows) == entry.rows, entry.file
    assert [entry.published for entry in index] == sorted(entry.published for entry in index)


def test_one_list_in_ten_is_a_csv_in_either_encoding(written: tuple[Path, list[SampleList]]) -> None:
    directory, index = written
    texts = [entry.file for entry in index if entry.file.endswith(".csv")]
    assert len(texts) / len(index) == pytest.approx(0.1, abs=0.03)
    marked = [name for name in texts if (directory / name).read_bytes().startswith(b"\xef\xbb\xbf")]
    assert 0 < len(marked) < len(texts)
    for name in set(texts) - set(marked):
        assert "（演示数据）" in (directory / name).read_bytes().decode("gb18030")


def test_every_name_carries_the_mark(tables: list[Table]) -> None:
    for entry, columns, rows in tables:
        for _, row in rows:
            for field in ("name", "new_name", "former_name"):
                if field in columns:
                    assert MARK in clean_name(row[columns[field]]), (entry.file, row)


def test_codes_pass_the_reference_check_except_for_the_slips(tables: list[Table]) -> None:
    written_codes = [row[columns["uscc"]] for _, columns, rows in tables if "uscc" in columns for _, row in rows]
    missing = written_codes.count("")
    plain = [code for code in written_codes if len(code) == 18 and code.isascii()]
    wrong = [code for code in plain if not uscc.is_valid(code)]
    assert len(written_codes) > 1000
    assert missing / len(written_codes) == pytest.approx(CODE_MISSING, abs=0.015)
    assert 0 < len(wrong) / len(plain) < 3 * CODE_SLIP
    divisions = {code[2:8] for code in plain if uscc.is_valid(code)}
    assert divisions <= {UNASSIGNED_DIVISION, *(division for *_, division in OTHER_CITIES)}


def test_made_up_codes_are_right_and_different() -> None:
    bodies = codes.organisation_codes(3000, Random(1))
    made = [codes.uscc(body) for body in bodies]
    assert len(set(made)) == len(made)
    assert all(uscc.is_valid(code) for code in made)
    assert codes.uscc("MA27YTKRX", "330100") == "91330100MA27YTKRXE"  # as published for a real company


@pytest.mark.parametrize("body", ["MA27YTKRX", "143853115", "703010619"])
def test_the_organisation_code_check_is_that_of_real_codes(body: str) -> None:
    assert codes._body_check(body[:8]) == body[8]


def test_numbers_have_their_published_form() -> None:
    assert codes.certificate_number(2023, 12) == "GR202341900012"
    assert codes.registration_number(2024, 7, "A") == "2024410199A9000007"


def test_districts_are_those_of_the_catalogue(tables: list[Table]) -> None:
    catalogue = import_module("registry.migrations.0003_catalogue").DISTRICTS
    known = {name_key(text) for _, name, aliases, _ in catalogue for text in (name, *aliases)}
    others = {city for city, *_ in OTHER_CITIES}
    seen: Counter[str] = Counter()
    for entry, columns, rows in tables:
        for _, row in rows:
            if "district" in columns and (text := row[columns["district"]]):
                assert name_key(text) in known, (entry.file, text)
                seen[text] += 1
            if "city" in columns:
                assert entry.province_wide
                assert name_key(row[columns["city"]]) in known or row[columns["city"]] in others
    assert {"高新区", "郑州高新区"} & seen.keys()
    assert len(seen) > 20


def test_the_truth_names_the_enterprise_behind_each_row(
    written: tuple[Path, list[SampleList]], tables: list[Table]
) -> None:
    with (written[0] / TRUTH).open(encoding="utf-8", newline="") as stream:
        truth = {(row["file"], int(row["row"])): int(row["enterprise"]) for row in csv.DictReader(stream)}
    assert set(truth) == {(entry.file, number) for entry, _, rows in tables for number, _ in rows}
    by_code: dict[str, set[int]] = {}
    for entry, columns, rows in tables:
        for number, row in rows:
            code = row[columns["uscc"]] if "uscc" in columns else ""
            if uscc.is_valid(code):
                by_code.setdefault(code, set()).add(truth[entry.file, number])
    assert all(len(serials) == 1 for serials in by_code.values())


def test_names_are_never_equal_even_after_renames() -> None:
    namer = Namer(Random(1))
    names = [namer.compose("410105") for _ in range(2000)]
    names += [namer.rename(name) for name in names[:500]]
    assert len({name_key(name) for name in names}) == len(names)
    assert all(MARK in name for name in names)


def test_trade_names_are_two_or_three_ideographs() -> None:
    names = trade_names()
    assert len(set(names)) == len(names) == 3000
    assert all(2 <= len(name) <= 3 and all("一" <= character <= "龥" for character in name) for name in names)
