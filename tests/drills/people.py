"""Who loads the site, and what is owed: an officer, a bank's clerk, institutions that get mails.

Run in a process of its own, since it needs the stage's settings: `python -m tests.drills.people INSTITUTIONS`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.local.places import ROOT

_FILE = "people.json"


@dataclass(frozen=True)
class Entry:
    """A browser that is signed in, and what it asks for."""

    session: str
    paths: list[str]
    facts: dict[str, str]


def ENTRIES(folder: Path) -> dict[str, dict[str, Any]]:
    """What seeding wrote down."""
    found: dict[str, dict[str, Any]] = json.loads((folder / _FILE).read_text())
    return found


def seed(variables: Mapping[str, str], *, institutions: int) -> None:
    """Make them in the stage's database."""
    words = [sys.executable, "-m", "tests.drills.people", str(institutions)]
    subprocess.run(words, cwd=ROOT, env={**os.environ, **variables}, check=True)


def _seed(institutions: int) -> None:
    from datetime import date

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from enterprises.models import EditionMember
    from pushes.models import Channel, Delivery, Institution, Membership, Profile, Role
    from registry.models import Programme

    call_command("migrate", verbosity=0)
    now = timezone.now()
    password = os.urandom(12).hex()
    officer = User.objects.create_superuser("drill-officer", password=password)
    delivery = Delivery.objects.filter(channel__kind="portal", state="delivered").latest("delivered_at")
    clerk = User.objects.create_user("drill-clerk", password=password)
    Membership.objects.create(user=clerk, institution=delivery.channel.institution, role=Role.OPERATOR)
    for number in range(institutions):
        made = Institution.objects.create(
            code=f"drill-{number}", name=f"演练银行{number}", contract_number="HT-1",
            contract_purpose="演练", contract_until=date(2099, 12, 31),
        )  # fmt: skip
        Profile.objects.create(institution=made, formats=["csv"], agreed_at=now)
        Channel.objects.create(institution=made, kind="email", addresses=[f"bank{number}@example.org"], paused=True)

    def session(user: User) -> str:
        browser = Client()
        browser.force_login(user)
        return str(browser.cookies["sessionid"].value)

    codes = list(EditionMember.objects.exclude(uscc="").values_list("uscc", flat=True).distinct()[:300])
    package = delivery.package
    written = {
        "staff": {
            "session": session(officer), "paths": ["/admin/registry/listimport/import/"],
            "facts": {
                "programme": str(Programme.objects.get(code="SRDI").pk), "codes": ",".join(codes),
                "user": "drill-officer", "password": password,
            },
        },
        "bank": {
            "session": session(clerk), "paths": ["/institutions/", f"/institutions/deliveries/{delivery.pk}/package"],
            "facts": {"sha256": package.sha256 if package else "", "user": "drill-clerk", "password": password},
        },
    }  # fmt: skip
    Path(os.environ["DRILL_FOLDER"], _FILE).write_text(json.dumps(written))


if __name__ == "__main__":
    _seed(int(sys.argv[1]))
