"""What a nation's desks hold: enterprises, decisions, recognitions, a sealed edition, doubts, deliveries, receipts.

Law: it follows from its sizes alone, and is made set by set, in SQL. Laws on single rows rest meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from enterprises.models import Edition, PoolRebuild
from enterprises.pool_figures import count_pool
from pushes.models import Channel, Institution, Package, Profile
from registry import searching
from tests.bench import quarter_pool


@dataclass(frozen=True)
class Sizes:
    enterprises: int
    deliveries: int
    receipts: int


# Who each enterprise is, and what holds today.
_IDENTITIES = """
    UPDATE enterprises_enterprise e SET name = {name}, name_key = {name},
        district_id = (%(districts)s::bigint[])[1 + mod(e.id, %(places)s)],
        uscc = CASE WHEN mod(e.id, 5) < 2 THEN '91410100MA' || lpad(e.id::text, 8, '0') END,
        in_scope = mod(e.id, 97) <> 0
"""
_RECOGNISED = """
    INSERT INTO enterprises_recognition (enterprise_id, programme_id, number, batch, valid_from, valid_to, state,
        entry_id, ended_source, source, extends, counts)
    SELECT e.row_number, i.programme_id, e.number, '', i.published_on,
           %(today)s::date + mod(e.row_number * 7, 1100) - 200,
           CASE WHEN mod(e.row_number * 7, 1100) < 200 THEN 'expired' ELSE 'valid' END, e.id, '',
           i.reference || '#' || e.row_number, '', true
    FROM registry_entry e JOIN registry_listimport i ON i.id = e.list_import_id
"""
_MEMBERS = """
    INSERT INTO enterprises_poolmember (enterprise_id, programmes)
    SELECT r.enterprise_id, array_agg(DISTINCT p.code ORDER BY p.code)
    FROM enterprises_recognition r JOIN registry_programme p ON p.id = r.programme_id
    WHERE r.state = 'valid' AND mod(r.enterprise_id, 3) < 2 GROUP BY r.enterprise_id
"""
_EDITIONS = """
    INSERT INTO enterprises_edition (quarter, version, kind, as_of, known_by, state, digest, members, added, removed,
        changed, by_programme, cut_at, sealed_at, withdrawn_reason)
    SELECT (2016 + i / 4) || 'Q' || (1 + mod(i, 4)), 1, 'quarter', date '2016-03-31' + i * 91, %(now)s, 'draft',
           md5(i::text) || md5(i::text), 1000 * i, 10, 5, 7, '{}', %(now)s, NULL, ''
    FROM generate_series(0, 42) AS i
"""
_EDITION_MEMBERS = """
    INSERT INTO enterprises_editionmember (edition_id, enterprise_id, public_id, uscc, name, former_names, district,
        programmes, recognitions)
    SELECT (SELECT max(id) FROM enterprises_edition), e.id, e.public_id, coalesce(e.uscc, ''), e.name, '{}', '',
           m.programmes, '[]'
    FROM enterprises_poolmember m JOIN enterprises_enterprise e ON e.id = m.enterprise_id
"""
_CHANGES = """
    INSERT INTO enterprises_editionchange (edition_id, enterprise_id, public_id, kind, before, after, causes)
    SELECT edition_id, enterprise_id, public_id, 'added', NULL,
           json_build_object('id', public_id, 'name', name, 'recognitions', json_build_array()), '[]'
    FROM enterprises_editionmember WHERE mod(enterprise_id, 20) = 0
"""
_SEALED = "UPDATE enterprises_edition SET state = 'sealed', sealed_at = %(now)s"
# One row in fifty has a problem, one in two hundred is unusable.
_FAULTY = """
    UPDATE registry_entry SET usable = mod(id, 200) <> 0,
        problems = jsonb_build_array(jsonb_build_object('severity', 'warning', 'code',
            (ARRAY['branch', 'uscc_check', 'name_cleaned', 'district_unknown'])[1 + mod(id / 50, 4)]))
    WHERE mod(id, 50) = 0
"""
_DOUBTS = """
    INSERT INTO enterprises_reviewitem (entry_id, programme_id, cause, score, opened_at, closed_at)
    SELECT e.id, i.programme_id, (ARRAY['suffix_bare', 'near', 'code_conflict'])[1 + mod(e.id / 80, 3)],
           mod(e.id, 100) / 100.0, %(now)s, CASE WHEN mod(e.id, 160) = 0 THEN %(now)s END
    FROM registry_entry e JOIN registry_listimport i ON i.id = e.list_import_id WHERE mod(e.id, 80) = 0
"""
_FINDINGS = """
    INSERT INTO enterprises_finding (kind, enterprise_id, programme_id, entry_id)
    SELECT (ARRAY['ladder', 'no_end', 'two_numbers'])[1 + mod(id / 40, 3)], enterprise_id, programme_id, entry_id
    FROM enterprises_recognition WHERE mod(id, 40) = 0
"""
_WORDS = """
    INSERT INTO enterprises_judgement (entry_id, verdict, compared, judged_at, judged_by_id)
    SELECT entry_id, 'alone', '{}', %(now)s, %(user)s FROM enterprises_reviewitem WHERE closed_at IS NOT NULL
"""
_PAST = """
    INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, decided_at, superseded_at)
    SELECT entry_id, enterprise_id, 'new', %(now)s, %(now)s FROM enterprises_matchdecision WHERE mod(id, 50) = 0
"""
_DELIVERIES = """
    INSERT INTO pushes_delivery (id, edition_id, channel_id, profile_id, package_id, state, due_at, since, delivered_at)
    SELECT gen_random_uuid(), e.id, c.id, p.id, k.id,
           CASE WHEN mod(c.id + e.id, 50) = 0 THEN 'failed' ELSE 'delivered' END, %(now)s, %(now)s, %(now)s
    FROM enterprises_edition e CROSS JOIN pushes_channel c
    JOIN pushes_profile p ON p.institution_id = c.institution_id CROSS JOIN (SELECT min(id) AS id FROM pushes_package) k
"""
_ATTEMPTS = """
    INSERT INTO pushes_attempt (delivery_id, at, outcome, detail, sha256, "to", code, took_ms)
    SELECT id, %(now)s, CASE WHEN state = 'failed' THEN 'permanent' ELSE 'delivered' END, '', '', '', '', 5
    FROM pushes_delivery CROSS JOIN generate_series(1, 2)
"""
_RECEIPTS = """
    INSERT INTO pushes_receipt (number, kind, institution_id, delivery_id, user_id, key, at, sha256, rows)
    SELECT i, CASE WHEN mod(i, 100) = 0 THEN 'download' ELSE 'lookup' END, c.institution_id,
           CASE WHEN mod(i, 100) = 0 THEN d.id END, NULL, 'zk_bench', %(now)s::timestamptz - i * interval '1 minute',
           CASE WHEN mod(i, 100) = 0 THEN repeat('0', 64) ELSE '' END, 1
    FROM generate_series(1, %(receipts)s::int) AS i
    JOIN (SELECT id, channel_id, row_number() OVER (ORDER BY id) AS n FROM pushes_delivery) d
         ON d.n = 1 + mod(i, (SELECT count(*) FROM pushes_delivery))
    JOIN pushes_channel c ON c.id = d.channel_id
"""
_LETTERS = """
    INSERT INTO pushes_letter (about, kind, institution_id, subject, words, made_at, state, due_at, tries, addresses,
        failure, sent_at)
    SELECT 'bench/' || id, 'late', NULL, '提醒', '', %(now)s, 'sent', %(now)s, 1, '', '', %(now)s FROM pushes_delivery
"""
_OBJECTIONS = """
    INSERT INTO enterprises_objection (number, secret_digest, form, kind, name, code, says, contact_name,
        contact_phone, contact_mail, state, received_at, due_on, proposal, ended_at)
    SELECT 'YY-' || i, '', gen_random_uuid(), 'missing', '郑州申诉' || i || '科技有限公司', '', '', '', '1', '',
           CASE WHEN mod(i, 20) = 0 THEN 'received' ELSE 'rejected' END, %(now)s,
           %(today)s::date + mod(i, 30) - 10, '{}',
           CASE WHEN mod(i, 20) <> 0 THEN %(now)s::timestamptz END
    FROM generate_series(1, 5000) AS i
"""
_OF_POOL = (
    _RECOGNISED, _MEMBERS, _EDITIONS, _EDITION_MEMBERS, _CHANGES, _SEALED, _FAULTY, _DOUBTS, _FINDINGS, _WORDS, _PAST,
)  # fmt: skip
_OF_PUSHES = (_DELIVERIES, _ATTEMPTS, _RECEIPTS, _LETTERS, _OBJECTIONS)
_EDITIONS_MADE = 43


def fill(sizes: Sizes, user: User) -> int:
    """Make all of it; returns how many entries there are."""
    filled = quarter_pool.fill(sizes.enterprises)
    today = timezone.localdate()
    districts = list(_column("SELECT id FROM registry_district ORDER BY code"))
    words: dict[str, Any] = {
        "now": timezone.now() - timedelta(days=2), "today": today, "user": user.pk, "districts": districts,
        "places": len(districts), "receipts": sizes.receipts,
    }  # fmt: skip
    with _without_laws(), connection.cursor() as cursor:
        for statement in (_IDENTITIES.format(name=_name()), *_OF_POOL):
            cursor.execute(statement, words)
        _institutions(max(1, sizes.deliveries // _EDITIONS_MADE))
        for statement in _OF_PUSHES:
            cursor.execute(statement, words)
    searching.note_names(now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    members = next(iter(_column("SELECT count(*) FROM enterprises_poolmember")))
    PoolRebuild.objects.create(
        as_of=today, known_by=timezone.now(), members=members, recognitions=filled.entries,
        figures=count_pool(today), built_at=timezone.now(),
    )  # fmt: skip
    return filled.entries


def _institutions(count: int) -> None:
    """With a profile and a channel each; and a package, which deliveries name."""
    now = timezone.now()
    made = Institution.objects.bulk_create(
        Institution(
            code=f"bank-{number}", name=f"示范银行{number}", contract_number="HT-1", contract_purpose="融资",
            contract_until=date(2099, 12, 31),
        )
        for number in range(count)
    )  # fmt: skip
    Profile.objects.bulk_create(Profile(institution=one, formats=["csv"], agreed_at=now) for one in made)
    Channel.objects.bulk_create(Channel(institution=one) for one in made)
    nothing = dict.fromkeys(("size", "members", "added", "removed", "changed"), 0)
    Package.objects.create(edition=Edition.objects.order_by("pk")[0], profile_digest="-", built_at=now, **nothing)


def _name() -> str:
    return quarter_pool._NAME.replace("mod(i, 5000)", "mod(e.id, 5000)::int").replace(
        "mod(i / 5000, 5000)", "mod(e.id / 5000, 5000)::int"
    )


def _column(query: str) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for (value,) in cursor.fetchall():
            yield value


@contextmanager
def _without_laws() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")
