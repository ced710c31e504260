"""The forms at the door: allauth's, in the house's words, and with how long a locked person waits."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.accounts import lockout, tasks

_REMEMBERED_PERIODS = 4  # longer than a code is good for


def _said(form: forms.Form, **labels: Any) -> None:
    """The labels, without words inside the fields: they vanish when one types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, login=_("User name or e-mail address"), password=_("Password"))
        self.fields["password"].help_text = ""
        self.fields["login"].max_length = 254
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none", "maxlength": 254}


class AgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, password=_("Password"))
        self.fields["password"].help_text = ""


class ChangeForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, oldpassword=_("Current password"), password1=_("New password"), password2=_("New password, again"))
        self.fields["oldpassword"].help_text = ""


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, password1=_("New password"), password2=_("New password, again"))


class ForgottenForm(ResetPasswordForm):
    """Whether there is such an account is the worker's to find out: this page's answer is the same, and as quick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, email=_("E-mail address"))
        others = [one for one in self.fields["email"].validators if not isinstance(one, EmailValidator)]
        self.fields["email"].validators = [EmailValidator(_("This is no e-mail address.")), *others]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        tasks.mail_password_reset.delay(email)
        return email


class _Code(forms.Form):
    """A code of the phone: tried so many times, and each once."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, code=_("Code"))
        self.fields["code"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "maxlength": 20}

    def clean_code(self) -> str:
        try:
            code = str(super().clean_code())  # type: ignore[misc]  # of allauth's form beside this one
        except ValidationError as error:
            if error.code in (lockout.LOCKED, "rate_limited"):
                raise lockout.locked(context.request, lockout.key_of_codes(self.user)) from error
            raise
        plain = "".join(code.split())
        if not cache.add(f"code-used:{self.user.pk}:{plain}", 1, _REMEMBERED_PERIODS * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Code, AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of the authenticator app, or a recovery code")


class CodeAgainForm(_Code, ReauthenticateByCodeForm):
    pass


class FirstCodeForm(_Code, ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, code=_("Code that the app shows now"))
