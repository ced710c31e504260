"""The bureau's forms about feedback: a reported mistake answered, a quarter chosen, a reason given."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from financing.models import ListMistake, MistakeOutcome


class SettleForm(forms.Form):
    """What became of a reported mistake; `along` are the other open reports of the same enterprise."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[one for one in MistakeOutcome.choices if one[0] != MistakeOutcome.OPEN],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(
        label=_("Word to the institution"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever reported it reads this, word for word. Name no other institution."),
    )  # fmt: skip
    along = forms.ModelMultipleChoiceField(
        ListMistake.objects.none(), label=_("Settle with it, by the same word"), required=False
    )

    def __init__(self, *args: Any, others: Iterable[ListMistake], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["along"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        field.queryset = ListMistake.objects.filter(pk__in=[one.pk for one in others])


class WhyForm(forms.Form):
    """Why somebody wants to see which enterprises a figure counts."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class WhenForm(forms.Form):
    """Which quarter's statistics, and as known at which moment; nothing means the newest, and now."""

    quarter = forms.ChoiceField(label=_("Quarter"), required=False)
    known_by = forms.DateTimeField(
        label=_("As known at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty means now. What came in or was replaced later does not count."),
    )  # fmt: skip

    def __init__(self, *args: Any, quarters: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quarter"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one, one) for one in quarters]
