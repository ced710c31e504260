"""Of every edition and every cut: an institution gets its part, no other's; and changes make the old part the new."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from enterprises.canonical import Record
from enterprises.delta import Cause
from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import belonging, packaging
from pushes.changing import write_changes
from pushes.models import Profile
from pushes.selecting import Selection
from tests.pushes.making import institution, recognition, record, sealed_edition
from tests.pushes.parts import DISTRICTS, PROGRAMMES, Wanted, member_row, pools, recognition_rows, wishes

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
QUARTERS = ("2026Q1", "2026Q2", "2026Q3")
# Each example seals three editions: the first that fails is shown as it is.
some = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip

Rows = list[dict[str, str]]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def published(histories: list[list[Record]], *, fork: bool) -> list[Edition]:
    """Editions of these members, each after the one before; a fork's last follows the first, as after a withdrawal."""
    editions: list[Edition] = []
    for quarter, records in zip(QUARTERS, histories, strict=True):
        previous = editions[0 if fork and len(editions) == 2 else -1] if editions else None
        editions.append(sealed_edition(quarter, records, previous=previous))
    return editions


def profile_of(wanted: Wanted) -> Profile:
    made = institution(
        programmes=wanted.programmes,
        districts=wanted.districts,
        include_name_only=wanted.include_name_only,
        formats=["jsonl"],
    )
    return made.profiles.get()


def tables(edition: Edition, profile: Profile, since: Edition | None = None) -> dict[str, Any]:
    """The package's tables by name."""
    package = packaging.build(edition=edition, profile=profile, since=since, now=NOW)
    with packaging.opened(package) as file, ZipFile(file) as archive:
        return {
            name: [json.loads(line) for line in archive.read(f"{name}.jsonl").decode().split("\n")[:-1]]
            for name in ("enterprises", "recognitions", "changes")
        }


def applied(old: Rows, changes: Rows, columns: list[str]) -> Rows:
    """The way in which a bank makes the old table of members the new one."""
    members = {row["企业编号"]: {title: row.get(title, "") for title in columns} for row in old}
    for change in changes:
        if change["变动"] == "移出":
            del members[change["企业编号"]]
        else:
            members[change["企业编号"]] = {title: change[title] for title in columns}
    return [members[key] for key in sorted(members)]


def pages_show(edition: Edition, profile: Profile) -> list[Record]:
    """The part as pages and look-ups tell of it."""
    cut = belonging.cut_of(profile)
    shown = [belonging.seen(member, cut) for member in belonging.members(edition, cut)]
    return [
        {
            "id": one.public_id, "uscc": one.uscc, "name": one.name, "former_names": list(one.former_names),
            "district": one.district, "recognitions": list(one.recognitions),
        }
        for one in shown
    ]  # fmt: skip


@some
@given(st.lists(pools, min_size=3, max_size=3), wishes, st.booleans(), st.integers(0, 1))
def test_a_package_holds_the_part_and_leads_to_it(
    histories: list[list[Record]], wanted: Wanted, fork: bool, base: int
) -> None:
    with undone():
        editions = published(histories, fork=fork)
        profile = profile_of(wanted)
        made = tables(editions[2], profile, editions[base])
        part = wanted.parts(histories[2])
        line = [0, 2] if fork else [0, 1, 2]
        first = {one["id"]: editions[at].label for at in reversed(line) for one in wanted.parts(histories[at])}
        columns = wanted.programmes or {held["programme"] for one in histories[2] for held in one["recognitions"]}
        assert made["enterprises"] == [member_row(one, first[one["id"]], sorted(columns)) for one in part]
        assert made["recognitions"] == [row for one in part for row in recognition_rows(one)]
        titles = list(member_row(record(1), "", sorted(columns)))
        before = tables(editions[base], profile)["enterprises"]
        assert applied(before, made["changes"], titles) == made["enterprises"]
        assert all(change["原因"] for change in made["changes"])
        assert pages_show(editions[2], profile) == part
        _holds_no_others(json.dumps(made, ensure_ascii=False), wanted, [histories[base], histories[2]])


def _holds_no_others(text: str, wanted: Wanted, known: list[list[Record]]) -> None:
    """Nothing is told of who is in neither part, of programmes or of districts that were not agreed on."""
    seen = [one for records in known for one in wanted.parts(records)]
    names = {one["name"] for one in seen} | {name for one in seen for name in one["former_names"]}
    for one in (one for records in known for one in records):
        assert one["id"] in {other["id"] for other in seen} or one["id"] not in text
        for name in {one["name"], *one["former_names"]} - names:
            assert json.dumps(name, ensure_ascii=False)[1:-1] not in text
    for code, name in PROGRAMMES.items():
        assert not wanted.programmes or code in wanted.programmes or (code not in text and name not in text)
    for code, name in DISTRICTS.items():
        assert not wanted.districts or code in wanted.districts or name not in text


def test_without_a_base_nothing_is_told_of_changes(summer: Edition) -> None:
    made = institution(formats=["jsonl"]).profiles.get()
    assert tables(summer, made)["changes"] == []
    assert packaging.manifest_of(packaging.build(edition=summer, profile=made, since=None, now=NOW))["previous"] is None


def test_over_a_missed_edition_every_cause_on_the_way_is_told() -> None:
    wanted = Wanted(frozenset(), frozenset(), True)
    with undone():
        editions = published([[record(1, name="甲")], [record(1, name="乙")], [record(1, name="丙")]], fork=False)
        (change,) = tables(editions[2], profile_of(wanted), editions[0])["changes"]
    assert (change["原因"], change["变更前"], change["变更后"]) == (
        "更名；更名", "企业名称：甲；企业名称：乙", "企业名称：乙；企业名称：丙",
    )  # fmt: skip


def test_what_a_withdrawn_edition_said_is_corrected() -> None:
    wanted = Wanted(frozenset(), frozenset(), True)
    with undone():
        editions = published([[record(1)], [record(1, name="误")], [record(1)]], fork=True)
        (change,) = tables(editions[2], profile_of(wanted), editions[1])["changes"]
    assert (change["变动"], change["原因"], change["企业名称"]) == ("变更", "更正", record(1)["name"])


KEPT, LOST, GAINED = recognition(), recognition("SRDI", "SRDI-1#1"), recognition("TSME", "TSME-1#1")
GRANTED: Cause = {
    "cause": "recognised", "programme": "TSME", "before": "", "after": "2025-01-10/2028-01-09", "source": "TSME-1#1",
}  # fmt: skip
WITHDRAWN: Cause = {
    "cause": "list_withdrawn", "programme": "SRDI", "before": "2025-01-10/2028-01-09", "after": "",
    "source": "SRDI-1#1",
}  # fmt: skip


def wrong_edition() -> Edition:
    """A quarter that turns out to be wrong, after another."""
    spring = sealed_edition("2026Q2", [record(1, KEPT, LOST)])
    records = [record(1, KEPT, LOST, GAINED), record(2), record(3)]
    return sealed_edition("2026Q3", records, previous=spring, causes={record(1)["id"]: [GRANTED]})


def righted(wrong: Edition) -> Edition:
    """It is withdrawn and sealed again: 1 lost a recognition, 2 has another end, and 3 is as it was."""
    withdraw(edition=wrong, reason="名单有误", now=NOW)
    longer = recognition(source="HNTE-2025-01#2", valid_to="2028-12-31")
    records = [record(1, KEPT, GAINED), record(2, longer), record(3)]
    causes = {record(1)["id"]: [WITHDRAWN, GRANTED]}
    return sealed_edition("2026Q3", records, previous=wrong.previous, version=2, causes=causes)


def test_after_a_withdrawal_only_what_differs_from_the_withdrawn_edition_is_told() -> None:
    with undone():
        profile, wrong = institution(formats=["jsonl"]).profiles.get(), wrong_edition()
        before = tables(wrong, profile)["enterprises"]
        made = tables(righted(wrong), profile, wrong)
        changes, after = made["changes"], made["enterprises"]
        assert applied(before, changes, list(after[0])) == after
    v1, v2 = (f"首次入库版次：ZZKJ-2026Q3-v{version}" for version in (1, 2))
    held, longer = "高新技术企业：2025-01-10至2028-01-09", "高新技术企业：2025-01-10至2028-12-31"
    told = {one["企业编号"]: (one["变动"], one["原因"], one["变更前"], one["变更后"]) for one in changes}
    assert told == {
        record(1)["id"]: ("变更", "专精特新中小企业：来源名单被撤回", "专精特新中小企业：2025-01-10至2028-01-09", "—"),
        record(2)["id"]: ("变更", "高新技术企业：更正；首次入库版次调整", f"{held}；{v1}", f"{longer}；{v2}"),
        record(3)["id"]: ("变更", "首次入库版次调整", v1, v2),
    }


def test_who_is_not_told_the_first_edition_is_told_no_change_of_it() -> None:
    with undone():
        wrong = wrong_edition()
        right = righted(wrong)
        profile = institution(formats=["jsonl"], columns=["number", "valid_to"]).profiles.get()
        changes = tables(right, profile, wrong)["changes"]
        lines = BytesIO()
        write_changes(right, wrong, belonging.cut_of(institution("bank-b").profiles.get()), lines)
    own = sorted([record(1)["id"], record(2)["id"]])
    assert [one["企业编号"] for one in changes] == own
    assert [json.loads(line)["id"] for line in lines.getvalue().splitlines()] == own


def test_a_column_that_was_not_agreed_on_is_not_there() -> None:
    with undone():
        old, new = [record(1, former_names=["甲"])], [record(1, former_names=["甲", "乙"], district="中原区")]
        editions = published([old, new, new], fork=False)
        made = institution(columns=["number"], formats=["jsonl"]).profiles.get()
        found = tables(editions[1], made, editions[0])
    assert list(found["enterprises"][0]) == ["企业编号", "统一社会信用代码", "企业名称"]
    titles = ["企业编号", "统一社会信用代码", "企业名称", "资质类别", "资质代码", "证书或登记编号", "状态"]
    assert list(found["recognitions"][0]) == titles
    assert found["changes"] == []


def test_another_enterprise_is_named_to_those_who_know_it() -> None:
    """A recognition that went to an enterprise of another district tells nothing of that one."""
    stranger = record(2)["id"]
    with undone():
        old = [record(1, recognition(source="HNTE-1#1"), recognition(source="HNTE-1#2")), record(2, district="中原区")]
        new = [record(1, recognition(source="HNTE-1#1")), record(2, district="中原区")]
        first = sealed_edition("2026Q1", old)
        cause: Cause = {"cause": "split", "programme": "HNTE", "before": "", "after": stranger, "source": "HNTE-1#2"}
        second = sealed_edition("2026Q2", new, previous=first, causes={record(1)["id"]: [cause]})
        every = tables(second, institution("bank-a", formats=["jsonl"]).profiles.get(), first)["changes"]
        near = institution("bank-b", districts=["410105"], formats=["jsonl"]).profiles.get()
        (told,) = tables(second, near, first)["changes"]
    assert stranger in every[0]["变更后"]
    assert stranger not in json.dumps(told) and "改属另一企业" in told["原因"]


def test_a_period_in_a_cause_is_nobodys_id() -> None:
    """Where another turned out to be this one, the cause has its id at one end and the recognition's period at the
    other.
    """
    spring = sealed_edition("2026Q2", [record(1), record(2)])
    period, gone = "2025-01-10/2028-01-09", record(2)["id"]
    joined: Cause = {
        "cause": "joined",
        "programme": "HNTE",
        "before": gone,
        "after": period,
        "source": "HNTE-2025-01#2",
    }
    both = record(1, recognition(source="HNTE-2025-01#1"), recognition("SRDI", "HNTE-2025-01#2"))
    summer = sealed_edition("2026Q3", [both], previous=spring, causes={record(1)["id"]: [joined]})
    wanted = belonging.cut_of(institution().profiles.get())
    selection = Selection(summer, spring, wanted, PROGRAMMES)
    assert selection.strangers() == frozenset()
    assert [change.causes for change in selection.changes(["name"]) if change.kind == "changed"] == [[joined]]
