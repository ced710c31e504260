"""Named lists and points stand beside the pool: derived like everything, never counting, sealed in an annex."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from stdnum.cn import uscc

from enterprises import canonical, editions, errors, pooling, resolving
from enterprises.canonical import AnnexLine
from enterprises.looking_up import find
from enterprises.models import (
    Edition,
    EditionAnnex,
    EditionMember,
    Enterprise,
    InnovationScore,
    PoolMember,
    Recognition,
)
from enterprises.urgent import cut_urgent
from registry import importing
from registry.models import ListImport
from tests.conftest import NOW, Publish
from tests.enterprises.looking import TODAY, ask
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
A, B, X = "郑州启航科技有限公司", "郑州远航科技有限公司", "郑州无名科技有限公司"
POINTS = ["企业名称", "年度", "总分", "等级", "PCT", "研发费用"]
LATER = NOW + timedelta(days=20)


@pytest.fixture
def lists(publish: Publish) -> dict[str, ListImport]:
    """A and B are recognised, X is not; A and X stand on a named list, A and X have points."""
    head = ["企业名称", "证书编号", "发证日期"]
    return {
        "recognised": publish([head, [A, "GR202541000001", "2025-01-10"], [B, "GR202541000002", "2025-01-10"]]),
        "listed": publish(
            [["企业名称", "批次"], [A, "第一批"], [X, "第一批"]], programme="LISTING", published="2026-03-01",
            valid_to=date(2027, 12, 31), title="上市后备企业名单", document_number="郑金〔2026〕3号",
        ),
        "first": publish(
            [POINTS, [A, 2024, 70.5, "B", 1, 10], [A, 2025, 80, "B", 2, ""], [X, 2025, 99, "A", "", ""]],
            programme="INNO_POINTS", published="2026-01-20", title="2025年创新积分",
        ),
        "again": publish(
            [POINTS, [A, 2025, 81.25, "A", 3, 12.5]], programme="INNO_POINTS", published="2026-02-20", title="更新",
        ),
    }  # fmt: skip


def resolved() -> None:
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=TODAY, now=NOW)


def scores() -> dict[tuple[str, int], tuple[Any, ...]]:
    return {
        (one.enterprise.name, one.year): (one.total, one.grade, one.values, one.entry.list_import.title)
        for one in InnovationScore.objects.select_related("enterprise", "entry__list_import")
    }


def annex(edition: Edition) -> list[AnnexLine]:
    return [
        {"id": one.public_id, "kind": one.kind, "programme": one.programme, "entries": one.payload}
        for one in EditionAnnex.objects.filter(edition=edition).order_by("public_id", "programme")
    ]


def test_points_are_of_a_year_and_the_newest_list_tells_them(lists: dict[str, ListImport]) -> None:
    resolved()
    newest = Decimal("81.25"), "A", {"PCT": "3", "RD_COST": "12.5"}, "更新"
    assert scores() == {
        (A, 2024): (Decimal("70.5"), "B", {"PCT": "1", "RD_COST": "10"}, "2025年创新积分"),
        (A, 2025): newest,
        (X, 2025): (Decimal(99), "A", {}, "2025年创新积分"),
    }
    kept = set(InnovationScore.objects.values_list("pk", flat=True))
    pooling.rebuild(as_of=TODAY, now=NOW)
    assert set(InnovationScore.objects.values_list("pk", flat=True)) == kept  # what stays is not written again
    importing.withdraw(list_import=lists["again"], reason="重报", now=NOW)
    pooling.rebuild(as_of=TODAY, now=NOW)
    assert scores()[A, 2025][:3] == (Decimal(80), "B", {"PCT": "2"})
    pooling.rebuild(as_of=date(2026, 1, 19), now=NOW)
    assert not scores()  # not told yet


def test_a_named_list_is_held_with_its_period_and_keeps_nobody_in(lists: dict[str, ListImport]) -> None:
    resolved()
    held = Recognition.objects.filter(programme__code="LISTING")
    assert {(one.enterprise.name, one.state, one.counts, one.valid_to) for one in held} == {
        (name, "valid", False, date(2027, 12, 31)) for name in (A, X)
    }
    assert not Recognition.objects.filter(programme__code="INNO_POINTS").exists()  # points grant nothing
    members = dict(PoolMember.objects.values_list("enterprise__name", "programmes"))
    assert members == {A: ["HNTE"], B: ["HNTE"]}


def test_named_lists_and_points_bring_nobody_in_and_nobody_out(publish: Publish) -> None:
    """Whether a firm is of the city, the lists that recognise say: what comes later beside the pool does not."""
    head, gone = ["企业名称", "统一社会信用代码", "所在地"], "郑州迁离科技有限公司"
    codes = [f"91410100MA{number:07d}" for number in (1, 2, 3)]
    firms = [[name, code + uscc.calc_check_digit(code)] for name, code in zip((A, B, gone), codes, strict=True)]

    def rows(*places: str, more: Sequence[Any] = ()) -> list[list[Any]]:
        return [[*firm, place, *more] for firm, place in zip(firms, places, strict=True)]

    publish([head, *rows("金水区", "洛阳市", "金水区")], province_wide=True, published="2025-02-01")
    publish([head[:2], firms[2]], kind="move_out", published="2026-01-05")
    later = "洛阳市", "金水区", "金水区"
    publish(
        [head, *rows(*later)], programme="LISTING", published="2026-03-01", province_wide=True, title="上市后备企业名单"
    )
    publish(
        [[*head, "年度", "总分"], *rows(*later, more=(2025, 90))], programme="INNO_POINTS", published="2026-03-02",
        title="2025年创新积分",
    )  # fmt: skip
    resolved()
    assert dict(Enterprise.objects.values_list("name", "in_scope")) == {A: True, B: False, gone: False}
    assert list(PoolMember.objects.values_list("enterprise__name", flat=True)) == [A]


def test_an_edition_says_beside_its_records_what_holds_for_members(lists: dict[str, ListImport]) -> None:
    resolving.resolve(now=NOW)
    edition = editions.cut(quarter="2026Q3", now=NOW)
    member = EditionMember.objects.get(edition=edition, name=A)
    listed, points = lists["listed"].reference, lists["again"].reference
    assert annex(edition) == [
        {
            "id": member.public_id, "kind": "points", "programme": "INNO_POINTS", "entries": [{
                "grade": "A", "source": f"{points}#2", "total": "81.25", "year": 2025,
                "values": {"PCT": "3", "RD_COST": "12.5"},
            }],
        },
        {
            "id": member.public_id, "kind": "named_list", "programme": "LISTING", "entries": [{
                "batch": "第一批", "number": "", "source": f"{listed}#2", "state": "valid", "valid_from": "2026-03-01",
                "valid_to": "2027-12-31",
            }],
        },
    ]  # fmt: skip
    assert edition.annex_digest == canonical.annex_digest(annex(edition))
    page = signed_in("enterprises.view_edition").get(reverse("admin:enterprises_edition_change", args=[edition.pk]))
    assert "创新积分 1" in page.content.decode() and edition.annex_digest in page.content.decode()
    assert "LISTING" not in str(member.recognitions) and edition.by_programme == {"HNTE": 2}
    records = edition.digest
    importing.withdraw(list_import=lists["listed"], reason="撤回", now=NOW + timedelta(minutes=1))
    resolving.resolve(now=NOW + timedelta(minutes=1))
    recut = editions.cut(quarter="2026Q3", now=NOW + timedelta(minutes=2))
    assert [one["programme"] for one in annex(recut)] == ["INNO_POINTS"]  # rewritten with the draft
    assert recut.digest == records and recut.annex_digest not in ("", edition.annex_digest)


def test_without_lists_and_points_there_is_no_annex(publish: Publish) -> None:
    publish([["企业名称", "证书编号", "发证日期"], [A, "GR202541000001", "2025-01-10"]])
    resolving.resolve(now=NOW)
    edition = editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    assert edition.annex_digest == "" == canonical.annex_digest([])
    assert editions.prove_all() == ({edition.label: edition.digest}, [])


@pytest.fixture
def sealed(lists: dict[str, ListImport]) -> Edition:
    resolving.resolve(now=NOW)
    return editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_annex_is_sealed_and_proved(sealed: Edition) -> None:
    copied = (
        "(edition_id, enterprise_id, public_id, kind, programme, payload) SELECT edition_id, enterprise_id, public_id"
    )
    for act in (
        "UPDATE enterprises_editionannex SET payload = '[]'",
        "DELETE FROM enterprises_editionannex",
        f"INSERT INTO enterprises_editionannex {copied}, kind, 'X', payload FROM enterprises_editionannex",
        "DELETE FROM enterprises_enterprise WHERE id IN (SELECT enterprise_id FROM enterprises_editionannex)",
        "UPDATE enterprises_edition SET annex_digest = ''",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(act)
    assert editions.prove_all() == ({sealed.label: sealed.digest}, [])
    run("ALTER TABLE enterprises_editionannex DISABLE TRIGGER USER")
    run("UPDATE enterprises_editionannex SET payload = replace(payload::text, '81.25', '91.25')::json")
    assert editions.prove_all() == ({}, [sealed.label])
    with pytest.raises(errors.NotProved):
        editions._prove(sealed, sealed.digest, sealed.digest)


def test_an_urgent_notice_takes_the_annex_along(sealed: Edition, publish: Publish, settings: Settings) -> None:
    settings.URGENT_NOTICES = True
    publish([["企业名称"], [A]], programme="LISTING", kind="revocation", published="2026-10-15", now=LATER)
    resolving.resolve(now=LATER)
    with pytest.raises(errors.NothingUrgent):  # what never counted is not urgent
        cut_urgent(now=LATER)
    publish(
        [["企业名称", "证书编号"], [B, "GR202541000002"]], kind="revocation", published="2026-10-15", now=LATER
    )  # fmt: skip
    resolving.resolve(now=LATER)
    notice = cut_urgent(now=LATER)
    assert [row.name for row in notice.rows.all()] == [A]
    assert [one["programme"] for one in annex(notice)] == ["INNO_POINTS"]
    assert notice.annex_digest == canonical.annex_digest(annex(notice)) != sealed.annex_digest


def test_staff_see_points_and_lists_apart_and_the_enterprise_its_lists(
    lists: dict[str, ListImport], client: Client
) -> None:
    resolved()
    page = signed_in("enterprises.view_enterprise").get(
        reverse("admin:enterprises_enterprise_change", args=[Enterprise.objects.get(name=A).pk])
    )
    text = page.content.decode()
    recognised, listed = text.index("<h2>资质"), text.index('id="listed"')
    assert "上市后备企业" not in text[recognised:listed] and "上市后备企业" in text[listed:]
    for told in (">81.25<", ">70.5<", "PCT专利申请量 3", "研发费用金额 12.5"):
        assert told in text[text.index('id="scores"') :]
    shown = ask(client, A)
    assert "上市后备企业" in shown[shown.index("这些名单不是资质认定") :] and "郑金〔2026〕3号" in shown
    assert "81.25" not in shown and "待主管部门确认" not in shown and "创新积分" not in shown  # points are not public
    (found,) = find(X).found
    assert not found.in_pool and [one.code for one in found.reasons] == ["nothing_granted"]
    assert "上市后备企业" in ask(client, X)


def test_whom_points_alone_name_the_look_up_knows_not(publish: Publish) -> None:
    """It answers as of somebody who is nowhere."""
    publish([["企业名称", "年度", "总分"], [X, 2025, 99]], programme="INNO_POINTS", published="2026-01-20")
    nobody = find(X)
    resolved()
    who = Enterprise.objects.get(name=X)
    assert find(X) == nobody and not nobody.found and not find(who.public_id).found
    publish([["企业名称", "批次"], [X, "第一批"]], programme="LISTING", published="2026-03-01")
    resolved()
    assert [one.name for one in find(X).found] == [X]


def test_desks_tell_kinds_apart() -> None:
    client = signed_in("registry.view_listimport", "registry.view_programme", "registry.view_indicator")
    for desk, words in (("listimport", "创新积分"), ("programme", "专项名单"), ("indicator", "研发费用金额")):
        assert words in client.get(reverse(f"admin:registry_{desk}_changelist")).content.decode()
