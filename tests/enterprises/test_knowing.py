"""Who is known, out of the database: published names and codes of all, under those whom an edition tells of."""

from datetime import date, timedelta

import polars as pl
import pytest

from enterprises import pooling, resolving
from enterprises.knowing import Told, known
from enterprises.matching.identifying import ROWS, By, Cause, Finding, Outcome, identify
from enterprises.matching.known import Known
from enterprises.models import Enterprise
from registry import amending, importing
from registry.amending import Replacement
from registry.models import Entry, Field
from registry.names import name_key
from tests.conftest import NOW, Publish
from tests.staff import staff

pytestmark = pytest.mark.django_db
HEADER = ["序号", "企业名称", "统一社会信用代码", "证书编号"]
A, A_LATER, A_CODE = "郑州启航智能科技有限公司", "河南启航控股有限公司", "91410105MA44C1N295"
B, B_CODE = "郑州天成电子有限公司", "91410103MA9F2B3C5G"
NUMBER = "GR202441000123"
C_CODE = "91410100MA44A1B216"


def told(name: str, code: str = "", former: tuple[str, ...] = ()) -> Told:
    return Told(Enterprise.objects.get(name=name).pk, code, name, former)


def found(among: Known, name: str = "", code: str = "") -> Finding:
    row = {"name": name_key(name), "former": "", "code": code, "old": "", "repaired": "", "fails": False}
    return identify(among, pl.DataFrame([row], schema=ROWS))[0]


def test_a_member_is_found_by_what_was_published_since(publish: Publish) -> None:
    publish([HEADER, [1, A, "", NUMBER], [2, B, B_CODE, ""]])
    resolving.resolve(now=NOW)
    one = told(A)
    assert found(known([one]), code=A_CODE) == Finding(Outcome.OUT)
    publish([HEADER, [1, A_LATER, A_CODE, NUMBER]], programme="HNTE", published="2026-03-01")
    publish(
        [["序号", "更名前企业名称", "更名后企业名称", "证书编号"], [1, A, A_LATER, NUMBER]],
        kind="rename", published="2026-03-02",
    )  # fmt: skip
    resolving.resolve(now=NOW)
    among = known([one])
    assert Enterprise.objects.get(pk=one.enterprise).name == A_LATER
    assert found(among, A) == Finding(Outcome.IN, one.enterprise, By.NAME)
    assert found(among, A_LATER) == Finding(Outcome.IN, one.enterprise, By.PUBLISHED)
    assert found(among, A_LATER, A_CODE) == Finding(Outcome.IN, one.enterprise, By.CODE, "published")
    assert found(among, B, B_CODE) == Finding(Outcome.OUT)  # known, and not of the edition
    assert found(among, A, B_CODE).candidates[0].cause == Cause.NAME_OTHER_CODE
    assert found(known([], [one]), A_LATER) == Finding(Outcome.OUT, one.enterprise)


def test_what_a_list_that_is_withdrawn_said_is_not_known(publish: Publish) -> None:
    publish([HEADER, [1, A, "", NUMBER]])
    publish([HEADER, [1, A, A_CODE, NUMBER]], published="2026-03-01", confirmed=False)
    resolving.resolve(now=NOW)
    assert found(known([told(A)]), code=A_CODE) == Finding(Outcome.OUT)


def test_one_that_turned_out_to_be_another_is_still_called_as_it_was(publish: Publish) -> None:
    publish([HEADER, [1, A, A_CODE, ""]])
    publish([HEADER, [1, B, B_CODE, ""]], published="2025-03-01")
    resolving.resolve(now=NOW)
    gone, kept = told(A, A_CODE), told(B, B_CODE)
    Enterprise.objects.filter(pk=gone.enterprise).update(merged_into=kept.enterprise)
    assert found(known([gone]), B, B_CODE) == Finding(Outcome.IN, gone.enterprise, By.CODE, "published")
    assert found(known([gone, kept]), B, B_CODE).enterprise == kept.enterprise


def test_a_line_that_was_corrected_is_known_as_it_should_have_read(publish: Publish) -> None:
    """Else a firm whose code once stood in the wrong line would be told to be the member."""
    publish([HEADER, [1, A, B_CODE, NUMBER]])
    resolving.resolve(now=NOW)
    line = Entry.objects.get(name=A)
    for at, right in enumerate((C_CODE, A_CODE)):  # the second mends the first
        now = NOW + timedelta(minutes=at + 1)
        (listed,) = amending.stage_replacements(
            replacements=[Replacement(line, {Field.USCC: right})], ground=f"YY-{at}", why="证书", now=now,
            by=staff(name=f"officer-{at}"),
        )  # fmt: skip
        importing.confirm(list_import=listed, now=now)
        resolving.resolve(now=now)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + timedelta(minutes=5))
    among = known([told(A, A_CODE)])
    assert found(among, code=A_CODE).outcome == Outcome.IN
    for wrong in (B_CODE, C_CODE):
        assert found(among, code=wrong) == Finding(Outcome.OUT)
        assert found(among, B, wrong) == Finding(Outcome.OUT)
    importing.withdraw(list_import=listed, reason="误更正", now=NOW + timedelta(minutes=6))
    resolving.resolve(now=NOW + timedelta(minutes=6))
    assert found(known([told(A, A_CODE)]), code=C_CODE).outcome == Outcome.IN
