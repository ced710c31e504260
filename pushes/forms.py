"""The institutions' forms, and the admin's for an agreed cut."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from pushes.formats.offered import COLUMNS, CSV, GB18030, JSONL, PARQUET, XLSX
from pushes.models import Profile
from registry.queries import district_names, programme_names

FORMAT_LABELS = {
    XLSX: _("Excel workbook (xlsx)"),
    CSV: _("csv, UTF-8 with a byte order mark"),
    GB18030: _("csv, GB18030"),
    JSONL: _("JSON Lines, for programs: cells as they are"),
    PARQUET: _("Parquet, for programs: cells as they are"),
}


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _("Name and password do not match. Mind capital letters in both."),
        "inactive": _("This account is closed. Please speak to your institution's administrator."),
    }


def _choice(label: Any, help_text: Any, *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=required, widget=forms.CheckboxSelectMultiple
    )


class ProfileForm(forms.ModelForm):
    """A new version of the agreed cut."""

    programmes = _choice(_("programmes"), _("None chosen means all."))
    districts = _choice(_("districts"), _("None chosen means all, and enterprises of no known district too."))
    columns = _choice(
        _("columns of the tables"),
        _("None chosen means all. Public id, code, name and each recognition's programme and state are always there."),
    )
    formats = _choice(_("file formats"), _("Each table comes in each format."), required=True)

    class Meta:
        model = Profile
        fields = ["programmes", "districts", "include_name_only", "columns", "formats"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, dict[str, Any]] = {
            "programmes": programme_names(),
            "districts": district_names(),
            "columns": COLUMNS,
            "formats": FORMAT_LABELS,
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = list(offered.items())


class ReasonForm(forms.Form):
    """Why a channel is paused."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SinceForm(forms.Form):
    """From which day on."""

    since = forms.DateField(label=_("Failed since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AnswerForm(forms.Form):
    """The bureau's answer to a request."""

    answer = forms.CharField(
        label=_("Answer to the institution"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
