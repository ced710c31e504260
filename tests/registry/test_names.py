"""Names are folded in spelling only."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import clean_name, is_hiding, is_plain_name, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("河南(启航)科技有限公司", "河南（启航）科技有限公司"),
        ("郑州ＡＢＣ科技有限公司", "郑州abc科技有限公司"),
        ("郑州 启航\n科技有限公司", "郑州启航科技有限公司"),
        ("郑州\u3000启航\xa0科技有限公司", "郑州启航科技有限公司"),
        ("郑州\u200b启航科技有限公司\ufeff", "郑州启航科技有限公司"),
        ("郑州[启航]科技有限公司", "郑州【启航】科技有限公司"),
        ("郑州启•航科技有限公司", "郑州启·航科技有限公司"),
        ("郑州\x00启航科技有限公司", "郑州启航科技有限公司"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安阳钢铁股份有限公司", "安阳钢铁集团有限公司"),
        ("郑州启航科技有限公司", "郑州启航科技有限责任公司"),
        ("郑州市启航科技有限公司", "郑州启航科技有限公司"),
        ("郑州启航科技有限公司", "河南启航科技有限公司"),
        ("郑州第一机械厂", "郑州第二机械厂"),
        ("郑州星光科技有限公司", "郑州星辰科技有限公司"),
        ("启航(河南)科技有限公司", "河南启航科技有限公司"),
        ("郑州A-1科技有限公司", "郑州A1科技有限公司"),
    ],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" 河南启航\n科技有限公司 ", "河南启航科技有限公司"),
        ("Honest  Tools (Henan) Co., Ltd", "Honest Tools (Henan) Co., Ltd"),
        ("郑州 ABC 科技有限公司", "郑州ABC科技有限公司"),
        ("宝稻(河南)生物科技研究院有限公司", "宝稻(河南)生物科技研究院有限公司"),
    ],
)
def test_a_name_is_shown_without_stray_spaces(written: str, clean: str) -> None:
    assert clean_name(written) == clean


def key_by_the_book(text: str) -> str:
    """The key as its definition reads, step by step."""
    hidden = {"\x7f", "\xad", "\ufeff"} | {
        chr(code)
        for first, last in ((0, 8), (0x0E, 0x1F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064))
        for code in range(first, last + 1)
    }
    seen = "".join(character for character in text if character not in hidden)
    wide = "".join(character for character in unicodedata.normalize("NFKC", seen) if not character.isspace())
    for spellings, one in (
        ("[{〔【〖〈《「『﹝", "("), ("]}〕】〗〉》」』﹞", ")"), ("•‧・∙⋅●.", "·"), ("‐‑‒–—―−－", "-"),
        ("“”„‟＂‘’‛´`'", '"'), ("、;", ","),
    ):  # fmt: skip
        for spelling in spellings:
            wide = wide.replace(spelling, one)
    return wide.upper()


SPELT = st.text(
    st.sampled_from(
        "郑州启航科技有限责任公司原锟鏈AaZz09ßａＡ０()（）[]【】〔〕·•.．-—－“”'、;；, \u3000\xa0\n\u200b\x00\ufeff㈱"
    ),
    max_size=24,
)


@given(SPELT | SPELT.map(lambda text: text + "公司") | st.text(max_size=12))
def test_the_short_way_to_a_key_ends_where_the_long_one_does(text: str) -> None:
    assert name_key(text) == key_by_the_book(text)


@given(st.from_regex(r"[郑州启航科技A-z0-9(（）)公司]{1,12}公司", fullmatch=True))
def test_a_plain_name_has_nothing_to_clean(text: str) -> None:
    if is_plain_name(text):
        assert clean_name(text) == text
        assert not is_hiding(text)


@pytest.mark.parametrize("text", ["郑州启航科技有限公司", "河南(启航)科技有限公司", "郑州ABC（河南）有限公司"])
def test_most_names_are_plain(text: str) -> None:
    assert is_plain_name(text)


@pytest.mark.parametrize(
    ("text", "hiding"),
    [
        ("郑州启航\n公司", True),
        ("郑州启航公司\n", False),
        ("\ufeff郑州启航公司", True),
        ("郑州 启航\xa0公司", False),
        ("郑州\x00", True),
    ],
)
def test_what_a_person_does_not_see_is_found(text: str, hiding: bool) -> None:
    assert is_hiding(text) is hiding
