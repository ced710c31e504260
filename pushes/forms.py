"""The institutions' forms, and the admin's for an agreed cut."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from pushes.models import Profile
from registry.queries import programme_names


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _("Name and password do not match. Mind capital letters in both."),
        "inactive": _("This account is closed. Please speak to your institution's administrator."),
    }


class ProfileForm(forms.ModelForm):
    """A new version of the agreed cut."""

    programmes = forms.MultipleChoiceField(
        label=_("programmes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )

    class Meta:
        model = Profile
        fields = ["programmes", "include_name_only"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programmes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = list(programme_names().items())


class ReasonForm(forms.Form):
    """Why a channel is paused."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SinceForm(forms.Form):
    """From which day on."""

    since = forms.DateField(label=_("Failed since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
