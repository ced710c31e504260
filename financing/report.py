"""An evaluation's document in words and tables (reads nothing): what workbook, print and desk show alike.

Law: every number is the document's; what is rounded is rounded for the eye alone. A table says its units.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from financing.figures import NOWHERE
from financing.halves import year_of
from financing.methods import methods
from financing.models import Measure, Unit
from pushes.models import InstitutionKind

TEXT, COUNT, AMOUNT, PERCENT, DAYS = "text", "count", "amount", "percent", "days"
Value = str | int | Decimal | None
_FORMS = {COUNT: "{:,}", AMOUNT: "{:,.2f}", PERCENT: "{:,.2f}", DAYS: "{:,.1f}"}


class Column(NamedTuple):
    """`width` is in parts of a table's whole; what a column of numbers counts in stands in its head."""

    head: str
    kind: str = COUNT
    width: int = 3


@dataclass(frozen=True)
class Table:
    """A table of a section; numbers are numbers, and None is “nothing is known of it”."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Section:
    title: str
    words: Sequence[str] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Report:
    """`label` names half and version, `facts` stand on the cover."""

    title: str
    half: str
    label: str
    facts: Sequence[tuple[str, str]]
    warnings: Sequence[str]
    sections: Sequence[Section]


def report(said: Mapping[str, Any], *, version: int, digest: str) -> Report:
    """The document as a report."""
    words = _Words(said)
    return Report(
        title=_("Half-yearly evaluation of the financing of technology enterprises in Zhengzhou"),
        half=half_words(said["half"]),
        label=f"{said['half']}-v{version}",
        facts=_facts(said, version, digest),
        warnings=_warnings(said),
        sections=[
            Section(_("Overall figures"), _overview_words(said), [_overview(said)]),
            Section(_("Policy targets"), [], [_targets(said)]),
            Section(_("By programme"), [_("An enterprise that holds several programmes counts in each of them.")],
                    _each(said, "programmes", words.programme, _("programme"))),
            Section(_("District comparison"), [], [
                *_each(said, "districts", words.district, _("district"), ranked=True), _matrix(said, words),
            ]),
            Section(_("By kind of institution"), [
                _("An enterprise of several kinds of institutions counts once in each of them."),
            ], _each(said, "kinds", words.kind, _("kind of institution"))),
            Section(_("What institutions reported"), [
                _("Sums of each institution. Which enterprises it lends to, no paper of the bureau tells."),
            ], [_reported(quarter, words) for quarter in said["quarters"]]),
            Section(_("Activity of institutions"), [], [_acts(said, words), _conversions(said, words)]),
            Section(_("Methods"), methods(said)),
        ],
    )  # fmt: skip


def shown(kind: str, value: Value) -> str:
    """A value for the eye; of what nobody knows a dash."""
    if isinstance(value, int | Decimal):
        return _FORMS[kind].format(value)
    return value or "–"


def head_lines(head: str) -> str:
    """The unit below what it is of."""
    return head.replace("（", "\n（")


def half_words(half: str) -> str:
    year, number = year_of(half)
    return (_("first half of %(year)s") if number == 1 else _("second half of %(year)s")) % {"year": year}


def quarter_words(quarter: str) -> str:
    return _("quarter %(number)s of %(year)s") % {"year": quarter[:4], "number": quarter[5]}


def moment_words(moment: str) -> str:
    return localtime(datetime.fromisoformat(moment)).strftime("%Y-%m-%d %H:%M")


class _Words:
    """What codes are called, by the document's own terms."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        terms = said["terms"]
        self._programmes = dict(terms["programmes"])
        self._institutions = {code: name for code, name, _kind in terms["institutions"]}
        self._kinds = {code: kind for code, _name, kind in terms["institutions"]}

    def programme(self, row: Mapping[str, Any]) -> str:
        return str(self._programmes.get(row["group"], row["group"]))

    def district(self, row: Mapping[str, Any]) -> str:
        return _("no district named") if row["district"] == NOWHERE else str(row["district"])

    def kind(self, row: Mapping[str, Any]) -> str:
        return str(InstitutionKind(row["kind"]).label)

    def institution(self, row: Mapping[str, Any]) -> str:
        return str(self._institutions[row["institution"]])

    def kind_of(self, row: Mapping[str, Any]) -> str:
        return str(InstitutionKind(self._kinds[row["institution"]]).label)


def _facts(said: Mapping[str, Any], version: int, digest: str) -> list[tuple[str, str]]:
    def edition(of: Mapping[str, Any]) -> str:
        facts = {"label": of["label"], "day": of["as_of"], "members": f"{of['members']:,}", "digest": of["digest"]}
        return _("%(label)s, as of %(day)s, %(members)s enterprises, SHA-256 %(digest)s") % facts

    found = [
        (_("half year"), half_words(said["half"])),
        (_("version"), str(version)),
        (_("as known at"), moment_words(said["known_by"])),
        *((quarter_words(one["quarter"]), edition(one["edition"])) for one in said["quarters"]),
    ]
    if said["year_start"]:
        found.append((_("year start"), edition(said["year_start"])))
    return [*found, (_("digest of the figures"), f"SHA-256 {digest}")]


def _warnings(said: Mapping[str, Any]) -> list[str]:
    found = [_("Internal: it tells what each institution reported. It is not handed to institutions or to the public.")]
    if said["missing"]:
        quarters = _(", ").join(quarter_words(one) for one in said["missing"])
        found.append(
            _("Not whole: at that moment there was no sealed edition of %(quarters)s.") % {"quarters": quarters}
        )
    if not said["year_start"]:
        found.append(_("At that moment nobody had reported of the end of the year before, so growth is not told."))
    return found


def _overview_words(said: Mapping[str, Any]) -> list[str]:
    last = said["quarters"][-1]
    total = last["total"]
    facts = {
        "quarter": quarter_words(last["quarter"]), "members": f"{total['members']:,}", "lent": f"{total['lent_to']:,}",
        "share": total["share"] or "–", "balance": f"{Decimal(total['balance']) / 10_000:,.2f}",
        "institutions": total["institutions"],
    }  # fmt: skip
    words = [
        _("%(quarter)s: of %(members)s enterprises in the pool %(lent)s were lent to (%(share)s %%); %(institutions)s "
          "institutions reported; the balance of loans was %(balance)s (100 million yuan).") % facts
    ]  # fmt: skip
    if total["growth"] is not None:
        words.append(_("Since the year's start the balance changed by %(growth)s %%.") % {"growth": total["growth"]})
    return words


_FIGURES: Sequence[tuple[str, str]] = (
    ("members", COUNT), ("lent_to", COUNT), ("share", PERCENT), ("balance", AMOUNT), ("year_start", AMOUNT),
    ("growth", PERCENT), ("lent", AMOUNT), ("first_share", PERCENT), ("renewed_share", PERCENT),
    ("on_credit_share", PERCENT),
)  # fmt: skip


def _heads() -> Mapping[str, str]:
    return {
        "members": _("in the pool"), "lent_to": _("lent to"), "share": _("share lent to (%)"),
        "balance": _("balance (10,000 yuan)"), "year_start": _("balance at year start (10,000 yuan)"),
        "growth": _("growth over year start (%)"), "lent": _("lent in the quarter (10,000 yuan)"),
        "first_share": _("first loans (%)"), "renewed_share": _("renewals (%)"),
        "on_credit_share": _("credit loans (%)"),
    }  # fmt: skip


def _figure_columns() -> list[Column]:
    heads = _heads()
    return [Column(heads[name], kind, 4 if kind == AMOUNT else 3) for name, kind in _FIGURES]


def _figures(row: Mapping[str, Any]) -> list[Value]:
    return [row[name] if kind == COUNT else number(row[name]) for name, kind in _FIGURES]


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _overview(said: Mapping[str, Any]) -> Table:
    return Table(
        _("Figures of each quarter"),
        [Column(_("quarter"), TEXT, 4), *_figure_columns()],
        [[quarter_words(one["quarter"]), *_figures(one["total"])] for one in said["quarters"]],
    )


def _each(
    said: Mapping[str, Any],
    part: str,
    called: Callable[[Mapping[str, Any]], str],
    head: str,
    *,
    ranked: bool = False,
) -> list[Table]:
    """A table of each quarter; ranked by the share lent to, the highest first."""
    found = []
    for one in said["quarters"]:
        rows: Iterable[Mapping[str, Any]] = one[part]
        if ranked:
            rows = sorted(rows, key=lambda row: -(number(row["share"]) or Decimal(0)))
        named: list[list[Value]] = [[called(row), *_figures(row)] for row in rows]
        found.append(Table(quarter_words(one["quarter"]), [Column(head, TEXT, 5), *_figure_columns()], named))
    return found


def _matrix(said: Mapping[str, Any], words: _Words) -> Table:
    """Of the last quarter: the share lent to by district and programme."""
    last = said["quarters"][-1]
    shares = {(row["district"], row["group"]): number(row["share"]) for row in last["programmes_in_districts"]}
    return Table(
        _("Share lent to by district and programme (%%), %(quarter)s") % {"quarter": quarter_words(last["quarter"])},
        [Column(_("district"), TEXT, 4), *(Column(words.programme(row), PERCENT) for row in last["programmes"])],
        [
            [words.district(row), *(shares[row["district"], of["group"]] for of in last["programmes"])]
            for row in last["districts"]
        ],
    )


def _targets(said: Mapping[str, Any]) -> Table:
    aims = said["terms"]["targets"]
    rows: list[list[Value]] = [
        [aim["name"], aim["due"], quarter_words(one["quarter"]), _of_unit(aim, aim["value"]),
         _of_unit(aim, got["reached"]), _distance(aim, got)]
        for at, aim in enumerate(aims)
        for one in said["quarters"]
        for got in [one["targets"][at]]
    ]  # fmt: skip
    heads = (
        (_("target"), 11), (pgettext("target", "due by"), 3), (_("quarter"), 4), (pgettext("target", "value"), 4),
        (_("reached"), 4), (_("distance"), 4),
    )  # fmt: skip
    return Table(_("Policy targets and the distance to them"), [Column(head, TEXT, part) for head, part in heads], rows)


def _of_unit(aim: Mapping[str, Any], text: str | None) -> str:
    if text is None:
        return "–"
    if aim["measure"] == Measure.SHARE:
        return f"{Decimal(text):,.2f} %"
    unit = _("100 million yuan") if aim["unit"] == Unit.HUNDRED_MILLION else _("10,000 yuan")
    return f"{Decimal(text):,.2f} {unit}"


def _distance(aim: Mapping[str, Any], got: Mapping[str, Any]) -> str:
    if got["met"]:
        return _("met")
    if got["distance"] is None:
        return "–"
    return _("%(distance)s missing") % {"distance": _of_unit(aim, got["distance"])}


def _reported(quarter: Mapping[str, Any], words: _Words) -> Table:
    rows: list[list[Value]] = [
        [
            words.institution(row), words.kind_of(row), row["reported"], row["contacted"], row["granted"],
            row["lent_to"], row["refused"], number(row["credit_line"]), number(row["lent"]), number(row["balance"]),
            number(row["growth"]),
        ]
        for row in quarter["institutions"]
    ]  # fmt: skip
    return Table(
        quarter_words(quarter["quarter"]),
        [
            Column(_("institution"), TEXT, 6), Column(_("kind"), TEXT), Column(_("reported of")),
            Column(_("contacted")), Column(_("with a credit line")), Column(_("lent to")),
            Column(pgettext("credit", "refused")), Column(_("credit lines (10,000 yuan)"), AMOUNT, 4),
            Column(_("lent in the quarter (10,000 yuan)"), AMOUNT, 4), Column(_("balance (10,000 yuan)"), AMOUNT, 4),
            Column(_("growth over year start (%)"), PERCENT),
        ],
        rows,
    )  # fmt: skip


def _feedback_words() -> Mapping[str, str]:
    return {
        "in_time": _("in time"), "late": pgettext("feedback came", "late"), "none": pgettext("feedback", "none"),
        "awaited": pgettext("feedback", "not due yet"), "not_asked": pgettext("feedback", "not asked"),
    }  # fmt: skip


def _acts(said: Mapping[str, Any], words: _Words) -> Table:
    punctual = _feedback_words()
    quarters = list(said["activity"]["institutions"][0]["feedback"]) if said["activity"]["institutions"] else []
    rows: list[list[Value]] = [
        [
            words.institution(row), row["delivered"], row["taken"], row["downloads"], row["acknowledged"],
            number(row["mean_days"]), number(row["longest_days"]),
            *(punctual[row["feedback"][one]] for one in quarters), row["contacted"], row["granted"],
            number(row["granted_share"]), row["lent"], number(row["lent_share"]),
        ]
        for row in said["activity"]["institutions"]
    ]  # fmt: skip
    columns = [
        Column(_("institution"), TEXT, 6), Column(_("editions delivered")), Column(_("of them taken")),
        Column(_("downloads")), Column(_("acknowledged")), Column(_("days until then, mean"), DAYS),
        Column(_("days until then, longest"), DAYS),
        *(Column(_("feedback %(quarter)s") % {"quarter": one}, TEXT) for one in quarters),
        *_conversion_columns(),
    ]  # fmt: skip
    return Table(_("Deliveries, feedback and conversions of each institution"), columns, rows)


def _conversion_columns() -> Iterator[Column]:
    yield from (Column(_("contacted")), Column(_("of them granted")), Column(_("granted (%)"), PERCENT))
    yield from (Column(_("of them lent to")), Column(pgettext("share", "lent to (%)"), PERCENT))


def _conversions(said: Mapping[str, Any], words: _Words) -> Table:
    def row(name: str, of: Mapping[str, Any]) -> list[Value]:
        return [name, of["institutions"], of["contacted"], of["granted"], number(of["granted_share"]), of["lent"],
                number(of["lent_share"])]  # fmt: skip

    done = said["activity"]
    return Table(
        _("Conversions by kind of institution"),
        [Column(_("kind of institution"), TEXT, 6), Column(_("institutions")), *_conversion_columns()],
        [*(row(words.kind(one), one) for one in done["kinds"]), row(_("all together"), done["total"])],
    )
