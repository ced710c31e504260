"""What a quarter's feedback comes to: enterprises lent to, balances, loans, by programme, district and institution.

Law: reads only; of members of the quarter's standing edition alone, each counted once in a cell, whatever the number of
institutions; by what was in force at `known_by`, so that the same moment gives the same figures for ever.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from enterprises.models import Edition
from financing.errors import NoFiguresYet
from pushes.models import Institution

ALL = ""  # the group of all members, and what a key says of a side that it does not divide by


class Key(NamedTuple):
    """Which cell: a group of programmes, and a district, a kind of institution or an institution's code."""

    group: str = ALL
    district: str = ALL
    kind: str = ALL
    institution: str = ALL


@dataclass(frozen=True)
class Cell:
    """What feedback says of some members. Amounts are in units of 10,000 yuan.

    An enterprise is lent to where an institution paid out to it in the quarter, or a balance stood at its end. Shares
    of first loans, renewals and credit loans are of enterprises that were paid out to in the quarter.
    """

    reported: int = 0  # members of whom an institution said something
    contacted: int = 0
    granted: int = 0  # with a credit line above nothing
    lent_to: int = 0
    with_balance: int = 0
    paid_out: int = 0
    first: int = 0
    renewed: int = 0
    on_credit: int = 0
    refused: int = 0
    credit_line: Decimal = Decimal(0)
    lent: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    institutions: int = 0  # that said something of one of them

    def share_of_paid_out(self, count: int) -> Decimal | None:
        """In percent of the enterprises that were paid out to: of `first`, `renewed` or `on_credit`."""
        return percent(count, self.paid_out)


@dataclass(frozen=True)
class QuarterFigures:
    """A quarter's figures. `members` has the denominators: by group and district, which institutions do not divide."""

    quarter: str
    edition: Edition
    known_by: datetime
    members: Mapping[Key, int]
    cells: Mapping[Key, Cell]

    @cached_property
    def shared(self) -> Mapping[tuple[str, str], Mapping[str, Cell]]:
        """Group and district → the cell of each institution that said something of it."""
        found: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
        for key, cell in self.cells.items():
            if key.institution:
                found[key.group, key.district][key.institution] = cell
        return found

    def cell(self, **sides: str) -> Cell:
        return self.cells.get(Key(**sides), Cell())

    def share(self, **sides: str) -> Decimal | None:
        """获贷率, in percent: members lent to, of all members of the group and district; None where there are none."""
        return percent(self.cell(**sides).lent_to, self.members_of(**sides))

    def members_of(self, **sides: str) -> int:
        """The denominator of a cell: an institution or a kind of them divides no members."""
        key = Key(**sides)
        return self.members.get(Key(group=key.group, district=key.district), 0)


# Groups are (code, programmes): a member counts in each of them whose programmes it holds one of; of an empty one, in
# any case. A group may join several programmes, in which each enterprise is still counted once.
_GROUPS = "SELECT * FROM jsonb_to_recordset(%(groups)s) AS g(code text, programmes text[])"
_MEMBERS = f"""
    SELECT g.code, coalesce(m.district, ''), grouping(m.district), count(*)
    FROM enterprises_editionmember m
    JOIN ({_GROUPS}) g ON g.programmes = '{{}}' OR m.programmes::text[] && g.programmes
    WHERE m.edition_id = %(edition)s
    GROUP BY GROUPING SETS ((g.code), (g.code, m.district))
"""  # noqa: S608 - its parts are constants
# Three steps, so that no cell has to sort its rows to count an enterprise once. `said`: what one institution, one kind
# of them, and all of them say of an enterprise; every row is another enterprise from here on. `part`: the rows added up
# by who holds the same programmes in the same district. Then the few parts are added up to the cells they belong to.
# The many rows are grouped by numbers: texts would cost most of the time.
_CELLS = f"""
    WITH grouped (code, programmes) AS ({_GROUPS}),
    member AS MATERIALIZED (
        SELECT enterprise_id, programmes, district,
               dense_rank() OVER (ORDER BY programmes COLLATE "C", district COLLATE "C")::int AS alike
        FROM enterprises_editionmember WHERE edition_id = %(edition)s
    ),
    holding AS (
        SELECT m.alike, m.district, g.code AS grp
        FROM (SELECT DISTINCT alike, programmes, district FROM member) m
        JOIN grouped g ON g.programmes = '{{}}' OR m.programmes::text[] && g.programmes
    ),
    kept AS (
        SELECT h.id, k.value::int AS kind
        FROM jsonb_each_text(%(kinds)s) k JOIN pushes_institution h ON h.code = k.key
    ),
    line AS (
        SELECT l.*, i.kind, i.id AS institution, lent > 0 AS is_lent
        FROM financing_feedback f
        JOIN financing_feedbackline l ON l.feedback_id = f.id
        JOIN kept i ON i.id = f.institution_id
        WHERE f.quarter = %(quarter)s AND f.in_force_at <= %(known_by)s
          AND (f.replaced_at IS NULL OR f.replaced_at > %(known_by)s)
    ),
    said AS (
        SELECT enterprise_id, kind, institution,
               bool_or(contacted) AS contacted, bool_or(credit_line > 0) AS granted,
               bool_or(is_lent) AS paid_out, bool_or(balance > 0) AS with_balance,
               bool_or(is_lent AND first_loan) AS first, bool_or(is_lent AND renewal) AS renewed,
               bool_or(is_lent AND credit_loan) AS on_credit, bool_or(answer = 'refused') AS refused,
               sum(credit_line) AS credit_line, sum(lent) AS lent, sum(balance) AS balance
        FROM line
        GROUP BY GROUPING SETS ((enterprise_id), (enterprise_id, kind), (enterprise_id, institution))
    ),
    part AS (
        SELECT m.alike, s.kind, s.institution,
               count(*) AS reported,
               count(*) FILTER (WHERE contacted) AS contacted,
               count(*) FILTER (WHERE granted) AS granted,
               count(*) FILTER (WHERE paid_out OR with_balance) AS lent_to,
               count(*) FILTER (WHERE with_balance) AS with_balance,
               count(*) FILTER (WHERE paid_out) AS paid_out,
               count(*) FILTER (WHERE first) AS first,
               count(*) FILTER (WHERE renewed) AS renewed,
               count(*) FILTER (WHERE on_credit) AS on_credit,
               count(*) FILTER (WHERE refused) AS refused,
               sum(credit_line) AS credit_line, sum(lent) AS lent, sum(balance) AS balance
        FROM said s JOIN member m ON m.enterprise_id = s.enterprise_id
        GROUP BY m.alike, s.kind, s.institution
    )
    SELECT grp, coalesce(district, ''), coalesce((%(names)s::text[])[kind], ''),
           coalesce((SELECT code FROM pushes_institution i WHERE i.id = institution), ''), grouping(district),
           sum(reported)::int, sum(contacted)::int, sum(granted)::int, sum(lent_to)::int, sum(with_balance)::int,
           sum(paid_out)::int, sum(first)::int, sum(renewed)::int, sum(on_credit)::int, sum(refused)::int,
           coalesce(sum(credit_line), 0), coalesce(sum(lent), 0), coalesce(sum(balance), 0)
    FROM part JOIN holding USING (alike)
    GROUP BY GROUPING SETS ((grp, kind, institution), (grp, district, kind, institution))
"""  # noqa: S608 - its parts are constants
NOWHERE = "-"  # the district of members whose list names none


def edition_of(quarter: str, *, known_by: datetime) -> Edition:
    """The quarter's edition that stood at that moment: what shares are of. Raises `NoFiguresYet`.

    An urgent notice holds all members but those it revokes, and is the later version: it stands in its edition's place.
    """
    found = edition_stood(quarter, known_by=known_by)
    if found is None:
        raise NoFiguresYet(quarter)
    return found


def edition_stood(quarter: str, *, known_by: datetime) -> Edition | None:
    standing = Edition.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_by), quarter=quarter, sealed_at__lte=known_by
    )
    return standing.order_by("-version").first()


def figures(
    quarter: str,
    *,
    groups: Mapping[str, Sequence[str]],
    known_by: datetime,
    kinds: Mapping[str, str] | None = None,
) -> QuarterFigures:
    """The quarter's figures for all members and for each group of programmes (its code → theirs).

    `kinds` are those of the institutions by code, where others than today's are meant. Raises `NoFiguresYet`.
    """
    edition = edition_of(quarter, known_by=known_by)
    kinds = dict(Institution.objects.values_list("code", "kind")) if kinds is None else kinds
    names = sorted(set(kinds.values()))
    asked: dict[str, Any] = {
        "edition": edition.pk, "quarter": quarter, "known_by": known_by,
        "groups": _as_json({ALL: [], **groups}), "names": names,
        "kinds": json.dumps({code: names.index(kind) + 1 for code, kind in kinds.items()}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, asked)
        members = {
            Key(group, ALL if undivided else district or NOWHERE): count
            for group, district, undivided, count in cursor.fetchall()
        }
        cursor.execute(_CELLS, asked)
        rows: dict[Key, list[Any]] = {
            Key(group, ALL if undivided else district or NOWHERE, kind, institution): numbers
            for group, district, kind, institution, undivided, *numbers in cursor.fetchall()
        }
    said = _institutions(rows, kinds)
    cells = {key: replace(Cell(*numbers), institutions=said[key]) for key, numbers in rows.items()}
    return QuarterFigures(quarter, edition, known_by, members, cells)


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """None where the whole is nothing."""
    return 100 * Decimal(part) / whole if whole else None


def _institutions(keys: Iterable[Key], kinds: Mapping[str, str]) -> Counter[Key]:
    """How many institutions are behind each cell: the cells that are theirs, counted up to their kinds and to all."""
    counted: Counter[Key] = Counter()
    for key in keys:
        if key.institution:
            everyone = key._replace(institution=ALL)
            counted.update((key, everyone, everyone._replace(kind=kinds[key.institution])))
    return counted


def _as_json(groups: Mapping[str, Sequence[str]]) -> str:
    return json.dumps([{"code": code, "programmes": list(programmes)} for code, programmes in groups.items()])
