"""Between quarters: an urgent notice of revocations, a small edition that follows on the last one.

Law: it is the last edition without what was revoked since, its annex too; nothing enters by it, and nothing else
changes: it is as of the last edition's day, as all that it repeats. What was revoked of a named list alone is no urgent
matter: it never counted.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.timezone import localdate

from enterprises import annexing, editions, errors, locks, moving, pooling
from enterprises.models import Edition, EditionKind, EditionState

# The base names a line as it stood then; it may have been corrected since, or its correction withdrawn. What is revoked
# is therefore named in every way.
_REVOKED = """
    WITH line AS (
        SELECT coalesce(c.corrects_id, e.id) AS id
        FROM derived_recognition r
        JOIN registry_entry e ON e.id = r.entry_id
        LEFT JOIN registry_linecorrection c ON c.list_import_id = e.list_import_id AND c.row_number = e.row_number
        WHERE r.state = 'revoked'
    ), revoked AS (
        SELECT i.reference || '#' || e.row_number || CASE WHEN e.block > 1 THEN '-' || e.block ELSE '' END AS source
        FROM line JOIN registry_entry e ON e.id = line.id JOIN registry_listimport i ON i.id = e.list_import_id
        UNION
        SELECT i.reference || '#' || c.row_number
        FROM line
        JOIN registry_linecorrection c ON c.corrects_id = line.id
        JOIN registry_listimport i ON i.id = c.list_import_id
    )
"""
_INSERT_MEMBERS = f"""
    {_REVOKED}
    INSERT INTO enterprises_editionmember (
        edition_id, enterprise_id, public_id, uscc, name, former_names, district, programmes, recognitions)
    SELECT %(edition)s, m.enterprise_id, m.public_id, m.uscc, m.name, m.former_names, m.district, k.programmes, k.kept
    FROM enterprises_editionmember m, LATERAL (
        SELECT ('[' || string_agg(one::text, ',' ORDER BY place) || ']')::json AS kept,
               array_agg(DISTINCT one ->> 'programme') AS programmes
        FROM json_array_elements(m.recognitions) WITH ORDINALITY AS x (one, place)
        WHERE one ->> 'source' NOT IN (SELECT source FROM revoked)) k
    WHERE m.edition_id = %(base)s AND k.kept IS NOT NULL
"""  # noqa: S608 - its parts are constants
_INSERT_ANNEX = f"""
    {_REVOKED}
    INSERT INTO enterprises_editionannex (edition_id, enterprise_id, public_id, kind, programme, payload)
    SELECT %(edition)s, a.enterprise_id, a.public_id, a.kind, a.programme, k.kept
    FROM enterprises_editionannex a
    JOIN enterprises_editionmember m ON m.edition_id = %(edition)s AND m.public_id = a.public_id,
    LATERAL (
        SELECT ('[' || string_agg(one::text, ',' ORDER BY place) || ']')::json AS kept
        FROM json_array_elements(a.payload) WITH ORDINALITY AS x (one, place)
        WHERE one ->> 'source' NOT IN (SELECT source FROM revoked)) k
    WHERE a.edition_id = %(base)s AND k.kept IS NOT NULL
"""  # noqa: S608 - its parts are constants


def cut_urgent(*, now: datetime, by: User | None = None) -> Edition:
    """A draft of the last standing edition without the recognitions that are revoked by now.

    It takes the place of an urgent draft before it, and is sealed as any edition is. Raises `UrgentNoticesOff`,
    `NothingUrgent`, `NotResolved`, `NoRule`, `NotProved`.
    """
    if not settings.URGENT_NOTICES:
        raise errors.UrgentNoticesOff
    with transaction.atomic():
        locks.hold(locks.EDITIONS)
        base = editions.previous_of("", EditionKind.URGENT)
        if base is None:
            raise errors.NothingUrgent
        Edition.objects.filter(kind=EditionKind.URGENT, state=EditionState.DRAFT).delete()
        seen = moving.so_far(now)
        editions.refuse_unresolved()
        pooling.derive(as_of=localdate(now), known_by=now)
        edition = editions.begin(
            EditionKind.URGENT, base.quarter, as_of=base.as_of, previous=base, seen=seen, now=now, by=by
        )
        with connection.cursor() as cursor:
            for statement in (_INSERT_MEMBERS, _INSERT_ANNEX):
                cursor.execute(statement, {"edition": edition.pk, "base": base.pk})
        annexing.close(edition)
        editions.complete(edition, now=now)
        if not edition.removed + edition.changed:
            raise errors.NothingUrgent
        return edition
