"""Words and numbers of the look-up's tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from unittest import mock

from django.test import Client
from django.urls import reverse

from enterprises import fetching
from enterprises.looking_up import find

HEADER = ["序号", "企业名称", "统一社会信用代码", "证书编号", "区县"]
RENAMED = ["更名前企业名称", "更名后企业名称"]
NUMBER = "GR202441000123"
NAME = "郑州示例(中原)智造有限公司"
TODAY = date(2026, 10, 1)


def good_code(stem: str) -> str:
    """The code of this stem, its check character computed the slow way."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + alphabet[-total % 31]


CODE, OTHER_CODE = good_code("91410100MA44C1N27"), good_code("91410100MA9F2B3C4")


def ask(client: Client, text: str) -> str:
    response = client.get(reverse("enterprises:lookup"), {"q": text})
    assert response.status_code == 200
    return response.content.decode()


@contextmanager
def one_statement() -> Iterator[None]:
    """What is within sends libpq one statement past Django, and no more."""
    with mock.patch.object(fetching, "_asked", wraps=fetching._asked) as asked:
        yield
    assert asked.call_count == 1


def why(text: str) -> list[str]:
    """Why the one that was found is not in the pool."""
    (one,) = find(text).found
    return [reason.code for reason in one.reasons]
