"""Channels at the bureau's desk: what each kind needs, and its secrets, which are shown once.

Law: whoever may change a channel's target does not come by its secrets: a password ends when its server changes.
"""

from collections.abc import Callable
from typing import Any

import asyncssh
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pushes import rotating
from pushes.admin.forms import ChannelForm, PasswordForm, PortalForm, fields_of
from pushes.admin.showing import lately, require
from pushes.models import WITH_SECRETS, Channel, ChannelKind, ChannelSecret

KEEP = "pushes.keep_secrets"
_SERVER = {"host", "port", "host_key", "url", "known_by", "grant_url"}


class ChannelInline(admin.TabularInline):
    """On the institution's page: which channels there are. Each has a page of its own."""

    model = Channel
    form = PortalForm
    fields = ["kind", "paused"]
    readonly_fields = ["paused"]
    extra = 0
    show_change_link = True


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    form = ChannelForm
    list_display = ["institution", "kind", "target", "paused"]
    list_filter = ["kind", "paused"]
    list_select_related = ["institution"]
    search_fields = ["institution__name", "institution__code"]
    autocomplete_fields = ["institution"]
    readonly_fields = ["fingerprint", "paused"]

    class Media:
        css = {"all": ["admin-extra.css"]}

    def get_urls(self) -> list[URLPattern]:
        steps = {"sign": self.sign, "pair": self.pair, "password": self.password, "end": self.end}
        return [
            path("<int:pk>/secrets/", self._guarded(require_safe(self.secrets)), name="pushes_channel_secrets"),
            *(
                path(f"<int:pk>/{name}/", self._guarded(require_POST(step)), name=f"pushes_channel_{name}")
                for name, step in steps.items()
            ),
            *super().get_urls(),
        ]

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return self.admin_site.admin_view(view)

    @admin.display(description=gettext_lazy("target"))
    def target(self, channel: Channel) -> str:
        match channel.kind:
            case ChannelKind.EMAIL:
                return ", ".join(channel.addresses)
            case ChannelKind.WEBHOOK | ChannelKind.PLATFORM:
                return channel.url
            case ChannelKind.SFTP:
                return f"{channel.username}@{channel.host}:{channel.port}/{channel.folder.lstrip('/')}"
        return ""

    @admin.display(description=gettext_lazy("fingerprint of the server's key"))
    def fingerprint(self, channel: Channel) -> str:
        return asyncssh.import_public_key(channel.host_key).get_fingerprint() if channel.host_key else "-"

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        kind = obj.kind if obj else _asked_kind(request)
        own = fields_of(kind)
        if obj and kind == ChannelKind.SFTP:
            own.insert(own.index("host_key") + 1, "fingerprint")
        return [
            (
                None,
                {
                    "fields": ["institution", "kind", *own, *(["paused"] if obj else [])],
                    "description": ChannelKind(kind).label,
                },
            )
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First the kind is chosen, then its form is shown."""
        if request.GET.get("kind") in ChannelKind.values:
            return super().add_view(request, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = self._context(request, title=_("Which kind of channel?"), kinds=ChannelKind)
        return TemplateResponse(request, "admin/pushes/channel/kinds.html", context)

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and _SERVER & set(form.changed_data) and rotating.forget_passwords(channel=obj):
            messages.warning(request, _("Another server gets no password of the former one. Set it anew."))
        if not change and obj.kind in WITH_SECRETS:
            messages.info(request, _("Nothing is sent before it has a secret: see “Secrets” on its page."))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        channel = self.get_object(request, object_id)
        told = {"has_secrets": channel is not None and channel.kind in WITH_SECRETS}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def secrets(self, request: HttpRequest, pk: int) -> HttpResponse:
        """That there are secrets, and since when; never which."""
        channel = self._channel(request, pk)
        return self._secrets_page(request, channel)

    @lately
    def sign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new signing secret, shown in the answer and never again."""
        channel, by = self._channel(request, pk, Channel.signs), require(request, KEEP)
        fresh = rotating.new_signing_secret(channel=channel, by=by, now=timezone.now())
        self.log_change(request, channel, _("A new signing secret was made."))
        return self._secrets_page(request, channel, fresh=fresh)

    @lately
    def pair(self, request: HttpRequest, pk: int) -> HttpResponse:
        channel, by = self._channel(request, pk, Channel.has_key_pair), require(request, KEEP)
        rotating.new_key_pair(channel=channel, by=by, now=timezone.now())
        return self._done(request, channel, _("A new key pair was made. Send the public key to the institution."))

    @lately
    def password(self, request: HttpRequest, pk: int) -> HttpResponse:
        channel, by = self._channel(request, pk, Channel.is_let_in), require(request, KEEP)
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._secrets_page(request, channel, form=form)
        rotating.keep_password(channel=channel, password=form.cleaned_data["password"], by=by, now=timezone.now())
        return self._done(request, channel, _("The password was kept."))

    @lately
    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        channel, _by = self._channel(request, pk), require(request, KEEP)
        rotating.end_former(channel=channel)
        return self._done(request, channel, _("The former secrets were ended."))

    def _channel(self, request: HttpRequest, pk: int, able: Callable[[Channel], bool] | None = None) -> Channel:
        known = Channel.objects.select_related("institution")
        channel = get_object_or_404(known, pk=pk, kind__in=WITH_SECRETS)
        if able and not able(channel):
            raise Http404
        if not self.has_view_permission(request, channel):
            raise PermissionDenied
        return channel

    def _done(self, request: HttpRequest, channel: Channel, words: str) -> HttpResponse:
        self.log_change(request, channel, words)
        messages.success(request, words)
        return redirect("admin:pushes_channel_secrets", channel.pk)

    def _secrets_page(
        self, request: HttpRequest, channel: Channel, *, fresh: str = "", form: PasswordForm | None = None
    ) -> HttpResponse:
        kept = ChannelSecret.objects.filter(channel=channel).select_related("made_by")
        context = self._context(
            request,
            title=_("Secrets of %(channel)s") % {"channel": channel},
            channel=channel,
            fresh=fresh,
            kept=kept,
            former=any(secret.until for secret in kept),
            kinds=ChannelKind,
            form=form or PasswordForm(),
            now=timezone.now(),
            may_keep=request.user.has_perm(KEEP),
        )
        return TemplateResponse(request, "admin/pushes/channel/secrets.html", context)

    def _context(self, request: HttpRequest, **more: object) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, **more}


def _asked_kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in ChannelKind.values else ChannelKind.PORTAL.value
