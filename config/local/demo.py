"""`make demo`: the main job on real parts, from published lists to delivered packages, then the site.

Law: nothing is staged for show. Every step is the product's own command, run as the bureau would run it.
"""

import json
import os
import secrets
import sys
import time
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
from django.utils import translation
from django.utils.translation import gettext as _

from config.local import people
from config.local.errors import LocalStackError
from config.local.places import LOCAL, ROOT
from config.local.serving import check_port, name_site, serve, worker
from config.local.showing import progress, say, table

SIZES = {"small": 1_100, "city": 25_000}
SEED = 1
REAL = ROOT / "registry/samples/real"
QUARTERS = {"2026Q2": "2026-06-30", "2026Q3": "2026-09-30"}
KEPT = LOCAL / "demo.json"  # which demonstration the database holds, and its passwords
Summary = dict[str, Any]


def main() -> int:
    """Run the demonstration; 0 only if all of it happened."""
    size, goes_on = os.environ.get("SIZE", "small"), os.environ.get("SERVE", "1") not in ("0", "no")
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
        print(f"PORT={port}: give a whole number from 1 to 65535, such as 8000.", file=sys.stderr)
        return 2
    if size not in SIZES:
        print(f"SIZE={size}: choose one of {', '.join(SIZES)}.", file=sys.stderr)
        return 2
    try:
        if goes_on:
            check_port(int(port))
        name_site(int(port))
        _run(size)
        if goes_on:
            serve(int(port), announce=lambda: _announce(int(port)))
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
    say(_("The database is brought up to date …"))
    call_command("migrate", verbosity=0)
    people.make(_kept()["passwords"])
    lists = _sample_lists(size)
    imported: list[Summary] = []
    runs: list[Summary] = []
    with worker():
        since = ""
        for quarter, until in QUARTERS.items():
            due = [one for one in lists if since < one["published"] <= until]
            imported += _import(due, until)
            since = until
            say(_("The quarter %(quarter)s is run by a Celery worker …") % {"quarter": quarter})
            runs.append(_command("run_quarter", quarter, queue=True))
        say(_("The institutions report back on each quarter …"))
        told = [_command("send_sample_feedback", quarter) for quarter in QUARTERS]
    _command("rebuild_pool")
    _tables(imported, runs)
    table(
        [_("Feedback on"), _("Institutions"), _("Lines")],
        [[one["quarter"], one["in_force"], one["lines"]] for one in told],
    )
    say(_("Done in %(seconds)s seconds.") % {"seconds": f"{time.monotonic() - began:.1f}"})


def _make_room(size: str) -> None:
    """A demonstration of another size is replaced: two cities in one pool would show neither."""
    kept = _kept()
    if kept.get("size") not in (None, size):
        say(_("The demonstration of size %(size)s is deleted.") % {"size": kept["size"]})
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
        kept = {}
    passwords = {name: secrets.token_urlsafe(9) for name in people.names()} | kept.get("passwords", {})
    KEPT.touch(mode=0o600)
    KEPT.write_text(json.dumps({"size": size, "passwords": passwords}))


def _kept() -> Summary:
    kept: Summary = json.loads(KEPT.read_text() or "{}") if KEPT.exists() else {}
    return kept


def _sample_lists(size: str) -> list[Summary]:
    """Real excerpts and a made-up city's lists, in order of publication, each with its folder."""
    folder = LOCAL / "demo" / size
    if not (folder / "lists.json").exists():
        say(_("A city of %(count)s enterprises is made up …") % {"count": SIZES[size]})
        _command("make_sample_lists", str(folder), enterprises=SIZES[size], seed=SEED)
    lists = [
        {**one, "folder": source}
        for source in (REAL, folder)
        for one in json.loads((source / "lists.json").read_text())
    ]
    return sorted(lists, key=lambda one: (one["published"], one["file"]))


def _import(lists: Sequence[Summary], until: str) -> list[Summary]:
    """Import and confirm each list, with a line of progress that moves."""
    done = []
    for number, one in enumerate(lists, start=1):
        progress(
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
        "accept_sound": True,
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
    table(
        [_("Programme"), _("Kind of notice"), _("Lists"), _("Rows"), _("Unusable rows")],
        [
            *([names[programme], str(kinds[kind]), *counted] for (programme, kind), counted in rows.items()),
            [_("Total"), "", *(sum(column) for column in zip(*rows.values(), strict=True))],
        ],
    )
    table(
        [_("Enterprises"), _("Matches waiting for a person")],
        [[
            apps.get_model("enterprises", "Enterprise").objects.count(),
            apps.get_model("enterprises", "ReviewItem").objects.filter(closed_at=None).count(),
        ]],
    )  # fmt: skip
    sealed = [editions.objects.exclude(state="withdrawn").get(quarter=quarter) for quarter in QUARTERS]
    table(
        [_("In the pool, by programme"), *(str(edition) for edition in sealed)],
        [[name, *(edition.by_programme.get(code, 0) for edition in sealed)] for code, name in names.items()
         if any(code in edition.by_programme for edition in sealed)],
    )  # fmt: skip
    table(
        [_("Edition"), _("As of"), _("Members"), _("Added"), _("Removed"), _("Changed"), _("Digest")],
        [[run["edition"], run["as_of"], run["members"], run["added"], run["removed"], run["changed"],
          run["digest"][:16]] for run in runs],
    )  # fmt: skip
    deliveries = apps.get_model("pushes", "Delivery").objects
    states = dict(apps.get_model("pushes", "Delivery")._meta.get_field("state").flatchoices)
    table(
        [_("Deliveries"), _("How many")],
        [[str(states[state]), count] for state, count in
         deliveries.values_list("state").annotate(count=Count("pk")).order_by("state")],
    )  # fmt: skip
    packages = apps.get_model("pushes", "Package").objects.order_by("edition__quarter", "file")
    table(
        [_("Package"), _("Members"), _("Bytes")],
        [[os.path.relpath(package.file.path, ROOT), package.members, package.size] for package in packages],
    )


def _announce(port: int) -> None:
    site = f"http://127.0.0.1:{port}"
    passwords: Mapping[str, str] = _kept()["passwords"]
    member = apps.get_model("enterprises", "EditionMember").objects.exclude(uscc="").earliest("public_id")
    table(
        [_("What"), _("Address"), _("Sign in as"), _("Password")],
        [
            *(
                [_("Bureau staff: %(roles)s") % {"roles": _said(held)}, f"{site}/admin/", name, passwords[name]]
                for name, held in people.BUREAU.items()
            ),
            [_("A first day, step by step"), f"{site}/admin/manual/tour/", people.STAFF, ""],
            [_("A bank"), f"{site}/institutions/", "demo-bank-a", passwords["demo-bank-a"]],
            [_("Look-up, with a code to try"), f"{site}/?q={member.uscc}", "", ""],
        ],
    )
    say(_("Ctrl-C stops everything."))


def _said(held: Sequence[str]) -> str:
    """Roles and departments; of many, the first and how many more."""
    return "、".join(held) if len(held) < 3 else _("every business role")


if __name__ == "__main__":
    sys.exit(main())
