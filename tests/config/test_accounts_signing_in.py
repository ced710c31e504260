"""The one sign-in: by name or address, to the right door, and closed after failed tries."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from config.accounts import lockout
from config.accounts.urls import urlpatterns
from config.celery import app as celery
from tests.codes import totp
from tests.staff import signed_in as staff_signed_in

PASSWORD = "Zhengzhou-2026!"
SIGN_IN = "/accounts/login/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """What a worker does is done at once."""
    celery.conf.task_always_eager = True
    yield
    celery.conf.task_always_eager = False


@pytest.fixture
def wang() -> User:
    return User.objects.create_user("wang", "wang@bank.example", PASSWORD)


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> Any:
    return (client or Client()).post(SIGN_IN, {"login": name, "password": password} | more)


@pytest.mark.parametrize("name", ["wang", "WANG", "wang@bank.example", " Wang@Bank.example "])
def test_by_name_or_address(wang: User, name: str) -> None:
    assert sign_in(name)["Location"] == reverse("pushes:editions")


def test_staff_come_to_their_desk(wang: User) -> None:
    User.objects.update(is_staff=True)
    assert sign_in("wang")["Location"] == reverse("admin:index")
    client = Client()
    asked = client.get("/admin/registry/")["Location"]
    assert client.get(asked)["Location"] == f"{SIGN_IN}?next=%2Fadmin%2Fregistry%2F"
    assert sign_in("wang", next="/admin/registry/")["Location"] == "/admin/registry/"


@pytest.mark.parametrize("door", ["/admin/login/", "/institutions/sign-in/"])
@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/institutions/deliveries/", "/institutions/deliveries/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("javascript:alert(1)", None),
        ("http://other.example.gov.cn/", None),
    ],
)
def test_no_way_out(wang: User, settings: Settings, door: str, wanted: str, led: str | None) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example.gov.cn"]
    client = Client()
    to = client.get(door, {"next": wanted})["Location"]
    assert to.startswith(SIGN_IN)
    answer = client.post(to, {"login": "wang", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == (led or reverse("pushes:editions"))


def test_whoever_is_no_staff_is_refused_at_the_desk(wang: User) -> None:
    client = Client()
    client.force_login(wang)
    assert client.get("/admin/login/").status_code == 403


def test_staff_who_are_signed_in_open_no_other_account_at_the_desk(wang: User) -> None:
    """Django's own form of the desk knows neither second factors nor locked accounts."""
    User.objects.filter(pk=wang.pk).update(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=wang, type=Authenticator.Type.TOTP, data={})
    client = staff_signed_in()
    own = client.session["_auth_user_id"]
    answer = client.post("/admin/login/", {"username": "wang", "password": PASSWORD})
    assert client.session["_auth_user_id"] == own
    assert answer.status_code == 405
    assert client.get("/admin/login/")["Location"] == reverse("admin:index")


def test_nobody_signs_up_and_other_pages_are_not_there() -> None:
    for path in ("signup/", "email/", "confirm-email/", "2fa/webauthn/", "login/code/"):
        assert Client().get(f"/accounts/{path}").status_code == 404


def test_every_page_of_the_door_opens(wang: User) -> None:
    """For whoever is signed in and for whoever is not: shown or led elsewhere, and kept by no proxy."""
    client = Client()
    client.force_login(wang)
    for pattern in urlpatterns:
        if pattern.name != "account_reset_password_from_key":
            for browser in (Client(), client):
                answer = browser.get(reverse(pattern.name))
                assert answer.status_code in (200, 302, 404), pattern.name
                assert "no-store" in answer.get("Cache-Control", "no-store")
    assert "此链接已失效" in Client().get("/accounts/password/reset/key/1-nonsense/").content.decode()


def test_a_closed_account_is_told(wang: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in("wang")["Location"] == "/accounts/inactive/"
    assert "账号已关闭" in Client().get("/accounts/inactive/").content.decode()
    assert "账号已关闭" not in sign_in("wang", "wrong").content.decode()


class TestLockout:
    def test_name_and_address_are_one_count(self, wang: User, settings: Settings) -> None:
        for number in range(5):
            page = sign_in("wang" if number % 2 else "wang@bank.example", "wrong").content.decode()
            assert "不匹配" in page
        page = sign_in("Wang").content.decode()
        assert "请等待 15 分钟" in page and "不匹配" not in page

    def test_a_name_that_nobody_has_is_told_the_same(self, wang: User) -> None:
        told = [sign_in("nobody", "wrong").content.decode() for _try in range(6)]
        assert ["请等待 15 分钟" in page for page in told] == [False] * 5 + [True]

    def test_another_account_is_not_locked(self, wang: User) -> None:
        User.objects.create_user("li", password=PASSWORD)
        for _try in range(6):
            sign_in("wang", "wrong")
        assert sign_in("li").status_code == 302

    def test_an_address_that_tries_many_names_waits(self, wang: User, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/15m/ip,5/15m/key", "login": ""}
        for number in range(3):
            sign_in(f"name{number}", "wrong")
        assert "请等待 15 分钟" in sign_in("wang").content.decode()

    def test_success_does_not_forget_failures(self, wang: User) -> None:
        for _try in range(4):
            sign_in("wang", "wrong")
        assert sign_in("wang").status_code == 302
        sign_in("wang", "wrong")
        assert "请等待" in sign_in("wang").content.decode()

    def test_staff_with_the_right_unlock(self, wang: User) -> None:
        for _try in range(6):
            sign_in("wang", "wrong")
        url = reverse("admin:auth_user_unlock", args=[wang.pk])
        assert staff_signed_in("auth.view_user", name="other").post(url).status_code == 403
        desk = staff_signed_in("auth.view_user", "accounts.unlock_account", name="keeper")
        assert url in desk.get(reverse("admin:auth_user_change", args=[wang.pk])).content.decode()
        assert desk.get(url).status_code == 405
        assert desk.post(url).status_code == 302
        assert sign_in("wang").status_code == 302
        assert LogEntry.objects.get().get_change_message() == "已解除登录锁定。"

    def test_codes_are_counted_too(self, wang: User) -> None:
        secret = with_factor(wang)
        client = Client()
        assert sign_in("wang", client=client)["Location"] == "/accounts/2fa/authenticate/"
        told = [post_code(client, "000000").content.decode() for _try in range(6)]
        assert ["请等待 15 分钟" in page for page in told] == [False] * 5 + [True]
        assert post_code(client, totp(secret, later=1)).status_code == 200
        lockout.unlock(wang)
        assert post_code(client, totp(secret, later=1)).status_code == 302


def with_factor(user: User) -> str:
    """Set the second factor up, as its person would."""
    client = Client()
    client.force_login(user)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def post_code(client: Client, code: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": code})


class TestSecondFactor:
    def test_password_alone_opens_nothing(self, wang: User) -> None:
        secret = with_factor(wang)
        client = Client()
        sign_in("wang", client=client)
        assert client.get(reverse("mfa_index")).status_code == 302
        code = totp(secret, later=1)
        assert post_code(client, f"{code[:3]} {code[3:]}")["Location"] == reverse("pushes:editions")
        again = Client()
        sign_in("wang", client=again)
        assert "验证码不正确" in post_code(again, code).content.decode()  # each once

    def test_its_owner_is_told_of_each_change(
        self, wang: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        client = Client()
        client.force_login(wang)
        with django_capture_on_commit_callbacks(execute=True):
            with_factor(wang)
            client.post("/accounts/2fa/recovery-codes/generate/")
            client.post("/accounts/2fa/totp/deactivate/")
        assert {one.subject for one in mail.outbox} == {"双因素验证已启用", "新的恢复码", "双因素验证已停用"}
        for letter in mail.outbox:
            assert letter.to == [wang.email] and "127.0.0.1" in letter.body and "如果不是您本人操作" in letter.body
        assert not Authenticator.objects.exists()  # the recovery codes went with it

    def test_the_secret_lies_enclosed(self, wang: User) -> None:
        secret = with_factor(wang)
        rows = Authenticator.objects.values_list("data", flat=True)
        assert len(rows) == 2 and secret not in str(list(rows))

    def test_recovery_codes_are_shown_once_and_open_once(self, wang: User) -> None:
        with_factor(wang)
        client = Client()
        client.force_login(wang)
        page = client.get("/accounts/2fa/recovery-codes/")
        codes = page.context["unused_codes"]
        assert "no-store" in page["Cache-Control"]
        assert len(codes) == 10 and codes[0] in page.content.decode()
        assert codes[0] not in client.get("/accounts/2fa/recovery-codes/").content.decode()
        for expected in (302, 200):
            other = Client()
            sign_in("wang", client=other)
            assert post_code(other, codes[0]).status_code == expected

    @pytest.mark.parametrize(
        ("required", "staff", "group", "led"),
        [
            ([], False, "", False),
            (["institutions"], False, "", True),
            (["institutions"], True, "", False),
            (["staff"], True, "", True),
            (["staff"], False, "", False),
            (["复核"], True, "复核", True),
            (["复核"], True, "录入", False),
        ],
    )
    def test_who_must_have_one(
        self, wang: User, settings: Settings, required: list[str], staff: bool, group: str, led: bool
    ) -> None:
        settings.MFA_REQUIRED = required
        User.objects.update(is_staff=staff)
        if group:
            wang.groups.create(name=group)
        client = Client()
        client.force_login(User.objects.get())
        answer = client.get("/")
        assert answer.status_code == (302 if led else 200)
        if led:
            assert answer["Location"] == "/accounts/2fa/totp/activate/?owed=yes"
            assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/?owed=yes"
            assert client.get("/accounts/2fa/totp/activate/").status_code == 200
            assert client.get(reverse("api:fetchDeliveryPackage", args=[UUID(int=1)])).status_code == 401
            assert client.post("/accounts/logout/").status_code == 302

    def test_once_it_is_set_up_one_goes_on(self, wang: User, settings: Settings) -> None:
        settings.MFA_REQUIRED = ["institutions"]
        with_factor(wang)
        client = Client()
        client.force_login(wang)
        assert client.get("/").status_code == 200

    def test_the_page_needs_no_inline_style_or_script(self, wang: User) -> None:
        client = Client()
        client.force_login(wang)
        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        assert "<svg" in page and " style=" not in page and "data:" not in page

    def test_an_old_session_gives_the_password_again(self, wang: User) -> None:
        client = Client()
        client.force_login(wang)
        session = client.session
        session["signed_in_at"] -= 600
        session.save()
        asked = client.get("/accounts/2fa/totp/activate/")["Location"]
        assert asked.startswith("/accounts/reauthenticate/")
        assert "密码不正确" in client.post(asked, {"password": "wrong"}).content.decode()
        assert client.post(asked, {"password": PASSWORD})["Location"] == "/accounts/2fa/totp/activate/"
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200


class TestLostPhone:
    RIGHTS = ("auth.view_user", "accounts.reset_second_factor")

    def url(self, user: User) -> str:
        return reverse("admin:auth_user_second_factor", args=[user.pk])

    def test_staff_with_the_right_take_it_away_on_record(self, wang: User) -> None:
        with_factor(wang)
        theirs = Client()
        theirs.force_login(wang)
        desk = staff_signed_in(*self.RIGHTS, name="keeper")
        assert self.url(wang) in desk.get(reverse("admin:auth_user_change", args=[wang.pk])).content.decode()
        assert desk.post(self.url(wang), {"reason": ""}).status_code == 200
        assert Authenticator.objects.count() == 2
        assert desk.post(self.url(wang), {"reason": "回拨电话核实"}).status_code == 302
        assert not Authenticator.objects.exists()
        assert theirs.get(reverse("mfa_index")).status_code == 302  # signed out
        assert desk.get("/admin/").status_code == 200  # others are not
        assert "回拨电话核实" in LogEntry.objects.get().get_change_message()

    def test_never_ones_own_nor_a_superusers_nor_without_the_right(self, wang: User) -> None:
        desk = staff_signed_in(*self.RIGHTS, name="keeper")
        keeper = User.objects.get(username="keeper")
        root = User.objects.create_superuser("root")
        assert [desk.post(self.url(one), {"reason": "x"}).status_code for one in (keeper, root, wang)] == [
            403,
            403,
            302,
        ]
        assert staff_signed_in("auth.view_user", name="other").post(self.url(wang), {"reason": "x"}).status_code == 403

    def test_the_admin_shows_no_secret(self) -> None:
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        for path in ("mfa/authenticator/", "account/emailaddress/", "accounts/passwordset/"):
            assert client.get(f"/admin/{path}").status_code == 404


class TestForgotten:
    FORGOTTEN = "/accounts/password/reset/"

    def test_the_answer_tells_nothing(self, wang: User) -> None:
        pages = [Client().post(self.FORGOTTEN, {"email": email}, follow=True) for email in
                 ("wang@bank.example", "nobody@bank.example")]  # fmt: skip
        assert pages[0].redirect_chain == pages[1].redirect_chain
        assert [one.to for one in mail.outbox] == [["wang@bank.example"]]

    def test_the_link_sets_a_password_once(
        self, wang: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        for _try in range(6):
            sign_in("wang", "wrong")
        Client().post(self.FORGOTTEN, {"email": "Wang@bank.example"})
        (letter,) = mail.outbox
        assert letter.subject == "重新设置密码" and "wang" in letter.body
        link = next(line for line in letter.body.splitlines() if line.startswith("http"))
        path = link[link.index("/accounts/") :]
        client = Client()
        shown = client.get(path)["Location"]
        fresh = "Zhengzhou-2028!"
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(shown, {"password1": fresh, "password2": fresh})
        assert answer["Location"] == "/accounts/password/reset/key/done/"
        assert [one.subject for one in mail.outbox[1:]] == ["您的密码已重新设置"]
        assert sign_in("wang", fresh).status_code == 302  # and no longer locked
        assert "此链接已失效" in Client().get(path).content.decode()

    def test_a_closed_account_gets_none(self, wang: User) -> None:
        User.objects.update(is_active=False)
        Client().post(self.FORGOTTEN, {"email": "wang@bank.example"})
        assert mail.outbox == []
