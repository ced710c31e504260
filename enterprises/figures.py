"""The open figures: how large the pool was in each sealed edition. Law: sealed editions alone, and no small number."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count
from django.utils.translation import gettext as _

from enterprises.models import Edition, EditionMember
from enterprises.remembering import Common
from enterprises.suppressing import Shown, parts_shown, shown
from registry.queries import district_names

_QUARTERS = 12  # that are shown, the last ones
_WIDTH = 100


@dataclass(frozen=True)
class Bar:
    """A row of a table: what is counted, the number as it is shown, and how long its bar is, of a hundred."""

    name: str
    words: str
    length: float


@dataclass(frozen=True)
class Figures:
    """All that the page shows."""

    edition: Edition
    total: str
    programmes: tuple[Bar, ...]
    districts: tuple[Bar, ...]
    quarters: tuple[Bar, ...]


def figures(known: Common) -> Figures | None:
    """The figures of the sealed editions that stand; None where there is none yet."""
    if known.latest is None:
        return None
    latest = known.latest
    quarters = {edition.quarter: edition for edition in known.editions.values()}  # a quarter's last version
    held = {known.names.get(code, code): shown(count) for code, count in latest.by_programme.items()}
    in_order = {name: held[name] for name in known.names.values() if name in held}
    districts = {name or _("not stated"): one for name, one in _districts(latest.pk, latest.digest).items()}
    return Figures(
        edition=latest,
        total=_words(shown(latest.members)),
        programmes=_bars(in_order),
        districts=_bars(districts),
        quarters=_bars({name: shown(quarters[name].members) for name in list(quarters)[-_QUARTERS:]}),
    )


@lru_cache(maxsize=4)
def _districts(edition: int, _digest: str) -> dict[str, Shown]:
    """How many members of a sealed edition are in each district. A sealed edition does not change.

    They come in the order of their codes: one by size would tell something of those that are not shown.
    """
    rows = EditionMember.objects.filter(edition=edition).values_list("district").annotate(count=Count("pk"))
    counts = dict(rows)
    places = {name: place for place, name in enumerate(district_names().values())}
    return parts_shown({name: counts[name] for name in sorted(counts, key=lambda name: places.get(name, len(places)))})


def _bars(counts: dict[str, Shown]) -> tuple[Bar, ...]:
    most = max((one.count or 0 for one in counts.values()), default=0) or 1
    return tuple(Bar(name, _words(one), round(_WIDTH * (one.count or 0) / most, 1)) for name, one in counts.items())


def _words(one: Shown) -> str:
    if one.count is not None:
        return f"{one.count:,}"
    return "<5" if one.small else _("not shown")
