"""The doubtful line beside its candidates: what agrees, what contradicts, and what would change for banks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from enterprises import pooling, resolving
from enterprises.juxtaposing import Doubt, juxtapose
from enterprises.models import Enterprise, MatchDecision, ReviewItem
from enterprises.wording import AGREEMENTS, CONTRADICTIONS, EFFECTS
from registry.cataloguing import revise_rules
from registry.models import ListImport, ProgrammeRule
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, OTHER_CODE

HEADER = ["企业名称", "统一社会信用代码", "证书编号", "区县"]
NAME = "郑州甲科技有限公司"
TODAY = date(2026, 10, 1)

Doubted = Callable[..., Doubt]


@pytest.fixture
def doubt(publish: Publish) -> Doubted:
    """A line of a new list in doubt, beside all enterprises that are known; `own` says whether it has one itself."""

    def act(row: list[str], *, known: list[list[str]] | None = None, own: bool = False, **notice: Any) -> Doubt:
        publish([HEADER, *(known or [[NAME, CODE, "GR202441000123", "金水区"]])], published="2025-01-10")
        resolving.resolve(now=NOW)
        pooling.rebuild(as_of=TODAY, now=NOW)
        candidates = list(Enterprise.objects.all())
        listed: ListImport = publish([HEADER, row], **({"programme": "SRDI", "published": "2026-06-01"} | notice))
        entry = listed.entries.get()
        item = ReviewItem.objects.create(entry=entry, cause="perhaps_the_same", opened_at=NOW)
        item.candidates.set(candidates)
        if own:
            founded = Enterprise.objects.create(
                id=900, public_id="E900", name=row[0], uscc=row[1] or None, created_at=NOW
            )
            MatchDecision.objects.create(entry=entry, enterprise=founded, rule="new", decided_at=NOW)
        return juxtapose(item, today=TODAY)

    return act


def effects(found: Doubt) -> list[str]:
    return [effect.code for effect in found.beside[0].effects]


def none(found: Doubt) -> list[str]:
    return [effect.code for effect in found.none]


def test_what_agrees_and_what_contradicts(doubt: Doubted) -> None:
    found = doubt(["郑州乙智能有限公司", CODE, "", "中原区"])
    (one,) = found.beside
    assert (one.agrees, one.contradicts) == (["same_code"], ["other_name", "other_district"])
    assert ("乙", False) not in one.name
    assert any(differs for _part, differs in one.name)
    assert one.code == ((CODE, False),)


def test_the_likeliest_candidate_is_the_first(doubt: Doubted) -> None:
    known = [["郑州乙科技有限公司", OTHER_CODE, "", ""], [NAME, "", "GR202441000123", ""]]
    found = doubt([NAME, "", "GR202441000123", ""], known=known)
    assert [one.enterprise.name for one in found.beside] == [NAME, "郑州乙科技有限公司"]
    assert set(found.beside[0].agrees) == {"same_number", "same_name"}


def test_a_recognition_more(doubt: Doubted) -> None:
    found = doubt(["郑州甲智能科技有限公司", CODE, "", ""])
    assert effects(found) == ["gains", "renamed"]
    assert none(found) == ["code_taken"]  # a new one could not have it


def test_a_new_enterprise_more(doubt: Doubted) -> None:
    assert none(doubt(["郑州甲智能科技有限公司", "", "", ""])) == ["new_enters"]


def test_a_code_is_one_enterprises_alone(doubt: Doubted) -> None:
    known = [["郑州乙科技有限公司", OTHER_CODE, "", ""], [NAME, CODE, "", ""]]
    found = doubt([NAME, OTHER_CODE, "", ""], known=known)
    said = {one.enterprise.name: [effect.code for effect in one.effects] for one in found.beside}
    assert said[NAME] == ["code_taken"]
    assert "code_taken" not in said["郑州乙科技有限公司"]


def test_a_recognition_of_the_same_programme_again(doubt: Doubted) -> None:
    assert effects(doubt([NAME, CODE, "GR202641000999", ""], programme="HNTE")) == ["again"]


def test_who_was_not_in_the_pool_enters_it(doubt: Doubted) -> None:
    known = [[NAME, "", "", ""]]
    found = doubt([NAME, CODE, "", ""], known=known, published="2026-06-01")
    Enterprise.objects.get().membership.delete()
    found = juxtapose(found.item, today=TODAY)
    assert effects(found) == ["enters", "learns_code"]


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ({"kind": "publicity"}, "publicity"),
        ({"programme": "HNTE", "published": "2019-06-01"}, "run_out"),
        ({"programme": "HNTE", "published": "2026-06-01", "valid_from": date(2027, 1, 1)}, "not_yet"),
    ],
)
def test_a_line_that_brings_nobody_in_says_why(doubt: Doubted, notice: dict[str, Any], said: str) -> None:
    found = doubt(["郑州乙智能有限公司", "", "", ""], **notice)
    assert said in effects(found)
    assert none(found) == [said]


def test_a_programme_that_does_not_count(doubt: Doubted) -> None:
    rule = ProgrammeRule.objects.get(programme__code="SRDI")
    rule.counts, standing = False, rule.pk
    revise_rules(programme=rule.programme, ended=[standing], begun=[rule], now=NOW)
    assert none(doubt(["郑州乙智能有限公司", "", "", ""])) == ["does_not_count"]


def test_a_revocation_takes_away(doubt: Doubted) -> None:
    found = doubt(["郑州乙智能有限公司", "", "", ""], kind="revocation", programme="HNTE")
    assert effects(found) == ["takes_away", "leaves"]
    assert none(found) == ["unchanged"]
    pooling.rebuild(as_of=TODAY, now=NOW)  # where the item's list is resolved, what it may mean is disputed
    found = juxtapose(found.item, today=TODAY)
    assert effects(found)[0] == "takes_away"


def test_a_revocation_of_another_programme_takes_nothing(doubt: Doubted) -> None:
    assert effects(doubt(["郑州乙智能有限公司", CODE, "", ""], kind="revocation")) == ["nothing_to_take"]


def test_two_that_become_one_are_one_fewer(doubt: Doubted) -> None:
    found = doubt(["郑州甲智能有限公司", "", "", ""], own=True)
    assert effects(found) == ["joined_unseen"]  # the line's own one is not in the pool yet
    assert none(found) == ["stays_apart"]
    from_known = Enterprise.objects.exclude(pk=900).get()
    from_known.membership.__class__.objects.create(enterprise_id=900, programmes=["SRDI"])
    found = juxtapose(found.item, today=TODAY)
    assert effects(found) == ["one_fewer", "renamed"]  # the later list calls it so
    assert found.beside[0].effects[0].facts == {"gone": "郑州甲智能有限公司", "kept": NAME}
    assert found.beside[0].effects[1].facts == {"name": NAME, "new": "郑州甲智能有限公司"}


def test_two_codes_are_two_enterprises(doubt: Doubted) -> None:
    found = doubt(["郑州甲智能有限公司", OTHER_CODE, "", ""], own=True)
    assert effects(found) == ["two_codes"]
    assert not found.beside[0].possible


def test_a_tombstone_is_nobody_to_choose(doubt: Doubted) -> None:
    found = doubt(["郑州乙智能有限公司", "", "", ""], known=[[NAME, CODE, "", ""], ["郑州丙科技有限公司", "", "", ""]])
    kept, gone = Enterprise.objects.order_by("id")
    Enterprise.objects.filter(pk=gone.pk).update(merged_into=kept)
    found = juxtapose(found.item, today=TODAY)
    shown = {one.enterprise.pk: one.possible for one in found.beside}
    assert shown == {kept.pk: True, gone.pk: False}


def test_everything_that_is_said_has_its_words() -> None:
    assert all(str(words) for words in (*AGREEMENTS.values(), *CONTRADICTIONS.values(), *EFFECTS.values()))
