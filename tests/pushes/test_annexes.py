"""The annex reaches whoever agreed on it, in every form and proved; nobody else sees a trace of it."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from enterprises import editions, resolving
from enterprises.models import Edition
from pushes import agreeing, errors, packaging, requesting, signing, verifying
from pushes.cutting import Cut, told
from pushes.errors import PackageRefused
from pushes.formats.offered import SUFFIXES
from pushes.models import Institution, Package, Profile, ProfileRequest
from registry.models import Indicator
from tests.conftest import NOW, Publish
from tests.pushes.asking import Machine, key_of
from tests.pushes.making import delivered, fetched, institution, person

pytestmark = pytest.mark.django_db
A, B = "郑州启航科技有限公司", "郑州远航科技有限公司"
BOTH = ("LISTING", "INNO_POINTS")


@pytest.fixture
def edition(publish: Publish) -> Edition:
    """A, in a points file and on a named list, and B, in neither."""
    head = ["企业名称", "证书编号", "发证日期"]
    publish([head, [A, "GR202541000001", "2025-01-10"], [B, "GR202541000002", "2025-01-10"]])
    publish([["企业名称"], [A]], programme="LISTING", published="2026-03-01", title="=上市后备企业名单", batch="第一批")
    Indicator.objects.filter(code="RD_COST").update(unit="万元")
    publish(
        [["企业名称", "总分", "等级", "PCT", "研发费用（万元）"], [A, 81.25, "A", 3, 12.5]],
        programme="INNO_POINTS", published="2026-02-20", title="2025年度创新积分",
    )  # fmt: skip
    resolving.resolve(now=NOW)
    return editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)


def files_in(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def key() -> Any:
    return signing.signer().public


def test_from_a_points_file_to_a_packages_table_in_every_form(edition: Edition, tmp_path: Path) -> None:
    bank = institution(annexes=BOTH, formats=SUFFIXES)
    path = fetched(edition, tmp_path / "a.zip", bank)
    files = files_in(path)
    (points,) = rows(files["points.csv"])
    assert points | {"企业编号": "", "来源编号": ""} == {
        "企业编号": "", "统一社会信用代码": "", "企业名称": A, "积分类别": "创新积分", "积分代码": "INNO_POINTS",
        "积分年度": "2025", "总分": "81.25", "等级": "A", "研发费用金额（万元）": "12.5", "PCT专利申请量": "3",
        "来源名单": "2025年度创新积分", "文号": "", "公布日期": "2026-02-20", "来源链接": "", "来源编号": "",
    }  # fmt: skip
    (listed,) = rows(files["named_lists.csv"])
    assert listed.items() >= {
        "名单": "上市后备企业", "名单代码": "LISTING", "状态": "有效", "批次": "第一批", "有效期起": "2026-03-01",
        "有效期至": "",
    }.items()  # fmt: skip
    assert listed["来源名单"] == "'=上市后备企业名单"  # no spreadsheet executes it
    assert pl.read_parquet(files["points.parquet"])["总分"].to_list() == ["81.25"]
    assert json.loads(files["named_lists.jsonl"])["来源名单"] == "=上市后备企业名单"
    found = verifying.verify(path, keys=[key()])
    assert (found["counts"]["named_lists"], found["counts"]["points"]) == (1, 1)
    assert found["cut"]["annexes"] == ["INNO_POINTS", "LISTING"] and found["counts"]["members"] == 2
    readme = files["README.txt"].decode("utf-8-sig")
    package = Package.objects.get()
    package.file.storage.delete(str(package.file.name))  # what the store lost is built again, to the same bytes
    assert packaging.build(edition=edition, profile=bank.profiles.get(), since=None, now=NOW) == package
    assert "专项名单、创新积分是附表" in readme and "PCT专利申请量：该项指标的数值" in readme


def test_whoever_agreed_on_none_sees_no_trace(edition: Edition, tmp_path: Path) -> None:
    files = files_in(fetched(edition, tmp_path / "b.zip", institution()))
    whole = b"".join(content for name, content in files.items() if not name.endswith(".xlsx")).decode(errors="ignore")
    for trace in ("annex", "named_lists", "points", "积分", "上市后备", "附表", "LISTING"):
        assert trace not in whole, trace
    assert {name.partition(".")[0] for name in files} == {
        "README",
        "manifest",
        "enterprises",
        "recognitions",
        "changes",
    }
    narrow = institution("bank-n", annexes=["LISTING"], columns=["batch"], formats=["csv"])  # nor of what it did not
    files = files_in(fetched(edition, tmp_path / "c.zip", narrow))
    assert "points.csv" not in files and b"INNO_POINTS" not in files["manifest.json"]
    (listed,) = rows(files["named_lists.csv"])
    assert list(listed) == ["企业编号", "统一社会信用代码", "企业名称", "名单", "名单代码", "批次", "状态"]


def test_equal_cuts_without_an_annex_keep_the_digest_that_they_always_had() -> None:
    terms: dict[str, Any] = {"programmes": ["SRDI", "HNTE"], "districts": [], "columns": [], "formats": ["xlsx", "csv"]}
    assert Profile(**terms).digest == "d0eef13d0d8a1743186326d46c1511049dd9229143a8d61c01cacfcbafaae267"
    assert Profile(**terms, annexes=["LISTING"]).digest != Profile(**terms).digest


def tampered(path: Path, target: Path, **changed: bytes) -> Path:
    """The package with other files, signed as ours again: what a faulty builder would make."""
    files = files_in(path)
    manifest = json.loads(files["manifest.json"])
    manifest["counts"] |= json.loads(changed.pop("counts", b"{}"))
    for name in [name for name, content in changed.items() if content == b""]:
        del files[f"{name}.csv"]
        manifest["resources"] = [one for one in manifest["resources"] if one["path"] != f"{name}.csv"]
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.sig"] = signing.signer().sign(files["manifest.json"])
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_the_institutions_check_sees_what_is_wrong_with_an_annex(edition: Edition, tmp_path: Path) -> None:
    good = fetched(edition, tmp_path / "good.zip", institution(annexes=BOTH, formats=["csv"]))
    wrong: list[tuple[dict[str, bytes], str]] = [
        ({"points": b""}, "格式"),  # counted, but not there
        ({"counts": b'{"points": 2}'}, "数量"),
        ({"counts": b'{"points": "1"}'}, "格式"),
    ]
    for number, (changed, words) in enumerate(wrong):
        with pytest.raises(PackageRefused) as refused:
            verifying.verify(tampered(good, tmp_path / f"bad-{number}.zip", **changed), keys=[key()])
        assert words in " ".join(refused.value.problems)


@pytest.fixture
def given(edition: Edition) -> Iterator[tuple[Institution, User]]:
    bank = institution(annexes=BOTH)
    delivered(edition, bank)
    yield bank, person("clerk", bank)


def test_machines_and_people_are_told_as_agreed(edition: Edition, given: tuple[Institution, User]) -> None:
    bank, clerk = given
    machine = Machine(key_of(bank, clerk))
    first, second = machine.get(f"/editions/{edition.label}/members").json()["items"]
    mine, other = (first, second) if first["name"] == A else (second, first)
    assert other["annex"] == {"named_lists": [], "points": []}
    (points,) = mine["annex"]["points"]
    assert (points["year"], points["total"], points["grade"]) == (2025, "81.25", "A")
    assert points["indicators"][0] == {"code": "RD_COST", "name": "研发费用金额", "unit": "万元", "value": "12.5"}
    assert mine["annex"]["named_lists"][0]["list_name"] == "上市后备企业"
    assert machine.look_up([mine["id"]]).json()["answers"][0]["enterprise"]["annex"] == mine["annex"]
    assert machine.get("/editions").json()["items"][0]["cut"]["annexes"] == ["INNO_POINTS", "LISTING"]
    page = Client()
    page.force_login(clerk)
    text = page.get(reverse("pushes:member", args=[edition.label, mine["id"]])).content.decode()
    assert (
        "上市后备企业" in text[text.index("资质以外") :]
        and "81.25" in text
        and "专项名单和积分" in page.get(reverse("pushes:profile")).content.decode()
    )
    none = institution("bank-b")
    delivered(edition, none)
    stranger = person("stranger", none)
    asked = Machine(key_of(none, stranger))
    assert "annex" not in asked.get(f"/editions/{edition.label}/members").json()["items"][0]
    assert "annex" not in asked.get(f"/enterprises/{mine['id']}").json()["enterprise"]
    page.force_login(stranger)
    shown = page.get(reverse("pushes:member", args=[edition.label, mine["id"]])).content.decode()
    assert "上市后备" not in shown and "81.25" not in shown and "资质以外" not in shown


def test_another_cut_with_lists_is_asked_for_and_agreed_to() -> None:
    bank = institution("bank-c")
    clerk = person("asker", bank)
    client = Client()
    client.force_login(clerk)
    form = client.get(reverse("pushes:ask-profile")).content.decode()
    assert "上市后备企业" in form[form.index("专项名单和积分") :]
    assert "上市后备企业" not in form[: form.index("专项名单和积分")]  # it is offered as no recognition
    wanted = {"annexes": ["LISTING"], "formats": ["xlsx", "csv"], "include_name_only": "on", "reason": "补充协议"}
    assert client.post(reverse("pushes:ask-profile"), wanted).status_code == 302
    asked = ProfileRequest.objects.get()
    assert asked.wanted is not None and asked.wanted["annexes"] == ["LISTING"]
    made = requesting.agree(request=asked, by=clerk, now=NOW)
    assert made is not None and made.annexes == ["LISTING"] and made.version == 2
    for terms in ({"programmes": ["LISTING"]}, {"annexes": ["HNTE"]}, {"annexes": ["NONE"]}):
        with pytest.raises(errors.UnknownProgrammes):
            agreeing.agree(institution=bank, include_name_only=True, now=NOW, **{"programmes": [], **terms})


@pytest.mark.parametrize(
    ("wanted", "source"),
    [
        (Cut(unseen=frozenset(BOTH)), ""),
        (Cut(annexes=frozenset(["LISTING"]), unseen=frozenset(["INNO_POINTS"])), "LISTING-20260301-0#2"),
        (Cut(programmes=frozenset(["HNTE"])), ""),
    ],
)
def test_a_list_that_was_not_agreed_on_is_no_evidence(wanted: Cut, source: str) -> None:
    cause: Any = {"cause": "renamed", "programme": "", "before": "甲", "after": "乙", "source": "LISTING-20260301-0#2"}
    assert [one["source"] for one in told("changed", [cause], wanted)] == [source]
