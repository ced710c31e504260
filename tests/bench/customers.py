"""`make bench-customers`: what comparing a list of customers costs and how right it is, beside the floor and a peer.

Law: the worker's act is measured whole (read, match, write, enclose), in a process of its own; the customers are made
of enterprises of known truth, and three in five of them are nobody's that was published. The floor is the resolver's
own `decide` over the same rows alone. The peer is what banks do: equal names once brackets are of one width. The last
line is the result as JSON.
"""

import csv
import json
import os
import platform
import sys
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from enterprises import resolving
from enterprises.evidence import places
from enterprises.management import cities
from enterprises.matching.deciding import decide
from enterprises.matching.said import Words
from enterprises.matching.stated import SCHEMA, Evidence
from enterprises.models import Enterprise, FormerName
from pushes import comparing, enclosed_files
from pushes.access import access_of
from pushes.models import CustomerMatch
from pushes.secrets_at_rest import disclose
from registry.identifiers import uscc_check_passes
from registry.names import name_key
from registry.samples.truth.writing import write_truth_city
from tests.bench.customers_made import Customer, Truth, customers, published_part, truth_of
from tests.bench.serving import FailedError
from tests.bench.stepping import in_a_process
from tests.pushes.making import delivered, institution, person, recognition, record, sealed_edition

ROOT = Path(__file__).resolve().parent.parent.parent
_ENTERPRISES, _ROWS = 25_000, 200_000
HEADER = ("客户号", "客户名称", "统一社会信用代码", "支行", "客户经理", "授信余额")


def main() -> int:
    """Measure, print the figures and the line."""
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(Path(os.environ["BENCH_FOLDER"]))
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(folder: Path) -> int:
    rows, seed = _number("ROWS", _ROWS), _number("SEED", 11)
    truth = _filled(folder, _number("ENTERPRISES", _ENTERPRISES), seed)
    made = list(customers(truth, rows, seed))
    path = _workbook(made, folder / "customers.xlsx")
    _say(f"{rows:,} customers, {path.stat().st_size >> 20} MB")
    match = _received(path)
    cost = in_a_process("customers-step")
    match.refresh_from_db()
    if match.state != "ready":
        raise FailedError(f"{match.state}: {comparing.said_of(match).reason}")
    ours = _accuracy(made, _ours(match), truth)
    began = time.perf_counter()
    naive = _accuracy(made, _naive(path, folder / "naive.csv"), truth)
    peer = time.perf_counter() - began
    floor = _floor(made)
    figures = {
        "ratio_to_peer": round(peer / cost["wall"], 3),
        "ratio_to_floor": round(cost["wall"] / floor, 3),
        "rows": rows,
        "members": len(truth.enterprise_of),
        "seconds": round(cost["wall"], 2),
        "cpu_seconds": round(cost["client"] + cost["database"], 2),
        "worker_mb": round(cost["mb"]),
        "parser_mb": round(cost["parser_mb"]),
        "floor_seconds": round(floor, 2),
        "peer_seconds": round(peer, 2),
        "counts": match.counts,
        "ours": ours,
        "naive": naive,
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{rows:,} customers of which {ours['customers_in']:,} are members; {figures['members']:,} members")
    print(
        f"{cost['wall']:.1f} s, at most {cost['mb']:.0f} MB in the worker and {cost['parser_mb']:.0f} MB in the "
        f"process that parses; the resolver's decide alone {floor:.1f} s; the peer {peer:.1f} s"
    )
    for name, one in (("ours", ours), ("equal names", naive)):
        print(
            f"{name:>12}: {one['found']:.2%} of the members' rows in, {one['asked']:.2%} to be looked at; "
            f"{one['false_in']} false “in” "
            f"({one['false_in_of_that_very_name']} under a member's very name), {one['looks']} rows to look at in all"
        )
    print(json.dumps(figures, ensure_ascii=False))
    return 0


def _filled(folder: Path, enterprises: int, seed: int) -> Truth:
    """A city of which two fifths are published and in the edition; the others are strangers much like them."""
    _say(f"a city of {enterprises:,} published enterprises and half as many again that are not")
    write_truth_city(folder / "city", enterprises=enterprises * 5 // 2, seed=seed)
    part = published_part(folder / "city", folder / "part")
    lines = cities.publish(part)
    resolving.resolve(now=cities.START + timedelta(days=1))
    _say("its edition")
    former: dict[int, list[str]] = {}
    for enterprise, name in FormerName.objects.values_list("enterprise", "name"):
        former.setdefault(enterprise, []).append(name)
    own = (
        Enterprise.objects.filter(merged_into=None, in_scope=True)
        .exclude(name_key="")
        .values_list("pk", "uscc", "name")
    )
    edition = sealed_edition(
        "2026Q3",
        [
            record(
                pk,
                recognition(source=f"HNTE-2025-01#{pk}"),
                uscc=uscc or "",
                name=name,
                former_names=former.get(pk, ()),
            )
            for pk, uscc, name in own
        ],
    )
    bank = institution()
    delivered(edition, bank)
    person("clerk", bank)
    return truth_of(folder / "city", lines, cities.clusters(lines), {pk for pk, _uscc, _name in own})


def _workbook(made: Iterable[Customer], path: Path) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("客户")
        page.write_row(0, 0, HEADER)
        for at, one in enumerate(made, start=1):
            page.write_row(
                at, 0, [f"K{at}", one.name, one.code, f"第{at % 37}支行", f"经理{at % 211}", f"{at % 997}.00"]
            )
    return path


def _received(path: Path) -> CustomerMatch:
    user = User.objects.get(username="clerk")
    with path.open("rb") as stream:
        return comparing.receive(
            access=access_of(user, today=timezone.localdate()), stream=stream, size=path.stat().st_size,
            file_name=path.name, by=user, address=None, now=timezone.now(),
        )  # fmt: skip


def _ours(match: CustomerMatch) -> list[tuple[str, str]]:
    """Outcome and public id of each row, as the person gets them; of one to be looked at, what is said of it."""
    text = b"".join(enclosed_files.disclosed(match.stored("csv"), disclose(match.key))).decode("utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    return [(row["比对结果"], row["企业编号"] or row["说明"]) for row in rows]


def _naive(path: Path, target: Path) -> list[tuple[str, str]]:
    """The peer: trimmed names, brackets of one width, looked up in a table of the members' names."""
    members = {
        _bracketed(name): public_id
        for public_id, name in Enterprise.objects.exclude(name_key="").values_list("public_id", "name")
    }
    table = pl.read_excel(path, engine="openpyxl", infer_schema_length=0)
    found = [
        ("在库", members[key]) if (key := _bracketed(name or "")) in members else ("不在库", "")
        for name in table["客户名称"]
    ]
    table.with_columns(比对结果=pl.Series([one for one, _id in found])).write_csv(target)
    return found


def _bracketed(name: str) -> str:
    return name.strip().replace("(", "（").replace(")", "）")


def _accuracy(made: list[Customer], found: list[tuple[str, str]], truth: Truth) -> dict[str, Any]:
    if len(made) != len(found):
        raise FailedError(f"{len(made)} rows went in, {len(found)} came back")
    members = right = asked = false = same = looks = 0
    names = _names()
    wrong: list[str] = []
    for one, (outcome, told) in zip(made, found, strict=True):
        own = truth.public_ids_of(one.firm)
        members += bool(own)
        looks += outcome == "待核对"
        if outcome == "在库":
            right += told in own
            if told not in own:
                false += 1
                same += name_key(one.name) in names[told]
                wrong.append(f"{one.name}|{one.code}|{told}")
        elif outcome == "待核对":
            asked += any(public_id in told for public_id in own)
    for line in wrong[: _number("SHOW", 0)]:
        print(line, file=sys.stderr)
    return {
        "customers_in": members,
        "found": right / members,
        "asked": asked / members,
        "false_in": false,
        "false_in_of_that_very_name": same,
        "looks": looks,
    }


def _names() -> dict[str, set[str]]:
    """Public id → the keys of all names that are told of it."""
    names = {public_id: {key} for public_id, key in Enterprise.objects.values_list("public_id", "name_key")}
    for public_id, key in FormerName.objects.values_list("enterprise__public_id", "name_key"):
        names[public_id].add(key)
    return names


def _floor(made: list[Customer]) -> float:
    """The resolver's decide over the same rows alone, as lines of one list each."""
    blank = {name: "" if kind == pl.String else 0 for name, kind in SCHEMA.items()}
    rows = [
        {**blank, "entry": at, "listed": at, "place": "home", "role": "grant", "district_id": None,
         "name": name_key(one.name), "code": one.code if uscc_check_passes(one.code) else ""}
        for at, one in enumerate(made)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=SCHEMA)
    known = places()
    began = time.perf_counter()
    decide(Evidence(frame, known), Words())
    return time.perf_counter() - began


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
