"""The start page, one edition and its changes: what is new, what needs doing, in the institution's own numbers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.charts import bars, stacked
from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering, keying, receipts, requesting, rotating
from pushes.access import Access
from pushes.agreeing import agree
from pushes.changing import changes_between
from pushes.channels.parcel import Answer
from pushes.cutting import Cut
from pushes.models import ChannelKind, Delivery, Institution, Role
from pushes.portal.attending import matters
from pushes.retelling import OF_NONE, by_cause, by_programme
from tests.pushes.making import answering, institution, record, sealed_edition
from tests.pushes.rooms import browser, channel, people, two_editions
from tests.staff import queries

NOW = timezone.now()
FORMATS = ["xlsx", "csv", "csv-gb18030", "jsonl", "parquet"]


@pytest.fixture
def editions(db: None) -> tuple[Edition, Edition]:
    return two_editions()


def given(**cut: Any) -> tuple[Institution, Client]:
    made = institution(**cut)
    clerk = browser(people(made)[Role.OPERATOR])
    delivering.sweep(clock=timezone.now)
    return made, clerk


def told(made: Institution, role: Role = Role.ADMINISTRATOR) -> str:
    return " | ".join(f"{one.grave}:{one.words}{one.address}" for one in matters(Access(made, role), timezone.now()))


class TestWhatNeedsDoing:
    def test_an_edition_that_nobody_acknowledged(self, editions: tuple[Edition, Edition]) -> None:
        made, clerk = given()
        page = clerk.get(reverse("pushes:editions")).content.decode()
        assert "ZZKJ-2026Q3-v1 尚无人确认收到" in page and "ZZKJ-2026Q2-v1 尚无人" not in page
        clerk.post(reverse("pushes:acknowledge", args=["ZZKJ-2026Q3-v1"]))
        assert told(made) == ""

    def test_said_by_another_institution_it_is_not_said(self, editions: tuple[Edition, Edition]) -> None:
        made, _clerk = given()
        other, clerk = given(code="bank-b")
        clerk.post(reverse("pushes:acknowledge", args=["ZZKJ-2026Q3-v1"]))
        assert told(other) == "" and "尚无人确认收到" in told(made)

    def test_a_delivery_that_failed(self, editions: tuple[Edition, Edition], monkeypatch: pytest.MonkeyPatch) -> None:
        answering(monkeypatch, *[Answer("permanent", "拒收")] * 2)
        made, clerk = given()
        assert told(made).startswith("bad:ZZKJ-2026Q2-v1 未能通过")
        assert "拒收" in clerk.get(reverse("pushes:deliveries") + "?state=failed").content.decode()

    def test_the_last_edition_was_withdrawn(self, editions: tuple[Edition, Edition]) -> None:
        made, _clerk = given()
        withdraw(edition=editions[0], reason="旧的", now=NOW)
        assert "已撤回" not in told(made)  # a newer one stands
        withdraw(edition=editions[1], reason="名单有误", now=NOW)
        assert told(made).startswith("bad:ZZKJ-2026Q3-v1 已撤回")

    def test_contract_keys_and_secrets_that_end(self, db: None) -> None:
        today = timezone.localdate()
        made = institution(until=today + timedelta(days=60))
        who = people(made)[Role.ADMINISTRATOR]
        assert "还有 60 天" in told(made)
        Institution.objects.update(contract_until=today + timedelta(days=61))
        made.refresh_from_db()
        assert told(made) == ""
        for days in (30, 31):
            keying.make_key(institution=made, name=f"机器{days}", days=days, by=who, now=NOW)
        assert "机器30" in told(made) and "机器31" not in told(made)
        assert reverse("pushes:api-keys") not in told(made, Role.READER)
        called = channel(made, ChannelKind.WEBHOOK)
        assert told(made).startswith("bad:“Webhook 通知”渠道尚未设置密钥")
        rotating.new_signing_secret(channel=called, by=who, now=NOW)
        assert "尚未设置密钥" not in told(made) and "旧密钥" not in told(made)
        rotating.new_signing_secret(channel=called, by=who, now=NOW)
        assert "旧密钥" in told(made)

    def test_a_request_that_waits(self, db: None) -> None:
        made = institution()
        who = people(made)[Role.OPERATOR]
        requesting.ask_for_target(channel=channel(made, ChannelKind.EMAIL), reason="换地址", by=who, now=NOW)
        assert "正在等待主管部门答复" in told(made)


class TestOneEdition:
    def test_its_pictures_are_of_the_own_cut(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given(programmes=["HNTE"], include_name_only=False, districts=["410105"])
        shown = clerk.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).context
        assert [(one.label, one.value) for one in shown["by_programme"]] == [("高新技术企业", 3)]
        assert [(one.label, one.value) for one in shown["by_district"]] == [("金水区", 3)]
        assert [(one.label, one.value) for one in shown["over_time"]] == [("ZZKJ-2026Q2-v1", 2), ("ZZKJ-2026Q3-v1", 3)]
        assert [(one.label, one.value) for one in shown["changes_by_cause"]] == [("新获认定", 1), ("更名", 1)]

    def test_links_of_its_bars_lead_to_those_members(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given()
        shown = clerk.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).context
        for bar in [*shown["by_programme"], *shown["by_district"]]:
            assert clerk.get(bar.link).context["page"].paginator.count == bar.value

    def test_without_districts_there_is_no_picture_of_them(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given(columns=["number"])
        assert "by_district" not in clerk.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).context

    def test_whoever_may_only_read_learns_who_may_acknowledge(self, editions: tuple[Edition, Edition]) -> None:
        made, _clerk = given()
        reader = browser(made.people.get(role=Role.READER).user)
        page = reader.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).content.decode()
        assert reverse("pushes:acknowledge", args=["ZZKJ-2026Q3-v1"]) not in page and "操作人员" in page
        assert reader.post(reverse("pushes:acknowledge", args=["ZZKJ-2026Q3-v1"])).status_code == 403

    def test_who_fetched_it(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given()
        given(code="bank-b")
        for delivery in Delivery.objects.filter(edition__quarter="2026Q3"):
            who = delivery.channel.institution.people.get(role=Role.READER).user
            receipts.downloaded(delivery=delivery, by=who, address="198.51.100.4", now=NOW)
        page = clerk.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).content.decode()
        assert "reader-bank-a" in page and "reader-bank-b" not in page


class TestItsChanges:
    @pytest.mark.parametrize("form", FORMATS)
    def test_as_the_package_tells_them_in_whatever_form(self, editions: tuple[Edition, Edition], form: str) -> None:
        _made, clerk = given(formats=[form])
        page = clerk.get(reverse("pushes:changes", args=["ZZKJ-2026Q3-v1"]))
        found = {one.name: (one.kind, [reason.what for reason in one.reasons]) for one in page.context["page"]}
        assert found == {
            "郑州新名科技有限公司": ("changed", ["更名"]),
            "郑州离库新材料有限公司": ("removed", ["更正"]),
            "郑州示范5号科技有限公司": ("added", ["新获认定"]),
            "郑州示范6号科技有限公司": ("changed", ["新获认定"]),
        }
        renamed = next(one for one in page.context["page"] if one.name == "郑州新名科技有限公司").reasons[0]
        assert (renamed.before, renamed.after) == ("郑州旧名科技有限公司", "郑州新名科技有限公司")

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({}, 4),
            ({"kind": "removed"}, 1),
            ({"kind": "nonsense"}, 4),
            ({"cause": "新获认定"}, 2),
            ({"cause": "新获认定", "programme": "专精特新中小企业"}, 1),
            ({"cause": "更名", "programme": "专精特新中小企业"}, 0),
            ({"q": "离库"}, 1),
            ({"q": "91410100ma00000006"}, 1),
        ],
    )
    def test_those_asked_for(self, editions: tuple[Edition, Edition], asked: dict[str, str], count: int) -> None:
        _made, clerk = given(formats=["csv"])
        page = clerk.get(reverse("pushes:changes", args=["ZZKJ-2026Q3-v1"], query=asked))
        assert page.context["page"].paginator.count == count

    def test_the_first_edition_has_none(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given()
        assert "无可对比" in clerk.get(reverse("pushes:editions")).content.decode()
        page = clerk.get(reverse("pushes:changes", args=["ZZKJ-2026Q2-v1"]))
        assert page.status_code == 200 and "page=" not in page.content.decode()

    def test_since_another_standing_edition_that_was_given(self, editions: tuple[Edition, Edition]) -> None:
        """After a withdrawal the package leads on from what was withdrawn; whoever never loaded that holds the one
        before.
        """
        spring, summer = editions
        _made, clerk = given()
        withdraw(edition=summer, reason="名单有误", now=NOW)
        right = sealed_edition("2026Q3", [record(1), record(3), record(4)], previous=spring, version=2)
        delivering.sweep(clock=timezone.now)
        url = reverse("pushes:changes", args=[right.label])
        sent = clerk.get(url)
        assert f"较 {summer.label} 的变动" in sent.content.decode()
        assert {one.kind for one in sent.context["page"]} == {"changed", "removed"}
        asked = f"{url}?since={spring.label}"
        assert asked.removeprefix(url) in sent.content.decode()
        page = clerk.get(asked)
        assert f"较 {spring.label} 的变动" in page.content.decode()
        delta = changes_between(right, spring, Cut())
        assert [*page.context["page"]] == delta and {one.kind for one in delta} == {"changed", "removed"}
        assert {one.name for one in delta if one.kind == "removed"} == {
            "郑州离库新材料有限公司", "郑州示范6号科技有限公司",
        }  # fmt: skip
        narrowed = clerk.get(f"{asked}&kind=removed&q=6号")
        assert [one.name for one in narrowed.context["page"]] == ["郑州示范6号科技有限公司"]
        assert f'name="since" value="{spring.label}"' in narrowed.content.decode()

    def test_since_no_other_edition_than_those_offered(self, editions: tuple[Edition, Edition]) -> None:
        spring, summer = editions
        made, clerk = given(programmes=["SRDI"])
        agree(institution=made, programmes=["HNTE"], include_name_only=True, now=NOW)
        autumn = sealed_edition("2026Q4", [record(1)], previous=summer)
        delivering.sweep(clock=timezone.now)
        for edition, since in ((summer, autumn), (summer, summer), (autumn, spring), (autumn, summer)):
            page = clerk.get(reverse("pushes:changes", args=[edition.label]), {"since": since.label})
            assert page.context["base"] is None and page.context["bases"] == []

    def test_a_package_that_is_lost_is_said(self, editions: tuple[Edition, Edition], store: Path) -> None:
        _made, clerk = given()
        for file in store.rglob("*.zip"):
            file.unlink()
        assert clerk.get(reverse("pushes:changes", args=["ZZKJ-2026Q3-v1"])).status_code == 503

    def test_counted(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given()
        page = list(clerk.get(reverse("pushes:changes", args=["ZZKJ-2026Q3-v1"])).context["page"])
        assert by_cause(page) == [("新获认定", 2), ("更名", 1), ("更正", 1)]
        assert by_programme(page) == [
            ("专精特新中小企业", {"added": 0, "removed": 1, "changed": 1}),
            (OF_NONE, {"added": 0, "removed": 0, "changed": 1}),
            ("高新技术企业", {"added": 1, "removed": 0, "changed": 0}),
        ]

    def test_what_the_start_page_costs_does_not_grow(self, editions: tuple[Edition, Edition]) -> None:
        _made, clerk = given()
        assert queries(clerk, reverse("pushes:editions")) <= 17


def test_bars() -> None:
    assert bars([]) == []
    assert [one.parts[0].width for one in bars([("a", 4), ("b", 1), ("c", 0)])] == ["100.00%", "25.00%", "0.00%"]
    assert [one.parts[0].width for one in bars([("a", 0)])] == ["0.00%"]
    (one,) = stacked([("a", {"added": 1, "removed": 3})])
    assert [(part.start, part.width) for part in one.parts] == [("0.00%", "25.00%"), ("25.00%", "75.00%")]
    assert one.value == 4
