"""What visitors and staff may type. Law: length and kind are bounded before anything is looked up."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.assigning import SETTLE
from enterprises.models import ChangeKind, Enterprise, GuardLimit, ReviewItem
from enterprises.wording import CHANGE_CAUSES
from registry.checking import NAME_LENGTH
from registry.identifiers import clean_code
from registry.models import Programme, ProgrammeKind

NEW, OTHER = "new", "other"


class AsOfForm(forms.Form):
    """Of which day something is asked, and as known at which moment; today and now where nothing is given."""

    as_of = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    known_by = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LookupForm(forms.Form):
    """One key: a credit code, a certificate number or a full name."""

    q = forms.CharField(
        label=_("Credit code, certificate number or full name of the enterprise"),
        max_length=NAME_LENGTH,
        required=False,
        error_messages={
            "max_length": _(
                "Nothing that can be looked up is longer than %(limit_value)s characters. Please shorten it."
            ),
            "null_characters_not_allowed": _("This contains characters that no name or code has. Please type it anew."),
        },
    )


class SettleForm(forms.Form):
    """Which enterprise a doubtful entry speaks of: one of the candidates, any other, or a new one."""

    choice = forms.ChoiceField(
        label=_("Which enterprise is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the enterprises, or a new one.")},
    )
    other = forms.CharField(label=_("Public id or credit code"), max_length=40, required=False)

    def __init__(self, item: ReviewItem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(one.pk): one for one in item.candidates.filter(merged_into=None)}
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            *((key, one.name) for key, one in self.candidates.items()),
            (OTHER, _("Another enterprise")),
            (NEW, _("A new enterprise")),
        ]

    def clean(self) -> dict[str, Any]:
        facts = self.cleaned_data
        if facts.get("choice") == OTHER and "other" in facts:
            facts["named"] = _bearer(clean_code(facts["other"]))
            if facts["named"] is None:
                self.add_error("other", _("No enterprise has this public id or credit code. Nothing was done."))
        return facts

    @property
    def enterprise(self) -> Enterprise | None:
        """The chosen or named one, or None for a new enterprise."""
        choice = self.cleaned_data["choice"]
        return self.cleaned_data["named"] if choice == OTHER else self.candidates.get(choice)


class ColleagueForm(ActionForm):
    """What is to be done with the chosen items; and, where they are given to somebody, to whom."""

    colleague = forms.ModelChoiceField(
        label=_("Colleague:"), queryset=User.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleague"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = (
            User.objects.with_perm(SETTLE, backend="django.contrib.auth.backends.ModelBackend")
            .filter(is_staff=True)
            .order_by("username")
        )


class TakeForm(forms.Form):
    """How many items somebody takes for himself."""

    count = forms.TypedChoiceField(label=_("How many"), coerce=int, choices=[(n, n) for n in (10, 20, 50, 100)])


def _bearer(code: str) -> Enterprise | None:
    """The enterprise with exactly this public id or credit code."""
    if not code:
        return None
    return Enterprise.objects.filter(Q(public_id=code) | Q(uscc=code), merged_into=None).first()


class GuardLimitForm(forms.ModelForm):
    """A limit; the cause is one that changes have, by its words."""

    cause = forms.ChoiceField(label=_("cause"), required=False, choices=[("", _("all")), *CHANGE_CAUSES.items()])

    class Meta:
        model = GuardLimit
        fields = ("guard", "programme", "cause", "amber", "red", "least")


class PreviewForm(forms.Form):
    """Which day's edition is looked at, and which part of it."""

    day = forms.DateField(
        label=_("as of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("change"), required=False, choices=[("", _("all")), *ChangeKind.choices])
    programme = forms.ModelChoiceField(
        Programme.objects.filter(kind=ProgrammeKind.RECOGNITION),
        label=_("programme"),
        required=False,
        to_field_name="code",
        empty_label=_("all"),
    )
    cause = forms.ChoiceField(label=_("cause"), required=False, choices=[("", _("all")), *CHANGE_CAUSES.items()])

    def clean_day(self) -> date | None:
        """Years that no list of ours knows are slips of the pen."""
        day: date | None = self.cleaned_data["day"]
        if day and not 2008 <= day.year <= 2099:
            raise ValidationError(_("Give a day from 2008 to 2099."))
        return day
