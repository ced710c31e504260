"""What a quarter's feedback comes to: enterprises lent to, balances, loans, by programme, district and institution.

Law: reads only; of members of the quarter's standing edition alone, each counted once in a cell, whatever the number of
institutions; by what was in force at `known_by`, so that the same moment gives the same figures for ever.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from enterprises.models import Edition
from financing.errors import NoFiguresYet

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
    institutions: int = 0


@dataclass(frozen=True)
class QuarterFigures:
    """A quarter's figures. `members` has the denominators: by group and district, which institutions do not divide."""

    quarter: str
    edition: Edition
    known_by: datetime
    members: Mapping[Key, int]
    cells: Mapping[Key, Cell]

    def cell(self, **sides: str) -> Cell:
        return self.cells.get(Key(**sides), Cell())

    def share(self, **sides: str) -> Decimal | None:
        """获贷率, in percent: members lent to, of all members of the group and district; None where there are none."""
        key = Key(**sides)
        members = self.members.get(Key(group=key.group, district=key.district), 0)
        return 100 * Decimal(self.cell(**sides).lent_to) / members if members else None


# Groups are (code, programmes): a member counts in each of them whose programmes it holds one of; of an empty one, in
# any case. A group may join several programmes, in which each enterprise is still counted once.
_GROUPS = """
    grouped (code, programmes) AS (SELECT * FROM jsonb_to_recordset(%(groups)s) AS g(code text, programmes text[])),
    member AS (
        SELECT m.enterprise_id, m.district, g.code AS grp
        FROM enterprises_editionmember m
        JOIN grouped g ON g.programmes = '{}' OR m.programmes::text[] && g.programmes
        WHERE m.edition_id = %(edition)s
    )
"""
_MEMBERS = f"""
    WITH {_GROUPS}
    SELECT grp, coalesce(district, ''), grouping(district), count(*)
    FROM member GROUP BY GROUPING SETS ((grp), (grp, district))
"""  # noqa: S608 - its parts are constants
_CELLS = f"""
    WITH {_GROUPS},
    line AS (
        SELECT l.*, i.kind, i.code AS institution
        FROM financing_feedback f
        JOIN financing_feedbackline l ON l.feedback_id = f.id
        JOIN pushes_institution i ON i.id = f.institution_id
        WHERE f.quarter = %(quarter)s AND f.in_force_at <= %(known_by)s
          AND (f.replaced_at IS NULL OR f.replaced_at > %(known_by)s)
    ), said AS (
        SELECT m.grp, m.district, l.* FROM line l JOIN member m ON m.enterprise_id = l.enterprise_id
    )
    SELECT grp, coalesce(district, ''), coalesce(kind, ''), coalesce(institution, ''), grouping(district),
           count(DISTINCT enterprise_id),
           count(DISTINCT enterprise_id) FILTER (WHERE contacted),
           count(DISTINCT enterprise_id) FILTER (WHERE credit_line > 0),
           count(DISTINCT enterprise_id) FILTER (WHERE lent > 0 OR balance > 0),
           count(DISTINCT enterprise_id) FILTER (WHERE balance > 0),
           count(DISTINCT enterprise_id) FILTER (WHERE lent > 0),
           count(DISTINCT enterprise_id) FILTER (WHERE lent > 0 AND first_loan),
           count(DISTINCT enterprise_id) FILTER (WHERE lent > 0 AND renewal),
           count(DISTINCT enterprise_id) FILTER (WHERE lent > 0 AND credit_loan),
           count(DISTINCT enterprise_id) FILTER (WHERE answer = 'refused'),
           coalesce(sum(credit_line), 0), coalesce(sum(lent), 0), coalesce(sum(balance), 0),
           count(DISTINCT institution)
    FROM said
    GROUP BY GROUPING SETS (
        (grp), (grp, district), (grp, kind), (grp, institution), (grp, district, kind), (grp, district, institution)
    )
"""  # noqa: S608 - its parts are constants
NOWHERE = "-"  # the district of members whose list names none


def edition_of(quarter: str, *, known_by: datetime) -> Edition:
    """The quarter's edition that stood at that moment: what shares are of. Raises `NoFiguresYet`."""
    standing = Edition.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_by), quarter=quarter, sealed_at__lte=known_by
    )
    found = standing.order_by("-version").first()
    if found is None:
        raise NoFiguresYet(quarter)
    return found


def figures(quarter: str, *, groups: Mapping[str, Sequence[str]], known_by: datetime) -> QuarterFigures:
    """The quarter's figures for all members and for each group of programmes (its code → theirs).

    Raises `NoFiguresYet`.
    """
    edition = edition_of(quarter, known_by=known_by)
    asked: dict[str, Any] = {
        "edition": edition.pk, "quarter": quarter, "known_by": known_by,
        "groups": _as_json({ALL: [], **groups}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, asked)
        members = {
            Key(group, ALL if undivided else district or NOWHERE): count
            for group, district, undivided, count in cursor.fetchall()
        }
        cursor.execute(_CELLS, asked)
        cells = {
            Key(group, ALL if undivided else district or NOWHERE, kind, institution): Cell(*numbers)
            for group, district, kind, institution, undivided, *numbers in cursor.fetchall()
        }
    return QuarterFigures(quarter, edition, known_by, members, cells)


def _as_json(groups: Mapping[str, Sequence[str]]) -> str:
    return json.dumps([{"code": code, "programmes": list(programmes)} for code, programmes in groups.items()])
