"""What the ladder climbs on, out of the database. Law: read set by set, in an order that depends on the lists alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from enterprises import planning
from enterprises.matching import keys
from enterprises.matching.comparing import Relation, compare
from enterprises.matching.keys import Parts, parts_of
from enterprises.matching.places import Places, city_in, counties, county_in, places_of
from enterprises.matching.stated import SCHEMA, Evidence
from enterprises.sessions import Answer, Sessions
from registry.copying import as_numbers, rows_of
from registry.models import District, NoticeKind, PeriodKind
from registry.queries import confirmed_imports, standing_rules

_READ = 15_000  # entries that are looked up at once
HALVED = 500_000  # entries from which two sessions read half of them each
_TAKING = (NoticeKind.REVOCATION, NoticeKind.MOVE_OUT)
HOME = "home"  # the place of all rows that are this city's
_WHOLE_CITY = "00"  # how the code of a division ends that has counties of its own

# A line that is corrected reads as its latest correction says, which has no row of its own.
LATEST_CORRECTIONS = """
        SELECT DISTINCT ON (c.corrects_id) c.corrects_id AS line_id, r.*
        FROM registry_linecorrection c
        JOIN registry_listimport i ON i.id = c.list_import_id AND i.state = 'confirmed'
        JOIN registry_entry r ON r.list_import_id = c.list_import_id AND r.row_number = c.row_number AND r.usable
        WHERE c.corrects_id IS NOT NULL ORDER BY c.corrects_id, c.id DESC
"""
# Of an entry `e` and its correction `r`: whether it is a line that says something.
IS_LINE = """
          (e.usable OR r.id IS NOT NULL)
      AND NOT EXISTS (SELECT FROM registry_linecorrection c WHERE c.list_import_id = e.list_import_id
                      AND c.row_number = e.row_number AND c.corrects_id IS NOT NULL)
"""
_ENTRIES = f"""
    WITH correction AS ({LATEST_CORRECTIONS})
    SELECT e.id AS entry, e.list_import_id AS listed, e.row_number, e.block, coalesce(r.name_key, e.name_key) AS name,
           coalesce(r.former_key, e.former_key) AS former, coalesce(r.uscc, e.uscc) AS code,
           coalesce(r.old_code, e.old_code) AS old, coalesce(r.number, e.number) AS number,
           CASE WHEN r.id IS NULL THEN e.district_id ELSE r.district_id END AS district_id,
           coalesce(r.district_text, e.district_text) AS district_text, d.enterprise_id AS enterprise,
           d.slipped, CASE WHEN coalesce(r.name, e.name) <> coalesce(r.name_key, e.name_key)
                           THEN coalesce(r.name, e.name) END AS written,
           CASE WHEN r.id IS NULL AND e.uscc = '' AND e.problems <> '[]' THEN (
               SELECT p ->> 'proposal' FROM jsonb_array_elements(e.problems) AS p
               WHERE p ->> 'code' LIKE 'uscc%' AND p ->> 'proposal' <> '' LIMIT 1) END AS repaired
    FROM {{entries}} e
    JOIN registry_listimport i ON i.id = e.list_import_id AND i.state = 'confirmed'
    LEFT JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
    LEFT JOIN correction r ON r.line_id = e.id
    WHERE {IS_LINE}
"""  # noqa: S608 - its parts are constants
# Some, one by one: left the choice, the planner reads all entries for some thousands, since it does not know how many
# more have come since it counted them.
_SOME = """
    unnest('{numbers}'::bigint[]) n (id) CROSS JOIN LATERAL (SELECT * FROM registry_entry WHERE id = n.id OFFSET 0)
"""
_COLUMNS = {
    "entry": pl.Int64, "listed": pl.Int64, "row_number": pl.Int64, "block": pl.Int64, "name": pl.String,
    "former": pl.String, "code": pl.String, "old": pl.String, "number": pl.String, "district_id": pl.Int64,
    "district_text": pl.String, "enterprise": pl.Int64, "slipped": pl.Boolean, "written": pl.String,
    "repaired": pl.String,
}  # fmt: skip
TRUE = "t"  # how COPY writes it
_TEXTS = ("name", "former", "code", "old", "number", "district_text", "repaired")


@dataclass(frozen=True)
class Present:
    """The rows in question, and what is held of each now: its enterprise, or null."""

    evidence: Evidence
    held: pl.DataFrame  # entry, enterprise, slipped, moves_in; row by row as in the evidence
    written: pl.Series  # the names as they are written, where that is not their key


def places() -> Places:
    """The places that names may begin with, those of the city's own districts among them."""
    districts = District.objects.all()
    return places_of(name for one in districts for name in (one.name, *one.aliases))


def get_ready() -> None:
    """Load what names are read with, which else is loaded with the first of them."""
    keys.get_ready(places())


def read(sessions: Sessions, *, last: int) -> Present:
    """All usable entries of confirmed lists, the `last` of which has that number."""
    halves = [f"<= {last // 2}", f"> {last // 2}"] if last > HALVED else ["> 0"]
    pieces = [
        sessions.do(_rows, _ENTRIES.format(entries=f"(SELECT * FROM registry_entry WHERE id {half})"))  # noqa: S608
        for half in halves
    ]
    return present(pieces)


def reading(entries: Sequence[int], sessions: Sessions) -> list[Answer[pl.DataFrame]]:
    """Begin to read those of these entries, piece by piece."""
    pieces = [entries[begin : begin + _READ] for begin in range(0, len(entries), _READ)]
    return [sessions.do(_rows, _ENTRIES.format(entries=_SOME.format(numbers=as_numbers(piece)))) for piece in pieces]


def present(pieces: Iterable[Answer[pl.DataFrame]]) -> Present:
    """What was read, in the order of the lists."""
    rows = pl.concat([pl.DataFrame(schema=_COLUMNS), *(piece() for piece in pieces)])
    lists = _lists(rows["listed"].unique().to_list())
    # Of a nation's rows, a copy is a gigabyte: what lists say of all of theirs joins them when they are in order.
    rows = rows.join(lists.select("listed", "rank"), on="listed", how="inner")
    rows = rows.sort("rank", "row_number", "block", "entry").drop("rank", "row_number", "block")
    rows = _placed(rows.join(lists.drop("rank"), on="listed", how="left", maintain_order="left"))
    number, year, county = _numbers(rows)
    rows = rows.with_columns(number=number, year=year, registered=county)
    evidence = Evidence(rows.select(list(SCHEMA)).cast(SCHEMA), places())
    held = rows.select("entry", "enterprise", pl.col("slipped").fill_null(False), "moves_in")
    return Present(evidence, held, rows["written"])


def fetched(
    query: str, schema: Mapping[str, type[pl.DataType]], parameters: Sequence[object] | None = None
) -> pl.DataFrame:
    """The rows of a query as columns, which come in the order of `schema`; an empty text may come as null.

    By COPY: row by row through the driver they would take ten times as long.
    """
    read = partial(pl.read_csv, has_header=False, new_columns=list(schema), schema_overrides=list(schema.values()))
    return pl.concat([pl.DataFrame(schema=schema), *map(read, rows_of(query, parameters))])


def _rows(query: str) -> pl.DataFrame:
    flags = {name: pl.String if kind == pl.Boolean else kind for name, kind in _COLUMNS.items()}
    rows = fetched(query, flags)
    return rows.with_columns(pl.col("slipped") == TRUE, *(pl.col(name).fill_null("") for name in _TEXTS))


def _lists(listed: Sequence[int]) -> pl.DataFrame:
    """What these lists say of all their rows; their rank is the order in which they were published."""
    schema = {
        "listed": pl.Int64, "rank": pl.Int64, "programme": pl.String, "pattern": pl.String, "apart": pl.Int64,
        "renames": pl.Boolean, "takes": pl.Boolean, "wide": pl.Boolean,
        "moves_in": pl.Boolean,
    }  # fmt: skip
    years = _years_apart()
    lists = confirmed_imports()
    if len(listed) <= planning.FEW:
        lists = lists.filter(pk__in=listed)
    facts = lists.values_list(
        "pk", "programme__code", "programme__number_pattern", "programme", "notice", "province_wide"
    )
    rows = [
        (
            pk, rank, code, pattern, years.get(programme, 0), notice == NoticeKind.RENAME, notice in _TAKING, wide,
            notice == NoticeKind.MOVE_IN,
        )
        for rank, (pk, code, pattern, programme, notice, wide) in enumerate(facts)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _years_apart() -> dict[int, int]:
    """Programme → how many years lie at least between two numbers that it gives one enterprise, by its latest rule."""
    apart = {}
    for rule in standing_rules():
        yearly = rule.period == PeriodKind.NUMBER_YEAR
        apart[rule.programme_id] = 1 if yearly else rule.years if rule.period == PeriodKind.YEARS_FROM_ISSUE else 0
    return {programme: years or 0 for programme, years in apart.items()}


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    """With the city and the district that each row speaks of, and what it does."""
    codes = dict(District.objects.values_list("pk", "code"))
    texts = rows.select("district_id", "district_text", "wide").unique()
    read_texts = [
        (*key, *_place(codes.get(key[0], "") if key[0] is not None else None, key[1], wide=key[2]))
        for key in texts.iter_rows()
    ]
    schema = pl.Schema({**texts.schema, "place": pl.String(), "county": pl.String()})
    found = pl.DataFrame(read_texts, schema=schema, orient="row")
    rows = rows.join(
        found, on=["district_id", "district_text", "wide"], how="left", nulls_equal=True, maintain_order="left"
    ).drop("district_text", "wide")
    takes = pl.col("takes") & (pl.col("place").is_in([HOME, ""]))
    role = pl.when(takes).then(pl.lit("must")).when("renames").then(pl.lit("rename")).otherwise(pl.lit("grant"))
    return rows.with_columns(role=role).drop("takes", "renames")


def _place(district: str | None, text: str, *, wide: bool) -> tuple[str, str]:
    """City and district of a row; the city as a whole is no district."""
    if district is not None:
        return HOME, "" if district.endswith(_WHOLE_CITY) else district
    if not wide:
        return HOME, ""
    if not text:
        return "", ""
    *before, last = text.split()
    city = city_in(last)
    return city[:50], county_in(before[0] if before else last, city)


def _numbers(rows: pl.DataFrame) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The numbers that identify, under their programme; the year in them; the county of registration, also out of
    codes.

    A number identifies where its programme's have a shape; year and county are named groups of it.
    """
    number, year, county = pl.lit(""), pl.lit(0), pl.lit("")
    for programme, pattern in rows.select("programme", "pattern").unique().sort("programme").iter_rows():
        if not pattern:
            continue
        own = (pl.col("programme") == programme) & (pl.col("number") != "")
        groups = re.compile(pattern).groupindex
        parts = pl.col("number").str.extract_groups(pattern)
        number = pl.when(own).then(pl.lit(f"{programme}:") + pl.col("number")).otherwise(number)
        if "year" in groups:
            year = pl.when(own).then(parts.struct.field("year").cast(pl.Int64, strict=False)).otherwise(year)
        if "county" in groups:
            county = pl.when(own).then(parts.struct.field("county")).otherwise(county)
    stated = rows.select(
        number=number, year=pl.Expr.fill_null(year, 0),
        county=pl.when(pl.Expr.fill_null(county, "") != "").then(county).otherwise(pl.col("code").str.slice(2, 6)),
    )  # fmt: skip
    known = pl.col("county").is_in(list(counties()))
    registered = stated.select(pl.when(known).then("county").otherwise(pl.lit("")))["county"]
    return stated["number"], stated["year"], registered


def relation_of(one: str, other: str, known: Places) -> Relation:
    """How two name keys differ, with the places that are known."""
    found = {row[0]: Parts(*row[1:]) for row in parts_of(pl.Series(sorted({one, other})), known).iter_rows()}
    return compare(found[one], found[other], known)


def row_numbers(evidence: Evidence, entries: Sequence[int]) -> dict[int, int]:
    """Entry → its row in the evidence, for those that are there."""
    wanted = evidence.rows.with_row_index("row").filter(pl.col("entry").is_in(list(entries)))
    return dict(wanted.select("entry", "row").iter_rows())
