"""Judges what a migration does while the site runs. Law: what is not known to be harmless on a large table is named.

Pure: it reads SQL as Django or a hand wrote it. Two harms are told apart: a large table that is locked, scanned or
written anew while everybody waits; and whatever the release that still runs could not live with.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field

_NAME = r'(?:"?[\w$]+"?\.)?"?(?P<table>[\w$%]+)"?'
_LITERAL = re.compile(r"'(?:[^']|'')*'")
# Whichever begins first: none of these begins within another.
_NO_CODE = re.compile(
    r"(?P<literal>'(?:[^']|'')*')|(?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)|--[^\n]*|/\*.*?\*/", re.DOTALL
)
# Functions whose value is one and the same for all rows of a statement: a default made of them rewrites nothing.
_STEADY = {
    "now", "statement_timestamp", "transaction_timestamp", "current_setting", "cast", "array", "varchar", "numeric",
    "char", "timestamp", "coalesce", "jsonb_build_object", "json_build_object", "to_jsonb", "lower", "upper",
}  # fmt: skip
_NEW_COLUMN = (
    r"ADD (?:COLUMN )?(?:IF NOT EXISTS )?"
    r'"?(?!CONSTRAINT\b|PRIMARY\b|UNIQUE\b|CHECK\b|FOREIGN\b|EXCLUDE\b)(?P<column>[\w$]+)"? (?P<is>.*)'
)


@dataclass(frozen=True)
class Finding:
    """A harm by its name, what does it, and what to do instead."""

    code: str
    table: str
    why: str


@dataclass(frozen=True)
class Known:
    """What the judge knows of the tables: which are large, what the running release uses, which types only widen."""

    large: Set[str] = frozenset()
    columns: Mapping[str, Set[str]] = field(default_factory=dict)  # of the running release's tables
    widened: Set[tuple[str, str]] = frozenset()

    def is_large(self, table: str) -> bool:
        """A name that is only made as the statement runs may be any table's."""
        return table in self.large or "%" in table

    def uses(self, table: str, column: str = "") -> bool:
        return table in self.columns and (not column or column in self.columns[table])


def judged(sql: str, known: Known, *, atomic: bool = True) -> list[Finding]:
    """What is wrong with these statements, which run in one transaction if `atomic`."""
    found: list[Finding] = []
    fresh: set[str] = set()  # made here: empty, and nobody's yet
    altered: set[str] = set()  # whose lock is held to the transaction's end
    added: set[tuple[str, str]] = set()
    for statement in statements(sql):
        if made := re.match(rf"CREATE (?:UNLOGGED |TEMP(?:ORARY)? )?TABLE (?:IF NOT EXISTS )?{_NAME}", statement, re.I):
            fresh.add(made["table"])
            continue
        for finding in _of_statement(statement, known, atomic, altered, added):
            if finding.table not in fresh:
                found.append(finding)
    return found


def statements(sql: str) -> Iterator[str]:
    """Each statement on one line, without comments; a function's body is not run and left out, a DO block's is."""
    inner: list[str] = []

    def plain(match: re.Match[str]) -> str:
        if match["body"] and re.search(r"\bDO\s*(?:LANGUAGE\s+\w+\s*)?$", sql[: match.start()], re.I):
            inner.append(match["body"])
        return "''" if match["literal"] or match["body"] else " "

    for part in _NO_CODE.sub(plain, sql).split(";"):
        if one := " ".join(part.split()):
            yield one
    for block in inner:
        yield from _of_block(block)


def _of_block(block: str) -> Iterator[str]:
    """What a DO block may run: its own statements, and those that it makes up as texts."""
    code = re.sub(r"^\$\w*\$|\$\w*\$$|--[^\n]*", "", block)
    for literal in _LITERAL.findall(code):
        yield " ".join(literal.strip("'").replace("%I", "%").replace("%s", "%").split())
    for part in re.split(r";|\bBEGIN\b|\bLOOP\b|\bTHEN\b|\bELSE\b", _LITERAL.sub("''", code)):
        if one := " ".join(part.split()):
            yield one


def _of_statement(
    statement: str, known: Known, atomic: bool, altered: set[str], added: set[tuple[str, str]]
) -> Iterator[Finding]:
    if match := re.match(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{_NAME} (?P<acts>.*)", statement, re.I):
        for act in _acts(match["acts"]):
            yield from _of_act(act, match["table"], known, atomic, altered, added)
        altered.add(match["table"])
        return
    for pattern, code, why, when in _STATEMENTS:
        match = re.match(pattern, statement, re.I)
        if match and when(match.groupdict().get("table") or "", known, atomic):
            yield Finding(code, match.groupdict().get("table") or "", why)
            return


def _acts(text: str) -> Iterator[str]:
    """The parts of an ALTER TABLE, cut at the commas outside of brackets."""
    depth, begin = 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            yield text[begin:place].strip()
            begin = place + 1
    yield text[begin:].strip()


def _of_act(
    act: str, table: str, known: Known, atomic: bool, altered: set[str], added: set[tuple[str, str]]
) -> Iterator[Finding]:
    if match := re.match(_NEW_COLUMN, act, re.I):
        added.add((table, match["column"]))
        yield from _of_new_column(match["is"], table, known)
    elif match := re.match(r'ALTER (?:COLUMN )?"?(?P<column>[\w$]+)"? (?P<does>.*)', act, re.I):
        yield from _of_column(match["column"], match["does"], table, known, added)
    elif match := re.match(r'DROP (?:COLUMN )?(?:IF EXISTS )?"?(?!CONSTRAINT\b)(?P<column>[\w$]+)"?', act, re.I):
        if known.uses(table, match["column"]):
            yield Finding("drops_used", table, f"the running release reads column {match['column']}: {_TWO_STEPS}")
    elif match := re.match(r'RENAME (?:COLUMN )?"?(?!CONSTRAINT\b|TO\b)(?P<column>[\w$]+)"? TO', act, re.I):
        if known.uses(table, match["column"]):
            yield Finding("renames_used", table, f"the running release calls it {match['column']}: {_NEW_ONE}")
    elif re.match(r"RENAME TO", act, re.I):
        if known.uses(table):
            yield Finding("renames_used", table, f"the running release calls the table so: {_NEW_ONE}")
    elif re.match(r"VALIDATE CONSTRAINT", act, re.I):
        if atomic and table in altered and known.is_large(table):
            yield Finding("validates_under_lock", table, _HELD)
    elif known.is_large(table):
        yield from _of_rest(act, table)


def _of_new_column(says: str, table: str, known: Known) -> Iterator[Finding]:
    required = bool(re.search(r"\bNOT NULL\b", says, re.I))
    default = re.search(
        r"\bDEFAULT (?P<value>.*?)(?: NOT NULL| NULL| CHECK| CONSTRAINT| UNIQUE| REFERENCES|$)", says, re.I
    )
    if required and not default and not re.search(r"\bGENERATED\b|\bSERIAL\b", says, re.I):
        yield Finding(
            "not_null", table, "rows that are there have no value for it: give it a db_default, or let it be null"
        )
    if not known.is_large(table):
        return
    if re.search(r"\bGENERATED\b|\b(?:SMALL|BIG)?SERIAL\b", says, re.I) or (default and _is_volatile(default["value"])):
        yield Finding("rewrites", table, "every row is written anew under a lock: let it be null, fill it in batches")
    if re.search(r"\bUNIQUE\b|\bPRIMARY KEY\b", says, re.I):
        yield Finding("index", table, f"an index is built under a lock: {_CONCURRENTLY}")
    if re.search(r"\bCHECK ?\(", says, re.I):
        yield Finding("scans", table, f"all rows are read under a lock: {_NOT_VALID}")


def _is_volatile(value: str) -> bool:
    return any(name.lower() not in _STEADY for name in re.findall(r"([A-Za-z_]\w*) ?\(", value))


def _of_column(column: str, does: str, table: str, known: Known, added: set[tuple[str, str]]) -> Iterator[Finding]:
    if re.match(r"(?:SET DATA )?TYPE\b", does, re.I):
        if known.is_large(table) and (table, column) not in known.widened:
            yield Finding("rewrites", table, f"column {column} is written anew in every row: {_NEW_ONE}")
    elif re.match(r"SET NOT NULL", does, re.I):
        if known.is_large(table):
            yield Finding("scans", table, f"all rows are read under a lock: {_NOT_VALID}")
        if known.uses(table, column):
            yield Finding(
                "not_null",
                table,
                f"the running release may write none into {column}: give it a db_default, a release before",
            )
    elif re.match(r"DROP DEFAULT", does, re.I):
        if (table, column) in added and known.uses(table):
            yield Finding(
                "no_default",
                table,
                f"the running release writes rows without {column}: give it a db_default, not a default",
            )
    elif re.match(r"(?:ADD GENERATED|SET EXPRESSION)", does, re.I) and known.is_large(table):
        yield Finding("rewrites", table, f"column {column} is written anew in every row: {_NEW_ONE}")


def _of_rest(act: str, table: str) -> Iterator[Finding]:
    """Constraints, and what is seldom met, of a large table."""
    if re.match(r"ADD ", act, re.I):
        if re.search(r"\bNOT VALID$|\bUSING INDEX\b", act, re.I):
            return
        if re.search(r"^ADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY|EXCLUDE)", act, re.I):
            yield Finding("index", table, f"an index is built under a lock: {_CONCURRENTLY}")
        else:
            yield Finding("scans", table, f"all rows are read under a lock: {_NOT_VALID}")
    elif re.match(r"SET (?:LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)", act, re.I):
        yield Finding("rewrites", table, _REWRITTEN)
    elif not re.match(_HARMLESS, act, re.I):
        yield Finding("unknown", table, f"it is not known what this does to a large table: {act[:60]}")


_HELD = "the lock of the ALTER before is held while all rows are read: validate in a migration of its own"
_REWRITTEN = "the table is written anew under a lock"
_CONCURRENTLY = "AddIndexConcurrently in a migration that is not atomic, then ADD CONSTRAINT … USING INDEX"
_NOT_VALID = "add it NOT VALID, validate it in the next migration (AddConstraintNotValid, ValidateConstraint)"
_TWO_STEPS = "let one release forget it (SeparateDatabaseAndState), and the next one drop it"
_NEW_ONE = "add a new one beside it, fill it in batches, and drop the old one a release later"
_HARMLESS = (
    r"DROP CONSTRAINT|RENAME CONSTRAINT|(?:ENABLE|DISABLE) (?:ALWAYS |REPLICA )?TRIGGER|SET \(|RESET \(|OWNER TO|"
    r"REPLICA IDENTITY|CLUSTER ON|SET WITHOUT CLUSTER|(?:NO )?INHERIT|(?:ENABLE|DISABLE|FORCE|NO FORCE) ROW LEVEL"
)


def _on_large(table: str, known: Known, atomic: bool) -> bool:
    return known.is_large(table)


def _on_used(table: str, known: Known, atomic: bool) -> bool:
    return known.uses(table)


def _within_one(table: str, known: Known, atomic: bool) -> bool:
    return atomic


_Rule = tuple[str, str, str, Callable[[str, Known, bool], bool]]
_STATEMENTS: tuple[_Rule, ...] = (
    (rf"(?:CREATE (?:UNIQUE )?|DROP |RE)INDEX (?:\w+ )?CONCURRENTLY\b(?:.* ON (?:ONLY )?{_NAME})?", "concurrently",
     "nothing is built concurrently within a transaction: atomic = False", _within_one),
    (rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?{_NAME}", "index",
     f"writes wait until the index is built: {_CONCURRENTLY}", _on_large),
    (rf"REINDEX (?!.*CONCURRENTLY)(?:\(.*?\) )?(?:TABLE|INDEX) {_NAME}", "index",
     "writes wait until the index is built: REINDEX CONCURRENTLY", lambda table, known, atomic: True),
    (rf"(?:CLUSTER|VACUUM (?:\(.*?FULL.*?\)|FULL)(?: \w+)*?) {_NAME}$", "rewrites", _REWRITTEN, _on_large),
    (rf"LOCK (?:TABLE )?(?:ONLY )?{_NAME}", "locks", "everybody waits until the transaction ends", _on_large),
    (rf"(?:WITH .*\) )?(?:UPDATE|DELETE FROM|MERGE INTO) (?:ONLY )?{_NAME}", "rows",
     "its rows are held, and their old versions kept, until the transaction ends: go in batches", _on_large),
    (rf"TRUNCATE (?:TABLE )?(?:ONLY )?{_NAME}", "empties", "what is in the table is gone", _on_used),
    (rf"DROP TABLE (?:IF EXISTS )?{_NAME}", "drops_used", f"the running release uses it: {_TWO_STEPS}", _on_used),
)  # fmt: skip
