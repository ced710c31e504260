"""Chinese everywhere a user looks, whatever their browser prefers."""

import pytest
from django.test import Client

from tests.staff import signed_in


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/", "查询企业是否在库"),
        ("/accounts/login/", "金融机构"),
        ("/accounts/password/reset/", "忘记密码"),
        ("/nothing/", "没有"),
    ],
)
@pytest.mark.django_db
def test_a_page_is_chinese_for_an_english_browser(address: str, text: str) -> None:
    page = Client().get(address, headers={"accept-language": "en-US,en;q=0.9"}).content.decode()
    assert text in page
    assert 'lang="zh-hans"' in page


@pytest.mark.django_db
def test_the_bureaus_desk_too() -> None:
    page = signed_in("registry.view_listimport").get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert "管理工作台" in page
