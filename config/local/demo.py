"""`make demo`: the main job on real parts, from published lists to delivered packages, then the site.

Law: nothing is staged for show. Every step is the product's own command, run as the bureau would run it.
"""

import json
import os
import secrets
import sys
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.local.errors import LocalStackError
from config.local.places import LOCAL, ROOT
from config.local.serving import check_port, serve, worker

SIZES = {"small": 1_100, "city": 25_000}
SEED = 1
REAL = ROOT / "registry/samples/real"
QUARTERS = {"2026Q2": "2026-06-30", "2026Q3": "2026-09-30"}
KEPT = LOCAL / "demo.json"  # which demonstration the database holds, and its passwords
STAFF = "bureau"
STAFF_MAY = (
    *(f"{app}.view_{model}" for app, models in {
        "registry": ("programme", "programmerule", "district", "listimport", "importevent", "entry"),
        "enterprises": ("enterprise", "formername", "matchdecision", "reviewitem", "recognition", "poolrebuild",
                        "poolmember", "edition", "editionmember", "editionchange", "listresolution"),
        "pushes": ("institution", "membership", "profile", "channel", "package", "delivery", "attempt", "receipt"),
    }.items() for model in models),
    "registry.add_listimport", "registry.confirm_listimport", "registry.change_programme",
    "registry.add_programmerule", "registry.change_programmerule", "registry.change_district",
    "enterprises.settle_reviewitem", "enterprises.seal_edition",
    "pushes.add_institution", "pushes.change_institution", "pushes.add_profile", "pushes.change_channel",
)  # fmt: skip
INSTITUTIONS = (
    {"code": "demo-bank-a", "name": "演示银行甲", "kind": "bank", "programmes": [], "name_only": True},
    {"code": "demo-bank-b", "name": "演示银行乙", "kind": "bank", "programmes": ["HNTE", "TSME"], "name_only": True},
    {"code": "demo-guarantor", "name": "演示担保公司", "kind": "guarantor",
     "programmes": ["LG", "SRDI", "INNO", "GZ"], "name_only": False},
)  # fmt: skip

Summary = dict[str, Any]


def main() -> int:
    """Run the demonstration; 0 only if all of it happened."""
    size, goes_on = os.environ.get("SIZE", "small"), os.environ.get("SERVE", "1") not in ("0", "no")
    port = int(os.environ.get("PORT", "8000"))
    if size not in SIZES:
        print(f"SIZE={size}: choose one of {', '.join(SIZES)}.", file=sys.stderr)
        return 2
    try:
        if goes_on:
            check_port(port)
        _run(size)
        if goes_on:
            serve(port, announce=lambda: _announce(port))
    except (LocalStackError, CommandError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _run(size: str) -> None:
    began = time.monotonic()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    translation.activate(settings.LANGUAGE_CODE)
    _make_room(size)
    _say(_("The database is brought up to date …"))
    call_command("migrate", verbosity=0)
    _make_people()
    lists = _sample_lists(size)
    imported: list[Summary] = []
    runs: list[Summary] = []
    with worker():
        since = ""
        for quarter, until in QUARTERS.items():
            due = [one for one in lists if since < one["published"] <= until]
            imported += _import(due, until)
            since = until
            _say(_("The quarter %(quarter)s is run by a Celery worker …") % {"quarter": quarter})
            runs.append(_command("run_quarter", quarter, queue=True))
    _command("rebuild_pool")
    _tables(imported, runs)
    _say(_("Done in %(seconds)s seconds.") % {"seconds": f"{time.monotonic() - began:.1f}"})


def _make_room(size: str) -> None:
    """A demonstration of another size is replaced: two cities in one pool would show neither."""
    kept = _kept()
    if kept.get("size") not in (None, size):
        _say(_("The demonstration of size %(size)s is deleted.") % {"size": kept["size"]})
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
        kept = {}
    passwords = kept.get("passwords") or {
        name: secrets.token_urlsafe(9) for name in (STAFF, *(str(one["code"]) for one in INSTITUTIONS))
    }
    KEPT.touch(mode=0o600)
    KEPT.write_text(json.dumps({"size": size, "passwords": passwords}))


def _kept() -> Summary:
    kept: Summary = json.loads(KEPT.read_text() or "{}") if KEPT.exists() else {}
    return kept


def _make_people() -> None:
    """A staff member who may do the bureau's daily work, and three institutions with one person each."""
    users = apps.get_model("auth", "User")
    staff, _made = users.objects.get_or_create(username=STAFF, defaults={"is_staff": True})
    permissions = apps.get_model("auth", "Permission").objects.select_related("content_type")
    staff.user_permissions.set(
        one for one in permissions if f"{one.content_type.app_label}.{one.codename}" in STAFF_MAY
    )
    people = {STAFF: staff}
    for one in INSTITUTIONS:
        institution, _made = apps.get_model("pushes", "Institution").objects.get_or_create(
            code=one["code"],
            defaults={
                "name": one["name"],
                "kind": one["kind"],
                "contract_number": f"演示-{one['code']}",
                "contract_purpose": "演示",
                "contract_until": timezone.localdate().replace(month=12, day=31),
            },
        )
        apps.get_model("pushes", "Profile").objects.get_or_create(
            institution=institution,
            version=1,
            defaults={
                "programmes": one["programmes"],
                "include_name_only": one["name_only"],
                "agreed_at": timezone.now(),
            },
        )
        apps.get_model("pushes", "Channel").objects.get_or_create(institution=institution, kind="portal")
        user, _made = users.objects.get_or_create(username=one["code"])
        apps.get_model("pushes", "Membership").objects.get_or_create(
            user=user, defaults={"institution": institution, "role": "administrator"}
        )
        people[str(one["code"])] = user
    for name, user in people.items():
        if not user.check_password(_kept()["passwords"][name]):
            user.set_password(_kept()["passwords"][name])
            user.save()


def _sample_lists(size: str) -> list[Summary]:
    """Real excerpts and a made-up city's lists, in order of publication, each with its folder."""
    folder = LOCAL / "demo" / size
    if not (folder / "lists.json").exists():
        _say(_("A city of %(count)s enterprises is made up …") % {"count": SIZES[size]})
        _command("make_sample_lists", str(folder), enterprises=SIZES[size], seed=SEED)
    lists = [
        {**one, "folder": source} for source in (REAL, folder) for one in json.loads((source / "lists.json").read_text())
    ]
    return sorted(lists, key=lambda one: (one["published"], one["file"]))


def _import(lists: Sequence[Summary], until: str) -> list[Summary]:
    """Import and confirm each list, with a line of progress that moves."""
    done = []
    for number, one in enumerate(lists, start=1):
        _progress(
            _("Lists published by %(day)s: %(number)s of %(total)s imported …")
            % {"day": until, "number": number, "total": len(lists)},
            last=number == len(lists),
        )
        done.append(_command("import_list", str(Path(one["folder"]) / one["file"]), **_options(one)))
    return done


def _options(one: Summary) -> Summary:
    return {
        "programme": one["programme"],
        "notice": one["notice"],
        "title": one["title"],
        "document_number": one["document_number"],
        "source_url": one["source_url"],
        "batch": one["batch"],
        "published": one["published"],
        "valid_from": one["valid_from"],
        "valid_to": one["valid_to"],
        "full": one["full"],
        "province_wide": one["province_wide"],
        "confirm": True,
        "if_new": True,
    }


def _command(name: str, *words: str, **options: Any) -> Summary:
    """Run a command of the product and return the summary it prints for machines."""
    arguments = list(words)
    for option, value in options.items():
        flag = f"--{option.replace('_', '-')}"
        arguments += [flag] if value is True else [flag, str(value)] if value not in (False, None) else []
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    summary: Summary = json.loads(out.getvalue())
    return summary


def _tables(imported: Iterable[Summary], runs: Sequence[Summary]) -> None:
    editions = apps.get_model("enterprises", "Edition")
    names = dict(apps.get_model("registry", "Programme").objects.values_list("code", "name"))
    rows: dict[tuple[str, str], list[int]] = {}
    for one in imported:
        counted = rows.setdefault((one["programme"], one["notice"]), [0, 0, 0])
        for place, number in enumerate((1, one["rows"], one["faulty"])):
            counted[place] += number
    kinds = dict(apps.get_model("registry", "ListImport")._meta.get_field("notice").flatchoices)
    _table(
        [_("Programme"), _("Kind of notice"), _("Lists"), _("Rows"), _("Unusable rows")],
        [
            *([names[programme], str(kinds[kind]), *counted] for (programme, kind), counted in rows.items()),
            [_("Total"), "", *(sum(column) for column in zip(*rows.values(), strict=True))],
        ],
    )
    _table(
        [_("Enterprises"), _("Matches waiting for a person")],
        [[
            apps.get_model("enterprises", "Enterprise").objects.count(),
            apps.get_model("enterprises", "ReviewItem").objects.filter(closed_at=None).count(),
        ]],
    )  # fmt: skip
    sealed = [editions.objects.exclude(state="withdrawn").get(quarter=quarter) for quarter in QUARTERS]
    _table(
        [_("In the pool, by programme"), *(str(edition) for edition in sealed)],
        [[name, *(edition.by_programme.get(code, 0) for edition in sealed)] for code, name in names.items()
         if any(code in edition.by_programme for edition in sealed)],
    )  # fmt: skip
    _table(
        [_("Edition"), _("As of"), _("Members"), _("Added"), _("Removed"), _("Changed"), _("Digest")],
        [[run["edition"], run["as_of"], run["members"], run["added"], run["removed"], run["changed"],
          run["digest"][:16]] for run in runs],
    )  # fmt: skip
    deliveries = apps.get_model("pushes", "Delivery").objects
    states = dict(apps.get_model("pushes", "Delivery")._meta.get_field("state").flatchoices)
    _table(
        [_("Deliveries"), _("Number")],
        [[str(states[state]), count] for state, count in
         deliveries.values_list("state").annotate(count=Count("pk")).order_by("state")],
    )  # fmt: skip
    packages = apps.get_model("pushes", "Package").objects.order_by("edition__quarter", "file")
    _table(
        [_("Package"), _("Members"), _("Bytes")],
        [[os.path.relpath(package.file.path, ROOT), package.members, package.size] for package in packages],
    )


def _announce(port: int) -> None:
    site = f"http://127.0.0.1:{port}"
    passwords: Mapping[str, str] = _kept()["passwords"]
    member = apps.get_model("enterprises", "EditionMember").objects.exclude(uscc="").order_by("public_id").first()
    _table(
        [_("What"), _("Address"), _("Sign in as"), _("Password")],
        [
            [_("Bureau staff"), f"{site}/admin/", STAFF, passwords[STAFF]],
            [_("A bank"), f"{site}/institutions/", "demo-bank-a", passwords["demo-bank-a"]],
            [_("Look-up, with a code to try"), f"{site}/?q={member.uscc}", "", ""],
        ],
    )
    _say(_("Ctrl-C stops everything."))


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    texts = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[column]) for row in texts) for column in range(len(header))]
    numeric = [all(isinstance(row[column], int) for row in rows) for column in range(len(header))]
    print()
    for row in texts:
        cells = []
        for text, width, right in zip(row, widths, numeric, strict=True):
            gap = " " * (width - _width(text))
            cells.append(gap + text if right else text + gap)
        print("  ".join(cells).rstrip())
        if row is header:
            print("  ".join("─" * width for width in widths))
    sys.stdout.flush()


def _width(text: str) -> int:
    """Columns on a terminal: an ideograph takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _progress(text: str, *, last: bool) -> None:
    """A line that is written over while it moves on a terminal, and written once elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
