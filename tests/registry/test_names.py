"""Names are folded in spelling only."""

import pytest

from registry.names import clean_name, name_key


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
