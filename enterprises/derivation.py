"""The sets by which identities, recognitions and members are derived, in SQL.

Law: set-based and deterministic: the same entries, decisions and rules give the same rows, in whatever order they came.
Each tuple is run in order with `as_of` (a date), `known_by` (a moment) and `only` (enterprise ids or NULL), which are
cast wherever they are looked among: only where both sides are of one type are they hashed, else all are read for each
row.
"""

# What was confirmed, decided and in force at `known_by`, whatever the day: first the lists, and what corrects lines.
KNOWN_LISTS = (
    "DROP TABLE IF EXISTS known_list, known_correction, known_entry, known_change",
    """
    CREATE TEMPORARY TABLE known_list ON COMMIT DROP AS
    SELECT i.id, i.reference, i.programme_id, p.code, p.kind, i.notice, i.published_on,
           i.valid_from, i.valid_to, i.batch, i.title, i.is_full, i.province_wide, r.period, r.years, r.grace_months,
           r.grace_month, r.grace_day, (r.id IS NULL) AS ruleless,
           EXISTS (SELECT FROM registry_linecorrection c WHERE c.list_import_id = i.id) AS corrects,
           -- The later list is the higher; of one day, that which changes names.
           row_number() OVER (ORDER BY i.published_on, (i.notice = 'rename'), i.reference COLLATE "C") AS place
    FROM registry_listimport i
    -- What is not resolved is not known: a full list without its matches would seem to name nobody.
    JOIN enterprises_listresolution z ON z.list_import_id = i.id AND z.resolved_at <= %(known_by)s
    JOIN registry_programme p ON p.id = i.programme_id
    LEFT JOIN registry_programmerule r ON r.programme_id = p.id AND i.published_on >= r.effective_from
         AND (r.effective_to IS NULL OR i.published_on < r.effective_to)
         AND r.recorded_at <= %(known_by)s AND (r.superseded_at IS NULL OR r.superseded_at > %(known_by)s)
    WHERE 'confirmed' = (
        SELECT e.state FROM registry_importevent e
        WHERE e.list_import_id = i.id AND e.at <= %(known_by)s ORDER BY e.id DESC LIMIT 1)
    """,
    # Without an index, a look for a few enterprises would have to read these two as a whole: the planner takes that for
    # so dear then (`planning.by_index`) that it would read all entries as well.
    "CREATE UNIQUE INDEX ON known_list (id)",
    "ANALYZE known_list (id, programme_id, kind, notice)",
    # A line reads as its latest correction says. It stays where it is: of its list, of that one's day, in its order.
    """
    CREATE TEMPORARY TABLE known_correction ON COMMIT DROP AS
    SELECT DISTINCT ON (c.corrects_id) c.corrects_id AS line_id, e.id AS entry_id,
           l.reference || '#' || e.row_number AS source
    FROM known_list l
    JOIN registry_linecorrection c ON c.list_import_id = l.id AND c.corrects_id IS NOT NULL
    JOIN registry_entry e ON e.list_import_id = l.id AND e.row_number = c.row_number AND e.usable
    ORDER BY c.corrects_id, c.id DESC
    """,
    "CREATE UNIQUE INDEX ON known_correction (line_id)",
    "ANALYZE known_correction",
)
KNOWN = (
    """
    CREATE TEMPORARY TABLE known_entry ON COMMIT DROP AS
    SELECT coalesce(r.id, e.id) AS id, d.enterprise_id, l.id AS list_id,
           -- List, row and block in one number: the latest line is the greatest. What lies above bit 52 is free.
           (l.place << 32) | (e.row_number::bigint << 8) | e.block AS place,
           coalesce(
               x.source,
               l.reference || '#' || e.row_number || CASE WHEN e.block > 1 THEN '-' || e.block ELSE '' END) AS source,
           l.notice, l.kind = 'recognition' AS recognises,
           l.published_on, l.province_wide, coalesce(r.name_key, e.name_key) AS name_key,
           -- Nearly every name is written as its key is: it is not carried twice.
           nullif(coalesce(r.name, e.name), coalesce(r.name_key, e.name_key)) AS name,
           coalesce(r.former_name, e.former_name) AS former_name, coalesce(r.former_key, e.former_key) AS former_key,
           coalesce(r.uscc, e.uscc) AS uscc, coalesce(r.number, e.number) AS number,
           CASE WHEN r.id IS NULL THEN e.district_id ELSE r.district_id END AS district_id,
           coalesce(r.district_text, e.district_text) <> '' AS names_district,
           coalesce(nullif(coalesce(r.batch, e.batch), ''), l.batch) AS batch,
           CASE WHEN r.id IS NULL THEN e.issued_on ELSE r.issued_on END AS issued_on,
           coalesce(CASE WHEN r.id IS NULL THEN e.valid_from ELSE r.valid_from END, l.valid_from) AS stated_from,
           coalesce(CASE WHEN r.id IS NULL THEN e.valid_to ELSE r.valid_to END, l.valid_to) AS stated_to,
           CASE WHEN r.id IS NULL THEN e.revoked_from_year ELSE r.revoked_from_year END AS revoked_from_year,
           d.rule = 'person' AS by_person, d.slipped
    FROM known_list l
    JOIN registry_entry e ON e.list_import_id = l.id
    JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.decided_at <= %(known_by)s
         AND (d.superseded_at IS NULL OR d.superseded_at > %(known_by)s)
    LEFT JOIN known_correction x ON x.line_id = e.id
    LEFT JOIN registry_entry r ON r.id = x.entry_id
    WHERE (%(only)s::bigint[] IS NULL OR d.enterprise_id = ANY(%(only)s::bigint[]))
      AND (e.usable OR r.id IS NOT NULL)
      AND NOT (l.corrects AND EXISTS (
          SELECT FROM registry_linecorrection c WHERE c.list_import_id = e.list_import_id
          AND c.row_number = e.row_number AND c.corrects_id IS NOT NULL))
    """,
    "ANALYZE known_entry (id, enterprise_id, list_id, place, notice, source, name, name_key, uscc, district_id)",
    # The few lines that grant nothing and change something: whoever asks of them need not go through all.
    """
    CREATE TEMPORARY TABLE known_change ON COMMIT DROP AS
    SELECT k.id, k.enterprise_id, l.programme_id, k.place, k.source, k.notice, k.published_on, k.name_key,
           k.former_name, k.former_key, k.number, k.stated_from, k.revoked_from_year, k.by_person
    FROM known_entry k JOIN known_list l ON l.id = k.list_id
    WHERE k.notice IN ('rename', 'revocation', 'move_out')
    """,
    "CREATE INDEX ON known_change (enterprise_id, programme_id)",
    "ANALYZE known_change",
)

WITHOUT_RULE = "SELECT code, title, published_on FROM known_list WHERE ruleless ORDER BY published_on LIMIT 1"

# Published values by survivorship: a change of name rules out the name it ended; then the latest line wins. What is
# preferred stands in the bits above a line's place, so that the best line of an enterprise is simply the greatest.
_PLACE = "((1::bigint << 52) - 1)"
IDENTITIES = (
    "DROP TABLE IF EXISTS derived_former, derived_identity, told_name, best_line, best_value, contested_code, "
    "owned_code",
    """
    CREATE TEMPORARY TABLE derived_former ON COMMIT DROP AS
    SELECT DISTINCT ON (enterprise_id, former_key)
           enterprise_id, former_key AS name_key, former_name AS name, published_on AS until, id AS entry_id
    FROM known_change
    WHERE notice = 'rename' AND former_key <> '' AND former_key <> name_key AND published_on <= %(as_of)s
    ORDER BY enterprise_id, former_key, published_on DESC, place DESC
    """,
    "ANALYZE derived_former",
    """
    CREATE TEMPORARY TABLE told_name ON COMMIT DROP AS
    SELECT k.enterprise_id,
           -- A name that was given up comes last, unless a later change of name took it up again.
           -- One that is miswritten serves where there is no other.
           max(CASE WHEN k.name_key <> '' THEN
               ((NOT k.slipped)::int::bigint << 55)
               | ((f.until IS NULL OR (k.notice = 'rename' AND k.published_on > f.until))::int::bigint << 54)
               | ((k.notice <> 'publicity')::int::bigint << 53)
               | ((k.published_on <= %(as_of)s)::int::bigint << 52) | k.place END) AS name,
           -- A name keeps the spelling it came with: another kind of bracket in a later list is no change of name.
           min(((k.notice <> 'rename')::int::bigint << 52) | k.place) AS spelling,
           max(CASE WHEN k.uscc <> '' THEN
               ((k.notice <> 'publicity')::int::bigint << 52) | k.place END) AS code,
           max(CASE WHEN d.id IS NOT NULL THEN
               ((d.code <> '410100')::int::bigint << 53)
               | ((k.published_on <= %(as_of)s)::int::bigint << 52) | k.place END) AS district,
           -- A row that names a district speaks of where the firm is; one that names none only repeats what its list is
           -- about. So does a notice that somebody moved away; but not before its day. Named lists and points bring
           -- nobody into the pool and nobody out: they tell where a firm is when no other row does. The answer is the
           -- lowest bit.
           max(CASE WHEN k.notice <> 'move_out' OR k.published_on <= %(as_of)s THEN
               (k.recognises::int::bigint << 55)
               | ((k.notice IN ('move_in', 'move_out') OR k.district_id IS NOT NULL
                 OR (k.province_wide AND k.names_district))::int::bigint << 54)
               | ((k.published_on <= %(as_of)s)::int::bigint << 53) | (k.place << 1)
               | (k.notice = 'move_in' OR (k.notice <> 'move_out'
                  AND (k.district_id IS NOT NULL OR NOT k.province_wide)))::int END) AS scope
    FROM known_entry k
    LEFT JOIN derived_former f ON f.enterprise_id = k.enterprise_id AND f.name_key = k.name_key
    LEFT JOIN registry_district d ON d.id = k.district_id
    GROUP BY k.enterprise_id, k.name_key
    """,
    "ANALYZE told_name (enterprise_id)",
    f"""
    CREATE TEMPORARY TABLE best_line ON COMMIT DROP AS
    SELECT enterprise_id, (max(ARRAY[name, spelling]) FILTER (WHERE name IS NOT NULL))[2] & {_PLACE} AS spelling,
           max(code) & {_PLACE} AS code, max(district) & {_PLACE} AS district, max(scope) & 1 = 1 AS in_scope
    FROM told_name
    GROUP BY enterprise_id
    """,  # noqa: S608 - its parts are constants
    "ANALYZE best_line",
    # Each step is a table that the planner knows: what it would guess of them grows wrong with their size.
    """
    CREATE TEMPORARY TABLE best_value ON COMMIT DROP AS
    SELECT b.enterprise_id, b.spelling, c.uscc, c.source AS code_source, d.district_id, d.source AS district_source,
           b.in_scope
    FROM best_line b
    LEFT JOIN known_entry c ON c.place = b.code
    LEFT JOIN known_entry d ON d.place = b.district
    WHERE b.in_scope IS NOT NULL AND b.spelling IS NOT NULL
    """,
    "ANALYZE best_value (enterprise_id, spelling, uscc, code_source, district_source)",
    # One code, one enterprise: whose more lines state it, and of as many the first.
    """
    CREATE TEMPORARY TABLE contested_code ON COMMIT DROP AS
    WITH contested AS (
        SELECT uscc FROM best_value WHERE uscc IS NOT NULL GROUP BY uscc HAVING count(*) > 1
    )
    SELECT DISTINCT ON (b.uscc) b.uscc, b.enterprise_id AS owner
    FROM contested JOIN best_value b USING (uscc)
    JOIN known_entry k ON k.enterprise_id = b.enterprise_id AND k.uscc = b.uscc
    GROUP BY b.uscc, b.enterprise_id
    ORDER BY b.uscc, count(*) DESC, min(k.place)
    """,
    "ANALYZE contested_code",
    """
    CREATE TEMPORARY TABLE owned_code ON COMMIT DROP AS
    SELECT b.enterprise_id, b.uscc, b.code_source
    FROM best_value b LEFT JOIN contested_code c USING (uscc)
    WHERE b.uscc IS NOT NULL AND (c.owner IS NULL OR c.owner = b.enterprise_id)
          -- Where only some are looked at, others keep the code that they have. Each is looked up (OFFSET), for a join
          -- would read all enterprises.
          AND (%(only)s::bigint[] IS NULL OR NOT EXISTS (
              SELECT 1 FROM enterprises_enterprise e
              WHERE e.uscc = b.uscc AND e.id <> ALL(%(only)s::bigint[]) OFFSET 0))
    """,
    "ANALYZE owned_code (enterprise_id, uscc, code_source)",
    """
    CREATE TEMPORARY TABLE derived_identity ON COMMIT DROP AS
    SELECT b.enterprise_id, coalesce(k.name, k.name_key) AS name, k.name_key, k.source AS name_source, o.uscc,
           o.code_source, b.district_id, b.district_source, b.in_scope
    FROM best_value b
    JOIN known_entry k ON k.place = b.spelling
    LEFT JOIN owned_code o ON o.enterprise_id = b.enterprise_id
    """,
    "DROP TABLE told_name, best_line, best_value, contested_code, owned_code",
    "CREATE UNIQUE INDEX ON derived_identity (enterprise_id)",
    "ANALYZE derived_identity (enterprise_id, name, name_key, uscc)",
)

# An enterprise that no known entry names keeps its row and its name to show, but nothing to be found by.
REFRESH_IDENTITIES = (
    """
    CREATE TEMPORARY TABLE stale_identity ON COMMIT DROP AS
    SELECT e.id, coalesce(i.name, e.name) AS name, coalesce(i.name_key, '') AS name_key, i.uscc, i.district_id,
           coalesce(i.in_scope, false) AS in_scope
    FROM enterprises_enterprise e LEFT JOIN derived_identity i ON i.enterprise_id = e.id
    WHERE (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s::bigint[]))
      AND (e.name, e.name_key, e.uscc, e.district_id, e.in_scope) IS DISTINCT FROM
          (coalesce(i.name, e.name), coalesce(i.name_key, ''), i.uscc, i.district_id, coalesce(i.in_scope, false))
    """,
    "ANALYZE stale_identity (id, uscc)",
    # Codes may wander from one enterprise to another: those that do are let go before any is given.
    """
    UPDATE enterprises_enterprise e SET uscc = NULL
    FROM stale_identity s WHERE s.id = e.id AND e.uscc IS DISTINCT FROM s.uscc AND e.uscc IS NOT NULL
      AND EXISTS (SELECT FROM stale_identity o WHERE o.uscc = e.uscc AND o.id <> e.id)
    """,
    """
    UPDATE enterprises_enterprise e
    SET name = s.name, name_key = s.name_key, uscc = s.uscc, district_id = s.district_id, in_scope = s.in_scope
    FROM stale_identity s WHERE s.id = e.id
    """,
    """
    DELETE FROM enterprises_formername f
    WHERE (%(only)s::bigint[] IS NULL OR f.enterprise_id = ANY(%(only)s::bigint[]))
      AND NOT EXISTS (SELECT 1 FROM derived_former d WHERE d.enterprise_id = f.enterprise_id
                      AND d.name_key = f.name_key AND d.until = f.until AND d.entry_id = f.entry_id)
    """,
    """
    INSERT INTO enterprises_formername (enterprise_id, name, name_key, until, entry_id)
    SELECT d.enterprise_id, d.name, d.name_key, d.until, d.entry_id
    FROM derived_former d JOIN derived_identity i ON i.enterprise_id = d.enterprise_id AND i.name_key <> d.name_key
    ON CONFLICT (enterprise_id, name_key) DO NOTHING
    """,
    "DROP TABLE stale_identity",
)

# What each line that grants something grants, by its notice or the programme's rule. No day lies beyond the calendar of
# those who read it: from the year 9000 on, a day means that there is no end.
_LAST_DAY = "DATE '9999-12-31'"
# No number is of a year to come.
_NUMBER_YEAR = (
    "least(CASE WHEN {0}.number ~ '^20[0-9][0-9]' THEN left({0}.number, 4)::int END, "
    "extract(year FROM {0}.published_on)::int)"
)
GRANTS = (
    "DROP TABLE IF EXISTS derived_grant, full_list, left_out",
    f"""
    CREATE TEMPORARY TABLE derived_grant ON COMMIT DROP AS
    WITH granted AS (
        SELECT k.id AS entry_id, k.enterprise_id, l.programme_id, l.code, l.notice, k.number, k.batch,
               k.source, k.published_on, k.stated_to, l.period, l.years, l.grace_months, l.grace_month, l.grace_day,
               l.notice = 'recheck' AND k.stated_from IS NULL AND k.stated_to IS NULL
                   AND l.period IN ('years_from_issue', 'calendar_years') AS follows,
               coalesce(k.stated_from, CASE l.period
                   -- A missing date of issue: a certificate's number (GR2023…) bears its year.
                   WHEN 'years_from_issue' THEN coalesce(k.issued_on, least(k.published_on, make_date(
                       substring(k.number FROM '^[A-Z][A-Z](20[0-9][0-9])')::int, 12, 31)))
                   WHEN 'calendar_years' THEN date_trunc('year', k.published_on)::date
                   ELSE k.published_on END) AS begins
        FROM known_entry k JOIN known_list l ON l.id = k.list_id
        -- Points are told by year and grant nothing: see `scoring`.
        WHERE l.notice IN ('publicity', 'recognition', 'recheck', 'supplement', 'move_in') AND l.kind <> 'points'
    )
    SELECT g.entry_id, g.enterprise_id, g.programme_id, g.code, g.notice, g.number, g.batch, g.source,
           g.published_on, g.period, g.years, g.grace_months, g.grace_month, g.grace_day, g.follows,
           ''::text AS extends, least(g.begins, t.ends) AS valid_from, t.ends AS valid_to
    FROM granted g
    CROSS JOIN LATERAL (SELECT coalesce(g.stated_to, CASE g.period
        WHEN 'years_from_issue' THEN least((g.begins + make_interval(years => g.years))::date - 1, {_LAST_DAY})
        WHEN 'calendar_years' THEN least(make_date(extract(year FROM g.begins)::int + g.years - 1, 12, 31), {_LAST_DAY})
        WHEN 'number_year' THEN make_date({_NUMBER_YEAR.format("g")}, 12, 31)
    END) AS ends) t
    """,  # noqa: S608 - its parts are constants
    # Full lists of one programme and day are one: a notice has an annex of new firms, and one of whom passed again.
    """
    CREATE TEMPORARY TABLE full_list ON COMMIT DROP AS
    SELECT id, programme_id, published_on, min(reference COLLATE "C") OVER a_day AS reference,
           dense_rank() OVER (PARTITION BY programme_id ORDER BY published_on) AS place
    FROM known_list WHERE is_full AND notice IN ('recognition', 'recheck')
    WINDOW a_day AS (PARTITION BY programme_id, published_on)
    """,
    # Most often there are none: then the planner has to know it.
    "ANALYZE full_list",
    # The first full list after a grant that leaves its holder out. Of the days on which a holder is listed, those that
    # follow one another are one stay: who is on the first list after a grant is left out by the one after that stay.
    """
    CREATE TEMPORARY TABLE left_out ON COMMIT DROP AS
    WITH a_day AS (
        SELECT DISTINCT programme_id, place, published_on, reference FROM full_list
    ), following AS (
        SELECT programme_id, place, published_on,
               lag(published_on, 1, '-infinity') OVER (PARTITION BY programme_id ORDER BY place) AS since
        FROM a_day
    ), listed AS (
        SELECT k.enterprise_id, f.programme_id, f.place FROM full_list f JOIN known_entry k ON k.list_id = f.id
        UNION
        -- Whoever might be one of the full list's doubtful rows is not taken for missing on it.
        SELECT x.enterprise_id, f.programme_id, f.place
        FROM enterprises_dispute x
        CROSS JOIN LATERAL (SELECT list_import_id FROM registry_entry WHERE id = x.entry_id OFFSET 0) e
        JOIN full_list f ON f.id = e.list_import_id
        WHERE x.since <= %(known_by)s AND (x.until IS NULL OR x.until > %(known_by)s)
    ), stay AS (
        SELECT enterprise_id, programme_id, place,
               max(place) OVER (PARTITION BY enterprise_id, programme_id, begun) AS last
        FROM (SELECT l.*, place - row_number() OVER (PARTITION BY enterprise_id, programme_id ORDER BY place) AS begun
              FROM listed l) AS numbered
    )
    SELECT g.entry_id, a.published_on, a.reference
    FROM derived_grant g
    JOIN following f ON f.programme_id = g.programme_id
         AND g.published_on >= f.since AND g.published_on < f.published_on
    LEFT JOIN stay s ON s.enterprise_id = g.enterprise_id AND s.programme_id = g.programme_id AND s.place = f.place
    JOIN a_day a ON a.programme_id = g.programme_id AND a.place = coalesce(s.last + 1, f.place)
    """,
    "DROP TABLE full_list",
    "ANALYZE left_out (entry_id)",
    # A re-check extends the grant before it that reaches furthest: without dates of its own, from the day after that
    # one's end, where that is still to come on the day of the re-check. Across a full list that left the holder out it
    # extends nothing.
    f"""
    CREATE TEMPORARY TABLE derived_extension ON COMMIT DROP AS
    WITH RECURSIVE numbered AS (
        SELECT g.entry_id, g.enterprise_id, g.programme_id, g.notice, g.source, g.published_on, g.follows, g.period,
               g.years, g.valid_from, g.valid_to, coalesce(o.published_on, 'infinity') AS until,
               row_number() OVER (PARTITION BY g.enterprise_id, g.programme_id, o.published_on
                                  ORDER BY g.published_on, (g.notice = 'recheck'), g.source) AS place
        FROM derived_grant g
        JOIN (SELECT DISTINCT enterprise_id, programme_id FROM derived_grant WHERE notice = 'recheck') r
          ON r.enterprise_id = g.enterprise_id AND r.programme_id = g.programme_id
        LEFT JOIN left_out o ON o.entry_id = g.entry_id
        WHERE g.notice <> 'publicity'
    ), walked AS (
        SELECT n.entry_id, n.enterprise_id, n.programme_id, n.until, n.place, n.notice, ''::text AS extends,
               n.valid_from, n.valid_to, coalesce(n.valid_to, 'infinity') AS reach, n.source AS reaching
        FROM numbered n WHERE n.place = 1
        UNION ALL
        SELECT n.entry_id, n.enterprise_id, n.programme_id, n.until, n.place, n.notice,
               CASE WHEN n.notice = 'recheck' THEN w.reaching ELSE '' END, f.begins, t.ends,
               greatest(w.reach, coalesce(t.ends, 'infinity')),
               CASE WHEN coalesce(t.ends, 'infinity') >= w.reach THEN n.source ELSE w.reaching END
        FROM walked w
        JOIN numbered n ON n.enterprise_id = w.enterprise_id AND n.programme_id = w.programme_id
             AND n.until = w.until AND n.place = w.place + 1
        CROSS JOIN LATERAL (
            SELECT n.follows AND w.reach >= n.published_on AND w.reach < DATE '9000-01-01' AS moved) m
        CROSS JOIN LATERAL (SELECT CASE WHEN m.moved THEN w.reach + 1 ELSE n.valid_from END AS begins) f
        CROSS JOIN LATERAL (
            SELECT CASE WHEN NOT m.moved THEN n.valid_to
                   WHEN n.period = 'calendar_years'
                   THEN least(make_date(extract(year FROM f.begins)::int + n.years - 1, 12, 31), {_LAST_DAY})
                   ELSE least((f.begins + make_interval(years => n.years))::date - 1, {_LAST_DAY}) END AS ends) t
    )
    SELECT entry_id, extends, valid_from, valid_to FROM walked WHERE notice = 'recheck' AND extends <> ''
    """,  # noqa: S608 - its parts are constants
    """
    UPDATE derived_grant g SET extends = x.extends, valid_from = x.valid_from, valid_to = x.valid_to
    FROM derived_extension x WHERE x.entry_id = g.entry_id
    """,
    "DROP TABLE derived_extension",
    "ANALYZE derived_grant (entry_id, enterprise_id, programme_id, code, notice, number, batch, source, published_on)",
)

RECOGNITIONS = (
    "DROP TABLE IF EXISTS derived_recognition",
    f"""
    CREATE TEMPORARY TABLE derived_recognition ON COMMIT DROP AS
    WITH concerned AS (
        SELECT d.entry_id, d.number, d.published_on, r.source, r.published_on AS ended_by, r.number AS named,
               r.by_person,
               -- Where a number is of one year, the year that a revocation states tells whose numbers it means.
               d.period = 'number_year' AND r.revoked_from_year <> {_NUMBER_YEAR.format("d")} AS of_another_year,
               coalesce(make_date(r.revoked_from_year, 1, 1), r.stated_from, r.published_on) AS revoked_on,
               bool_or(r.number = d.number) OVER (PARTITION BY r.id, d.programme_id) AS is_its_own
        FROM known_change r
        JOIN derived_grant d ON d.enterprise_id = r.enterprise_id AND d.programme_id = r.programme_id
        WHERE r.notice = 'revocation'
    ), revoked AS (
        SELECT DISTINCT ON (entry_id) entry_id, revoked_on, source
        FROM concerned
        WHERE revoked_on <= %(as_of)s AND (
            -- The number it names, whatever list repeats it later; without one, all that was granted before.
            (named <> '' AND named = number)
            OR (published_on <= ended_by AND CASE
                WHEN named = '' THEN of_another_year IS NOT TRUE
                -- A person tied it although its number is none of the enterprise's.
                ELSE number = '' OR (by_person AND NOT is_its_own) END))
        ORDER BY entry_id, revoked_on, source
    ), disputed AS (
        -- Whom an unsettled row of a revocation may mean is not told to be recognised until a person has decided.
        SELECT x.enterprise_id, l.programme_id,
               min(l.reference || '#' || e.row_number || CASE WHEN e.block > 1 THEN '-' || e.block ELSE '' END)
                   AS source
        FROM enterprises_dispute x
        JOIN registry_entry e ON e.id = x.entry_id
        JOIN known_list l ON l.id = e.list_import_id AND l.notice IN ('revocation', 'move_out')
        WHERE x.since <= %(known_by)s AND (x.until IS NULL OR x.until > %(known_by)s)
        GROUP BY x.enterprise_id, l.programme_id
    ), counting AS (
        -- Whether a programme counts on a day is what the rule of that day says.
        SELECT programme_id, counts FROM registry_programmerule
        WHERE %(as_of)s >= effective_from AND (effective_to IS NULL OR %(as_of)s < effective_to)
              AND recorded_at <= %(known_by)s AND (superseded_at IS NULL OR superseded_at > %(known_by)s)
    ), graced AS (
        SELECT d.*, CASE WHEN d.valid_to >= DATE '9000-01-01' THEN NULL
                    WHEN d.grace_month IS NOT NULL
                    THEN make_date(extract(year FROM d.valid_to)::int + 1, d.grace_month, d.grace_day)
                    WHEN d.grace_months IS NOT NULL
                    THEN (d.valid_to + make_interval(months => d.grace_months))::date END AS grace_to
        FROM derived_grant d
    )
    SELECT g.entry_id, g.enterprise_id, g.programme_id, g.code, coalesce(c.counts, false) AS counts, g.notice,
           g.period, g.number, g.batch,
           g.source, g.extends, g.published_on, g.valid_from, g.valid_to, g.grace_to,
           CASE WHEN g.notice = 'publicity' THEN 'provisional'
                WHEN v.entry_id IS NOT NULL THEN 'revoked'
                WHEN x.entry_id IS NOT NULL THEN 'delisted'
                -- Until an enterprise moved in, what it held was another city's.
                WHEN g.notice = 'move_in' AND g.published_on > %(as_of)s THEN 'upcoming'
                WHEN o.source IS NOT NULL AND g.valid_from <= %(as_of)s
                     AND (g.valid_to IS NULL OR g.valid_to >= %(as_of)s OR g.grace_to >= %(as_of)s) THEN 'disputed'
                WHEN g.valid_from > %(as_of)s THEN 'upcoming'
                WHEN g.valid_to IS NULL OR g.valid_to >= %(as_of)s THEN 'valid'
                WHEN g.grace_to >= %(as_of)s THEN 'grace'
                ELSE 'expired' END AS state,
           coalesce(v.revoked_on, x.published_on, CASE WHEN g.valid_to < %(as_of)s THEN g.valid_to END) AS ended_on,
           coalesce(v.source, x.reference, o.source, '') AS ended_source
    FROM graced g
    LEFT JOIN counting c USING (programme_id)
    LEFT JOIN revoked v USING (entry_id)
    -- A full list ends what was in force or in grace on its day.
    LEFT JOIN left_out x ON x.entry_id = g.entry_id AND x.published_on <= %(as_of)s
         AND (g.valid_to IS NULL OR greatest(g.valid_to, g.grace_to) >= x.published_on)
    LEFT JOIN disputed o ON o.enterprise_id = g.enterprise_id AND o.programme_id = g.programme_id
    """,  # noqa: S608 - its parts are constants
    "CREATE INDEX ON derived_recognition (enterprise_id, programme_id)",
    # Grace bridges a gap; it says nothing where a later recognition of the programme holds or has begun, whatever
    # became of that one.
    """
    UPDATE derived_recognition g SET state = 'expired'
    WHERE g.state = 'grace' AND (
        SELECT true FROM derived_recognition v
        WHERE v.enterprise_id = g.enterprise_id AND v.programme_id = g.programme_id
          AND (v.state = 'valid' OR (v.state NOT IN ('provisional', 'upcoming')
                                     AND v.valid_from > g.valid_to AND v.valid_from <= %(as_of)s))
        LIMIT 1)
    """,
    # Publicity has served its turn once the same programme's notice has granted what it announced.
    """
    DELETE FROM derived_recognition p USING derived_recognition g
    WHERE p.state = 'provisional' AND g.state <> 'provisional' AND g.published_on >= p.published_on
      AND g.enterprise_id = p.enterprise_id AND g.programme_id = p.programme_id
    """,
    "ANALYZE derived_recognition (entry_id, enterprise_id, programme_id, code, number, batch, source, valid_from, "
    "valid_to, published_on, counts, state)",
)

# Who is in, and by which programmes. Each has a bit, so that no enterprise's need be sorted; the sixty-fourth that
# counts would be out of range.
MEMBERS = (
    "DROP TABLE IF EXISTS derived_member",
    """
    CREATE TEMPORARY TABLE derived_member ON COMMIT DROP AS
    WITH marked AS MATERIALIZED (
        SELECT programme_id, code,
               (2::numeric ^ (row_number() OVER (ORDER BY code COLLATE "C") - 1))::bigint AS mark
        FROM (SELECT DISTINCT l.programme_id, l.code::text AS code FROM known_list l
              JOIN registry_programmerule r ON r.programme_id = l.programme_id AND r.counts) AS counting
    ), held AS (
        SELECT r.enterprise_id, bit_or(m.mark) AS marks
        FROM derived_recognition r JOIN marked m USING (programme_id)
        WHERE r.counts AND r.state IN ('valid', 'grace')
        GROUP BY r.enterprise_id
    ), told AS (
        SELECT h.marks, array_agg(m.code ORDER BY m.code COLLATE "C") AS programmes
        FROM (SELECT DISTINCT marks FROM held) h JOIN marked m ON h.marks & m.mark <> 0
        GROUP BY h.marks
    )
    SELECT h.enterprise_id, t.programmes
    FROM held h
    JOIN derived_identity i ON i.enterprise_id = h.enterprise_id AND i.in_scope
    JOIN told t USING (marks)
    """,
    "ANALYZE derived_member (enterprise_id)",
)

# The live pool becomes what was derived. What stays as it was is not written again: it is nearly all, every night.
_RECOGNISED = (
    "enterprise_id", "programme_id", "number", "batch", "valid_from", "valid_to", "grace_to", "state", "counts",
    "entry_id", "source", "extends", "ended_on", "ended_source",
)  # fmt: skip
# What differs is told apart beforehand: to look for it in a table while that grows would cost the square of its rows.
REPLACE_POOL = (
    f"""
    CREATE TEMPORARY TABLE differing_recognition ON COMMIT DROP AS
    SELECT r.id AS gone, d.entry_id AS come
    FROM enterprises_recognition r FULL JOIN derived_recognition d ON d.entry_id = r.entry_id
    WHERE ({", ".join(f"d.{name}" for name in _RECOGNISED)})
          IS DISTINCT FROM ({", ".join(f"r.{name}" for name in _RECOGNISED)})
    """,  # noqa: S608 - its parts are constants
    """
    CREATE TEMPORARY TABLE differing_member ON COMMIT DROP AS
    SELECT m.enterprise_id AS gone, d.enterprise_id AS come
    FROM enterprises_poolmember m FULL JOIN derived_member d ON d.enterprise_id = m.enterprise_id
    WHERE d.programmes IS DISTINCT FROM m.programmes::text[]
    """,
    "ANALYZE differing_recognition",
    "ANALYZE differing_member",
    "DELETE FROM enterprises_recognition r USING differing_recognition x WHERE x.gone = r.id",
    f"""
    INSERT INTO enterprises_recognition ({", ".join(_RECOGNISED)})
    SELECT {", ".join(f"d.{name}" for name in _RECOGNISED)}
    FROM derived_recognition d JOIN differing_recognition x ON x.come = d.entry_id
    """,  # noqa: S608 - its parts are constants
    "DELETE FROM enterprises_poolmember m USING differing_member x WHERE x.gone = m.enterprise_id",
    """
    INSERT INTO enterprises_poolmember (enterprise_id, programmes)
    SELECT d.enterprise_id, d.programmes
    FROM derived_member d JOIN differing_member x ON x.come = d.enterprise_id
    """,
    "DROP TABLE differing_recognition, differing_member",
)
# Of which day what was derived tells, for whoever asks of it afterwards.
DAY = (
    "DROP TABLE IF EXISTS derived_day",
    "CREATE TEMPORARY TABLE derived_day ON COMMIT DROP AS SELECT %(as_of)s::date AS as_of",
)
POOL_SIZES = "SELECT (SELECT count(*) FROM derived_member), (SELECT count(*) FROM derived_recognition)"

# The members as an edition records them, recognitions as the JSON text that stands in their canonical lines: one for
# each programme, number, period and state, since a list's double row or a repeated notice adds nothing.
MEMBER_ROWS = r"""
    WITH counting AS (
        SELECT DISTINCT ON (r.enterprise_id, r.code COLLATE "C", r.valid_from, r.number COLLATE "C", r.valid_to,
                            r.state)
               r.enterprise_id, r.code, r.number, r.batch, r.valid_from, r.valid_to, r.state, r.source
        FROM derived_recognition r
        WHERE r.counts AND r.state IN ('valid', 'grace')
        ORDER BY r.enterprise_id, r.code COLLATE "C", r.valid_from, r.number COLLATE "C", r.valid_to, r.state,
                 r.published_on, r.source COLLATE "C"
    ), held AS (
        -- They come sorted: an aggregate takes its rows as they come. Hardly a value has a sign that JSON escapes, and
        -- to_json of each would take longer than all the rest.
        SELECT enterprise_id, '[' || string_agg(
               CASE WHEN batch || number || code || source ~ '["\\\x01-\x1f]'
               THEN '{"batch":' || to_json(batch) || ',"number":' || to_json(number) || ',"programme":' || to_json(code)
                    || ',"source":' || to_json(source) || ','
               ELSE '{"batch":"' || batch || '","number":"' || number || '","programme":"' || code
                    || '","source":"' || source || '",' END
               || '"state":"' || state || '","valid_from":"' || valid_from
               || '","valid_to":' || coalesce('"' || valid_to || '"', 'null') || '}', ',') || ']' AS recognitions
        FROM counting GROUP BY enterprise_id
    ), former AS (
        SELECT f.enterprise_id, array_agg(f.name ORDER BY f.until, f.name COLLATE "C") AS names
        FROM derived_former f JOIN derived_identity i
             ON i.enterprise_id = f.enterprise_id AND i.name_key <> f.name_key
        GROUP BY f.enterprise_id
    )
    SELECT m.enterprise_id, e.public_id, coalesce(i.uscc, '') AS uscc, i.name,
           coalesce(f.names, '{}') AS former_names, coalesce(d.name, '') AS district, m.programmes, h.recognitions
    FROM derived_member m
    JOIN enterprises_enterprise e ON e.id = m.enterprise_id
    JOIN derived_identity i ON i.enterprise_id = m.enterprise_id
    -- Every member holds something. Told so, the planner would take them to be two hundred, whatever their number, and
    -- look all the rest up one by one.
    LEFT JOIN held h ON h.enterprise_id = m.enterprise_id
    LEFT JOIN former f ON f.enterprise_id = m.enterprise_id
    LEFT JOIN registry_district d ON d.id = i.district_id
"""

INSERT_EDITION_MEMBERS = f"""
    INSERT INTO enterprises_editionmember (
        edition_id, enterprise_id, public_id, uscc, name, former_names, district, programmes, recognitions)
    SELECT %(edition)s, enterprise_id, public_id, uscc, name, former_names, district, programmes, recognitions::json
    FROM ({MEMBER_ROWS}) AS rows ORDER BY public_id
"""  # noqa: S608 - its parts are constants

# A recognition by its source; see `explaining` for the index. The planner would take two conditions for rarer than one.
OF_SOURCE = (
    "hashtextextended(r.source, 0) = hashtextextended({0}.source, 0) AND CASE WHEN r.source = {0}.source THEN true END"
)
FATES = f"""
    SELECT e.public_id, r.source, r.state, coalesce(r.ended_on::text, ''), r.ended_source
    FROM unnest(%(sources)s::text[]) AS lost (source)
    JOIN derived_recognition r ON {OF_SOURCE.format("lost")}
    JOIN enterprises_enterprise e ON e.id = r.enterprise_id
"""  # noqa: S608 - its parts are constants

WITHDRAWN_SOURCES = """
    -- Lines of withdrawn lists are few. Which they are is worked out before entries are asked: where the planner takes
    -- these for none, it would work it out for each pair of them.
    WITH line AS MATERIALIZED (
        SELECT s.source, i.id AS list_id, split_part(split_part(s.source, '#', 2), '-', 1)::int AS row_number,
               coalesce(nullif(split_part(split_part(s.source, '#', 2), '-', 2), ''), '1')::int AS block
        FROM unnest(%(sources)s::text[]) AS s (source)
        JOIN registry_listimport i ON i.reference = split_part(s.source, '#', 1) AND i.state = 'withdrawn'
    )
    SELECT DISTINCT n.public_id, l.source
    FROM line l
    JOIN registry_entry e ON e.list_import_id = l.list_id AND e.row_number = l.row_number AND e.block = l.block
    JOIN enterprises_matchdecision d ON d.entry_id = e.id
    JOIN enterprises_enterprise n ON n.id = d.enterprise_id
"""

ORIGINS = """
    SELECT e.public_id, coalesce(i.name_source, ''), coalesce(i.code_source, ''), coalesce(i.district_source, '')
    FROM derived_identity i JOIN enterprises_enterprise e ON e.id = i.enterprise_id
    WHERE e.public_id = ANY(%(public_ids)s::text[])
"""

# Corrections: their source, the published line's and those of its earlier corrections, whether it is known now and
# whether it was resolved after the moment.
CORRECTIONS = """
    SELECT i.reference || '#' || c.row_number AS source, c.corrects_id,
           coalesce(o.reference || '#' || e.row_number || CASE WHEN e.block > 1 THEN '-' || e.block ELSE '' END, ''),
           z.resolved_at > %(since)s AND l.id IS NOT NULL
    FROM registry_linecorrection c
    JOIN registry_listimport i ON i.id = c.list_import_id
    JOIN enterprises_listresolution z ON z.list_import_id = i.id
    LEFT JOIN known_list l ON l.id = i.id
    LEFT JOIN registry_entry e ON e.id = c.corrects_id
    LEFT JOIN registry_listimport o ON o.id = e.list_import_id
    ORDER BY c.id
"""

# Recognitions of an enterprise that turned out to be another: its public id, their source, the other's public id. That
# one may have turned out to be a third since.
MERGED = """
    WITH RECURSIVE became AS (
        SELECT lost.public_id, lost.source, gone.merged_into_id AS id
        FROM unnest(%(public_ids)s::text[], %(sources)s::text[]) AS lost (public_id, source)
        JOIN enterprises_enterprise gone ON gone.public_id = lost.public_id AND gone.merged_into_id IS NOT NULL
        UNION ALL
        SELECT b.public_id, b.source, gone.merged_into_id
        FROM became b JOIN enterprises_enterprise gone ON gone.id = b.id AND gone.merged_into_id IS NOT NULL
    )
    SELECT b.public_id, b.source, kept.public_id
    FROM became b JOIN enterprises_enterprise kept ON kept.id = b.id AND kept.merged_into_id IS NULL
"""

# Lists that were withdrawn after a moment (or ever): few.
_GONE_LISTS = """
    SELECT i.id, i.reference, i.programme_id, i.notice, i.published_on FROM registry_listimport i
    WHERE EXISTS (SELECT FROM registry_importevent v WHERE v.list_import_id = i.id AND v.state = 'withdrawn'
                  AND (%(since)s::timestamptz IS NULL OR v.at > %(since)s))
      AND NOT EXISTS (SELECT FROM known_list l WHERE l.id = i.id)
"""
_HELD_THEN = """
    (%(since)s::timestamptz IS NULL
     OR (d.decided_at <= %(since)s AND (d.superseded_at IS NULL OR d.superseded_at > %(since)s)))
"""
_LINE = "{0}.reference || '#' || n.row_number || CASE WHEN n.block > 1 THEN '-' || n.block ELSE '' END"

# Why a line's recognition has another period, or no grace any more: whether the period of its list, or of one before it
# that it may extend, is by another rule than at the moment; whether it would be in grace still by the rule of then; the
# latest line before it that was withdrawn; the line that it extends.
MOVES = f"""
    WITH ruled AS MATERIALIZED (
        SELECT l.reference, (l.period, l.years) IS DISTINCT FROM (w.period, w.years) AS other_period,
               w.grace_months, w.grace_month, w.grace_day
        FROM known_list l
        LEFT JOIN registry_programmerule w ON w.programme_id = l.programme_id AND l.published_on >= w.effective_from
             AND (w.effective_to IS NULL OR l.published_on < w.effective_to)
             AND w.recorded_at <= %(since)s::timestamptz
             AND (w.superseded_at IS NULL OR w.superseded_at > %(since)s::timestamptz)
        WHERE %(since)s::timestamptz IS NOT NULL
          AND (l.period, l.years, l.grace_months, l.grace_month, l.grace_day)
              IS DISTINCT FROM (w.period, w.years, w.grace_months, w.grace_month, w.grace_day)
    ), gone_list AS MATERIALIZED ({_GONE_LISTS})
    SELECT e.public_id, r.source,
           EXISTS (
               SELECT FROM derived_recognition b
               JOIN ruled u ON u.reference = split_part(b.source, '#', 1) AND u.other_period
               WHERE b.enterprise_id = r.enterprise_id AND b.programme_id = r.programme_id
                 AND b.published_on <= r.published_on),
           EXISTS (
               SELECT FROM ruled u, derived_day t
               WHERE u.reference = split_part(r.source, '#', 1) AND r.grace_to >= t.as_of IS NOT TRUE
                 AND CASE WHEN u.grace_month IS NOT NULL
                     THEN make_date(extract(year FROM r.valid_to)::int + 1, u.grace_month, u.grace_day)
                     ELSE (r.valid_to + make_interval(months => u.grace_months))::date END >= t.as_of)
           -- By any rule grace ends where a later one begins.
           AND NOT EXISTS (
               SELECT FROM derived_recognition v
               WHERE v.enterprise_id = r.enterprise_id AND v.programme_id = r.programme_id
                 AND (v.state = 'valid' OR (v.state NOT IN ('provisional', 'upcoming') AND v.valid_from > r.valid_to))),
           coalesce((
               SELECT {_LINE.format("g")}
               FROM enterprises_matchdecision d
               JOIN registry_entry n ON n.id = d.entry_id
               JOIN gone_list g ON g.id = n.list_import_id
               WHERE d.enterprise_id = r.enterprise_id AND {_HELD_THEN} AND g.programme_id = r.programme_id
                 AND g.notice IN ('recognition', 'recheck', 'supplement', 'move_in')
                 AND g.published_on <= r.published_on
               ORDER BY g.published_on DESC, n.row_number DESC, n.block DESC LIMIT 1), ''),
           r.extends
    FROM unnest(%(public_ids)s::text[], %(sources)s::text[]) AS moved (public_id, source)
    JOIN derived_recognition r ON {OF_SOURCE.format("moved")}
    JOIN enterprises_enterprise e ON e.id = r.enterprise_id AND e.public_id = moved.public_id
"""  # noqa: S608 - its parts are constants

# Whence enterprises have another name than before: whether the line it stands in tells of a change of name; whether it
# came to them after the moment, or its day did; a line with the old name that was withdrawn; whether another bears it.
NAMINGS = f"""
    WITH gone_list AS MATERIALIZED ({_GONE_LISTS}),
    line AS MATERIALIZED (
        SELECT e.id, e.public_id, other.name_key, l.id AS list_id, l.notice, l.published_on,
               split_part(split_part(w.name_source, '#', 2), '-', 1)::int AS row_number,
               coalesce(nullif(split_part(split_part(w.name_source, '#', 2), '-', 2), ''), '1')::int AS block
        FROM unnest(%(public_ids)s::text[], %(keys)s::text[]) AS other (public_id, name_key)
        JOIN enterprises_enterprise e ON e.public_id = other.public_id
        JOIN derived_identity w ON w.enterprise_id = e.id
        JOIN known_list l ON l.reference = split_part(w.name_source, '#', 1)
    )
    SELECT s.public_id, s.notice = 'rename' OR (n.former_key <> '' AND n.former_key <> n.name_key),
           s.published_on > %(as_of)s::date OR EXISTS (
               SELECT FROM enterprises_matchdecision d
               WHERE d.entry_id = n.id AND d.superseded_at IS NULL
                     AND d.decided_at > %(since)s::timestamptz),
           coalesce(o.withdrawn, ''), coalesce(o.stands, false)
    FROM line s
    JOIN registry_entry n ON n.list_import_id = s.list_id AND n.row_number = s.row_number AND n.block = s.block
    CROSS JOIN LATERAL (
        SELECT (array_agg({_LINE.format("g")} ORDER BY g.published_on DESC, n.row_number DESC)
                FILTER (WHERE g.id IS NOT NULL AND {_HELD_THEN}))[1] AS withdrawn,
               bool_or(l.id IS NOT NULL AND d.superseded_at IS NULL) AS stands
        FROM enterprises_matchdecision d
        JOIN registry_entry n ON n.id = d.entry_id AND n.name_key = s.name_key
        LEFT JOIN known_list l ON l.id = n.list_import_id
        LEFT JOIN gone_list g ON g.id = n.list_import_id
        WHERE d.enterprise_id = s.id) o
"""  # noqa: S608 - its parts are constants

# Whom a notice brought into the city after the moment, or whose day came after it: their public ids, its latest line.
MOVED_IN = f"""
    SELECT DISTINCT ON (e.public_id) e.public_id, coalesce(x.source, {_LINE.format("l")})
    FROM known_list l
    JOIN registry_entry n ON n.list_import_id = l.id
    JOIN enterprises_matchdecision d ON d.entry_id = n.id AND d.superseded_at IS NULL
    JOIN enterprises_enterprise e ON e.id = d.enterprise_id
    LEFT JOIN known_correction x ON x.line_id = n.id
    WHERE l.notice = 'move_in' AND l.published_on <= (SELECT as_of FROM derived_day)
      AND (d.decided_at > %(since)s OR l.published_on > %(as_of)s)
    ORDER BY e.public_id, l.place DESC, n.row_number DESC
"""  # noqa: S608 - its parts are constants
