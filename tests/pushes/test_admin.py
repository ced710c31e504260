"""The bureau's desk: institutions are kept there; what went out is looked at and never touched."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin as desks
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from enterprises.models import Edition
from pushes import delivering, keying
from pushes.models import Attempt, Channel, Delivery, Institution, Package, PackagePassword, Receipt
from pushes.receipts import downloaded
from tests.pushes.making import institution, person
from tests.staff import signed_in

RECORDS: dict[str, Any] = {
    "delivery": Delivery,
    "attempt": Attempt,
    "package": Package,
    "receipt": Receipt,
}


@pytest.fixture
def desk(admin_client: Client, spring: Edition) -> Client:
    made = institution("bank-a")
    clerk = person("clerk-a", made)
    delivering.sweep(clock=timezone.now)
    downloaded(delivery=Delivery.objects.get(), by=clerk, address="203.0.113.7", now=timezone.now())
    return admin_client


def admin(view: str, *args: object) -> str:
    return reverse(f"admin:pushes_{view}", args=args)


def test_whoever_may_only_look_sees_each_page_and_changes_nothing(spring: Edition) -> None:
    bank = institution()
    officer = person("officer", None, staff=True)
    bank.contacts.create(name="王经理", email="wang@bank.example")
    hook = Channel.objects.create(institution=bank, kind="webhook", url="https://bank.example/")
    keying.make_key(institution=bank, name="core", days=30, by=officer, now=timezone.now())
    delivering.sweep(clock=timezone.now)
    models = [model for model in apps.get_app_config("pushes").get_models() if model._meta.default_permissions]
    viewer = signed_in(*(f"pushes.view_{model._meta.model_name}" for model in models if not model._meta.proxy))
    shown = [model for model in desks.site._registry if model._meta.app_label == "pushes"]
    assert len(shown) >= 10
    for model in shown:
        name = f"admin:pushes_{model._meta.model_name}"
        assert viewer.get(reverse(f"{name}_changelist")).status_code == 200
        row = model._default_manager.order_by("pk").last()
        if row and not model._meta.proxy:
            page = reverse(f"{name}_change", args=[row.pk])
            assert viewer.get(page).status_code == 200, page
            assert viewer.post(page, {}).status_code == 403
            assert viewer.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    viewer.post(
        reverse("admin:pushes_institution_changelist"),
        {"action": "renew", "_selected_action": [bank.pk], "confirmed": 1},
    )
    assert not PackagePassword.objects.exists() and Channel.objects.filter(pk=hook.pk).exists()


@pytest.mark.parametrize("name", RECORDS)
def test_what_went_out_is_looked_at(desk: Client, name: str) -> None:
    row = RECORDS[name].objects.get()
    assert desk.get(admin(f"{name}_changelist")).status_code == 200
    assert desk.get(admin(f"{name}_change", row.pk)).status_code == 200


def test_what_went_out_is_named_for_people(desk: Client) -> None:
    made = Delivery.objects.get()
    assert made.package is not None
    assert str(made.pk) in desk.get(admin("delivery_change", made.pk)).content.decode()
    assert str(Receipt.objects.get()).startswith("示范银行（bank-a） ")
    assert str(Receipt.objects.get()).endswith(" ZZKJ-2026Q2-v1")
    assert str(made.package).startswith("ZZKJ-2026Q2-v1-") and "/" not in str(made.package)


def test_a_profile_of_all_programmes_says_so(desk: Client) -> None:
    page = desk.get(admin("institution_change", Institution.objects.get().pk)).content.decode()
    assert gettext("all programmes") in page
    institution("bank-b", programmes=["SRDI", "HNTE"])
    page = desk.get(admin("institution_change", Institution.objects.get(code="bank-b").pk)).content.decode()
    assert "高新技术企业、专精特新中小企业" in page and gettext("all programmes") not in page


def test_deliveries_come_newest_edition_first(desk: Client, summer: Edition) -> None:
    delivering.sweep(clock=timezone.now)
    assert [row.edition.quarter for row in Delivery.objects.all()] == ["2026Q3", "2026Q2"]


@pytest.mark.parametrize("name", RECORDS)
def test_and_never_touched(desk: Client, name: str) -> None:
    row = RECORDS[name].objects.get()
    assert desk.get(admin(f"{name}_add")).status_code == 403
    assert desk.post(admin(f"{name}_change", row.pk), {}).status_code == 403
    assert desk.post(admin(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403


def typed(made: Institution, **more: object) -> dict[str, object]:
    """The institution's form as the browser sends it."""
    sets = {"profiles": 1, "profiles-2": 0, "channels": 1, "contacts": 0, "people": 1}
    form: dict[str, object] = {
        "code": made.code,
        "name": made.name,
        "kind": made.kind,
        "state": made.state,
        "contract_number": made.contract_number,
        "contract_purpose": made.contract_purpose,
        "contract_until": made.contract_until.isoformat(),
        "channels-0-id": made.channels.get().pk,
        "channels-0-institution": made.pk,
        "channels-0-kind": "portal",
        "people-0-id": made.people.get().pk,
        "people-0-institution": made.pk,
        "people-0-user": made.people.get().user_id,
        "people-0-role": "reader",
    }
    for name, initial in sets.items():
        form |= {f"{name}-TOTAL_FORMS": initial, f"{name}-INITIAL_FORMS": initial}
    return form | more


def test_the_code_stays_as_it_was_given(desk: Client) -> None:
    made = Institution.objects.get()
    answer = desk.post(
        admin("institution_change", made.pk),
        typed(made) | {"code": "another", "profiles-TOTAL_FORMS": 0, "profiles-INITIAL_FORMS": 0},
    )
    assert answer.status_code == 302, answer.context["errors"]
    assert Institution.objects.get().code == made.code


def test_a_new_profile_is_the_next_version(desk: Client) -> None:
    made = Institution.objects.get()
    page = desk.get(admin("institution_change", made.pk))
    assert page.status_code == 200
    answer = desk.post(
        admin("institution_change", made.pk),
        typed(made) | {
            "profiles-TOTAL_FORMS": 0,
            "profiles-INITIAL_FORMS": 0,
            "profiles-2-TOTAL_FORMS": 1,
            "profiles-2-0-institution": made.pk,
            "profiles-2-0-programmes": ["HNTE", "SRDI"],
            "profiles-2-0-districts": ["410105"],
            "profiles-2-0-include_name_only": "",
            "profiles-2-0-columns": ["district", "flags"],
            "profiles-2-0-formats": ["csv-gb18030", "jsonl"],
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["errors"]
    newest = made.profiles.latest()
    assert (newest.version, newest.programmes, newest.include_name_only) == (2, ["HNTE", "SRDI"], False)
    assert (newest.districts, newest.columns) == (["410105"], ["district", "flags"])
    assert newest.formats == ["csv-gb18030", "jsonl"]
    shown = desk.get(admin("institution_change", made.pk)).content.decode()
    assert "金水区" in shown and "各类资质" in shown and "GB18030" in shown
    assert made.profiles.get(version=1).programmes == []


@pytest.mark.parametrize("formats", [[], ["docx"]])
def test_a_profile_has_a_format_of_ours(desk: Client, formats: list[str]) -> None:
    made = Institution.objects.get()
    form = typed(made) | {"profiles-TOTAL_FORMS": 0, "profiles-INITIAL_FORMS": 0, "profiles-2-TOTAL_FORMS": 1}
    more = {"profiles-2-0-institution": made.pk, "profiles-2-0-districts": ["410105"], "profiles-2-0-formats": formats}
    assert desk.post(admin("institution_change", made.pk), form | more).status_code == 200
    assert made.profiles.count() == 1


def test_what_was_agreed_cannot_be_edited(desk: Client) -> None:
    made = Institution.objects.get()
    first = made.profiles.get()
    desk.post(
        admin("institution_change", made.pk),
        typed(made) | {
            "profiles-0-id": first.pk,
            "profiles-0-institution": made.pk,
            "profiles-0-programmes": "SRDI",
            "profiles-2-INITIAL_FORMS": 1,
            "profiles-2-TOTAL_FORMS": 1,
            "profiles-2-0-id": first.pk,
            "profiles-2-0-institution": made.pk,
            "profiles-2-0-programmes": ["SRDI"],
        },
    )  # fmt: skip
    assert made.profiles.get(version=1).programmes == []


def test_an_institution_with_deliveries_stays(desk: Client) -> None:
    made = Institution.objects.get()
    assert desk.post(admin("institution_delete", made.pk), {"post": "yes"}).status_code in (200, 403)
    assert Institution.objects.filter(pk=made.pk).exists()
