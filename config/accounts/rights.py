"""What a right is called (pure). Law: the database keeps its English name, which no page shows."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

_VERBS: Mapping[str, Any] = {
    "add": pgettext_lazy("right", "add"),
    "change": pgettext_lazy("right", "change"),
    "delete": pgettext_lazy("right", "delete"),
    "view": pgettext_lazy("right", "view"),
}


def said(right: Permission) -> str:
    """“Programme: change”, or in the words that the model has for it."""
    verb, _line, rest = right.codename.partition("_")
    model = right.content_type.model_class()
    if model and verb in _VERBS and rest == model._meta.model_name:
        return _("%(what)s: %(words)s") % {"what": model._meta.verbose_name, "words": _VERBS[verb]}
    return _(right.name)  # collected where the model names it


class RightsField(forms.ModelMultipleChoiceField):
    """Rights to choose from, by what they are called."""

    def label_from_instance(self, obj: Any) -> str:
        return said(obj)
