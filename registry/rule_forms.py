"""Rules with dates of their own, as one page edits them together. Law: at most one is in force on any day."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class DatedRuleFormSet(forms.BaseInlineFormSet):
    """The rules of one owner. `moved` says that somebody else revised them meanwhile, given the owner's name."""

    moved: type[Exception]

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):  # the library would pass it over
            raise ValidationError(str(self.moved(str(self.instance))))
        kept = [form.cleaned_data for form in self.forms if self._counts(form)]
        self.judge(kept)
        kept.sort(key=lambda rule: rule["effective_from"])
        for earlier, later in pairwise(kept):
            if earlier["effective_to"] is None or earlier["effective_to"] > later["effective_from"]:
                raise ValidationError(
                    _("Two rules are in force on %(day)s. Let the earlier one end where the later begins.")
                    % {"day": later["effective_from"]}
                )

    def judge(self, kept: Sequence[Mapping[str, Any]]) -> None:
        """What else the rules that are kept must be. Raises `ValidationError`."""

    def _counts(self, form: forms.ModelForm) -> bool:
        return bool(form.is_valid() and form.cleaned_data and form not in self.deleted_forms)
