"""What visitors and staff may type. Law: length and kind are bounded before anything is looked up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, ReviewItem
from registry.checking import NAME_LENGTH

NEW = "new"


class LookupForm(forms.Form):
    """One key: a credit code, a certificate number or a full name."""

    q = forms.CharField(
        label=_("Credit code, certificate number or full name of the enterprise"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "spellcheck": "false",
                "aria-describedby": "q-help",
            }
        ),
    )


class SettleForm(forms.Form):
    """Which enterprise a doubtful entry speaks of: one of the candidates, or a new one."""

    choice = forms.ChoiceField(
        label=_("Which enterprise is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the enterprises, or a new one.")},
    )

    def __init__(self, item: ReviewItem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(one.pk): one for one in item.candidates.order_by("pk")}
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            *((key, one.name) for key, one in self.candidates.items()),
            (NEW, _("A new enterprise")),
        ]

    @property
    def enterprise(self) -> Enterprise | None:
        """The chosen candidate, or None for a new enterprise."""
        return self.candidates.get(self.cleaned_data["choice"])
