"""The institutions' forms, and the admin's for an agreed cut."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from enterprises.opening import Choice
from pushes.formats.offered import COLUMNS, CSV, GB18030, JSONL, PARQUET, XLSX
from pushes.models import Invitation, Profile, Role
from registry.queries import beside_the_pool, district_names, recognition_names

# Names stand in mails to people outside: no address hides in one.
PLAIN_NAME = RegexValidator(r"^[^<>/\\:@]*\Z", _("A name has none of the characters < > / \\ : @"))
FORMAT_LABELS = {
    XLSX: _("Excel workbook (xlsx)"),
    CSV: _("csv, UTF-8 with a byte order mark"),
    GB18030: _("csv, GB18030"),
    JSONL: _("JSON Lines, for programs: cells as they are"),
    PARQUET: _("Parquet, for programs: cells as they are"),
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
    annexes = _choice(
        _("named lists and points"),
        _(
            "They stand beside the pool and are no recognitions. None chosen means none; each needs a purpose by "
            "contract."
        ),
    )
    formats = _choice(_("file formats"), _("Each table comes in each format."), required=True)

    class Meta:
        model = Profile
        fields = ["programmes", "districts", "include_name_only", "columns", "annexes", "formats"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, dict[str, Any]] = {
            "programmes": recognition_names(),
            "districts": district_names(),
            "columns": COLUMNS,
            "annexes": {code: one.name for code, one in beside_the_pool().items()},
            "formats": FORMAT_LABELS,
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = list(offered.items())
        if not choices["annexes"]:
            del self.fields["annexes"]


class ReasonForm(forms.Form):
    """Why a channel is paused."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SinceForm(forms.Form):
    """From which day on."""

    since = forms.DateField(label=_("Failed since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class InvitationForm(forms.ModelForm):
    """Who is asked in."""

    class Meta:
        model = Invitation
        fields = ["name", "email", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(PLAIN_NAME)
        others = [one for one in self.fields["email"].validators if not isinstance(one, EmailValidator)]
        self.fields["email"].validators = [EmailValidator(_("This is no e-mail address.")), *others]
        self.fields["email"].help_text = _("The person signs in with it. Use one that nobody else reads.")


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(choices=Role)


class PasswordsForm(forms.Form):
    """The first password of an account, twice."""

    password1 = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password, again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "password1" in typed and typed.get("password2") != typed["password1"]:
            self.add_error("password2", ValidationError(_("The two passwords are not the same.")))
        return typed


class CustomersForm(forms.Form):
    """A list of customers to be compared."""

    file = forms.FileField(
        label=_("List of customers"),
        help_text=_("xlsx, xls, ods or csv; a column of names or of credit codes is enough."),
        max_length=100,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"}),
    )


class ColumnsForm(forms.Form):
    """Which sheet of a list is meant, and which of its columns hold names and codes."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    name = forms.TypedChoiceField(label=_("Column of names"), required=False, coerce=int, empty_value=None)
    code = forms.TypedChoiceField(label=_("Column of credit codes"), required=False, coerce=int, empty_value=None)
    bare = forms.BooleanField(label=_("The list has no header: its first row is an enterprise"), required=False)

    def __init__(self, *args: Any, sheets: list[str], header: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("none")), *((str(at), f"{at + 1}：{text}") for at, text in enumerate(header))]
        offered: dict[str, list[tuple[str, Any]]] = {"sheet": [(name, name) for name in sheets]}
        offered |= {"name": columns, "code": columns}
        for part, choices in offered.items():
            field = self.fields[part]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices
        for part in ("name", "code", "bare") if sheets else ("sheet",):
            del self.fields[part]

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(**{part: value for part, value in self.cleaned_data.items() if value is not None})


class AnswerForm(forms.Form):
    """The bureau's answer to a request."""

    answer = forms.CharField(
        label=_("Answer to the institution"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
