"""What does not add up is put before staff, and changes nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from enterprises import pooling, resolving
from enterprises.models import Finding, FindingKind, PoolMember
from tests.conftest import NOW, Cells, Publish
from tests.staff import queries, signed_in

pytestmark = pytest.mark.django_db
A = "郑州启航科技有限公司"
PLAIN: Cells = [["企业名称", "证书编号", "发证日期"], [A, "", ""]]
KNOWN: tuple[Cells, dict[str, Any]] = (PLAIN, {"programme": "GZ", "published": "2021-01-10"})
HNTE: Cells = [["企业名称", "证书编号", "发证日期"], [A, "GR202341001234", "2023-11-22"]]
CODE = "91330100MA27YTKRXE"  # without it, two numbers of one name are two firms until a person says otherwise
CODED: Cells = [["企业名称", "统一社会信用代码", "证书编号", "发证日期"], [A, CODE, "GR202341001234", "2023-11-22"]]
REVOKED: Cells = [["企业名称", "证书编号", "取消年度"], [A, "GR202341001234", ""]]

CASES: list[tuple[str, list[tuple[Cells, dict[str, Any]]]]] = [
    ("ladder", [(PLAIN, {"programme": "SRDI", "published": "2025-05-06"})]),
    ("recheck_alone", [(PLAIN, {"programme": "INNO", "kind": "recheck", "published": "2025-05-06"})]),
    ("revoked_nothing", [KNOWN, (PLAIN, {"programme": "TLEAD", "kind": "revocation", "published": "2025-07-01"})]),
    ("left_unknown", [KNOWN, (PLAIN, {"programme": "TLEAD", "kind": "move_out", "published": "2025-07-01"})]),
    (
        "renamed_unknown",
        [
            KNOWN,
            (
                [["企业原名称", "企业现名称"], [A, "郑州嘉禾生物工程有限公司"]],
                {"programme": "TLEAD", "kind": "rename", "published": "2025-07-01"},
            ),
        ],
    ),
    (
        "listed_again",
        [
            (HNTE, {"published": "2024-01-10"}),
            (REVOKED, {"kind": "revocation", "published": "2025-07-01"}),
            ([["补充备案"], *HNTE], {"kind": "supplement", "published": "2025-08-01"}),
        ],
    ),
    (
        "listed_again",
        [
            (PLAIN, {"programme": "CHAMP", "published": "2024-05-06"}),
            (PLAIN, {"programme": "CHAMP", "kind": "revocation", "published": "2025-05-06"}),
            (PLAIN, {"programme": "CHAMP", "kind": "recheck", "published": "2026-05-06"}),
        ],
    ),
    (
        "shared_number",
        [
            (HNTE, {"published": "2024-01-10"}),
            ([HNTE[0], ["郑州嘉禾生物工程有限公司", *HNTE[1][1:]]], {"kind": "supplement", "published": "2025-01-10"}),
        ],
    ),
    (
        "two_numbers",
        [
            (CODED, {"published": "2024-01-10"}),
            ([CODED[0], [A, CODE, "GR202441005678", "2024-12-08"]], {"published": "2025-01-10"}),
        ],
    ),
    (
        "disputed",
        [
            (HNTE, {"published": "2024-01-10"}),
            ([REVOKED[0], [A, "GR202041009999", ""]], {"kind": "revocation", "published": "2025-07-01"}),
        ],
    ),
]


def found() -> list[str]:
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=date(2026, 9, 30), now=NOW)
    # Of the marvels that a gazelle has: it is picked from high-tech firms.
    return list(Finding.objects.exclude(programme__code="GZ").values_list("kind", flat=True))


@pytest.mark.parametrize(("kind", "lists"), CASES)
def test_it_is_noticed(publish: Publish, kind: str, lists: list[tuple[Cells, dict[str, Any]]]) -> None:
    for rows, notice in lists:
        publish(rows, **notice)
    assert set(found()) == {kind}


def test_each_line_of_a_shared_number_is_told(publish: Publish) -> None:
    publish(HNTE, published="2024-01-10")
    publish([HNTE[0], ["郑州嘉禾生物工程有限公司", *HNTE[1][1:]]], kind="supplement", published="2025-01-10")
    assert found() == ["shared_number", "shared_number"]
    told = Finding.objects.values_list("enterprise__name", "entry__name")
    assert sorted(told) == [(A, A), ("郑州嘉禾生物工程有限公司", "郑州嘉禾生物工程有限公司")]


def test_a_shared_number_that_counts_for_nobody_is_not_told(publish: Publish) -> None:
    former = [A, "GR202041001234", "2020-11-22"]
    publish([HNTE[0], former], published="2021-01-10")
    publish([HNTE[0], ["郑州嘉禾生物工程有限公司", *former[1:]]], kind="supplement", published="2021-02-10")
    assert found() == []


def test_what_adds_up_is_not_noticed(publish: Publish) -> None:
    publish(PLAIN, programme="INNO", published="2024-05-06")
    publish(PLAIN, programme="SRDI", published="2025-05-06")
    publish(HNTE, published="2024-01-10")
    publish(REVOKED, kind="revocation", published="2025-07-01")
    assert found() == []


def test_every_kind_is_noticed_somewhere() -> None:
    # Lists without an end are not confirmed any more; those of before are what `no_end` is for.
    assert {kind for kind, _lists in CASES} == set(FindingKind.values) - {"no_end"}


def test_who_skipped_a_step_of_the_ladder_stays_in(publish: Publish) -> None:
    publish(PLAIN, programme="SRDI", published="2025-05-06")
    assert found() == ["ladder"]
    assert PoolMember.objects.count() == 1


def test_what_was_mended_is_gone_at_the_next_rebuild(publish: Publish) -> None:
    publish(PLAIN, programme="SRDI", published="2025-05-06")
    assert found() == ["ladder"]
    publish(PLAIN, programme="INNO", published="2024-05-06")
    assert found() == []


def test_staff_see_them_beside_their_lines(publish: Publish) -> None:
    publish(PLAIN, programme="SRDI", published="2025-05-06")
    found()
    address = reverse("admin:enterprises_finding_changelist")
    client = signed_in("enterprises.view_finding")
    page = client.get(address).content.decode()
    assert A in page and "SRDI recognition 2025-05-06" in page
    assert queries(client, address) <= 10
    assert signed_in("enterprises.view_enterprise", name="another").get(address).status_code == 403


def test_findings_of_a_day_to_come_are_not_made(publish: Publish) -> None:
    publish(PLAIN, programme="TLEAD", kind="revocation", published=(NOW.date() - timedelta(days=1)).isoformat())
    assert found() == []
