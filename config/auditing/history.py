"""Events as people read them: of one row, with before and after in its fields' own words. Law: reads only.

The names of what rows point at are asked for once for each kind, whatever the number of events.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.auditing.models import Event
from config.auditing.wording import DETAILS, act_words, area_words, masked_words

_LONG = 300
_MOST = 500


class Change(NamedTuple):
    """One field: what it is called, what it said before, and says now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """An event in words."""

    event: Event
    area: str
    act: str
    who: str
    changes: Sequence[Change]
    notes: Sequence[str]


def of(obj: Model, most: int = _MOST) -> list[Told]:
    """What became of a row, the newest first."""
    return told(Event.objects.filter(model=obj._meta.label_lower, key=str(obj.pk)).order_by("-number")[:most])


def told(events: Iterable[Event]) -> list[Told]:
    """These events, in words."""
    found = list(events)
    names = _names(found)
    return [
        Told(
            event,
            area_words(event.area),
            act_words(event.area, event.act),
            who(event),
            _changes(event, names),
            _notes(event),
        )
        for event in found
    ]


def who(event: Event) -> str:
    """The account; or what else was at work."""
    if event.user_id is None and event.user_name:
        return _("%(name)s (not an account)") % {"name": event.user_name}
    return event.user_name or _("the system")


def kind_of(event: Event) -> str:
    """What the object is called, as a kind."""
    try:
        return str(apps.get_model(event.model)._meta.verbose_name)
    except (LookupError, ValueError):
        return event.model


def more(event: Event) -> list[tuple[str, Any]]:
    """What else it says."""
    return [(str(DETAILS[key]), value) for key, value in event.details.items() if key in DETAILS]


def _notes(event: Event) -> list[str]:
    said = event.details.get("said", [])
    message = event.details.get("changes", {}).get("change_message") if event.area == "desk" else None
    return [*(str(one) for one in said), *([str(message[1])] if message else [])]


def _changes(event: Event, names: dict[tuple[str, str], dict[Any, str]]) -> list[Change]:
    model = _model(str(event.details.get("table", "")))
    if event.area == "desk":
        return []
    changed = [
        Change(
            _called(model, column),
            "" if before is None else _value(model, column, before, names),
            _value(model, column, after, names),
        )
        for column, (before, after) in sorted(event.details.get("changes", {}).items())
        if before or after or isinstance(after, bool | int)
    ]
    hidden = [Change(_called(model, column), "", masked_words()) for column in event.details.get("masked", ())]
    return changed + hidden


def _model(table: str) -> type[Model] | None:
    found: list[type[Model]] = [
        one for one in apps.get_models(include_auto_created=True) if one._meta.db_table == table
    ]
    return next((one for one in found if not one._meta.proxy), None)


def _field(model: type[Model] | None, column: str) -> "Field[Any, Any] | None":
    if model is None:
        return None
    try:
        field = model._meta.get_field(column.removesuffix("_id"))
    except FieldDoesNotExist:
        return next((one for one in model._meta.concrete_fields if one.column == column), None)
    return field if isinstance(field, Field) else None


def _called(model: type[Model] | None, column: str) -> str:
    field = _field(model, column)
    return str(field.verbose_name) if field is not None else column


def _value(model: type[Model] | None, column: str, value: Any, names: dict[tuple[str, str], dict[Any, str]]) -> str:
    if value is None or value == "" or value == []:
        return "–"
    field = _field(model, column)
    if isinstance(field, ForeignKey):
        return names.get((str(model), column), {}).get(value, f"#{value}")
    if isinstance(value, bool):
        return pgettext("value", "yes") if value else pgettext("value", "no")
    choices = dict(field.flatchoices) if field is not None else {}
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)[:_LONG]
    text = str(choices.get(value, value)) if isinstance(value, str | int) else str(value)
    return _moment(text)[:_LONG]


def _moment(text: str) -> str:
    """A time of the database as it is written here; any other text as it is."""
    try:
        moment = parse_datetime(text) if "T" in text[:11] else None
    except ValueError:
        return text
    return f"{localtime(moment):%Y-%m-%d %H:%M:%S}" if moment is not None and moment.tzinfo else text


def _names(events: Sequence[Event]) -> dict[tuple[str, str], dict[Any, str]]:
    """(model, column) → what the rows that it points at are called now."""
    wanted: dict[tuple[str, str], set[Any]] = defaultdict(set)
    fields: dict[tuple[str, str], type[Model]] = {}
    for event in events:
        model = _model(str(event.details.get("table", "")))
        for column, pair in event.details.get("changes", {}).items():
            field = _field(model, column)
            if isinstance(field, ForeignKey):
                wanted[str(model), column].update(one for one in pair if one is not None)
                fields[str(model), column] = field.related_model
    return {
        key: {pk: str(row) for pk, row in fields[key]._default_manager.in_bulk(list(pks)[:_MOST]).items()}
        for key, pks in wanted.items()
    }
