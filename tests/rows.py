"""A row of every model, for pages that need something to show: made up where the acts have made none."""

import datetime
import uuid
from typing import Any

from django.db import models
from django.utils import timezone


def make_up(model: type[models.Model], **given: Any) -> models.Model:
    """A row of any model, with something plausible in every field that wants something."""
    values = {
        field.attname: _value(field)
        for field in model._meta.concrete_fields
        if not (field.name in given or field.attname in given or _may_stay(field))
    }
    return model._base_manager.create(**{**values, **given})


def _may_stay(field: "models.Field[Any, Any]") -> bool:
    return bool(field.null or field.has_default() or (field.primary_key and isinstance(field, models.AutoField)))


def _value(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.ForeignKey):
        first = field.related_model._base_manager.order_by("pk").first()
        return (first or make_up(field.related_model)).pk
    if field.flatchoices:
        return field.flatchoices[0][0]
    for kind, value in _BY_KIND.items():
        if isinstance(field, kind):
            return value() if callable(value) else value
    return "示例"[: field.max_length or 2]


_BY_KIND: dict[type["models.Field[Any, Any]"], Any] = {
    models.DateTimeField: timezone.now,
    models.DateField: timezone.localdate,
    models.UUIDField: uuid.uuid4,
    models.BooleanField: False,
    models.IntegerField: 1,
    models.DecimalField: 1,
    models.JSONField: dict,
    models.EmailField: "a@example.org",
    models.URLField: "https://example.org/",
    models.DurationField: datetime.timedelta(1),
}
