"""The keys of a name (pure): by what it is found, and what it is made of. Law: whole columns at once, no row by row.

A key finds; it proves nothing. Whoever finds two names by one compares them (`comparing`).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import NamedTuple

import polars as pl
from opencc import OpenCC

from enterprises.matching.hashing import numbers_for
from enterprises.matching.places import Places
from enterprises.matching.sounds import sums_of

FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "总公司", "公司")
# The forms that lists write for each other.
_ONE_FORM = {"有限责任公司": "有限", "有限公司": "有限", "股份有限公司": "股份", "股份公司": "股份"}
# A legal form of which only the beginning is left: what stands before it is the rest of the name all the same.
_CUT_FORM = r"(?:有限责任?公?|有限公?|股份有?限?公?|股份?有|[有股])$"
_MARKS = r'[·\-,."\'/_ ★※*△▲☆#;。:!\[\]]'
_BRACKETS = r"[()]"
_ENDS = r"(公司|厂|中心|合作社)"
_SHORTEST_CORE = 2
_MANY = 10_000  # names that two threads take to pieces


class Parts(NamedTuple):
    """What a name is made of, in simplified characters.

    `spelling` is all of it without marks, brackets and what was glued to it; `form` how it ends, `kind` the same with
    those forms as one that lists write for each other; `places` is what it begins with, `inner` the places that stand
    in brackets, and `core` the rest: trade name and business.
    """

    spelling: str
    form: str
    kind: str
    places: str
    inner: str
    core: str


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def get_ready(places: Places) -> None:
    """Load the tables, and the patterns for these places."""
    sums_of(_parts_of(pl.Series(["有限公司"]), places)["spelling"])


def parts_of(names: pl.Series, places: Places) -> pl.DataFrame:
    """A row for each name key: `name`, `spelling`, `form`, `places`, `inner`, `core`, and `kind`: the form in which
    those that lists write for each other are one.
    """
    if len(names) < _MANY:
        return _parts_of(names, places)
    half = len(names) // 2
    with ThreadPoolExecutor(max_workers=2) as threads:  # whoever looks for patterns in texts lets others work meanwhile
        return pl.concat(threads.map(partial(_parts_of, places=places), (names[:half], names[half:])))


def _parts_of(names: pl.Series, places: Places) -> pl.DataFrame:
    plain = _unglued(pl.DataFrame({"name": names, "text": _simplified(names)}), places)
    place, inner = f"^((?:{places.pattern}){{1,3}})", rf"\(((?:{places.pattern}){{1,2}})\)"
    text = pl.col("text")
    bare = text.str.replace_all(_MARKS, "")
    found = (
        plain.with_columns(spelling=bare.str.replace_all(_BRACKETS, ""), bare=bare)
        .with_columns(form=pl.col("bare").str.extract(f"({'|'.join(FORMS)})$").fill_null(""))
        .with_columns(body=_without_end(pl.col("bare"), pl.col("form")))
        .with_columns(
            body=pl.when(pl.col("form") == "").then(pl.col("body").str.replace(_CUT_FORM, "")).otherwise(pl.col("body"))
        )
        .with_columns(places=pl.col("body").str.extract(place).fill_null(""))
        .with_columns(rest=pl.col("body").str.slice(pl.col("places").str.len_chars()))
        .with_columns(
            inner=pl.col("rest").str.extract(inner).fill_null(""),
            core=pl.col("rest").str.replace_all(inner, "").str.replace_all(_BRACKETS, ""),
        )
    )
    # A name of places alone keeps them: 郑州市中原区供销合作社 is not 供销合作社.
    short = pl.col("core").str.len_chars() < _SHORTEST_CORE
    return found.with_columns(
        core=pl.when(short).then(pl.col("body").str.replace_all(_BRACKETS, "")).otherwise(pl.col("core")),
        places=pl.when(short).then(pl.lit("")).otherwise(pl.col("places")),
        inner=pl.when(short).then(pl.lit("")).otherwise(pl.col("inner")),
        kind=pl.col("form").replace(_ONE_FORM),
    ).select("name", "spelling", "form", "kind", "places", "inner", "core")


def hashed(names: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Of names in their cities (`place`, `name_key`), also the numbers under which they are found.

    Of the core, and of the sounds, which are the same where the spelling is: each of one city alone.
    `parts` are the names' (`parts_of`).
    """
    found = names.join(parts, left_on="name_key", right_on="name", how="inner")
    return pl.DataFrame(
        {
            "place": found["place"],
            "name_key": found["name_key"],
            "core": numbers_for(found["place"] + "/" + found["core"]),
            "sounds": sums_of(found["spelling"]) + numbers_for(found["place"] + "/"),
        }
    )


def simplified(text: str) -> str:
    """The text in simplified characters."""
    converted: str = _converter().convert(text)
    return converted


def _simplified(names: pl.Series) -> pl.Series:
    """All names in simplified characters, converted as one text."""
    if not len(names):
        return names
    return pl.Series(simplified("\n".join(names.to_list())).split("\n"))


def _unglued(names: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Without the row number before a name, and without the zone or the note behind it."""
    zones = "|".join(sorted({"高新", "经开", *places.home}, key=len, reverse=True))
    return names.with_columns(
        text=pl.col("text")
        .str.replace(r"^\d{1,5}[,.·、]+", "")
        .str.replace(rf"^\d{{1,5}}({places.pattern})", "${1}")
        .str.replace(rf"{_ENDS}\((?:{zones})\)$", "${1}")
        .str.replace(rf"{_ENDS}\(?注\d{{0,2}}\)?$", "${1}")
    )


def _without_end(text: pl.Expr, end: pl.Expr) -> pl.Expr:
    return text.str.head(text.str.len_chars() - end.str.len_chars())
