"""Channels and keys at the bureau's desk: each kind has what it needs, and secrets are shown once."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import asyncssh
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pushes import keying, rotating
from pushes.errors import KeyEnded
from pushes.models import AccessKey, Channel, ChannelKind, ChannelSecret, Institution
from tests.pushes.making import institution, person
from tests.staff import said, signed_in

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
FIELDS: dict[str, dict[str, Any]] = {
    "email": {"addresses": "a@bank.example,b@bank.example"},
    "webhook": {"url": "https://bank.example/hooks/registry"},
    "sftp": {
        "host": "sftp.bank.example",
        "port": 22,
        "username": "registry",
        "host_key": f"sftp.bank.example {HOST_KEY} a comment",
        "folder": "/in",
        "finish": "rename",
    },
    "platform": {
        "url": "https://platform.example/api/v1",
        "known_by": "token",
        "grant_url": "",
        "client_id": "",
        "page_size": 1000,
        "compressed": "on",
        "state_path": "/state",
        "batches_path": "/batches",
        "withdrawals_path": "/withdrawals",
    },
}


@pytest.fixture
def bank(db: None) -> Institution:
    return institution("bank-a")


def add(client: Client, bank: Institution, kind: str, /, **typed: Any) -> Any:
    form = {"institution": bank.pk, "kind": kind, **FIELDS[kind], **typed}
    return client.post(reverse("admin:pushes_channel_add") + f"?kind={kind}", form)


def step(name: str, channel: Channel) -> str:
    return reverse(f"admin:pushes_channel_{name}", args=[channel.pk])


def made(kind: str) -> Channel:
    fields = {**FIELDS[kind], "host_key": HOST_KEY} if kind == "sftp" else dict(FIELDS[kind])
    if kind == "email":
        fields["addresses"] = fields["addresses"].split(",")
    if kind == "platform":
        fields["compressed"] = True
    return Channel.objects.create(institution=institution(), kind=kind, **fields)


def test_the_kind_is_chosen_first(admin_client: Client, bank: Institution) -> None:
    page = admin_client.get(reverse("admin:pushes_channel_add")).content.decode()
    assert all(f"?kind={kind}" in page for kind in ChannelKind.values)


@pytest.mark.parametrize("kind", FIELDS)
def test_a_channel_of_each_kind(admin_client: Client, bank: Institution, kind: str) -> None:
    page = admin_client.get(reverse("admin:pushes_channel_add") + f"?kind={kind}").content.decode()
    shown = {name for fields in FIELDS.values() for name in fields if f'name="{name}"' in page}
    assert shown == set(FIELDS[kind])
    answer = add(admin_client, bank, kind)
    assert answer.status_code == 302, answer.context["errors"]
    channel = Channel.objects.get(kind=kind)
    assert channel.host_key == (HOST_KEY if kind == "sftp" else "")
    change = reverse("admin:pushes_channel_change", args=[channel.pk])
    page = admin_client.get(change).content.decode()
    assert (step("secrets", channel) in page) is (kind != "email")
    assert ("SHA256:" in page) is (kind == "sftp")
    assert admin_client.get(reverse("admin:pushes_channel_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("email", "addresses", ""),
        ("email", "addresses", "no address"),
        ("email", "addresses", "a@bank.example\nBcc: x@evil.example"),
        ("webhook", "url", ""),
        ("webhook", "url", "http://bank.example/"),
        ("webhook", "url", "https://bank.example:8443/"),
        ("webhook", "url", "https://user:word@bank.example/"),
        ("webhook", "url", "https://bank.example/#part"),
        ("webhook", "url", "https://银行.example/"),
        ("webhook", "url", "https://[bank.example/"),
        ("webhook", "url", "https://bank.example:99999/"),
        ("webhook", "url", "https://127.0.0.1/"),
        ("webhook", "url", "https://[::1]/"),
        ("webhook", "url", "https://169.254.169.254/latest/"),
        ("sftp", "host", ""),
        ("sftp", "host", "10.0.0.1"),
        ("sftp", "host", "sftp://bank.example"),
        ("sftp", "host", "bank example"),
        ("sftp", "port", "0"),
        ("sftp", "port", "65536"),
        ("sftp", "username", ""),
        ("sftp", "host_key", ""),
        ("sftp", "host_key", "SHA256:abc"),
        ("sftp", "host_key", "ssh-ed25519 AAAA"),
        ("platform", "url", "https://10.0.0.1/api"),
        ("platform", "url", "https://platform.example/api?tenant=1"),
        ("platform", "known_by", "nothing"),
        ("platform", "known_by", "grant"),
        ("platform", "grant_url", "http://platform.example/token"),
        ("platform", "grant_url", "https://127.0.0.1/token"),
        ("platform", "page_size", "0"),
        ("platform", "page_size", "5001"),
        ("platform", "state_path", "state"),
        ("platform", "state_path", "//evil.example"),
        ("platform", "batches_path", "/../batches/.."),
        ("platform", "withdrawals_path", "/withdrawals?x=1"),
    ],
)
def test_what_makes_no_channel_is_said_at_its_field(
    admin_client: Client, bank: Institution, kind: str, field: str, typed: str
) -> None:
    answer = add(admin_client, bank, kind, **{field: typed})
    wrong = {"client_id", "grant_url"} if (field, typed) == ("known_by", "grant") else {field}
    assert answer.status_code == 200 and set(answer.context["adminform"].form.errors) == wrong
    assert not Channel.objects.filter(kind=kind).exists()


def test_a_bank_line_may_be_named_by_its_address(admin_client: Client, bank: Institution, settings: Settings) -> None:
    settings.CALL_NETWORKS = [ip_network("10.8.0.0/24")]
    assert add(admin_client, bank, "sftp", host="10.8.0.7").status_code == 302


def test_a_second_channel_of_a_kind_and_a_page_of_another_kind_are_refused(
    admin_client: Client, bank: Institution
) -> None:
    assert add(admin_client, bank, "email").status_code == 302
    assert add(admin_client, bank, "email").status_code == 200
    assert add(admin_client, bank, "webhook", kind="sftp").status_code == 200
    assert Channel.objects.count() == 2  # with the portal


def test_a_channel_keeps_its_kind_and_its_institution(admin_client: Client, bank: Institution) -> None:
    add(admin_client, bank, "email")
    channel, other = Channel.objects.get(kind="email"), institution("bank-b")
    url = reverse("admin:pushes_channel_change", args=[channel.pk])
    typed = {"institution": other.pk, "kind": "portal", "addresses": "c@bank.example"}
    assert admin_client.post(url, typed).status_code == 302
    channel.refresh_from_db()
    assert (channel.kind, channel.institution, channel.addresses) == ("email", bank, ["c@bank.example"])


class TestSecrets:
    def test_a_signing_secret_is_shown_once(self, admin_client: Client, db: None) -> None:
        channel = made("webhook")
        answer = admin_client.post(step("sign", channel))
        shown = answer.context["fresh"]
        assert shown.startswith("whsec_") and shown in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        for page in (step("secrets", channel), reverse("admin:pushes_channel_change", args=[channel.pk])):
            assert shown not in admin_client.get(page).content.decode()

    def test_a_key_pair_and_a_password(self, admin_client: Client, db: None) -> None:
        channel = made("sftp")
        admin_client.post(step("pair", channel))
        page = admin_client.get(step("secrets", channel)).content.decode()
        assert ChannelSecret.objects.get().public in page
        assert admin_client.post(step("password", channel), {"password": ""}).status_code == 200
        admin_client.post(step("password", channel), {"password": " kept-secret "})
        page = admin_client.get(step("secrets", channel)).content.decode()
        assert "kept-secret" not in page and ChannelSecret.objects.count() == 2
        admin_client.post(step("end", channel))
        assert ChannelSecret.objects.get().kind == "password"

    def test_another_server_is_not_told_the_password(self, admin_client: Client, admin_user: Any) -> None:
        channel = made("sftp")
        rotating.keep_password(channel=channel, password="x", by=admin_user, now=timezone.now())
        url = reverse("admin:pushes_channel_change", args=[channel.pk])
        typed = {**FIELDS["sftp"], "host_key": HOST_KEY, "folder": "/elsewhere"}
        admin_client.post(url, typed)
        assert ChannelSecret.objects.exists()
        answer = admin_client.post(url, typed | {"host": "evil.example"}, follow=True)
        assert not ChannelSecret.objects.exists() and "密码" in said(answer)

    def test_a_platform_has_the_secret_of_its_way_and_another_address_gets_none(
        self, admin_client: Client, db: None
    ) -> None:
        channel, url = made("platform"), ""
        assert admin_client.post(step("sign", channel)).status_code == 404
        assert admin_client.post(step("pair", channel)).status_code == 404
        admin_client.post(step("password", channel), {"password": "given-token"})
        assert ChannelSecret.objects.get().kind == "token"
        assert "given-token" not in admin_client.get(step("secrets", channel)).content.decode()
        url = reverse("admin:pushes_channel_change", args=[channel.pk])
        admin_client.post(url, FIELDS["platform"] | {"page_size": 500})
        assert ChannelSecret.objects.exists()
        for other in ({"url": "https://evil.example/"}, {"known_by": "signature"}):
            answer = admin_client.post(url, FIELDS["platform"] | other, follow=True)
            assert not ChannelSecret.objects.exists() and "密码" in said(answer)
            admin_client.post(url, FIELDS["platform"])
            admin_client.post(step("password", channel), {"password": "given-token"})
        admin_client.post(url, FIELDS["platform"] | {"known_by": "signature"})
        assert admin_client.post(step("password", channel), {"password": "x"}).status_code == 404
        assert admin_client.post(step("sign", channel)).context["fresh"].startswith("whsec_")

    @pytest.mark.parametrize("kind", ["portal", "email"])
    def test_where_there_are_none_there_is_no_page(self, admin_client: Client, bank: Institution, kind: str) -> None:
        if kind == "email":
            add(admin_client, bank, "email")
        channel = Channel.objects.get(kind=kind)
        assert admin_client.get(step("secrets", channel)).status_code == 404
        assert admin_client.post(step("sign", channel)).status_code == 404

    @pytest.mark.parametrize(
        ("kind", "name"), [("webhook", "sign"), ("sftp", "pair"), ("sftp", "password"), ("webhook", "end")]
    )
    def test_whoever_changes_channels_does_not_make_secrets(self, db: None, kind: str, name: str) -> None:
        channel = made(kind)
        client = signed_in("pushes.view_channel", "pushes.change_channel")
        assert client.get(step(name, channel)).status_code == 405
        assert client.post(step(name, channel), {"password": "x"}).status_code == 403
        page = client.get(step("secrets", channel))
        assert page.status_code == 200 and "<form" not in page.content.decode().partition('id="content-main"')[2]
        assert signed_in("pushes.keep_secrets", name="other").get(step("secrets", channel)).status_code == 403
        assert not ChannelSecret.objects.exists()

    @pytest.mark.parametrize(("kind", "name"), [("sftp", "sign"), ("webhook", "pair"), ("webhook", "password")])
    def test_each_kind_has_its_own(self, admin_client: Client, db: None, kind: str, name: str) -> None:
        assert admin_client.post(step(name, made(kind)), {"password": "x"}).status_code == 404
        assert not ChannelSecret.objects.exists()


class TestKeys:
    def make(self, client: Client, bank: Institution, **typed: object) -> Any:
        form = {"institution": bank.pk, "name": "core", "days": 90, "scopes": ["fetch"], **typed}
        return client.post(reverse("admin:pushes_accesskey_add"), form)

    def test_a_key_is_shown_once_and_opens(self, admin_client: Client, bank: Institution) -> None:
        assert admin_client.get(reverse("admin:pushes_accesskey_add")).status_code == 200
        answer = self.make(admin_client, bank)
        shown = answer.context["fresh"]
        assert shown in answer.content.decode() and "no-store" in answer["Cache-Control"]
        key = keying.use(text=shown, now=timezone.now())
        assert key.institution == bank
        change = reverse("admin:pushes_accesskey_change", args=[key.pk])
        for page in (change, reverse("admin:pushes_accesskey_changelist")):
            text = admin_client.get(page).content.decode()
            assert key.prefix in text and shown not in text and key.digest not in text

    @pytest.mark.parametrize(
        "typed", [{"days": 0}, {"days": 366}, {"name": ""}, {"institution": ""}, {"scopes": []}, {"scopes": ["all"]}]
    )
    def test_a_key_needs_a_holder_and_an_end(
        self, admin_client: Client, bank: Institution, typed: dict[str, object]
    ) -> None:
        assert self.make(admin_client, bank, **typed).context["form"].errors
        assert not AccessKey.objects.exists()

    def test_a_key_is_revoked_and_never_edited(self, admin_client: Client, bank: Institution) -> None:
        self.make(admin_client, bank)
        key = AccessKey.objects.get()
        change = reverse("admin:pushes_accesskey_change", args=[key.pk])
        assert admin_client.post(change, {"name": "x"}).status_code == 403
        revoke = reverse("admin:pushes_accesskey_revoke", args=[key.pk])
        assert revoke in admin_client.get(change).content.decode()
        assert admin_client.post(revoke).status_code == 302
        key.refresh_from_db()
        assert key.revoked_at is not None and key.name == "core"
        assert revoke not in admin_client.get(change).content.decode()

    def test_a_key_is_rotated_with_an_overlap(self, admin_client: Client, bank: Institution) -> None:
        shown = self.make(admin_client, bank, scopes=["lookup", "fetch"]).context["fresh"]
        former = AccessKey.objects.get()
        change = admin_client.get(reverse("admin:pushes_accesskey_change", args=[former.pk]))
        rotate = reverse("admin:pushes_accesskey_rotate", args=[former.pk])
        assert rotate in change.content.decode() and admin_client.get(rotate).status_code == 405
        answer = admin_client.post(rotate)
        fresh = keying.use(text=answer.context["fresh"], now=timezone.now())
        assert (fresh.name, fresh.scopes, fresh.pk != former.pk) == ("core", ["fetch", "lookup"], True)
        assert keying.use(text=shown, now=timezone.now() + timedelta(days=13)) == former
        with pytest.raises(KeyEnded):
            keying.use(text=shown, now=timezone.now() + timedelta(days=15))
        keying.revoke(key=former, now=timezone.now())
        assert admin_client.post(rotate).status_code == 302 and AccessKey.objects.count() == 2

    def test_each_step_has_its_permission(self, bank: Institution) -> None:
        officer = person("maker", None, staff=True)
        key, _text = keying.make_key(institution=bank, name="x", days=1, by=officer, now=timezone.now())
        viewer = signed_in("pushes.view_accesskey")
        assert viewer.get(reverse("admin:pushes_accesskey_changelist")).status_code == 200
        assert self.make(viewer, bank).status_code == 403
        for step in ("revoke", "rotate"):
            assert viewer.post(reverse(f"admin:pushes_accesskey_{step}", args=[key.pk])).status_code == 403
        maker = signed_in("pushes.add_accesskey", name="adder")
        assert self.make(maker, bank).status_code == 200 and AccessKey.objects.count() == 2
        key.refresh_from_db()
        assert key.revoked_at is None
