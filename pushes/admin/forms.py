"""What staff type about channels and keys, judged before it is kept."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import asyncssh
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pushes.channels.calling import may_call
from pushes.forms import PLAIN_NAME
from pushes.models import AccessKey, Channel, ChannelKind, Institution, KnownBy, Membership, Role, Scope

# What each kind needs, and what it may have beside that.
NEEDED: dict[str, tuple[str, ...]] = {
    ChannelKind.PORTAL: (),
    ChannelKind.EMAIL: ("addresses",),
    ChannelKind.WEBHOOK: ("url",),
    ChannelKind.SFTP: ("host", "port", "username", "host_key", "finish"),
    ChannelKind.PLATFORM: ("url", "known_by", "page_size", "state_path", "batches_path", "withdrawals_path"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    ChannelKind.SFTP: ("folder",),
    ChannelKind.PLATFORM: ("grant_url", "client_id", "compressed"),
}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")


def fields_of(kind: str) -> list[str]:
    """The fields of a channel that count for its kind."""
    return [*NEEDED[kind], *OPTIONAL.get(kind, ())]


class ChannelForm(forms.ModelForm):
    """A channel of one kind, which it keeps."""

    class Meta:
        model = Channel
        fields = [
            "institution", "kind", "addresses", "url",
            "host", "port", "username", "host_key", "folder", "finish",
            "known_by", "grant_url", "client_id", "page_size", "compressed",
            "state_path", "batches_path", "withdrawals_path",
        ]  # fmt: skip
        widgets = {
            "kind": forms.HiddenInput,
            "addresses": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "host_key": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" not in self.fields:  # whoever may only look is given no field
            return
        if self.instance.pk:
            self.fields["kind"].disabled = self.fields["institution"].disabled = True
        for name in NEEDED.get(str(self["kind"].value()), ()):
            if name in self.fields:
                self.fields[name].required = True

    def clean_kind(self) -> str:
        """The kind whose fields the page shows: another would be kept without what it needs."""
        kind = str(self.cleaned_data["kind"])
        if not set(NEEDED[kind]) <= set(self.fields):
            raise ValidationError(_("This page is for a channel of another kind. Begin again."))
        return kind

    def clean_url(self) -> str:
        return _address(str(self.cleaned_data["url"]))

    def clean_grant_url(self) -> str:
        return _address(str(self.cleaned_data["grant_url"]))

    def clean(self) -> dict[str, Any]:
        """A platform's address is continued by paths; client credentials need an address of tokens and an id."""
        given = super().clean() or self.cleaned_data
        if given.get("kind") == ChannelKind.PLATFORM:
            if "?" in given.get("url", ""):
                self.add_error("url", _("Paths are put behind this address: it ends without a query."))
            by_grant = given.get("known_by") == KnownBy.GRANT
            for name in ("grant_url", "client_id") if by_grant else ():
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for client credentials."))
        return given

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip()
        if host and not _HOST.fullmatch(host):
            raise ValidationError(_("The name or the address of a server alone, such as sftp.bank.example.cn."))
        _refuse_inward(host)
        return host

    def clean_host_key(self) -> str:
        """The key alone; what a scan of the server puts before it is left out."""
        text = str(self.cleaned_data["host_key"]).strip()
        if not text:
            return text
        words = text.split()
        begin = next((place for place, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-"))), 0)
        try:
            key = asyncssh.import_public_key(" ".join(words[begin : begin + 2]))
        except asyncssh.KeyImportError as error:
            raise ValidationError(
                _("This is no public key. Expected is one line such as “ssh-ed25519 AAAA…”.")
            ) from error
        return key.export_public_key().decode().strip()


def _address(url: str) -> str:
    """An address that may be called, or none."""
    if not url:
        return url
    wrong = ValidationError(_("An address that begins with https://, in plain letters, without name or password."))
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:  # brackets that do not close, a port beyond all ports
        raise wrong from error
    if parts.scheme != "https" or not url.isascii() or parts.username is not None or parts.fragment:
        raise wrong
    if (port or 443) not in settings.CALL_PORTS:
        raise ValidationError(_("This port is not called. CALL_PORTS names those that may be."))
    _refuse_inward(parts.hostname or "")
    return url


def _refuse_inward(host: str) -> None:
    """An inner address is refused where it is typed; what a name leads to is judged at each call."""
    try:
        address = ip_address(host)
    except ValueError:
        return
    if not may_call(address, tuple(settings.CALL_NETWORKS)):
        raise ValidationError(
            gettext("%(address)s is no public address, nor in a network that CALL_NETWORKS names.")
            % {"address": address}
        )


class PortalForm(forms.ModelForm):
    """A channel on the institution's own page: only the portal begins there, the others have pages of their own."""

    class Meta:
        model = Channel
        fields = ["kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("kind")  # whoever may only look is given no field
        if field and self.instance.pk:
            field.disabled = True
        elif isinstance(field, forms.ChoiceField):
            field.choices = [(ChannelKind.PORTAL.value, ChannelKind.PORTAL.label)]


class PasswordForm(forms.Form):
    """The password that an institution gave for its server."""

    password = forms.CharField(
        label=_("password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class KeyForm(forms.ModelForm):
    """A key to be made."""

    class Meta:
        model = AccessKey
        fields = ["institution", "name"]

    scopes = forms.MultipleChoiceField(
        label=_("scopes"), choices=Scope, initial=[Scope.FETCH], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=_("valid for (days)"),
            min_value=1,
            max_value=settings.ACCESS_KEY_DAYS,
            initial=settings.ACCESS_KEY_DAYS,
        )


class InviteForm(forms.Form):
    """Who is asked to join which institution."""

    institution = forms.ModelChoiceField(label=_("institution"), queryset=Institution.objects.order_by("code"))
    name = forms.CharField(label=_("person's name"), max_length=50, validators=[PLAIN_NAME])
    email = forms.EmailField(label=_("e-mail address"), max_length=150)
    role = forms.ChoiceField(label=_("role"), choices=Role, initial=Role.ADMINISTRATOR)


class MembershipForm(forms.ModelForm):
    """An account that was opened by hand joins an institution; whose account a membership is stays."""

    class Meta:
        model = Membership
        fields = ["user", "role"]

    user = forms.ModelChoiceField(
        label=_("user name"),
        queryset=User.objects.all(),
        to_field_name="username",
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no account of this name. Accounts are opened or invited first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.initial["user"] = self.instance.user.username
            self.fields["user"].disabled = True

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if user.is_staff or user.is_superuser:
            raise ValidationError(_("This is an account of the bureau. An institution's people have their own."))
        return user
