"""Deliveries: what became of each, sent again where a person asks; their channels, tried and paused; laggards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pushes import pausing, queries, resending
from pushes.admin.showing import Shown, ShownAdmin, require, take
from pushes.errors import PushesError
from pushes.exporting import laggards_sheet
from pushes.forms import ReasonForm, SinceForm
from pushes.models import Attempt, Channel, Delivery, Laggard, Sending, WithdrawalNotice
from registry.admin.exporting import ExportedDesk
from registry.sheets import Sheet

VIEW, RESEND = "pushes.view_delivery", "pushes.resend_delivery"
PAUSE, TRY = "pushes.pause_channel", "pushes.try_channel"
SHOWN = 20


class AttemptInline(Shown, admin.TabularInline):
    model = Attempt
    extra = 0
    fields = ["at", "outcome", "detail", "to", "code", "took_ms", "next_at", "sha256"]


class WithdrawalNoticeInline(Shown, admin.TabularInline):
    """Whether a platform knows that it must not use the edition any more."""

    model = WithdrawalNotice
    extra = 0
    fields = ["made_at", "told_at", "tries", "due_at", "outcome", "detail", "to", "code"]


@admin.register(Delivery)
class DeliveryAdmin(ShownAdmin):
    fields = ["number", "edition", "channel", "profile", "package", "state", "due_at", "leased_until", "delivered_at"]
    readonly_fields = ["number"]
    list_display = ["edition", "channel", "state", "due_at", "delivered_at"]
    list_filter = ["state", "edition", "channel__institution"]
    list_select_related = ["edition", "channel__institution"]
    search_fields = ["id", "channel__institution__name"]
    inlines = [AttemptInline, WithdrawalNoticeInline]
    actions = ["resend"]

    def get_urls(self) -> list[URLPattern]:
        steps: dict[str, Callable[..., HttpResponse]] = {
            "resend-failed/": self.resend_failed,
            "<uuid:pk>/resend/": self.resend_one,
            "channel/<int:pk>/try/": self.try_channel,
            "channel/<int:pk>/pause/": self.pause,
            "channel/<int:pk>/resume/": self.resume,
        }
        names = ["resend_failed", "resend", "try", "pause", "resume"]
        acts = [
            path(address, self.admin_site.admin_view(require_POST(view)), name=f"pushes_delivery_{name}")
            for name, (address, view) in zip(names, steps.items(), strict=True)
        ]
        page = path(
            "channel/<int:pk>/", self.admin_site.admin_view(require_safe(self.channel)), name="pushes_delivery_channel"
        )
        return [*acts, page, *super().get_urls()]

    @admin.display(description=_("delivery number"))
    def number(self, delivery: Delivery) -> str:
        return str(delivery.pk)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RESEND))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"may_resend": self.has_resend_permission(request), "since_form": SinceForm()}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        more = {"may_resend": self.has_resend_permission(request)}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    @admin.action(description=_("Send again"), permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Those that may be; of the others, each says why not."""
        user, asked = require(request, RESEND), 0
        for delivery in queryset:
            try:
                resending.resend(delivery=delivery, by=user, now=timezone.now())
            except PushesError as error:
                messages.error(request, str(error))
            else:
                self.log_change(request, delivery, gettext("Sent again."))
                asked += 1
        self._say_asked(request, asked)

    def resend_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        user = require(request, RESEND)
        delivery = get_object_or_404(Delivery, pk=pk)
        done = gettext("It is sent again within a minute.")
        if take(request, lambda: resending.resend(delivery=delivery, by=user, now=timezone.now()), done):
            self.log_change(request, delivery, gettext("Sent again."))
        return redirect("admin:pushes_delivery_change", pk)

    def resend_failed(self, request: HttpRequest) -> HttpResponse:
        require(request, RESEND)
        form = SinceForm(request.POST)
        if form.is_valid():
            since = timezone.make_aware(datetime.combine(form.cleaned_data["since"], datetime.min.time()))
            self._say_asked(request, resending.resend_failed(since=since, now=timezone.now()))
        else:
            messages.error(request, gettext("Give the day from which on. Nothing was done."))
        return redirect("admin:pushes_delivery_changelist")

    def channel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A channel's last tries, and what may be done about it."""
        require(request, VIEW)
        channel = get_object_or_404(Channel.objects.select_related("institution", "paused_by"), pk=pk)
        tries = Attempt.objects.filter(delivery__channel=channel).select_related("delivery__edition")
        sendings = Sending.objects.filter(channel=channel).select_related("asked_by", "delivery__edition")
        context = {
            **self.admin_site.each_context(request),
            "title": str(channel),
            "opts": self.opts,
            "channel": channel,
            "tries": tries.order_by("-pk")[:SHOWN],
            "sendings": sendings[:SHOWN],
            "may_see_settings": request.user.has_perm("pushes.view_channel"),
            "may_try": request.user.has_perm(TRY),
            "may_pause": request.user.has_perm(PAUSE),
            "reason_form": ReasonForm(auto_id="%s"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/pushes/delivery/channel.html", context)

    def try_channel(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = require(request, TRY)
        done = gettext("The trial is sent within a minute. What comes of it stands below.")
        return self._step(
            request, pk, done, lambda one: resending.try_channel(channel=one, by=user, now=timezone.now())
        )

    def pause(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, form = require(request, PAUSE), ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, gettext("Give a reason of at most 300 characters. Nothing was done."))
            return redirect("admin:pushes_delivery_channel", pk)
        why = form.cleaned_data["reason"]
        done = gettext("Paused. Nothing goes out by it.")
        return self._step(
            request, pk, done, lambda one: pausing.pause(channel=one, why=why, now=timezone.now(), by=user)
        )

    def resume(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request, PAUSE)
        done = gettext("The pause is over. What is owed goes out within a minute.")
        return self._step(request, pk, done, lambda one: pausing.resume(channel=one, now=timezone.now()))

    def _step(self, request: HttpRequest, pk: int, done: str, act: Callable[[Channel], object]) -> HttpResponse:
        channel = get_object_or_404(Channel.objects.select_related("institution"), pk=pk)
        if take(request, lambda: act(channel), done):
            self.log_change(request, channel, done)
        return redirect("admin:pushes_delivery_channel", pk)

    def _say_asked(self, request: HttpRequest, count: int) -> None:
        said = ngettext(
            "%(count)s delivery is sent again within a minute.",
            "%(count)s deliveries are sent again within a minute.",
            count,
        )
        messages.success(request, said % {"count": count})


@admin.register(Attempt)
class AttemptAdmin(ShownAdmin):
    list_display = ["at", "delivery", "outcome", "detail", "to", "code", "took_ms", "next_at"]
    list_filter = ["outcome"]
    list_select_related = ["delivery__edition", "delivery__channel__institution"]


@admin.register(Laggard)
class LaggardAdmin(ShownAdmin, ExportedDesk):
    """What nobody of the institution took for days, a reminder notwithstanding."""

    list_display = ["institution", "edition", "channel", "delivered_at", "contacts"]
    list_display_links = None
    list_filter = ["edition", "channel__institution"]
    search_fields = ["channel__institution__name"]
    list_select_related = ["edition", "channel__institution"]
    actions = ["export"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(VIEW))

    has_module_permission = has_view_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Laggard]:
        late = queries.laggards(timezone.now()).values("pk")
        return Laggard.objects.filter(pk__in=late).prefetch_related("channel__institution__contacts")

    @admin.display(description=_("institution"), ordering="channel__institution__name")
    def institution(self, delivery: Delivery) -> str:
        return delivery.channel.institution.name

    @admin.display(description=_("contacts"))
    def contacts(self, delivery: Delivery) -> str:
        return "、".join(str(contact) for contact in delivery.channel.institution.contacts.all()) or gettext("none")

    @admin.action(description=_("Export (csv)"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> HttpResponse:
        return self.ask_for_chosen(request, "csv")

    def sheet(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> Sheet:
        return laggards_sheet(queryset)
