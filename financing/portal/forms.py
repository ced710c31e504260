"""The form by which feedback comes in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Edition


class FeedbackForm(forms.Form):
    """A filled template, and on which edition it is."""

    edition = forms.ChoiceField(label=_("Edition"), help_text=_("Feedback is of the edition's quarter."))
    file = forms.FileField(
        label=_("Filled template"), max_length=100, widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"})
    )
    leave_out = forms.BooleanField(
        label=_("Sound lines count although others are faulty"),
        required=False,
        help_text=_("Otherwise nothing counts before every line is sound, or you say so afterwards."),
    )

    def __init__(self, *args: Any, editions: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one.label, f"{one.label}（{one.quarter}）") for one in editions]
