"""The table of cases: stories of published lists, and what the pool says of them on several days.

What the stories mean stands in `cases/README.md`.
"""

import re
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from enterprises import pooling, resolving
from registry import importing
from registry.cataloguing import revise_rules
from registry.models import Programme, ProgrammeRule
from tests.conftest import Publish

pytestmark = pytest.mark.django_db

STORIES: dict[str, dict[str, Any]] = {
    f"{file.stem}: {title}": story
    for file in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for title, story in tomllib.loads(file.read_text(encoding="utf-8")).items()
}
NAMES = {
    "甲": "郑州启航科技有限公司",
    "乙": "巩义市德胜磨料有限公司",
    "丙": "河南中州软件股份有限公司",
    "丁": "郑州嘉禾生物工程有限公司",
}
HEADS = {"revocation": "企业名称 证书编号 取消年度", "rename": "企业原名称 企业现名称 证书编号"}
HEAD = "企业名称 证书编号 发证日期"
FACTS = ("valid_from", "valid_to", "is_full", "province_wide")
EXPECTED = re.compile(r"(?P<day>\S+)(?: @(?P<known>\S+))? (?P<who>\S+) (?P<said>nobody|(?:in|out): .*)")
EVER = datetime(2060, 1, 1, tzinfo=UTC)
FIRST = datetime(2008, 1, 1, tzinfo=UTC)

SAID = """
    SELECT i.name, m.enterprise_id IS NOT NULL,
           (SELECT string_agg(r.code || ' ' || r.state, ', ' ORDER BY r.code, r.valid_from, r.published_on, r.source)
            FROM derived_recognition r WHERE r.enterprise_id = i.enterprise_id)
    FROM derived_identity i LEFT JOIN derived_member m USING (enterprise_id)
"""


def moment(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)


def lay_rules(rules: list[dict[str, Any]]) -> None:
    for code in {rule["of"] for rule in rules}:
        own = [rule for rule in rules if rule["of"] == code]
        programme = Programme.objects.get(code=code)
        begun = [
            ProgrammeRule(
                effective_from=rule["from"],
                effective_to=rule.get("until"),
                **{key: value for key, value in rule.items() if key not in ("of", "from", "until", "known")},
            )
            for rule in own
        ]
        standing = programme.rules.filter(superseded_at=None).values_list("pk", flat=True)
        now = moment(own[0]["known"]) if "known" in own[0] else FIRST
        revise_rules(programme=programme, ended=list(standing), begun=begun, now=now)


def tell(story: dict[str, Any], publish: Publish) -> None:
    """Do what the story tells, each list on the day on which it became known."""
    lay_rules(story.get("rules", []))
    published = []
    step_by_step = any("known" in told for told in story["lists"])
    for told in story["lists"]:
        now = moment(told["known"] if "known" in told else told["on"])
        if "on" in told:
            programme, kind = told["of"].split()
            head = told.get("head", HEADS.get(kind, HEAD)).split()
            rows = [["" if cell == "-" else NAMES.get(cell, cell) for cell in row.split()] for row in told["rows"]]
            facts = {fact: told[fact] for fact in FACTS if fact in told}
            day = told["on"].isoformat()
            title = [f"{told['of']} {day}"]  # so that no two files are the same
            published.append(
                publish([title, head, *rows], programme=programme, kind=kind, published=day, now=now, **facts)
            )
        elif "withdraws" in told:
            importing.withdraw(list_import=published[told["withdraws"] - 1], reason="wrong list", now=now)
        else:
            importing.confirm(list_import=published[told["confirms"] - 1], now=now)
        if step_by_step or told is story["lists"][-1]:
            resolving.resolve(now=now)


def said_of(who: str, day: date, known_by: datetime) -> str:
    pooling.derive(as_of=day, known_by=known_by)
    with connection.cursor() as cursor:
        cursor.execute(SAID)
        found = [f"{'in' if member else 'out'}: {states}" for name, member, states in cursor if name == NAMES[who]]
    return found[0] if found else "nobody"


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_what_the_pool_says_on_a_day(story: dict[str, Any], publish: Publish, settings: Any) -> None:
    settings.GONE_LIMIT_PERCENT = 100
    tell(story, publish)
    said = []
    for line in story["expect"]:
        expected = EXPECTED.fullmatch(line)
        assert expected, line
        day, who = date.fromisoformat(expected["day"]), expected["who"]
        known = moment(date.fromisoformat(expected["known"])) if expected["known"] else EVER
        said.append(line.removesuffix(expected["said"]) + said_of(who, day, known))
    assert said == story["expect"]


def test_there_are_enough_of_every_kind() -> None:
    told = {tuple(one["of"].split()) for story in STORIES.values() for one in story["lists"] if "of" in one}
    assert len(STORIES) >= 60
    assert {programme for programme, _kind in told} == {
        "HNTE", "TSME", "TSME_HN", "INNO", "SRDI", "LG", "GZ", "LEAD", "IP_A", "IP_D", "CHAMP", "CHAMP_HN", "STG",
        "TLEAD", "UNI", "ZZTE",
    }  # fmt: skip
    assert {kind for _programme, kind in told} == {
        "publicity", "recognition", "recheck", "supplement", "rename", "revocation", "move_in", "move_out",
    }  # fmt: skip
