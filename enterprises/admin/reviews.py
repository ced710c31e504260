"""The desk of doubtful matches: the queue, and each published line beside the enterprises that it may speak of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from enterprises import assigning, errors, queueing, reviewing
from enterprises.admin.bulk_reviews import BulkMixin
from enterprises.assigning import SETTLE
from enterprises.forms import NEW, OTHER, ColleagueForm, SettleForm, TakeForm
from enterprises.juxtaposing import Beside, Said, juxtapose
from enterprises.models import ReviewItem
from enterprises.progressing import progress
from enterprises.queueing import Scope
from enterprises.wording import AGREEMENTS, CONTRADICTIONS, EFFECTS, REVIEW_CAUSES
from registry.admin.read_only import ReadOnlyAdmin, require
from registry.models import Programme

REOPEN = "enterprises.reopen_reviewitem"
KEYS = 9  # candidates that have a digit of their own
# Effects by colour: banks get more, or less; all others are grey.
_MORE = {"enters", "new_enters", "gains", "again", "counts_again"}
_LESS = {"one_fewer", "takes_away", "leaves", "moves_out", "two_codes", "gone", "code_taken"}
_FILTERS = "_changelist_filters"


class _Choice(admin.SimpleListFilter):
    """A filter whose first choice stands for "nothing chosen"."""

    def choices(self, changelist: Any) -> Any:
        first = self.lookup_choices[0][0]
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": (self.value() or first) == value, "query_string": query, "display": words}


class StateFilter(_Choice):
    """Open items unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("unsure", _("put back")), ("closed", _("settled")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        if self.value() == "all":
            return queryset
        if self.value() == "unsure":
            return queryset.filter(closed_at=None, unsure_at__isnull=False)
        return queryset.filter(closed_at__isnull=self.value() != "closed")


class WhoseFilter(admin.SimpleListFilter):
    title = gettext_lazy("assigned to")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(queueing.MINE, _("me")), (queueing.UNASSIGNED, _("nobody")), (queueing.OTHERS, _("colleagues"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        return queueing.of_whom(queryset, self.value() or "", request.user)


class CauseFilter(admin.SimpleListFilter):
    title = gettext_lazy("cause")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        there = {*ReviewItem.objects.order_by().values_list("cause", flat=True).distinct(), self.value()}
        return [(cause, words) for cause, words in REVIEW_CAUSES.items() if cause in there]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


class ProgrammeFilter(admin.SimpleListFilter):
    title = gettext_lazy("programme")
    parameter_name = "programme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Programme.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        value = self.value() or ""
        return queryset.filter(programme=int(value)) if value.isdecimal() else queryset


class QueueList(ChangeList):
    """The list in the queue's order, which no single column has."""

    def get_ordering_field_columns(self) -> dict[int, Literal["desc", "asc"]]:
        return super().get_ordering_field_columns() if ORDER_VAR in self.params else {}


@admin.register(ReviewItem)
class ReviewItemAdmin(BulkMixin, ReadOnlyAdmin):
    list_display = ("entry", "cause_words", "programme", "assigned_to", "state", "opened_at")
    list_filter = (StateFilter, WhoseFilter, CauseFilter, ProgrammeFilter)
    list_select_related = ("entry", "programme", "assigned_to")
    change_list_template = "admin/enterprises/reviewitem/change_list.html"
    actions = ("assign", "give_back")
    action_form = ColleagueForm

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        of_item = [
            path(f"<int:pk>/{name}/", wrap(view), name=f"enterprises_reviewitem_{name}")
            for name, view in (
                ("settle", require_POST(self.settle)),
                ("unsure", require_POST(self.unsure)),
                ("reopen", require_POST(self.reopen)),
                ("desk", require_GET(self.desk)),
            )
        ]
        of_queue = [
            path(f"{name}/", wrap(view), name=f"enterprises_reviewitem_{name}")
            for name, view in (
                ("start", require_GET(self.start)),
                ("take_next", require_POST(self.take_next)),
                ("undo", require_POST(self.undo)),
                ("progress", require_GET(self.progress)),
            )
        ]
        return [*of_item, *of_queue, *super().get_urls()]

    # ── the queue ──

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewItem]:
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        return queueing.in_order(ReviewItem.objects.all(), request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return queueing.ORDER

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SETTLE)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = {"may_settle": self.has_settle_permission(request), "may_bulk": self.has_bulk_permission(request)}
        extra = {"title": _("Doubtful matches"), "take_form": TakeForm(auto_id=False), "filters": _filters(request)}
        return super().changelist_view(request, {**may, **extra, **(extra_context or {})})

    @admin.display(description=gettext_lazy("programme"))
    def programme(self, item: ReviewItem) -> str:
        return item.programme.name if item.programme else "–"

    @admin.display(description=gettext_lazy("cause"))
    def cause_words(self, item: ReviewItem) -> str:
        return str(REVIEW_CAUSES.get(item.cause, item.cause))

    @admin.display(description=gettext_lazy("state"))
    def state(self, item: ReviewItem) -> str:
        return _("settled") if item.closed_at else _("put back") if item.unsure_at else _("open")

    @admin.action(description=gettext_lazy("Assign to a colleague"), permissions=["settle"])
    def assign(self, request: HttpRequest, chosen: QuerySet[ReviewItem]) -> None:
        user = require(request, SETTLE)
        to = User.objects.filter(pk=_number(request.POST.get("colleague"))).first()
        if to is None:
            messages.error(request, _("Choose the colleague who is to have them. Nothing was done."))
            return
        items = list(chosen.values_list("pk", flat=True))
        try:
            count = assigning.assign(items=items, to=to, now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s has %(count)s items more.") % {"name": to, "count": count})

    @admin.action(description=gettext_lazy("Give back, so that anybody may take them"), permissions=["settle"])
    def give_back(self, request: HttpRequest, chosen: QuerySet[ReviewItem]) -> None:
        user = require(request, SETTLE)
        items = list(chosen.values_list("pk", flat=True))
        count = assigning.give_back(items=items, now=timezone.now(), by=user)
        messages.success(request, _("%(count)s items are nobody's again.") % {"count": count})

    def start(self, request: HttpRequest) -> HttpResponse:
        """The first item of the queue."""
        user = require(request, "enterprises.view_reviewitem")
        return redirect(self._address(request, queueing.queue(user, _scope(request)).first()))

    def take_next(self, request: HttpRequest) -> HttpResponse:
        user = require(request, SETTLE)
        form = TakeForm(request.POST)
        taken = []
        if form.is_valid():
            count = form.cleaned_data["count"]
            taken = assigning.take_next(count=count, scope=_scope(request), now=timezone.now(), by=user)
        if taken:
            messages.success(request, _("%(count)s items are yours now.") % {"count": len(taken)})
        else:
            messages.info(request, _("Nobody's items are left here."))
        return redirect(f"{reverse('admin:enterprises_reviewitem_changelist')}?whose={queueing.MINE}")

    def progress(self, request: HttpRequest) -> HttpResponse:
        require(request, "enterprises.view_reviewitem")
        seen = progress(now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("How far the doubtful matches are"),
            "opts": self.opts,
            "progress": seen,
            "causes": [(one, REVIEW_CAUSES.get(one.cause, one.cause)) for one in seen.causes],
        }
        return TemplateResponse(request, "admin/enterprises/reviewitem/progress.html", context)

    # ── one item ──

    def page(self, request: HttpRequest, obj: ReviewItem) -> dict[str, Any]:
        return self._shown(request, obj) | {"subtitle": "", "is_nav_sidebar_enabled": False}

    def desk(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What of an item's page changes from one item to the next."""
        require(request, "enterprises.view_reviewitem")
        return self._desk(request, get_object_or_404(ReviewItem, pk=pk))

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = require(request, SETTLE)
        item = get_object_or_404(ReviewItem.objects.select_related("assigned_to", "entry"), pk=pk)
        form = SettleForm(item, request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors_of in form.errors.values() for error in errors_of))
            return self._answer(request, item)
        chosen = form.enterprise
        names = {"line": item.entry.name, "enterprise": chosen.name if chosen else ""}
        done = _("“%(line)s” is “%(enterprise)s”.") if chosen else _("“%(line)s” is none of the candidates.")
        holder = item.assigned_to
        if holder and holder != user:
            done += " " + _("It was assigned to %(name)s.")
            names["name"] = holder.get_username()
        return self._step(
            request,
            item,
            lambda: reviewing.settle(item=item, enterprise=chosen, now=timezone.now(), by=user),
            done=done % names,
            then=lambda: self._following(request, item),
        )

    def unsure(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the item at the end of the queue."""
        user = require(request, SETTLE)
        item = get_object_or_404(ReviewItem.objects.select_related("entry"), pk=pk)
        return self._step(
            request,
            item,
            lambda: assigning.put_back(item=item, now=timezone.now(), by=user),
            done=_("“%(line)s” was put back, to the end of the queue.") % {"line": item.entry.name},
            then=lambda: self._following(request, item),
        )

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what a person decided."""
        user = require(request, SETTLE if request.user.has_perm(SETTLE) else REOPEN)
        item = get_object_or_404(ReviewItem, pk=pk)
        return self._step(
            request,
            item,
            lambda: reviewing.reopen(item=item, now=timezone.now(), by=user),
            done=_("Open again. The decision stays in the history."),
            then=lambda: item,
        )

    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back what `request.user` decided last; the page shows it again."""
        user = require(request, SETTLE)
        within = timedelta(minutes=settings.REVIEW_UNDO_MINUTES)
        try:
            item = assigning.take_back_last(within=within, now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return self._answer(request, ReviewItem.objects.filter(pk=_number(request.POST.get("from"))).first())
        done = _("Open again. The decision stays in the history.")
        self.log_change(request, item, done)
        messages.success(request, done)
        return self._answer(request, item)

    # ── how it is answered ──

    def _step(
        self,
        request: HttpRequest,
        item: ReviewItem,
        step: Callable[[], object],
        *,
        done: str,
        then: Callable[[], ReviewItem | None],
    ) -> HttpResponse:
        """Take a step, say how it went, note it in the admin's history, and show what `then` says."""
        try:
            step()
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return self._answer(request, item)
        self.log_change(request, item, done)
        messages.success(request, done)
        return self._answer(request, then())

    def _answer(self, request: HttpRequest, item: ReviewItem | None) -> HttpResponse:
        """The item's page; for the page's own script, what changes of it.

        Where the script shows that item already, it gets the one after it, to show next.
        """
        if "desk" not in request.POST:
            return redirect(self._address(request, item))
        if item and request.POST.get("ahead") == str(item.pk):
            return self._desk(request, self._following(request, item), after=item)
        return self._desk(request, ReviewItem.objects.get(pk=item.pk) if item else None)

    def _desk(self, request: HttpRequest, item: ReviewItem | None, after: ReviewItem | None = None) -> HttpResponse:
        shown = self._shown(request, item) if item else {"address": self._address(request, None)}
        return TemplateResponse(request, "admin/enterprises/reviewitem/desk.html", {**shown, "after": after})

    def _address(self, request: HttpRequest, item: ReviewItem | None, name: str = "change") -> str:
        """The item's page, with the part of the queue that is worked through; without one, where that was chosen."""
        filters = _filters(request)
        if item:
            address = reverse(f"admin:enterprises_reviewitem_{name}", args=[item.pk])
            return f"{address}?{_FILTERS}={quote(filters)}" if filters else address
        sample = _scope(request).sample
        if sample.isdecimal():
            return reverse("admin:enterprises_reviewitem_sample", args=[sample])
        return reverse("admin:enterprises_reviewitem_changelist") + (f"?{filters}" if filters else "")

    def _following(self, request: HttpRequest, item: ReviewItem) -> ReviewItem | None:
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        return queueing.following(item, queueing.queue(request.user, _scope(request)), request.user)

    def _shown(self, request: HttpRequest, item: ReviewItem) -> dict[str, Any]:
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - the admin lets nobody else in
        now = timezone.now()
        doubt = juxtapose(item, today=localdate(now))
        waiting = queueing.queue(user, _scope(request))
        following = queueing.following(item, waiting, user)
        preceding = queueing.preceding(item, waiting, user) if following else None
        may_decide = user.has_perm(SETTLE)
        settled = doubt.decision if item.closed_at else None
        holder = item.assigned_to
        filters = _filters(request)
        return {
            "title": _("Which enterprise is it?"),
            "opts": self.opts,
            "item": item,
            "doubt": doubt,
            "entry": doubt.entry,
            "cause": self.cause_words(item),
            "beside": [_worded(number, one) for number, one in enumerate(doubt.beside, 1)],
            "none": _effects(doubt.none),
            "registers": _registers(doubt.entry.name, doubt.entry.uscc),
            "decision": settled,
            "may_settle": item.closed_at is None and may_decide,
            "may_reopen": bool(settled and settled.rule == "person" and (may_decide or user.has_perm(REOPEN))),
            "may_decide": may_decide,
            "holder": holder if holder and holder != user and item.closed_at is None else None,
            "mine": holder == user,
            "waiting": waiting.count(),
            "last": assigning.last_settled(user, since=now - timedelta(minutes=settings.REVIEW_UNDO_MINUTES))
            if may_decide
            else None,
            "address": self._address(request, item),
            "fragment": self._address(request, item, "desk"),
            "back": self._address(request, None),
            "steps": f"?{_FILTERS}={quote(filters)}" if filters else "",
            "next": following
            and (self._address(request, following), self._address(request, following, "desk"), following.pk),
            "previous": preceding and (self._address(request, preceding), self._address(request, preceding, "desk")),
            "new": NEW,
            "other": OTHER,
        }


def _filters(request: HttpRequest) -> str:
    """The filters of the list from which an item was opened, as the admin hands them on."""
    match = request.resolver_match
    if match and match.url_name == "enterprises_reviewitem_changelist":
        return request.GET.urlencode()
    return request.GET.get(_FILTERS, "")


def _scope(request: HttpRequest) -> Scope:
    chosen = QueryDict(_filters(request))
    return Scope(**{name: chosen.get(name, "") for name in Scope._fields})


def _number(text: str | None) -> int:
    """A row's number; 0, which no row has, where the text is none."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _worded(number: int, one: Beside) -> dict[str, Any]:
    enterprise = one.enterprise
    return {
        "beside": one,
        "enterprise": enterprise,
        "key": number if number <= KEYS else None,
        "number": number,
        "agrees": [(code, AGREEMENTS[code]) for code in one.agrees],
        "contradicts": [(code, CONTRADICTIONS[code]) for code in one.contradicts],
        "effects": _effects(one.effects),
        "in_pool": getattr(enterprise, "membership", None) is not None,
        "registers": _registers(enterprise.name, enterprise.uscc or ""),
    }


def _effects(said: list[Said]) -> list[tuple[str, str]]:
    """Each effect's colour and words."""
    colours = {**dict.fromkeys(_MORE, "added"), **dict.fromkeys(_LESS, "removed")}
    return [(colours.get(one.code, "changed"), str(EFFECTS[one.code]) % one.facts) for one in said]


def _registers(name: str, code: str) -> list[tuple[str, str]]:
    """Where a person may look somebody up; a register that asks for a code is left out where none is known."""
    return [
        (label, url.replace("{name}", quote(name, safe="")).replace("{code}", quote(code, safe="")))
        for label, url in settings.REVIEW_REGISTERS
        if code or "{code}" not in url
    ]
