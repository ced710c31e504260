"""What hangs together with a few entries is followed by indexes: no table is read as a whole for their sake."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from enterprises import derivation, evidence, hanging, neighbouring, planning, resolving
from enterprises.matching.hashing import Sieve
from enterprises.sessions import Sessions
from registry.copying import as_numbers, copy_frame
from registry.models import Entry
from tests.conftest import NOW, Publish

_LARGE = ("registry_entry", "enterprises_enterprise", "enterprises_matchdecision", "enterprises_namekeys")


QUESTIONS = [one for one in vars(hanging).values() if isinstance(one, hanging._Question)]


@pytest.mark.django_db
def test_each_question_looks_its_keys_up() -> None:
    assert len(QUESTIONS) > 12
    with planning.by_index(1, of=1_000_000, steps=True), connection.cursor() as cursor:
        _count_none(cursor)
        for question in QUESTIONS:
            cursor.execute(f"EXPLAIN {question.statement}", ["{1,2}"] * question.statement.count("%s"))
            plan = [line for (line,) in cursor.fetchall()]
            assert not [line for line in plan for table in _LARGE if f"Seq Scan on {table} " in line], plan
            # An index that is read from end to end is no look-up.
            found = [at for at, line in enumerate(plan) if " on enterprises_matchdecision " in line]
            assert all("Cond:" in plan[at + 1] for at in found), "\n".join(plan)


def _count_none(cursor: CursorWrapper) -> None:
    """As if never counted: of a table that another test had counted empty, all ways cost the same."""
    cursor.execute("UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE relname = ANY(%s)", [list(_LARGE)])


def _unled(cursor: CursorWrapper, statement: str, parameters: dict[str, Any] | None = None) -> list[str]:
    """Where a plan reads these tables other than by a key."""
    cursor.execute(f"EXPLAIN {statement}", parameters)
    plan = [line.strip() for (line,) in cursor.fetchall()]
    return [
        f"{line} / {plan[at + 1]}"
        for at, line in enumerate(plan)
        if re.search(rf" on (?:{'|'.join(_LARGE)})(?: |$)", line) and "Cond:" not in plan[at + 1]
    ]


@pytest.mark.django_db
def test_the_lines_of_a_few_are_read_one_by_one() -> None:
    some = evidence._SOME.format(numbers=as_numbers(range(1, 2_000)))
    with connection.cursor() as cursor:
        _count_none(cursor)
        cursor.execute("SET LOCAL enable_nestloop = off")  # however little the planner thinks of it
        assert not _unled(cursor, f"SELECT e.name_key FROM {some} e")


@pytest.mark.django_db
def test_a_few_enterprises_are_derived_without_reading_all() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    few: dict[str, Any] = {"known_by": now, "as_of": now.date(), "only": f"{{{','.join(map(str, range(2_000)))}}}"}
    seen = set()
    with connection.cursor() as cursor:
        _count_none(cursor)
        for statements, many in (
            (derivation.KNOWN_LISTS, 2_000),
            (derivation.KNOWN, 2_000),
            (derivation.IDENTITIES, 1_000_000),
        ):
            with planning.by_index(many, of=1_000_000):
                for statement in statements:
                    if (made := re.search(r"TABLE (known_entry|owned_code) ON", statement)) is not None:
                        seen.add(made[1])
                        assert not _unled(cursor, statement, few)
                    cursor.execute(statement, few)
    assert seen == {"known_entry", "owned_code"}


@pytest.mark.django_db
def test_a_code_is_found_by_the_index_of_organisations() -> None:
    with planning.by_index(1, of=1_000_000, steps=True), connection.cursor() as cursor:
        _count_none(cursor)
        cursor.execute(f"EXPLAIN {hanging._BY_ORGANISATION.statement}", ["{12345678X}"])
        assert any("Index Cond" in line and "uscc" in line for (line,) in cursor.fetchall())


@pytest.mark.django_db
def test_the_planner_is_its_own_master_afterwards() -> None:
    ways = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "random_page_cost")
    before = [_setting(way) for way in ways]
    with planning.by_index(1, of=1_000_000, steps=True):
        assert [_setting(way) for way in ways] == ["off", "off", "off", "1.1"]
    assert [_setting(way) for way in ways] == before
    with planning.by_index(500_000, of=1_000_000, steps=True):
        assert [_setting(way) for way in ways] == before


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


def test_sums_that_are_probed_for_are_found_and_no_others() -> None:
    chance = np.random.default_rng(5)
    sums = chance.integers(-(1 << 62), 1 << 62, 5_000)
    others = np.concatenate((sums[:2_500] + (1 << 24), chance.integers(-(1 << 62), 1 << 62, 5_000)))
    probes = np.concatenate((sums[::7], sums[::7], others))
    found = neighbouring._among(sums, np.array_split(probes, 3))
    assert found.tolist() == sorted(set(sums.tolist()) & set(probes.tolist()))
    assert neighbouring._among(sums, [others[:0]]).tolist() == []
    assert Sieve(sums).may_hold(sums).all()


@pytest.mark.django_db
def test_all_sums_come_as_they_were_kept() -> None:
    assert neighbouring._all_sums().tolist() == []
    kept = [-(1 << 63), -1, 0, 7, (1 << 63) - 1]
    names = pl.DataFrame({"place": "home", "name_key": list("甲乙丙丁戊"), "core": 1, "sounds": kept})
    copy_frame("enterprises_namekeys", names)
    assert sorted(neighbouring._all_sums().tolist()) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("learned", [False, True])
def test_a_name_of_two_cities_is_compared_in_both(publish: Publish, learned: bool) -> None:
    name, lost = "嵩阳启航智能装备科技有限公司", "嵩阳启航智能装科技有限公司"
    publish([["企业名称", "区县"], [name, "洛阳市"], [lost, "洛阳市"]], published="2024-11-28", province_wide=True)
    resolving.resolve(now=NOW)
    come = publish([["企业名称"], [name]], programme="INNO", published="2025-05-01")
    if learned:
        resolving.resolve(now=NOW + timedelta(hours=1))
    seeds = list(Entry.objects.filter(list_import=come).values_list("pk", flat=True))
    near = neighbouring.gather(seeds, Sessions(), learned=learned)
    assert sorted(near.present.evidence.rows["name"]) == sorted([name, name, lost])
    asked = near.present.evidence.rows.filter(pl.Series(near.asked))
    assert sorted(asked["name"]) == [name, name]
    assert near.come["name_key"].to_list() == ([] if learned else [name])
