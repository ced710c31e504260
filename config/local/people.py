"""Who takes part in the demonstration: one of the bureau's staff, three institutions with a person each.

Law: nobody is a superuser, and no password is written down in the repository.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.apps import apps
from django.utils import timezone

STAFF = "bureau"
STAFF_MAY = (
    *(f"{app}.view_{model}" for app, models in {
        "registry": ("programme", "programmerule", "district", "listimport", "importevent", "entry",
                     "headerword", "rememberedcolumn"),
        "enterprises": ("enterprise", "formername", "matchdecision", "reviewitem", "recognition", "poolrebuild",
                        "poolmember", "edition", "editionmember", "editionchange", "listresolution", "guardlimit",
                        "expectedlist", "guardresult", "overruling", "editionreminder", "objection",
                        "objectionreminder", "watch", "mail", "specialday", "renewal"),
        "pushes": ("institution", "membership", "profile", "channel", "package", "delivery", "attempt", "sending",
                   "receipt", "receiptsdeleted", "letter", "contact", "invitation", "peopleevent", "profilerequest",
                   "secretevent"),
    }.items() for model in models),
    "registry.add_listimport", "registry.confirm_listimport", "registry.change_programme",
    "registry.add_headerword", "registry.change_headerword", "registry.change_rememberedcolumn",
    "registry.add_programmerule", "registry.change_programmerule", "registry.change_district",
    "enterprises.settle_reviewitem", "enterprises.bulk_settle_reviewitem", "enterprises.seal_edition",
    "enterprises.overrule_edition", "enterprises.add_guardlimit", "enterprises.change_guardlimit",
    "enterprises.add_expectedlist", "enterprises.change_expectedlist", "enterprises.settle_objection",
    "enterprises.change_renewal", "enterprises.add_specialday", "enterprises.change_specialday",
    "pushes.add_institution", "pushes.change_institution", "pushes.add_profile", "pushes.add_channel",
    "pushes.change_channel", "pushes.add_membership", "pushes.change_membership", "pushes.add_contact",
    "pushes.change_contact", "pushes.add_invitation", "pushes.resend_delivery", "pushes.pause_channel",
    "pushes.try_channel", "pushes.answer_profilerequest",
    # Who could change users could make anybody, himself too, a superuser; a new user may nothing.
    "auth.view_user", "auth.add_user",
)  # fmt: skip


class Demonstrated(NamedTuple):
    """An institution and the cut it agreed to; no programmes means all."""

    code: str
    name: str
    kind: str
    programmes: list[str]
    name_only: bool


INSTITUTIONS = (
    Demonstrated("demo-bank-a", "演示银行甲", "bank", [], True),
    Demonstrated("demo-bank-b", "演示银行乙", "bank", ["HNTE", "TSME"], True),
    Demonstrated("demo-guarantor", "演示担保公司", "guarantor", ["LG", "SRDI", "INNO", "GZ"], False),
)


def names() -> list[str]:
    """The user names, the staff member's first."""
    return [STAFF, *(one.code for one in INSTITUTIONS)]


def make(passwords: Mapping[str, str]) -> None:
    """Make them where they are missing, with these passwords; what exists otherwise stays as it is."""
    users = apps.get_model("auth", "User")
    staff, _made = users.objects.get_or_create(username=STAFF, defaults={"is_staff": True})
    permissions = apps.get_model("auth", "Permission").objects.select_related("content_type")
    staff.user_permissions.set(
        one for one in permissions if f"{one.content_type.app_label}.{one.codename}" in STAFF_MAY
    )
    people = {STAFF: staff}
    for one in INSTITUTIONS:
        institution, _made = apps.get_model("pushes", "Institution").objects.get_or_create(
            code=one.code,
            defaults={
                "name": one.name,
                "kind": one.kind,
                "contract_number": f"演示-{one.code}",
                "contract_purpose": "演示",
                "contract_until": date(timezone.localdate().year + 1, 12, 31),
            },
        )
        apps.get_model("pushes", "Profile").objects.get_or_create(
            institution=institution,
            version=1,
            defaults={
                "programmes": one.programmes,
                "include_name_only": one.name_only,
                "agreed_at": timezone.now(),
            },
        )
        apps.get_model("pushes", "Channel").objects.get_or_create(institution=institution, kind="portal")
        user, _made = users.objects.get_or_create(username=one.code)
        apps.get_model("pushes", "Membership").objects.get_or_create(
            user=user, defaults={"institution": institution, "role": "administrator"}
        )
        people[one.code] = user
    for name, user in people.items():
        if not user.check_password(passwords[name]):
            user.set_password(passwords[name])
            user.save()
