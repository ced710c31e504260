"""Who takes part in the demonstration: the bureau's staff, one for each role; three institutions with a person each.

Law: nobody is a superuser, and no password is written down in the repository.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.apps import apps
from django.utils import timezone

from config.accounts import roles

# User name → roles and departments. The first does all of the bureau's work alone, to try the product out; the others
# show what each role sees.
STAFF = "bureau"
BUREAU: dict[str, tuple[str, ...]] = {
    STAFF: (roles.CLERK, roles.CHECKER, roles.REVIEWER, roles.PUSHER, *roles.DEPARTMENTS),
    "demo-clerk": (roles.CLERK, "科技局"),
    "demo-checker": (roles.CHECKER, "科技局"),
    "demo-reviewer": (roles.REVIEWER,),
    "demo-pusher": (roles.PUSHER,),
    "demo-system": (roles.SYSTEM,),
    "demo-security": (roles.SECURITY,),
    "demo-auditor": (roles.AUDITOR,),
}


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
    """The user names, the staff's first."""
    return [*BUREAU, *(one.code for one in INSTITUTIONS)]


def make(passwords: Mapping[str, str]) -> None:
    """Make them where they are missing, with these passwords; what exists otherwise stays as it is."""
    users = apps.get_model("auth", "User")
    groups = apps.get_model("auth", "Group").objects
    people = {}
    for name, held in BUREAU.items():
        people[name], _made = users.objects.get_or_create(username=name, defaults={"is_staff": True})
        people[name].user_permissions.clear()
        people[name].groups.set(groups.filter(name__in=held))
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
