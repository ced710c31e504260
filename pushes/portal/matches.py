"""The rooms of comparing: a person's list of customers goes in, how far it is is seen, and comes back marked.

Law: a list is its person's alone; who asks for another's is told the same as who asks for one that is gone.
"""

import json
import logging
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enterprises.matching.identifying import Outcome
from enterprises.models import EditionState
from enterprises.visitors import network_address
from pushes import comparing, enclosed_files, templating
from pushes.access import Access
from pushes.comparing import Said
from pushes.errors import EnclosedFileUnreadable, PushesError, SecretUnreadable
from pushes.forms import ColumnsForm, CustomersForm
from pushes.matching_customers import PREVIEWED
from pushes.models import CustomerMatch, MatchState
from pushes.portal.entering import institution_act, institution_door, institution_page, person
from pushes.portal.handing import TYPES, attached
from pushes.secrets_at_rest import disclose

logger = logging.getLogger(__name__)

ROWS_SHOWN = 50
SHOWN = (Outcome.IN, Outcome.CANDIDATE, Outcome.OUT, Outcome.NOTHING)


@require_http_methods(["GET", "HEAD", "POST"])
@institution_door
def matches(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The person's lists, and the form for another."""
    posted = request.method == "POST"
    form = CustomersForm(request.POST, request.FILES) if posted else CustomersForm()
    if posted and form.is_valid():
        try:
            return redirect("pushes:match", _received(request, access, form.cleaned_data["file"]).pk)
        except PushesError as error:
            form.add_error("file", str(error))
    own = access.matches(person(request), now=timezone.now())
    context = {
        "institution": access.institution,
        "form": form,
        "matches": [(match, _said(match)) for match in own],
        "latest": access.latest(),
        "hours": settings.MATCH_KEPT_HOURS,
        "rows": f"{settings.MATCH_MAX_ROWS:,}",
        "megabytes": settings.MATCH_MAX_MEGABYTES,
    }
    return render(request, "pushes/matches.html", context)


@institution_page
def match(request: HttpRequest, access: Access, match_id: UUID) -> HttpResponseBase:
    """How far the list is, what is to be chosen, or what came of it."""
    own = _own(request, access, match_id)
    context = {"institution": own.institution, "match": own, "said": _said(own)}
    if own.state == MatchState.READY:
        context |= {"newest": access.latest()} | _result(request, own)
    elif own.state == MatchState.CHOOSING:
        context["form"] = _columns_form(_said(own))
    return render(request, "pushes/match.html", context)


@institution_page
def progress(request: HttpRequest, access: Access, match_id: UUID) -> HttpResponseBase:
    """The piece of the page that says how far it is; once that has ended, the page is asked for anew."""
    try:
        own = _own(request, access, match_id)
    except Http404:
        if "HX-Request" not in request.headers:
            raise
        return HttpResponse(headers={"HX-Refresh": "true"})  # else a page that was left open would ask for ever
    response = render(request, "pushes/match_progress.html", {"match": own})
    if not own.is_working:
        response["HX-Refresh"] = "true"
    return response


@institution_act
def choose(request: HttpRequest, access: Access, match_id: UUID) -> HttpResponseBase:
    """Which sheet or columns are meant."""
    own = _own(request, access, match_id)
    form = _columns_form(_said(own), request.POST)
    if own.state == MatchState.CHOOSING:
        if form.is_valid():
            try:
                comparing.choose(match=own, choice=form.choice(), now=timezone.now())
            except PushesError as error:
                form.add_error(None, str(error))
        if not form.is_valid():
            context = {"institution": own.institution, "match": own, "said": _said(own), "form": form}
            return render(request, "pushes/match.html", context, status=422)
        transaction.on_commit(_call_a_worker, robust=True)
    return redirect("pushes:match", own.pk)


@institution_act
def delete(request: HttpRequest, access: Access, match_id: UUID) -> HttpResponseBase:
    """All that is kept of the list goes now."""
    own = _own(request, access, match_id)
    comparing.end(match=own)
    messages.success(request, _("The list and its result are deleted."))
    return redirect("pushes:matches")


@institution_page
@require_GET
def result(request: HttpRequest, access: Access, match_id: UUID, kind: str) -> HttpResponseBase:
    """The list with what was found of each row. What was compared with a withdrawn edition is not handed out."""
    own = _own(request, access, match_id)
    if kind not in TYPES:
        raise Http404
    ready = own.state == MatchState.READY and own.delivery.edition.state == EditionState.SEALED
    if not ready or (kind == "xlsx" and not own.has_workbook):
        raise Http404
    try:
        pieces = enclosed_files.disclosed(own.stored(kind), disclose(own.key))
    except (EnclosedFileUnreadable, SecretUnreadable) as error:
        logger.error("the result of comparison %s cannot be handed out", own.pk)
        return render(request, "pushes/refused.html", {"reason": error}, status=503)
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    label = own.delivery.edition.label
    response["Content-Disposition"] = attached(f"{label}-result.{kind}", f"名单比对结果-{label}.{kind}")
    return response


@institution_page
@require_GET
def template(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A workbook to fill, whose cells keep codes as texts."""
    with TemporaryDirectory(prefix="template-") as folder:
        content = templating.made(folder).read_bytes()
    response = HttpResponse(content, content_type=TYPES["xlsx"])
    response["Content-Disposition"] = attached("customers.xlsx", "客户名单.xlsx")
    return response


def _own(request: HttpRequest, access: Access, match_id: UUID) -> CustomerMatch:
    """Of the person's own lists the one that is asked for."""
    try:
        return access.matches(person(request), now=timezone.now()).get(pk=match_id)
    except CustomerMatch.DoesNotExist as error:
        raise Http404 from error


def _received(request: HttpRequest, access: Access, file: "UploadedFile[bytes]") -> CustomerMatch:
    received = comparing.receive(
        access=access,
        stream=file.open("rb"),
        size=file.size or 0,
        file_name=file.name or "",
        by=person(request),
        address=network_address(request),
        now=timezone.now(),
    )
    transaction.on_commit(_call_a_worker, robust=True)
    return received


def _call_a_worker() -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds the list."""
    current_app.send_task("pushes.compare_customers")


def _said(own: CustomerMatch) -> Said:
    try:
        return comparing.said_of(own)
    except SecretUnreadable as error:
        return Said("—", reason=str(error))


def _columns_form(said: Said, posted: Any = None) -> ColumnsForm:
    return ColumnsForm(posted, sheets=said.sheets, header=said.header, initial=said.likely)


def _result(request: HttpRequest, own: CustomerMatch) -> dict[str, Any]:
    """The first rows of the outcome that is asked for."""
    try:
        content = b"".join(enclosed_files.disclosed(own.stored("rows"), disclose(own.key)))
    except (EnclosedFileUnreadable, SecretUnreadable) as error:
        return {"unreadable": str(error)}
    rows: list[dict[str, Any]] = json.loads(content)
    show = request.GET.get("show", "")
    if show in SHOWN:
        rows = [row for row in rows if row["outcome"] == show]
    else:
        show, rows = "", rows[:PREVIEWED]
    return {
        "show": show,
        "tally": [(outcome, own.counts.get(outcome, 0)) for outcome in SHOWN],
        "page": Paginator(rows, ROWS_SHOWN).get_page(request.GET.get("page")),
        "previewed": PREVIEWED,
        "more": own.counts.get(show, 0) > PREVIEWED if show else own.rows > PREVIEWED,
    }
