"""`make bench-desk`: each list page of the bureau's desk at a nation's size, beside a view that asks for nothing.

Law: over HTTP, by the site as the README runs it, as a member of staff with a session; each page five times, in turn
with the empty view behind the same sign-in; every answer is judged. The last line is the result as JSON.
"""

import http.client
import json
import os
import re
import statistics
import sys
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote

from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import Q
from django.test import Client, override_settings
from django.urls import reverse

from enterprises.models import Edition, Enterprise
from tests.bench.desk_nation import Sizes, fill
from tests.bench.serving import HOST, PATIENCE, FailedError, free_port, gunicorn

BAR_MS = 300
_TIMES = 5
_CHOICES = 3  # of each filter
_KEY = "for the bench"  # as `serving.gunicorn` has it
_STEPS = ("settle_reviewitem", "bulk_settle_reviewitem", "settle_objection", "confirm_listimport", "add_listimport")
_FILTER = re.compile(r"<details data-filter-title.*?</details>", re.S)
_LINK = re.compile(r'<a href="(\?[^"]+)"')
_PAGES = re.compile(r"[?&]p=(\d+)")


@dataclass(frozen=True)
class Page:
    name: str
    address: str


def main() -> int:
    """Measure, print the table and the line."""
    sizes = Sizes(
        int(os.environ.get("ENTERPRISES") or 1_500_000),
        int(os.environ.get("DELIVERIES") or 20_000),
        int(os.environ.get("RECEIPTS") or 100_000),
    )
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(sizes)
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        _end_other_sessions()
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(sizes: Sizes) -> int:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(Q(codename__startswith="view_") | Q(codename__in=_STEPS)))
    _say(f"{sizes.enterprises:,} enterprises")
    began = time.perf_counter()
    entries = fill(sizes, user)
    _say(f"{entries:,} entries, made in {time.perf_counter() - began:.0f} s")
    port, folder = free_port(), Path(os.environ["BENCH_FOLDER"])
    with gunicorn(port, folder, DJANGO_SETTINGS_MODULE="tests.bench.desk_site"):
        desk = Desk(port, _session(user))
        nothing = Page("SELECT 1", "/nothing/")
        pages = list(_all_pages(desk))
        _say(f"{len(pages)} pages, {_TIMES} times each")
        took = {page: desk.median(page) for page in pages}
        floor = desk.median(nothing)
    return _told(took, floor, sizes, entries)


def _end_other_sessions() -> None:
    """A query that outlived the site keeps the database from being deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class Desk:
    """A browser of one member of staff."""

    def __init__(self, port: int, session: str) -> None:
        self._line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        self._headers = {"Cookie": f"sessionid={session}"}

    def get(self, address: str) -> tuple[float, str]:
        """Milliseconds to the first byte, and the page."""
        began = time.perf_counter()
        try:
            self._line.request("GET", address, headers=self._headers)
            answer = self._line.getresponse()
            first = answer.read(1)
        except TimeoutError as error:
            raise FailedError(f"{address}: no answer within {PATIENCE} s") from error
        took = 1000 * (time.perf_counter() - began)
        body = (first + answer.read()).decode()
        if answer.status != 200:
            raise FailedError(f"{address}: {answer.status} {answer.getheader('Location')}")
        return took, body

    def median(self, page: Page) -> float:
        self.get(page.address)
        return statistics.median(self.get(page.address)[0] for _time in range(_TIMES))


def _session(user: User) -> str:
    with override_settings(SECRET_KEY=_KEY):
        client = Client()
        client.force_login(user)
        return client.cookies["sessionid"].value


def _all_pages(desk: Desk) -> list[Page]:
    pages = [Page("front page", reverse("admin:index"))]
    for model in admin.site._registry:
        name = f"{model._meta.app_label}.{model._meta.model_name}"
        address = reverse(f"admin:{name.replace('.', '_')}_changelist")
        try:
            body = desk.get(address)[1]
        except FailedError as error:
            _say(f"left out: {error}")
            continue
        pages.append(Page(name, address))
        numbers = [int(number) for number in _PAGES.findall(body)]
        if numbers:
            pages += [Page(f"{name} page {number}", f"{address}?p={number}") for number in sorted({2, max(numbers)})]
        for block in _FILTER.findall(body):
            links = [unescape(link) for link in _LINK.findall(block)]
            chosen = (
                {links[at * (len(links) - 1) // max(1, _CHOICES - 1)] for at in range(_CHOICES)} if links else set()
            )
            pages += [Page(f"{name} {link}", address + link) for link in sorted(chosen)]
    return pages + _searches() + _single_pages()


def _searches() -> list[Page]:
    some = Enterprise.objects.exclude(uscc=None).order_by("pk")[1000]
    kinds = {
        "two signs": some.name[2:4], "three signs": some.name[1:4], "rare": some.name, "common": "科技",
        "half": some.name[2] + some.name[3], "none": "鑫鑫", "code": some.uscc or "", "one sign": some.name[3],
    }  # fmt: skip
    desks = {
        "registry_entry": [*kinds.items(), ("number", "GR2025410000006")],
        "enterprises_enterprise": [*kinds.items(), ("public id", some.public_id)],
        "enterprises_matchdecision": [("code", some.uscc or ""), ("public id", some.public_id)],
        "enterprises_judgement": [("two signs", kinds["two signs"]), ("common", "科技")],
        "enterprises_finding": [("two signs", kinds["two signs"]), ("common", "科技")],
        "enterprises_objection": [("part", "申诉17")],
        "pushes_delivery": [("institution", "示范银行17")],
    }
    more = {"enterprises_enterprise": ("in pool, common", "?pool=in&q=" + quote("科技"))}
    return [
        Page(f"{desk} search: {kind}", f"{reverse(f'admin:{desk}_changelist')}?q={quote(text)}")
        for desk, asked in desks.items()
        for kind, text in asked
    ] + [Page(f"{desk} {name}", reverse(f"admin:{desk}_changelist") + query) for desk, (name, query) in more.items()]


def _single_pages() -> list[Page]:
    enterprise = Enterprise.objects.order_by("pk")[2000]
    edition = Edition.objects.order_by("-pk")[0]
    return [
        Page("an enterprise's page", reverse("admin:enterprises_enterprise_change", args=[enterprise.pk])),
        Page("an edition's page", reverse("admin:enterprises_edition_change", args=[edition.pk])),
    ]


def _told(took: dict[Page, float], floor: float, sizes: Sizes, entries: int) -> int:
    for page, milliseconds in sorted(took.items(), key=lambda pair: -pair[1]):
        print(f"{milliseconds:8.1f} ms  {page.name}")
    print(f"{floor:8.1f} ms  SELECT 1")
    worst = max(took, key=lambda page: took[page])
    told = {
        "ratio_to_peer": 0,
        "ratio_to_floor": round(took[worst] / floor, 2),
        "worst_ms": round(took[worst], 1),
        "worst_page": worst.name,
        "median_ms": round(statistics.median(took.values()), 1),
        "over_bar": sum(one > BAR_MS for one in took.values()),
        "floor_ms": round(floor, 2),
        "pages": len(took),
        "enterprises": sizes.enterprises,
        "entries": entries,
    }
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
