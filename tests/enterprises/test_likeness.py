"""Names that may be one name written twice, and names that never are."""

import pytest

from enterprises.matching.likeness import alike, core, differing, differs_by_omission, spelling
from registry.names import name_key

NAME = "郑州市启航智能科技有限公司"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("郑州启航智能科技有限公司", True),
        ("启航智能科技有限公司", True),
        ("河南省郑州市启航智能科技有限责任公司", True),
        ("鄭州市啟航智能科技有限公司", True),
        ("152、郑州市启航智能科技有限公司", True),
        ("郑州市启航智能料技有限公司", True),
        ("郑州市启航智能技科有限公司", True),
        ("郑州市远航智能科技有限公司", False),
        ("郑州市启航智能科技有限公司金水分公司", False),
        ("郑州市启航商贸有限公司", False),
        ("", False),
    ],
)
def test_alike(other: str, expected: bool) -> None:
    assert alike(name_key(NAME), name_key(other)) is expected
    assert alike(name_key(other), name_key(NAME)) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("郑州启航科技有限公司", "郑州远航科技有限公司"),  # half a trade name
        ("郑州市第一建筑工程有限公司", "郑州市第二建筑工程有限公司"),
        ("河南中油22加油站有限公司", "河南中油32加油站有限公司"),
        ("郑州有限公司", "河南有限公司"),
    ],
)
def test_two_firms_are_not_alike(one: str, other: str) -> None:
    assert not alike(name_key(one), name_key(other))


def test_spelling_folds_what_nobody_means() -> None:
    assert spelling(name_key("12、郑州（启航）·科技有限公司")) == spelling(name_key("鄭州启航科技有限公司"))
    assert spelling(name_key("郑州启航科技有限公司")) != spelling(name_key("郑州市启航科技有限公司"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("郑州启航科技有限公司", "启航科技有限公司", True),
        ("郑州启航科技有限公司", "河南启航科技有限公司", False),  # another place, another firm
        ("郑州启航科技有限公司", "郑州启航科技股份有限公司", True),
        ("郑州启航科技有限公司", "郑州启航科技有限公司分公司", False),
    ],
)
def test_a_place_that_is_replaced_is_no_omission(one: str, other: str, expected: bool) -> None:
    assert differs_by_omission(name_key(one), name_key(other)) is expected


def test_a_name_of_places_alone_keeps_them() -> None:
    assert core(name_key("郑州市有限公司"))


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("郑州启航", "郑州启航", [("郑州启航", False)]),
        ("郑州启航", "郑州远航", [("郑州", False), ("远", True), ("航", False)]),
        ("郑州市启航", "郑州启航", [("郑州", False), ("", True), ("启航", False)]),
        ("启航", "", [("", True)]),
    ],
)
def test_differences_are_told_character_by_character(one: str, other: str, parts: list[tuple[str, bool]]) -> None:
    assert differing(one, other) == parts
