"""The house's rules for allauth: who counts as lately signed in, where people go, how mails leave.

Law: no redirect leaves the site, nobody signs up, and no page waits for a mail server.
"""

from importlib import import_module
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode import QRCode
from qrcode.image.svg import SvgPathImage

from config.accounts import freshness, lockout, tasks

_ADDRESS = "registry.address"  # no header's name: those begin with HTTP_
_WRONG = gettext_lazy("Name and password do not match. Mind capital letters in the password.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "enter_current_password": gettext_lazy("That is not your current password."),
        "incorrect_password": gettext_lazy("That is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # pages alone: whoever asks for JSON gets them too

    def is_safe_url(self, url: str | None) -> bool:
        """Within this very host, whatever others the site is known by."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """Without the zone of a neighbour's IPv6 address, which no column of the database can hold.

        Found out once for each request: the audit log and whoever counts visitors both ask.
        """
        if _ADDRESS not in request.META:
            request.META[_ADDRESS] = str(super().get_client_ip(request)).partition("%")[0]
        return str(request.META[_ADDRESS])

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff to their desk, others to their rooms."""
        staff = getattr(request.user, "is_staff", False)
        return reverse("admin:index" if staff else settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever gave the password just now, at the door or by an invitation, is not asked again."""
        fresh = freshness.is_fresh(context.request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lockout.key_of_name(credentials.get("username") or credentials.get("email") or "")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise lockout.locked(request, self._get_login_attempts_cache_key(request, **credentials)) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What happened to an account, told to its owner by a worker, once it is certain."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        text = render_to_string(f"{template_prefix}_message.txt", {**context, "site": settings.SITE_ADDRESS}).strip()
        transaction.on_commit(lambda: tasks.send_mail.delay(subject, text, email), robust=True)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. It changes every half minute: use the one shown now."),
    }

    def get_totp_issuer(self) -> str:
        return _("Zhengzhou registry of technology enterprises")

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """A picture that stands in the page itself, without styles."""
        code = QRCode(border=2)
        code.add_data(url)
        return str(code.make_image(image_factory=SvgPathImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return str(import_module(settings.SECRETS_AT_REST).enclose(text))

    def decrypt(self, encrypted_text: str) -> str:
        return str(import_module(settings.SECRETS_AT_REST).disclose(encrypted_text))
