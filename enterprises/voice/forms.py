"""What enterprises may write. Law: length and kind are bounded before anything is done with it."""

import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from enterprises.models import ObjectionKind
from registry.checking import NAME_LENGTH
from registry.identifiers import clean_code

_PLAIN = RegexValidator(r"^[^\x00-\x09\x0b\x0c\x0e-\x1f]*$", _("This contains characters that cannot be shown."))
_TRAP = "website"


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SecretForm(forms.Form):
    """What opens an objection: its number, and the password of its receipt."""

    number = forms.CharField(label=_("Receipt number"), max_length=30)
    secret = forms.CharField(
        label=_("Password of the receipt"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    """What was asked for, in words and files."""

    text = forms.CharField(
        label=_("Your answer"), max_length=4000, validators=[_PLAIN], widget=forms.Textarea(attrs={"rows": 5})
    )


class ObjectionForm(forms.Form):
    """What is wrong, of what, and how to reach whoever says so. `website` is for robots: people do not see it."""

    form = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    about = forms.CharField(widget=forms.HiddenInput, max_length=12, required=False)
    kind = forms.ChoiceField(label=_("What is wrong?"), choices=ObjectionKind.choices, widget=forms.RadioSelect)
    line = forms.ChoiceField(label=_("Which recognition is it about?"), required=False)
    name = forms.CharField(
        label=_("Full name of your enterprise"), max_length=NAME_LENGTH, min_length=4, validators=[_PLAIN],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Unified social credit code"), max_length=40, required=False, validators=[_PLAIN],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    says = forms.CharField(
        label=_("What is right, and by which notice or certificate?"), max_length=4000, min_length=5,
        validators=[_PLAIN], widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "says-help"}),
    )  # fmt: skip
    contact_name = forms.CharField(
        label=_("Whom to ask for"), max_length=50, required=False, validators=[_PLAIN],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    contact_phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False,
        validators=[RegexValidator(r"^[0-9+()\-  ]{5,30}$", _("Write the number with digits, like 0371-67180000."))],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    contact_mail = forms.EmailField(
        label=_("E-mail"), max_length=120, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("the enterprise as a whole")), *lines]

    def clean_code(self) -> str:
        code = clean_code(self.cleaned_data["code"])
        if len(code) > 18:
            raise forms.ValidationError(_("A unified social credit code has 18 characters."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("contact_phone") or cleaned.get("contact_mail")):
            self.add_error("contact_phone", _("Leave a telephone number or an e-mail address for questions."))
        return cleaned

    @property
    def is_of_a_robot(self) -> bool:
        return bool(self.data.get(_TRAP))


class WatchForm(forms.Form):
    """Where news of an enterprise are to go."""

    address = forms.EmailField(
        label=_("E-mail"), max_length=120, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
