"""A pool of any size, made in the database: lists, entries, enterprises and decisions as imports and sweeps leave them.

Law: it follows from its size alone. Making it is not measured, so it goes the short way: set by set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from django.db import connection
from django.utils import timezone

from enterprises.models import Enterprise, ListResolution
from enterprises.public_ids import public_ids
from registry.copying import copy_frame
from registry.models import District, ImportEvent, ImportState, ListImport, NoticeKind, Programme

# Of programmes whose periods differ: three years from issue, calendar years, stated, open.
PROGRAMMES = ("HNTE", "SRDI", "INNO", "LG", "GZ", "IP_A")
_BATCHES = 10  # lists of each
_FIRST, _NEXT = date(2026, 3, 15), date(2026, 8, 20)
_ENDING = date(2026, 9, 15)  # when one batch in sixty ends
_ARRIVED = datetime(2026, 1, 1, tzinfo=UTC)
# How many lists name an enterprise, by its number: 16 of 6, 2.7 on average.
_LISTS = "(ARRAY[5, 4, 3, 2, 1, 1])[1 + mod(i, 6)]"
_NAME = "'郑州' || chr(19968 + mod(i, 5000)) || chr(19968 + mod(i / 5000, 5000)) || '科技有限公司'"

_GRANTED = f"""
    INSERT INTO registry_entry (
        list_import_id, row_number, published, name, name_key, former_name, former_key, uscc, number, district_text,
        district_id, batch, issued_on, problems, usable)
    SELECT (%(lists)s::bigint[])[1 + p * {_BATCHES} + mod(i / 6, {_BATCHES})], i, '{{}}', {_NAME}, {_NAME}, '', '',
           CASE WHEN mod(i, 5) < 2 THEN '91410100MA' || lpad(i::text, 8, '0') ELSE '' END,
           CASE WHEN p = 0 THEN 'GR202541' || lpad(i::text, 7, '0') ELSE '' END, '',
           (%(districts)s::bigint[])[1 + mod(i, %(places)s)], '',
           CASE WHEN p = 0 THEN date '2025-11-01' + mod(i, 60) END,
           '[]', true
    FROM generate_series(%(first)s::int, %(last)s) AS i
    CROSS JOIN LATERAL generate_series(0, {_LISTS} - 1) AS j
    CROSS JOIN LATERAL (SELECT mod(i + j, {len(PROGRAMMES)})) AS q (p)
"""
# Every so many enterprises are named again by a list that grants, renames or takes away.
_NAMED = """
    INSERT INTO registry_entry (
        list_import_id, row_number, published, name, name_key, former_name, former_key, uscc, number, district_text,
        batch, problems, usable)
    SELECT %(list)s, i, '{{}}', {name}, {name}, {former}, {former}, '', {number}, '', '', '[]', true
    FROM generate_series(%(every)s::int, %(last)s, %(every)s) AS i
"""
_DECIDED = """
    INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, decided_at)
    SELECT id, row_number, 'name', %(now)s FROM registry_entry WHERE list_import_id = ANY(%(lists)s) ORDER BY id
"""
_RENAMED = "'郑州新' || chr(19968 + mod(i, 5000)) || chr(19968 + mod(i / 5000, 5000)) || '科技有限公司'"


@dataclass(frozen=True)
class Filled:
    """How many enterprises and entries there are."""

    enterprises: int
    entries: int


def fill(enterprises: int) -> Filled:
    """The pool before the first edition: every enterprise on one to five of sixty lists."""
    _found(1, enterprises)
    lists = [
        _listed(f"first-{code}-{batch}", code, _FIRST, ends=_ENDING if batch == 0 else date(2028, 12, 31))
        for code in PROGRAMMES
        for batch in range(_BATCHES)
    ]
    _grant(lists, 1, enterprises)
    _analyse()
    return Filled(enterprises, _confirmed(lists))


def go_on(enterprises: int) -> Filled:
    """What a quarter brings: new enterprises and recognitions, changes of name, revocations; and some lists end."""
    more = enterprises // 25
    _found(enterprises + 1, enterprises + more)
    lists = [_listed(f"next-{code}-{batch}", code, _NEXT) for code in PROGRAMMES for batch in range(_BATCHES)]
    _grant(lists, enterprises + 1, enterprises + more)
    renewed = _named("SRDI", NoticeKind.RECOGNITION, enterprises, every=25)
    renames = _named("HNTE", NoticeKind.RENAME, enterprises, every=300, name=_RENAMED, former=_NAME)
    revoked = _named(
        "HNTE", NoticeKind.REVOCATION, enterprises, every=6 * 101, number="'GR202541' || lpad(i::text, 7, '0')"
    )
    entries = _confirmed([*lists, renewed, renames, revoked])
    _analyse()
    return Filled(more, entries)


def _found(first: int, last: int) -> None:
    numbers = np.arange(first, last + 1)
    for part in np.array_split(numbers, 1 + len(numbers) // 100_000):
        ids = public_ids(part)
        names = [f"郑州{chr(19968 + i % 5000)}{chr(19968 + i // 5000 % 5000)}科技有限公司" for i in part.tolist()]
        copy_frame(
            Enterprise._meta.db_table,
            pl.DataFrame({"id": part, "public_id": ids, "name": names, "name_key": names}).with_columns(
                in_scope=pl.lit("t"), created_at=pl.lit(_ARRIVED.isoformat())
            ),
        )


def _listed(name: str, code: str, day: date, kind: str = NoticeKind.RECOGNITION, ends: date | None = None) -> int:
    return ListImport.objects.create(
        reference=name, file=f"{name}.csv", file_name=f"{name}.csv", sha256=name, title=name, notice=kind,
        programme=Programme.objects.get(code=code), published_on=day, valid_to=ends, state=ImportState.STAGED,
        staged_at=_ARRIVED,
    ).pk  # fmt: skip


def _grant(lists: list[int], first: int, last: int) -> None:
    districts = list(District.objects.order_by("code").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _GRANTED,
            {"lists": lists, "districts": districts, "places": len(districts), "first": first, "last": last},
        )


def _named(
    code: str, kind: str, last: int, *, every: int, name: str = _NAME, former: str = "''", number: str = "''"
) -> int:
    listed = _listed(f"next-{kind}-{code}", code, _NEXT, kind)
    query = _NAMED.format(name=name, former=former, number=number)
    with connection.cursor() as cursor:
        cursor.execute(query, {"list": listed, "every": every, "last": last})
    return listed


def _confirmed(lists: Iterable[int]) -> int:
    """The lists count, and all their entries are decided."""
    known = list(lists)
    now = timezone.now() - timedelta(seconds=1)
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"lists": known, "now": now})
        entries: int = cursor.rowcount
    ListImport.objects.filter(pk__in=known).update(state=ImportState.CONFIRMED)
    ImportEvent.objects.bulk_create(
        ImportEvent(list_import_id=listed, state=ImportState.CONFIRMED, at=now) for listed in known
    )
    ListResolution.objects.bulk_create(
        ListResolution(list_import_id=listed, matched=0, created=0, queued=0, resolved_at=now) for listed in known
    )
    return entries


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
