"""How two names differ: a table of what lists write, and of what two firms are called."""

from functools import lru_cache

import polars as pl
import pytest

from enterprises.matching import keys
from enterprises.matching.comparing import Relation, compare, differing
from enterprises.matching.keys import Parts, parts_of
from enterprises.matching.places import Places, places_of
from enterprises.matching.sounds import sounds_like, sums_of
from registry.names import name_key

R = Relation


@lru_cache
def city() -> Places:
    return places_of(["金水区", "荥阳市", "中牟县", "上街区", "高新区", "郑东新区"])


def parts(name: str) -> Parts:
    (row,) = parts_of(pl.Series([name_key(name)]), city()).iter_rows()
    return Parts(*row[1:])


def relation(one: str, other: str) -> Relation:
    found = compare(parts(one), parts(other), city())
    assert compare(parts(other), parts(one), city()) is found
    return found


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("郑州启航智能科技有限公司", "鄭州啟航智能科技有限公司", R.SPELLING),
        ("启航(郑州)智能科技有限公司", "启航【郑州】智能科技有限公司", R.SPELLING),
        ("7、郑州启航智能科技有限公司", "郑州启航智能科技有限公司", R.SPELLING),
        ("郑州启航智能科技有限公司(高新区)", "郑州启航智能科技有限公司", R.SPELLING),
        ("郑州启航智能科技有限公锶", "郑州启航智能科技有限公司", R.FORM_DAMAGED),
        ("郑州启航智能科技冇限公司", "郑州启航智能科技有限公司", R.FORM_DAMAGED),
        ("郑州启航智能科技有限司", "郑州启航智能科技有限公司", R.FORM_DAMAGED),
        ("郑州启航智能科技有", "郑州启航智能科技有限公司", R.FORM_DAMAGED),
        ("郑州启航智能科技有限责任公司", "郑州启航智能科技有限公司", R.FORM_WORDED),
        ("郑州启航智能科技公司", "郑州启航智能科技有限公司", R.FORM_WORDED),
        ("郑州启航智能科技股份有限公司", "郑州启航智能科技有限公司", R.FORM_OTHER),
        ("郑州市启航智能科技有限公司", "郑州启航智能科技有限公司", R.SUFFIX),
        ("河南省荥阳市启航智能科技有限公司", "荥阳市启航智能科技有限公司", R.PROVINCE),
        ("启航智能科技有限公司", "郑州启航智能科技有限公司", R.PLACE_OMITTED),
        ("启航科技有限公司", "郑州启航科技有限公司", R.PLACE_NEEDED),
        ("启航(郑州)智能科技有限公司", "郑州启航智能科技有限公司", R.PLACE_MOVED),
        ("河南启航智能科技有限公司", "郑州启航智能科技有限公司", R.PLACE_OTHER),
        ("郑粥启航智能科技有限公司", "郑州启航智能科技有限公司", R.PLACE_SLIP),
        ("郑州启航智能料技有限公司", "郑州启航智能科技有限公司", R.LOOK),
        ("郑州启航电信宫程有限公司", "郑州启航电信工程有限公司", R.SOUND),
        ("郑州天成贸易有限公司", "郑州天晟贸易有限公司", R.TRADE_SOUND),
        ("郑州启航智智能科技有限公司", "郑州启航智能科技有限公司", R.DOUBLED),
        ("郑州启航智科技有限公司", "郑州启航智能科技有限公司", R.LOST),
        ("郑州启航能智科技有限公司", "郑州启航智能科技有限公司", R.SWAPPED),
        ("郑州启航科技有限公司", "郑州远航科技有限公司", R.NEAR),
        ("郑州启航科技有限公司", "河南中州面粉有限公司", R.OTHER),
        ("郑州第一面粉厂", "郑州第二面粉厂", R.OTHER),
        ("郑州启航科技有限公司", "郑州启航科技有限公司荥阳分公司", R.OTHER),
        ("食品有限公司", "郑州食品有限公司", R.OTHER),  # such a core is anybody's
    ],
)
def test_the_relation(one: str, other: str, expected: Relation) -> None:
    assert relation(one, other) is expected


def test_a_name_of_places_alone_keeps_them() -> None:
    assert parts("郑州市中原区公司").core == "郑州市中原区"


def test_the_same_sounds_in_any_order_have_one_sum() -> None:
    one, same, swapped, other = sums_of(pl.Series(["启航工程", "启航宫程", "航启工程", "启航工贸"]))
    assert one == same == swapped != other


def test_a_character_that_is_read_in_two_ways_sounds_like_both() -> None:
    assert sounds_like("行", "航")
    assert sounds_like("行", "形")
    assert not sounds_like("行", "科")


def test_differences_are_told_character_by_character() -> None:
    assert list(differing("启航科技", "启航料技")) == [("启航", False), ("料", True), ("技", False)]


def test_two_threads_take_names_to_pieces_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    names = pl.Series("name", [f"郑州{number}号科技(荥阳)有限公司" for number in range(7)])
    alone = parts_of(names, city())
    monkeypatch.setattr(keys, "_MANY", 2)
    assert parts_of(names, city()).equals(alone)
