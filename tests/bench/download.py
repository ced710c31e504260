"""`make bench-download`: many institutions fetch a package at once from the site as the README runs it, beside nginx.

Law: both serve the same file to the same clients, in one run, one after the other; every client counts and compares
what it got. The last line is the result as JSON; there is no peer.
"""

import hashlib
import http.client
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from pushes import delivering, keying
from pushes.models import Delivery, Package, Profile, Receipt
from tests.bench.measuring import children_of, most_memory
from tests.bench.serving import HOST, PATIENCE, FailedError, free_port, gunicorn, running
from tests.pushes.making import institution, person, record, sealed_edition

_BLOCK = 1 << 20
_PREFIX = "/_files/"
_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 2;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}; proxy_temp_path {folder};
    fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen {host}:{port};
        location /plain/ {{ alias {files}/; }}
        location {prefix} {{ internal; alias {files}/; etag off; add_header ETag $upstream_http_etag; }}
        location / {{ proxy_pass http://{host}:{site}; proxy_set_header Host {host}; }}
    }}
}}
"""


@dataclass(frozen=True)
class Customer:
    """Who fetches: where, with which key, and whether the bytes are judged: by one in ten, so that the clients' work
    does not hide the servers'.
    """

    path: str
    key: str
    judges: bool


@dataclass
class Fetched:
    """What all clients together got: bytes, seconds on the clock, and when each had its first byte and its last."""

    bytes: int = 0
    seconds: float = 0.0
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)

    @property
    def mb_per_second(self) -> float:
        return self.bytes / 1e6 / self.seconds


def main() -> int:
    """Measure, print the figures and the line."""
    many = int(os.environ.get("INSTITUTIONS") or 100)
    megabytes = int(os.environ.get("MEGABYTES") or 30)
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(many, megabytes)
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(many: int, megabytes: int) -> int:
    folder = Path(os.environ["BENCH_FOLDER"])
    folder.chmod(0o755)  # nginx's workers are others
    _say(f"{many} institutions, a package of {megabytes} MB")
    content = os.urandom(megabytes * 1_000_000)
    customers, name = _made(many, content)
    digest = hashlib.sha256(content).hexdigest()
    stored = Path(default_storage.path(name))
    site, front = free_port(), free_port()
    found: dict[str, Fetched] = {}
    with ExitStack() as running:
        processes = running.enter_context(gunicorn(site, folder))
        before = _memory(processes.pid)
        plain = [Customer(f"/plain/{stored.name}", "", one.judges) for one in customers]
        with_nginx = shutil.which("nginx") is not None
        if with_nginx:
            running.enter_context(_nginx(front, site, stored.parent, folder))
            _say("nginx alone")
            found["nginx"] = _fetched(front, plain, digest)
        _say("the site")
        found["site"] = _fetched(site, customers, digest)
        _goes_on(site, customers[0], digest, content)
        after = _memory(processes.pid)
    if with_nginx:
        with ExitStack() as running:
            running.enter_context(gunicorn(site, folder, ACCEL_REDIRECT=_PREFIX))
            running.enter_context(_nginx(front, site, default_storage.path(""), folder))
            _say("the site behind nginx, which sends the file")
            found["accelerated"] = _fetched(front, customers, digest)
            _goes_on(front, customers[0], digest, content)
    receipts = Receipt.objects.count()
    if receipts != (len(customers) + 1) * (len(found) - with_nginx):
        raise FailedError(f"{receipts} receipts were written")
    _show(found, before, after)
    print(json.dumps(_summary(found, before, after, megabytes)))
    return 0


def _made(many: int, content: bytes) -> tuple[list[Customer], str]:
    """Institutions with a key each, who were all delivered one package; it weighs what it is to weigh."""
    edition = sealed_edition("2026Q3", [record(1)])
    now = timezone.now()
    clerk = person("bench", None, staff=True)
    keys = [
        keying.make_key(institution=institution(f"bank-{one:03}"), name="bench", days=1, by=clerk, now=now)
        for one in range(many)
    ]
    name = default_storage.save("packages/heavy.zip", ContentFile(content))
    Package.objects.create(
        edition=edition,
        profile_digest=Profile.objects.latest("pk").digest,  # they all agreed to the same
        file=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        members=1,
        added=0,
        removed=0,
        changed=0,
        built_at=now,
    )
    delivering.sweep(clock=lambda: now + timedelta(minutes=1))
    text_of = {key.institution_id: text for key, text in keys}
    of_each = Delivery.objects.select_related("channel").order_by("pk")
    return [
        Customer(f"/api/v1/deliveries/{one.pk}/package", text_of[one.channel.institution_id], place % 10 == 0)
        for place, one in enumerate(of_each)
    ], name


def _fetched(port: int, customers: list[Customer], digest: str) -> Fetched:
    """All of them at once, each on a line of its own."""
    found, faults, lock = Fetched(), [], threading.Lock()
    gate = threading.Barrier(len(customers) + 1)

    def fetch(customer: Customer) -> None:
        gate.wait()
        try:
            size, first, last = _one(port, customer, digest)
        except (OSError, http.client.HTTPException, FailedError) as error:
            faults.append(f"{customer.path}: {error!r}")
            return
        with lock:
            found.bytes += size
            found.first.append(first)
            found.last.append(last)

    clients = [threading.Thread(target=fetch, args=[one]) for one in customers]
    for client in clients:
        client.start()
    gate.wait()
    began = time.perf_counter()
    for client in clients:
        client.join()
    found.seconds = time.perf_counter() - began
    if faults:
        raise FailedError(f"{len(faults)} of {len(customers)} failed, the first: {faults[0]}")
    return found


def _one(port: int, customer: Customer, digest: str) -> tuple[int, float, float]:
    """Fetch; returns how many bytes came, and after how many seconds the first and the last."""
    began = time.perf_counter()
    line = http.client.HTTPConnection(HOST, port, timeout=600)
    line.request("GET", customer.path, headers={"Authorization": f"Bearer {customer.key}"} if customer.key else {})
    answer = line.getresponse()
    first = time.perf_counter() - began
    if answer.status != 200:
        raise FailedError(f"{answer.status} {answer.read(300)!r}")
    size, block, judged = 0, memoryview(bytearray(_BLOCK)), hashlib.sha256() if customer.judges else None
    while read := answer.readinto(block):
        size += read
        if judged:
            judged.update(block[:read])
    line.close()
    if size != int(answer.headers["Content-Length"]) or (judged and judged.hexdigest() != digest):
        raise FailedError("other bytes came than were to come")
    return size, first, time.perf_counter() - began


def _goes_on(port: int, customer: Customer, digest: str, content: bytes) -> None:
    """A fetch that broke off can go on: the rest comes, under the same tag."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    rest = {"Range": f"bytes={len(content) - 1000}-", "If-Range": f'"{digest}"'}
    line.request("GET", customer.path, headers={"Authorization": f"Bearer {customer.key}", **rest})
    answer = line.getresponse()
    got = answer.read()
    line.close()
    if (answer.status, answer.headers["ETag"], got) != (206, f'"{digest}"', content[-1000:]):
        raise FailedError(f"a part: {answer.status}, {len(got)} bytes, tag {answer.headers['ETag']}")


@contextmanager
def _nginx(port: int, site: int, files: Path | str, folder: Path) -> Iterator[None]:
    path = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    words = {"folder": folder, "files": str(files).rstrip("/"), "host": HOST, "port": port, "site": site}
    path.write_text(_NGINX.format(user=user, prefix=_PREFIX, **words))
    with running(["nginx", "-c", str(path)], os.environ, folder / "nginx.out", port):
        yield


def _memory(master: int) -> float:
    """The most that one of the web processes held so far, in MB."""
    return max(most_memory(child) for child in children_of(master)) / 1024


def _show(found: dict[str, Fetched], before: float, after: float) -> None:
    print(f"{'':14}{'MB/s':>10}{'seconds':>10}{'first byte, median':>20}{'last byte, worst':>18}")
    for name, one in found.items():
        middle = sorted(one.first)[len(one.first) // 2]
        print(f"{name:14}{one.mb_per_second:10.0f}{one.seconds:10.2f}{middle:20.2f}{max(one.last):18.2f}")
    print(f"at most {before:.0f} MB in a web process before, {after:.0f} MB after")


def _summary(found: dict[str, Fetched], before: float, after: float, megabytes: int) -> dict[str, object]:
    rates = {f"{name}_mb_per_second": round(one.mb_per_second, 1) for name, one in found.items()}
    floor = found["nginx"].mb_per_second / found["site"].mb_per_second if "nginx" in found else 0
    return {
        "ratio_to_peer": 0,
        "ratio_to_floor": round(floor, 3),
        **rates,
        "institutions": len(found["site"].first),
        "megabytes": megabytes,
        "web_mb_before": round(before, 1),
        "web_mb_after": round(after, 1),
    }


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
