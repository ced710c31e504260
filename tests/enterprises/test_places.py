"""Places at the start of a name, and one after another in a text: the longest is meant."""

import random
import re

from enterprises.matching.places import places_of, short

PLACES = places_of(("高新区", "金水区", "郑东新区", "航空港区"))


def _texts() -> list[str]:
    chance = random.Random(3)
    some = chance.sample(PLACES.names, 40)
    parts = [*some, "河南省", "河南", "郑州市", "郑州", "中原", "启航", "省", "市", "(", ""]
    return ["".join(chance.choices(parts, k=chance.randint(0, 6))) for _ in range(500)]


def test_a_name_begins_with_up_to_three_places() -> None:
    assert PLACES.prefix("河南省郑州市金水区郑东新区启航有限公司") == "河南省郑州市金水区"
    assert PLACES.prefix("启航(郑州)有限公司") == ""
    at_start = re.compile(f"(?:{PLACES.pattern}){{0,3}}")
    for text in _texts():
        found = at_start.match(text)
        assert found and PLACES.prefix(text) == found.group()


def test_the_places_of_a_text_one_after_another() -> None:
    single = re.compile(PLACES.pattern)
    for text in _texts():
        assert PLACES.shortened(text) == tuple(map(short, single.findall(text)))
