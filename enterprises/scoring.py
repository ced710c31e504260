"""Step 4 of the path, of innovation points: an enterprise's points of each year, by the newest line that tells them.

Law: derived as the pool is, of the same evidence, corrections and decisions, in SQL; points grant nothing. Run after
`derivation.KNOWN`, with `as_of`.
"""

# The latest line is that of the greatest place: of the latest list, and there the last. A corrected line reads as its
# correction says. What is only publicity says nothing yet.
SCORES = (
    "DROP TABLE IF EXISTS derived_score",
    """
    CREATE TEMPORARY TABLE derived_score ON COMMIT DROP AS
    SELECT DISTINCT ON (k.enterprise_id, l.programme_id, e.points -> 'year')
           k.enterprise_id, l.programme_id, l.code::text COLLATE "C" AS code, (e.points ->> 'year')::smallint AS year,
           e.points ->> 'total' AS total, coalesce(e.points ->> 'grade', '') AS grade, e.points -> 'values' AS values,
           k.id AS entry_id, k.source
    FROM known_list l
    JOIN known_entry k ON k.list_id = l.id
    JOIN registry_entry e ON e.id = k.id
    WHERE l.kind = 'points' AND l.notice <> 'publicity' AND l.published_on <= %(as_of)s AND e.points IS NOT NULL
    ORDER BY k.enterprise_id, l.programme_id, e.points -> 'year', k.place DESC
    """,
    "ANALYZE derived_score (enterprise_id)",
)

_COLUMNS = "enterprise_id, programme_id, year, total, grade, values, entry_id, source"
# What stays as it was is not written again.
REPLACE = (
    f"""
    CREATE TEMPORARY TABLE score_now ON COMMIT DROP AS
    SELECT enterprise_id, programme_id, year, total::numeric(16, 4) AS total, grade, values, entry_id, source
    FROM derived_score
    EXCEPT SELECT {_COLUMNS} FROM enterprises_innovationscore
    """,  # noqa: S608 - its parts are constants
    """
    DELETE FROM enterprises_innovationscore s
    WHERE NOT EXISTS (SELECT FROM derived_score d WHERE d.enterprise_id = s.enterprise_id
                      AND d.programme_id = s.programme_id AND d.year = s.year)
       OR EXISTS (SELECT FROM score_now n WHERE n.enterprise_id = s.enterprise_id
                  AND n.programme_id = s.programme_id AND n.year = s.year)
    """,
    f"INSERT INTO enterprises_innovationscore ({_COLUMNS}) SELECT {_COLUMNS} FROM score_now",  # noqa: S608 - as above
    "DROP TABLE score_now",
)
